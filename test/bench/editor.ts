/**
 * What the editor feels of an analysis of a folder, in a real VS Code: activation, delays of the extension host's event
 * loop, time to the first findings, and how fast a cancel takes effect.
 *
 *   node --import tsx test/bench/editor.ts FOLDER [--json] [--profile FILE]
 */
import { readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';
import { launchChromium } from '../../scripts/lib/browser';
import { build } from '../../scripts/lib/build';
import { root } from '../../scripts/lib/paths.mjs';
import { program } from '../../scripts/lib/program';
import { startVscodeServer, temporaryFolder } from '../../scripts/lib/vscode-server';
import { openWorkbench, type Workbench } from '../extension/ui/workbench';
import { PROFILE_VARIABLE, REPORT_VARIABLE, type Delays, type HostFigures, type WindowFigures } from './editor-figures';
import { table } from './figures';

/** An analysis that has not ended by then hangs, ms. */
const PATIENCE = 600_000;
/** The notification comes after two seconds; an analysis that has none by then was faster, ms. */
const NOTIFIED_WITHIN = 10_000;
/** When an analysis is cancelled: ms after its notification is there, or in the middle of a stage. */
const CANCEL_AT = [0, 1000, 'linking'] as const;

/** A served VS Code looks for open ports every few seconds, in the extension host: a desktop one does not. */
const SETTINGS = { 'remote.autoForwardPorts': false, 'remote.autoForwardPortsSource': 'output' };

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean' }, profile: { type: 'string' } },
  });
  const [folder] = positionals;
  if (folder === undefined) throw new Error('which folder?');
  await build();
  const host = await inHost(folder, values.profile);
  const window = await inWindow(folder);
  process.stdout.write(values.json === true ? `${JSON.stringify({ host, window })}\n` : `${text(host, window)}\n`);
  return 0;
}

async function inHost(folder: string, profile: string | undefined): Promise<HostFigures> {
  const suite = join(root, 'out/bench/editor-suite.js');
  await esbuild.build({
    entryPoints: [join(root, 'test/bench/editor-suite.ts')],
    outfile: suite,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'warning',
  });
  const report = join(temporaryFolder(), 'figures.json');
  const server = await startVscodeServer({
    testDriver: true,
    settings: SETTINGS,
    env: { [REPORT_VARIABLE]: report, ...(profile !== undefined && { [PROFILE_VARIABLE]: profile }) },
    say,
  });
  const browser = await launchChromium();
  const page = await browser.newPage();
  const messages: string[] = [];
  const code = await new Promise<number>((done, fail) => {
    const timer = setTimeout(() => {
      fail(new Error(`the measurement did not end\n${server.logs()}`));
    }, PATIENCE);
    const start = async (): Promise<void> => {
      await page.exposeFunction('codeAutomationLog', (_: string, parts: unknown[]) => {
        messages.push(parts.map(String).join(' '));
      });
      await page.exposeFunction('codeAutomationExit', (exit: number) => {
        clearTimeout(timer);
        done(exit);
      });
      await page.goto(server.hostSuiteAddress({ folder }, root, suite));
    };
    start().catch(fail);
  });
  await browser.close();
  await server.stop();
  if (code !== 0) throw new Error(`the measurement failed\n${messages.join('\n')}`);
  return JSON.parse(readFileSync(report, 'utf8')) as HostFigures;
}

async function inWindow(folder: string): Promise<WindowFigures> {
  const figures = await inFreshWindow(folder, async (vscode, name) => {
    const started = performance.now();
    await vscode.explorerMenu(name, 'Analyze CloudTrail');
    await vscode
      .treeItem(/^(Finding|Incident), /)
      .first()
      .waitFor({ timeout: PATIENCE });
    const firstFindings = (performance.now() - started) / 1000;
    await vscode.statusItem(/open findings?$/).waitFor({ timeout: PATIENCE });
    const seconds = (performance.now() - started) / 1000;
    return { activation: await activationShown(vscode), firstFindings, seconds };
  });
  // In another one: files that were read before would not be read again.
  const cancel = await inFreshWindow(folder, async (vscode, name) => {
    const took: number[] = [];
    for (const at of CANCEL_AT) took.push(...(await cancelled(vscode, name, at)));
    return took;
  });
  return { ...figures, cancel };
}

/** Opens the parent of the folder, so that the folder has a row in the Explorer. */
async function inFreshWindow<T>(folder: string, work: (vscode: Workbench, name: string) => Promise<T>): Promise<T> {
  const path = resolve(folder);
  const vscode = await openWorkbench({ folder: dirname(path), settings: SETTINGS });
  try {
    return await work(vscode, basename(path));
  } finally {
    await vscode.close();
  }
}

/** Starts an analysis and cancels it; how long it took to be over, ms. Nothing where it ends before it can be cancelled. */
async function cancelled(vscode: Workbench, name: string, at: number | string): Promise<number[]> {
  await vscode.explorerMenu(name, 'Analyze CloudTrail');
  const notification = vscode.notification('Analyzing CloudTrail logs');
  const button = notification.getByRole('button', { name: 'Cancel' });
  const wait =
    typeof at === 'number'
      ? button.waitFor({ timeout: NOTIFIED_WITHIN }).then(() => vscode.page.waitForTimeout(at))
      : notification.filter({ hasText: at }).waitFor({ timeout: 60_000 });
  const shown = await wait.then(
    () => notification.isVisible(),
    () => false,
  );
  if (!shown) return [];
  // Measured in the page: the way there and back is not part of it.
  const took = await vscode.page.evaluate<number>(`new Promise((resolve) => {
    const rows = () => [...document.querySelectorAll('.notification-list-item')]
      .filter((row) => row.textContent.includes('Analyzing CloudTrail logs'));
    const button = rows()[0].querySelector('.monaco-button');
    const started = performance.now();
    button.click();
    const look = () => rows().length === 0 && document.querySelector('.part.sidebar .monaco-progress-container.active') === null
      ? resolve(performance.now() - started)
      : setTimeout(look, 5);
    look();
  })`);
  await vscode.page.waitForTimeout(3000);
  return [took];
}

/** `Activation: 12ms` in the row of the extension. */
async function activationShown(vscode: Workbench): Promise<number> {
  await vscode.runCommand('Developer: Show Running Extensions');
  const row = vscode.page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: 'CloudTrail Lineage' });
  await row.waitFor();
  return Number(/Activation: (\d+)ms/.exec(await row.innerText())?.[1]);
}

function text(host: HostFigures, window: WindowFigures): string {
  const row = (name: string, { p50, p99, max }: Delays): string[] => [
    name,
    ...[p50, p99, max].map((value) => value.toFixed(1)),
  ];
  return [
    `activation: ${host.activation.toFixed(0)} ms asked for in the extension host, ${window.activation} ms as VS Code shows it`,
    `whole analysis: ${host.seconds.toFixed(1)} s in the extension host, ${window.seconds.toFixed(1)} s in the window`,
    `first findings in the view: after ${window.firstFindings.toFixed(1)} s`,
    window.cancel.length === 0
      ? 'cancel: nothing was slow enough to be cancelled'
      : `cancel takes effect: ${window.cancel.map((ms) => `${ms.toFixed(0)} ms`).join(', ')}`,
    '',
    table(
      ['event loop of the extension host, ms late', 'p50', 'p99', 'max'],
      [
        row('before anything', host.quiet),
        row('while analysing', host.analysing),
        row('analysing again', host.repeated),
      ],
    ),
  ].join('\n');
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

void program(main);
