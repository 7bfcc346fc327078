/**
 * `npm run test:extension`: the extension in a real VS Code, twice. The host suite runs inside the extension host; the ui
 * suite drives the window from outside, as a user does. With --vsix both meet the packaged file instead of the sources.
 *
 * Guarantees: ends with "N passed, N failed[, N skipped]", counted over both; the exit code is 0 only if tests ran and all
 * passed; a suite that does not report is a failure.
 */
import * as fs from 'node:fs';
import { join, resolve } from 'node:path';
import Mocha from 'mocha';
import {
  GREP_VARIABLE,
  NONE,
  outputFile,
  closingLine,
  readResults,
  RESULTS_VARIABLE,
  sum,
  type Counts,
} from '../../test/extension/results';
import { launchChromium } from './browser';
import { build } from './build';
import { parseTestArguments, type TestOptions } from './launch-options';
import { root } from './paths.mjs';
import { startVscodeServer, temporaryFolder } from './vscode-server';
import { SetupError } from './vscode-install';

/** A suite that has not ended by then hangs. */
const HOST_SUITE_TIMEOUT_MS = 300_000;

const hostSuite = join(root, 'out/test/extension/index.js');
const say = (line: string) => void process.stderr.write(`${line}\n`);

export async function testExtension(args: readonly string[]): Promise<number> {
  const options = resolved(parseTestArguments(args));
  await build();
  let total = NONE;
  for (const suite of options.suites) {
    say(
      `\n${suite === 'host' ? 'In the extension host' : 'Through the window'}${options.vsix ? ', from the VSIX' : ''}`,
    );
    total = sum(total, suite === 'host' ? await runHostSuite(options) : await runUiSuite(options));
  }
  process.stdout.write(`\n${closingLine(total)}\n`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
}

function resolved(options: TestOptions): TestOptions {
  if (options.vsix === undefined) return options;
  const vsix = resolve(options.vsix);
  if (!fs.existsSync(vsix)) throw new SetupError(`There is no ${options.vsix}: make it by npm run package`);
  return { ...options, vsix };
}

async function runHostSuite({ vsix, grep }: TestOptions): Promise<Counts> {
  const folder = join(temporaryFolder(), 'sample-incident');
  fs.cpSync(join(root, 'media/sample-incident'), folder, { recursive: true });
  const resultsFile = join(temporaryFolder(), 'results.json');
  const server = await startVscodeServer({
    testDriver: true,
    env: { [RESULTS_VARIABLE]: resultsFile, ...(grep !== undefined && { [GREP_VARIABLE]: grep }) },
    ...(vsix !== undefined && { extension: { kind: 'vsix', path: vsix } as const }),
    say,
  });
  // A suite needs some extension "in development"; beside a VSIX it must not be the sources.
  const inDevelopment = vsix === undefined ? root : emptyExtension();
  const browser = await launchChromium();
  const page = await browser.newPage();
  const messages: string[] = [];
  page.on('console', (message) => messages.push(message.text()));
  const exit = await new Promise<number | undefined>((done, fail) => {
    const timer = setTimeout(() => done(undefined), HOST_SUITE_TIMEOUT_MS);
    const start = async () => {
      await page.exposeFunction('codeAutomationLog', (type: string, parts: unknown[]) => {
        messages.push(`[${type}] ${parts.map(String).join(' ')}`);
      });
      await page.exposeFunction('codeAutomationExit', (code: number) => {
        clearTimeout(timer);
        done(code);
      });
      await page.goto(server.hostSuiteAddress({ folder }, inDevelopment, hostSuite));
    };
    start().catch(fail);
  });
  const counts = readResults(resultsFile);
  if (fs.existsSync(outputFile(resultsFile))) process.stdout.write(fs.readFileSync(outputFile(resultsFile), 'utf8'));
  const complete = counts !== undefined && exit !== undefined && (exit === 0) === (counts.failed === 0);
  if (!complete || counts.failed > 0) {
    const file = join(root, 'test-results/host-suite');
    fs.mkdirSync(join(root, 'test-results'), { recursive: true });
    fs.writeFileSync(`${file}.log`, `${messages.join('\n')}\n${server.logs()}`);
    await page.screenshot({ path: `${file}.png` }).catch(() => undefined);
    say(`see ${file}.log and .png`);
  }
  await browser.close();
  await server.stop();
  if (complete) return counts;
  say(exit === undefined ? 'The suite did not end in time.' : `The suite did not report (VS Code says ${exit}).`);
  return sum(counts ?? NONE, { ...NONE, failed: 1 });
}

function emptyExtension(): string {
  const folder = join(temporaryFolder(), 'test-host');
  fs.mkdirSync(folder);
  const manifest = { name: 'test-host', publisher: 'none', version: '0.0.0', engines: { vscode: '*' } };
  fs.writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  return folder;
}

async function runUiSuite({ vsix, grep }: TestOptions): Promise<Counts> {
  if (vsix !== undefined) process.env['CLOUDTRAIL_LINEAGE_VSIX'] = vsix;
  else delete process.env['CLOUDTRAIL_LINEAGE_VSIX'];
  const folder = join(root, 'test/extension/ui');
  const files = fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ui.test.ts'));
  // A second try where nobody watches: a busy machine can be late with a window. Locally a late window is to be seen.
  const retries = process.env['CI'] === undefined ? 0 : 1;
  const mocha = new Mocha({ ui: 'bdd', reporter: 'spec', timeout: 120_000, forbidOnly: true, retries });
  if (grep !== undefined) mocha.grep(grep);
  for (const file of files.sort()) mocha.addFile(join(folder, file));
  await mocha.loadFilesAsync();
  return new Promise((done) => {
    const runner = mocha.run((failed) => {
      done({ passed: runner.stats?.passes ?? 0, failed, skipped: runner.stats?.pending ?? 0 });
    });
  });
}
