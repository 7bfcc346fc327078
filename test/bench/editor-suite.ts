/**
 * What the editor feels of an analysis, measured inside the extension host of a real VS Code. The launcher, editor.ts, gives
 * the folder to analyse and the file for the figures by environment variables.
 *
 * Guarantee: only what is public is used: the extension is activated and called as any other part of VS Code calls it.
 */
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay, performance, type IntervalHistogram } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { PROFILE_VARIABLE, REPORT_VARIABLE, type Delays, type HostFigures } from './editor-figures';

const ID = 'cloudtrail-lineage.cloudtrail-lineage';
/** The trees and the problems are filled a moment after the analysis has ended: that counts as well, ms. */
const AFTERMATH = 3000;
/** How often the delay is looked at, ms. A shorter interval is a load of its own. */
const RESOLUTION = 5;

export async function run(): Promise<void> {
  const reportFile = process.env[REPORT_VARIABLE];
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!reportFile || folder === undefined) throw new Error('start this by test/bench/editor.ts');
  const profile = process.env[PROFILE_VARIABLE];
  const extension = vscode.extensions.getExtension<unknown>(ID);
  if (extension === undefined) throw new Error(`${ID} is not installed`);
  await idle(2000);
  const quiet = await delays(() => idle(2000));
  const asked = performance.now();
  await extension.activate();
  const activation = performance.now() - asked;
  await vscode.commands.executeCommand('cloudtrailLineage.findings.focus');
  await idle(1000);
  const stop = profile ? await profiling(profile) : undefined;
  let seconds = 0;
  const analysing = await delays(async () => {
    const started = performance.now();
    await vscode.commands.executeCommand('cloudtrailLineage.analyze', folder);
    seconds = (performance.now() - started) / 1000;
    await idle(AFTERMATH);
  });
  await stop?.();
  const repeated = await delays(async () => {
    await vscode.commands.executeCommand('cloudtrailLineage.analyze', folder);
    await idle(AFTERMATH);
  });
  const figures: HostFigures = { activation, seconds, quiet, analysing, repeated };
  writeFileSync(reportFile, JSON.stringify(figures));
}

async function delays(work: () => Promise<unknown>): Promise<Delays> {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION });
  histogram.enable();
  await work();
  histogram.disable();
  return summary(histogram);
}

/** What is measured is the time between two looks: what is above the interval is the delay. */
function summary(histogram: IntervalHistogram): Delays {
  const ms = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION);
  return { p50: ms(histogram.percentile(50)), p99: ms(histogram.percentile(99)), max: ms(histogram.max) };
}

/** Profiles this thread; the profile is written when the returned function is called. */
async function profiling(file: string): Promise<() => Promise<void>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 500 });
  await session.post('Profiler.start');
  return async () => {
    const { profile } = await session.post('Profiler.stop');
    writeFileSync(file, JSON.stringify(profile));
    session.disconnect();
  };
}

function idle(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
