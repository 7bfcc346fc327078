import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findChromium } from '../../../scripts/lib/browser';
import { folderHash } from '../../../scripts/lib/folder-hash';
import { root } from '../../../scripts/lib/paths.mjs';
import { sampleCopy } from '../../../scripts/lib/sample-workspace';
import { isComplete, SetupError } from '../../../scripts/lib/vscode-install';
import { composeSettings } from '../../../scripts/lib/vscode-settings';
import { closingLine, readResults, sum } from '../../extension/results';

describe('the VS Code of the tests', () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(join(tmpdir(), 'harness-'))));
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string) => {
    fs.mkdirSync(join(folder, name, '..'), { recursive: true });
    fs.writeFileSync(join(folder, name), text);
  };

  describe('folderHash', () => {
    it('changes with a name, a byte, the salt, and with where a file ends', () => {
      const seen = new Set([folderHash(folder)]);
      const changed = (what: string, salt?: string) => {
        const hash = folderHash(folder, salt);
        assert.ok(!seen.has(hash), what);
        seen.add(hash);
      };
      write('a', 'x');
      changed('a file');
      write('a', 'y');
      changed('its bytes');
      fs.renameSync(join(folder, 'a'), join(folder, 'b'));
      changed('its name');
      changed('the salt', '2');
      write('b', 'y\nc\n');
      changed('more bytes');
      write('b', 'y');
      write('c', '');
      changed('another file');
    });

    it('does not change with installed packages', () => {
      write('package-lock.json', '{}');
      const before = folderHash(folder);
      write('node_modules/p/index.js', '1');
      assert.equal(folderHash(folder), before);
    });
  });

  it('takes an installed server only when its stamp is there and is the wanted one', () => {
    assert.equal(isComplete(join(folder, 'none'), 'one'), false);
    assert.equal(isComplete(folder, 'one'), false);
    write('.complete', 'one');
    assert.equal(isComplete(folder, 'one'), true);
    assert.equal(isComplete(folder, 'two'), false);
  });

  it('keeps the copy of the sample as long as the sample is the same', () => {
    write('source/sample/log.json', '1');
    const source = join(folder, 'source/sample');
    const cache = join(folder, 'cache');
    const copy = sampleCopy(source, cache);
    assert.equal(fs.readFileSync(join(copy, 'log.json'), 'utf8'), '1');
    fs.writeFileSync(join(copy, 'policy.json'), '{}');
    assert.equal(sampleCopy(source, cache), copy);
    assert.deepEqual(fs.readdirSync(copy).sort(), ['log.json', 'policy.json']);

    write('source/sample/log.json', '2');
    const other = sampleCopy(source, cache);
    assert.notEqual(other, copy);
    assert.deepEqual(fs.readdirSync(other), ['log.json']);
    assert.equal(fs.existsSync(copy), false);
  });

  it('gives the wanted theme whatever the browser prefers, and lets a test override any setting', () => {
    const settings = composeSettings('high-contrast-dark', { 'workbench.reduceMotion': 'off' });
    assert.equal(settings['workbench.colorTheme'], 'Default High Contrast');
    assert.equal(settings['window.autoDetectColorScheme'], false);
    assert.equal(settings['window.autoDetectHighContrast'], false);
    assert.equal(settings['workbench.reduceMotion'], 'off');
    assert.equal(settings['telemetry.telemetryLevel'], 'off');
  });

  describe('findChromium', () => {
    const PATH = ['/a', '/b'].join(delimiter);
    const only = (...paths: string[]) => {
      const set = new Set(paths);
      return (path: string) => set.has(path);
    };

    it('prefers the one that is named, then chromium to chrome, in the order of the PATH', () => {
      assert.equal(findChromium({ PATH, CHROMIUM_PATH: '/c' }, only('/c', join('/a', 'chromium'))), '/c');
      assert.equal(
        findChromium({ PATH }, only(join('/a', 'google-chrome'), join('/b', 'chromium'))),
        join('/b', 'chromium'),
      );
    });

    it('says what to install', () => {
      assert.throws(() => findChromium({ PATH }, only()), { name: 'SetupError', message: /apt-get install chromium/ });
      assert.throws(() => findChromium({ PATH, CHROMIUM_PATH: '/c' }, only()), SetupError);
    });
  });

  it('counts over suites, and takes a missing or cut-off report for none', () => {
    write('results.json', '{"passed":2,"failed":1,"skipped":0}');
    const counts = readResults(join(folder, 'results.json'));
    assert.ok(counts);
    assert.equal(closingLine(sum(counts, { passed: 1, failed: 0, skipped: 0 })), '3 passed, 1 failed');
    assert.equal(closingLine({ passed: 0, failed: 0, skipped: 4 }), '0 passed, 0 failed, 4 skipped');
    write('cut.json', '{"passed":2,');
    assert.equal(readResults(join(folder, 'cut.json')), undefined);
    assert.equal(readResults(join(folder, 'none.json')), undefined);
  });

  it('loads every suite that is written', () => {
    const suites = fs.readdirSync(join(root, 'test/extension')).filter((name) => name.endsWith('.suite.ts'));
    const index = fs.readFileSync(join(root, 'test/extension/index.ts'), 'utf8');
    assert.ok(suites.length > 0);
    for (const suite of suites) assert.ok(index.includes(`import('./${suite.replace('.ts', '')}')`), suite);
  });
});
