import assert from 'node:assert/strict';
import { delimiter, join } from 'node:path';
import { parseStartArguments, parseTestArguments, UsageError } from '../../../scripts/lib/launch-options';
import { desktopCode } from '../../../scripts/lib/start';

describe('npm start: arguments', () => {
  it('opens VS Code on the sample when there are none', () => {
    assert.deepEqual(parseStartArguments([]), { kind: 'vscode', served: false, theme: 'dark' });
  });

  it('takes its own options in any order', () => {
    assert.deepEqual(parseStartArguments(['--open', 'logs', '--served', '--theme=high-contrast-light']), {
      kind: 'vscode',
      served: true,
      folder: 'logs',
      theme: 'high-contrast-light',
    });
  });

  it('hands everything else to the command line of the tool, untouched', () => {
    const args = ['analyze', 'a b', '--format', 'json', '--open'];
    assert.deepEqual(parseStartArguments(args), { kind: 'cli', args });
    assert.deepEqual(parseStartArguments(['--help']), { kind: 'cli', args: ['--help'] });
  });

  for (const args of [['--served', 'logs'], ['--open'], ['--served', '--nonsense'], ['--theme', 'pink']])
    it(`refuses ${args.join(' ')}, saying how it is meant`, () => {
      assert.throws(
        () => parseStartArguments(args),
        (error) => error instanceof UsageError && error.message.includes('usage:'),
      );
    });
});

describe('npm run test:extension: arguments', () => {
  it('runs both suites from source when there are none', () => {
    assert.deepEqual(parseTestArguments([]), { suites: ['host', 'ui'] });
  });

  it('takes a suite, a package and a pattern', () => {
    assert.deepEqual(parseTestArguments(['ui', '--vsix', 'a.vsix', '--grep', 'panel']), {
      suites: ['ui'],
      vsix: 'a.vsix',
      grep: 'panel',
    });
  });

  it('refuses a suite that there is not', () => {
    assert.throws(() => parseTestArguments(['units']), UsageError);
  });
});

describe('npm start: the desktop VS Code', () => {
  const PATH = ['/bin', '/opt/code'].join(delimiter);
  const code = join('/opt/code', 'code');
  const there = (path: string) => path === code;

  it('is used where there is a display', () => {
    assert.equal(desktopCode({ PATH, DISPLAY: ':0' }, 'linux', false, there), code);
    assert.equal(desktopCode({ PATH, WAYLAND_DISPLAY: 'w' }, 'linux', false, there), code);
    assert.equal(desktopCode({ PATH }, 'darwin', false, there), code);
  });

  it('is not used without a display, by root, in a remote terminal, or when it is not there', () => {
    assert.equal(desktopCode({ PATH }, 'linux', false, there), undefined);
    assert.equal(desktopCode({ PATH, DISPLAY: ':0' }, 'linux', true, there), undefined);
    assert.equal(desktopCode({ PATH, DISPLAY: ':0', VSCODE_IPC_HOOK_CLI: '/s' }, 'linux', false, there), undefined);
    assert.equal(desktopCode({ PATH: '/bin', DISPLAY: ':0' }, 'linux', false, there), undefined);
  });
});
