/** scripts/with-node.mjs hands on arguments, exit codes and signals, and says clearly when it cannot bring a Node. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const withNode = resolve(__dirname, '../../../scripts/with-node.mjs');

describe('with-node', function () {
  this.timeout(60_000);

  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'with-node-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function program(text: string): string {
    const path = join(folder, 'program.mjs');
    writeFileSync(path, text);
    return path;
  }

  it('runs a script on a recent Node, with its arguments, and ends with its exit code', () => {
    const path = program(
      'console.log(JSON.stringify([process.versions.node, process.argv.slice(2)])); process.exit(7);',
    );
    const { status, stdout } = spawnSync(process.execPath, [withNode, path, 'a b', '--c'], { encoding: 'utf8' });
    const [version, args] = JSON.parse(stdout) as readonly [string, readonly string[]];
    assert.equal(status, 7);
    assert.deepEqual(args, ['a b', '--c']);
    assert.ok(Number.parseInt(version, 10) >= 22, version);
  });

  it('hands flags to Node, and finds the program of a package', () => {
    const { status, stdout } = spawnSync(process.execPath, [withNode, '--no-warnings', 'prettier', '--version'], {
      encoding: 'utf8',
    });
    assert.equal(status, 0);
    assert.match(stdout, /^\d+\.\d+\.\d+\s*$/);
  });

  it('hands on a signal, and ends by it', async function () {
    if (process.platform === 'win32') this.skip(); // Windows has no signals to hand on.
    const path = program("console.log('ready'); setInterval(() => undefined, 1000);");
    const child = spawn(process.execPath, [withNode, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    const exit: readonly unknown[] = await once(child, 'exit');
    assert.deepEqual(exit, [null, 'SIGTERM']);
  });

  it('says what to do where the registry has no Node for the platform', () => {
    const pretend = [
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.0.0' } });",
      "Object.defineProperty(process, 'platform', { value: 'sunos' });",
    ].join('');
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`, withNode, program('')],
      { encoding: 'utf8' },
    );
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^This project needs Node 22\.15 or newer; this is 20\.0\.0, and the registry has no portable Node for sunos-\w+\. Please install a newer Node\.\n$/,
    );
  });
});
