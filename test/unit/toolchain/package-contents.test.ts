/** What ships is what .vscodeignore allows: nothing of the sources, the tests or the machine gets into the package. */
import assert from 'node:assert/strict';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { listFiles, PackageManager } from '@vscode/vsce';
import { thirdPartyNotices } from '../../../scripts/lib/third-party-notices.mjs';

const root = resolve(__dirname, '../../..');

describe('the package', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'package-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Of these files, the ones that would ship: decided by the project's own .vscodeignore and manifest. */
  async function shipped(files: readonly string[]): Promise<readonly string[]> {
    for (const name of ['package.json', '.vscodeignore']) {
      writeFileSync(join(folder, name), readFileSync(join(root, name)));
    }
    for (const file of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), '');
    }
    const listed = await listFiles({ cwd: folder, packageManager: PackageManager.None });
    return files.filter((file) => listed.map((path) => path.replaceAll('\\', '/')).includes(file));
  }

  it('holds the bundles, the media and the papers', async () => {
    const wanted = [
      'README.md',
      'CHANGELOG.md',
      'LICENSE',
      'dist/extension.js',
      'dist/cli.js',
      'dist/analysis-worker.js',
      'dist/parse-worker.js',
      'dist/scan.wasm',
      'dist/webview/panel.js',
      'dist/webview/panel.css',
      'dist/third-party-notices.txt',
      'media/icon.png',
      'media/sample-incident/.cloudtrail-case.json',
      'media/sample-incident/cloudtrail-logs/a.json.gz',
    ];
    assert.deepEqual(await shipped(wanted), wanted);
  });

  it('holds nothing else', async () => {
    const unwanted = [
      '.cache/node/bin/node',
      '.ci/run',
      '.env',
      '.npmrc',
      '.vscode/launch.json',
      'CONTRIBUTING.md',
      'cloudtrail-lineage-0.0.1.vsix',
      'dist/extension.js.map',
      'dist/meta.json',
      'dist/webview/panel.js.map',
      'esbuild.mjs',
      'node_modules/d3/package.json',
      'out/test/extension/index.js',
      'package-lock.json',
      'remediation/incident/policy.json',
      'scripts/start.mjs',
      'src/extension.ts',
      'test-results/failure.png',
      'test/unit/a.test.ts',
      'tsconfig.json',
      'webview/main.ts',
    ];
    assert.deepEqual(await shipped(unwanted), []);
  });

  it('carries the licence text of every package that is bundled, and of no other', () => {
    const notices = thirdPartyNotices({
      'dist/cli.js': {
        inputs: {
          'src/cli.ts': { bytesInOutput: 10 },
          'node_modules/ipaddr.js/lib/ipaddr.js': { bytesInOutput: 10 },
          'node_modules/picomatch/index.js': { bytesInOutput: 0 },
        },
      },
      'dist/webview/panel.js': {
        inputs: { 'node_modules/@microsoft/fast-element/dist/esm/index.js': { bytesInOutput: 10 } },
      },
    });
    assert.match(notices, /^ipaddr\.js \d+\.\d+\.\d+ \(MIT\)$[^]*WhitequarK[^]*THE SOFTWARE IS PROVIDED "AS IS"/im);
    // This package names the licence without shipping its text.
    assert.match(notices, /^@microsoft\/fast-element \d[\d.]* \(MIT\)$[^]*THE SOFTWARE IS PROVIDED "AS IS"/m);
    assert.doesNotMatch(notices, /picomatch/);
  });
});
