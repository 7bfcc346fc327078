/**
 * `npm run test:electron`: the suite of test/extension in the desktop VS Code, which @vscode/test-electron downloads.
 *
 * Where that download is out of reach, or there is no display, the run says "skipped: <why>" and succeeds, unless
 * ELECTRON_REQUIRED=1 says that it may not. VSCODE_VERSION picks another version than the pinned one.
 */
import * as fs from 'node:fs';
import { delimiter, join } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import {
  closingLine,
  GREP_VARIABLE,
  NONE,
  outputFile,
  readResults,
  RESULTS_VARIABLE,
} from '../../test/extension/results';
import { build } from './build';
import { parseTestArguments } from './launch-options';
import { cacheDir, root } from './paths.mjs';
import { run } from './processes';
import { sampleIncident } from './sample-workspace';
import { temporaryFolder } from './vscode-server';
import { composeSettings } from './vscode-settings';

const VERSION = '1.139.1';

const hostSuite = join(root, 'out/test/extension/index.js');

export async function testElectron(args: readonly string[]): Promise<number> {
  const { grep } = parseTestArguments(args);
  if (process.platform === 'linux' && !process.env['DISPLAY']) {
    const xvfb = (process.env['PATH'] ?? '')
      .split(delimiter)
      .map((folder) => join(folder, 'xvfb-run'))
      .find((path) => fs.existsSync(path));
    if (xvfb === undefined)
      return skipped('there is no display, and no xvfb-run (Debian, Ubuntu: apt-get install xvfb)');
    return run(xvfb, ['--auto-servernum', process.execPath, join(root, 'scripts/test-electron.mjs'), ...args]);
  }

  const version = process.env['VSCODE_VERSION'] ?? VERSION;
  let vscodeExecutablePath: string;
  try {
    vscodeExecutablePath = await downloadAndUnzipVSCode({ version, cachePath: join(cacheDir, 'vscode-test') });
  } catch (error) {
    return skipped(
      `VS Code ${version} cannot be downloaded: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  await build();
  const data = temporaryFolder();
  const workspace = join(data, 'sample-incident');
  fs.cpSync(sampleIncident, workspace, { recursive: true });
  fs.mkdirSync(join(data, 'd/User'), { recursive: true });
  fs.writeFileSync(join(data, 'd/User/settings.json'), JSON.stringify(composeSettings('dark')));
  const resultsFile = join(data, 'results.json');
  try {
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: root,
      extensionTestsPath: hostSuite,
      extensionTestsEnv: { [RESULTS_VARIABLE]: resultsFile, ...(grep !== undefined && { [GREP_VARIABLE]: grep }) },
      launchArgs: [
        workspace,
        '--disable-extensions',
        ...[`--user-data-dir=${join(data, 'd')}`, `--extensions-dir=${join(data, 'x')}`],
        ...(process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  }
  if (fs.existsSync(outputFile(resultsFile))) process.stdout.write(fs.readFileSync(outputFile(resultsFile), 'utf8'));
  const counts = readResults(resultsFile);
  if (counts === undefined) process.stderr.write('The suite did not report.\n');
  const { failed, ...rest } = counts ?? { ...NONE, failed: 1 };
  process.stdout.write(`\n${closingLine({ ...rest, failed })}\n`);
  return failed > 0 || rest.passed === 0 ? 1 : 0;
}

function skipped(why: string): number {
  process.stdout.write(`skipped: ${why}\n\n${closingLine({ ...NONE, skipped: 1 })}\n`);
  return process.env['ELECTRON_REQUIRED'] === '1' ? 1 : 0;
}
