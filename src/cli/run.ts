/**
 * The commands: what is asked of the worker, what is printed, and the exit status.
 *
 * Guarantee: reports go to the standard output or the file asked for, everything else to the standard error; errors are one
 * sentence. Exit status as in the usage.
 */
import { access, constants, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import type { Baseline } from '../engine/baseline';
import { parseBaseline } from '../engine/parse-baseline';
import { renderRules } from '../engine/report/render-rules';
import { plainText } from '../engine/report/plain-text';
import { parseSavedAnalysis, type SavedAnalysis } from '../engine/report/saved-analysis';
import { isAtLeast } from '../engine/severity';
import { createAnalysisClient, walkSources, type AnalysisClient } from '../worker/client';
import type { AnalysisSummary, AnalyzeRequest, NetworkDatabases, Progress } from '../worker/protocol';
import {
  absolute,
  parseCommand,
  UsageError,
  type AnalyzeCommand,
  type Command,
  type RemediateCommand,
  type WhoCommand,
} from './arguments';
import { findCaseFile } from './find-case-file';
import { clearLine, type Io } from './io';
import { program, usage } from './usage';
import { tellWho } from './who';
import { writePlan } from './write-plan';

export type { Io };

export const exitStatus = { done: 0, failOn: 1, usage: 2, nothingRead: 3 } as const;

export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await runCommand(parseCommand(argv), io);
  } catch (error) {
    const message = plainText(error instanceof Error ? error.message : String(error), 4096);
    io.err(`${program}: ${message}${error instanceof UsageError ? ` See ${program} --help.` : ''}\n`);
    return error instanceof UsageError ? exitStatus.usage : exitStatus.nothingRead;
  }
}

async function runCommand(command: Command, io: Io): Promise<number> {
  switch (command.name) {
    case 'help':
      await io.out(usage);
      return exitStatus.done;
    case 'version':
      await io.out(`${io.version}\n`);
      return exitStatus.done;
    case 'rules':
      await io.out(renderRules(command.format, { colour: io.outHasColour }));
      return exitStatus.done;
    case 'analyze':
    case 'who':
    case 'remediate': {
      const cacheFolder =
        command.cache === undefined ? undefined : await cacheFolderOf(command.cache, command.paths, io.cwd);
      const client = createAnalysisClient({
        workerPath: io.workerPath,
        ...(cacheFolder === undefined ? {} : { cacheFolder }),
      });
      try {
        return await runWith(client, command, io);
      } finally {
        await client.dispose();
      }
    }
  }
}

/** Tells now what nobody would be told later: the analysis does without a cache that cannot be written. */
async function cacheFolderOf(path: string, logs: readonly string[], cwd: string): Promise<string> {
  const folder = absolute(cwd, path);
  for (const each of logs) {
    const log = absolute(cwd, each);
    // Entries would be taken for logs.
    if (isWithin(folder, log) || isWithin(await real(folder), await real(log))) {
      throw new UsageError(`--cache ${path} is among the logs: choose a folder outside of ${each}.`);
    }
  }
  return writing(folder, async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK);
    return folder;
  });
}

/** As it is, when it is not there. */
function real(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function runWith(
  client: AnalysisClient,
  command: AnalyzeCommand | WhoCommand | RemediateCommand,
  io: Io,
): Promise<number> {
  switch (command.name) {
    case 'analyze':
      return analyze(client, command, io);
    case 'who':
      return who(client, command, io);
    case 'remediate':
      return remediate(client, command, io);
  }
}

async function analyze(client: AnalysisClient, command: AnalyzeCommand, io: Io): Promise<number> {
  const { since, until } = command;
  const against = command.against === undefined ? undefined : await savedAnalysis(absolute(io.cwd, command.against));
  const baseline = command.baseline === undefined ? undefined : await savedBaseline(absolute(io.cwd, command.baseline));
  const { summary, files } = await read(client, command, io, {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    rules: command.rules,
    ...databasesOf(command.networkDatabases, io.cwd),
    ignoreSuppressions: command.ignoreSuppressions,
    ...(baseline === undefined ? {} : { baseline }),
  });
  for (const [option, path] of [
    ['--out', command.out],
    ['--write-baseline', command.writeBaseline],
  ] as const) {
    if (path !== undefined) {
      await refuseToOverwriteLogs(option, path, io.cwd, files);
    }
  }
  const report = await client.report({}, command.format, {
    colour: command.out === undefined && io.outHasColour,
    sources: command.paths,
    ...(against === undefined ? {} : { against }),
  });
  if (command.out === undefined) {
    await io.out(report);
  } else {
    await write(absolute(io.cwd, command.out), report);
  }
  if (nothingRead(summary, io)) {
    return exitStatus.nothingRead;
  }
  const made = command.writeBaseline === undefined ? null : await client.baseline({});
  if (command.writeBaseline !== undefined && made !== null) {
    await write(absolute(io.cwd, command.writeBaseline), made);
  }
  const { failOn } = command;
  return failOn !== undefined && worstOf(summary).some((severity) => isAtLeast(severity, failOn))
    ? exitStatus.failOn
    : exitStatus.done;
}

/** Nothing where none are named. */
function databasesOf(named: NetworkDatabases | undefined, cwd: string): Pick<AnalyzeRequest, 'networkDatabases'> {
  const entries = Object.entries(named ?? {}).map(([kind, path]: [string, string]) => [kind, absolute(cwd, path)]);
  return entries.length === 0 ? {} : { networkDatabases: Object.fromEntries(entries) as NetworkDatabases };
}

/** Read before the logs are: a wrong file is told at once. */
async function savedAnalysis(path: string): Promise<SavedAnalysis> {
  try {
    return parseSavedAnalysis(await readFile(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`Cannot compare with ${path}: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

async function savedBaseline(path: string): Promise<Baseline> {
  try {
    return parseBaseline(await readFile(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`Cannot use the baseline ${path}: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** Of findings that are not suppressed, and of their incidents, which may be more severe than each finding. */
function worstOf({ findings, incidents }: AnalysisSummary) {
  const open = findings.filter(({ suppressed }) => !suppressed);
  const ids = new Set(open.map(({ incident }) => incident));
  return [...open, ...incidents.filter(({ id }) => ids.has(id))].map(({ severity }) => severity);
}

async function who(client: AnalysisClient, command: WhoCommand, io: Io): Promise<number> {
  const { summary } = await read(client, command, io);
  await tellWho(client, command, io);
  return nothingRead(summary, io) ? exitStatus.nothingRead : exitStatus.done;
}

async function remediate(client: AnalysisClient, command: RemediateCommand, io: Io): Promise<number> {
  const { summary } = await read(client, command, io);
  if (nothingRead(summary, io)) {
    return exitStatus.nothingRead;
  }
  const plan = await client.remediation({}, command.finding);
  if (plan === null) {
    throw new UsageError(`These logs give no finding ${command.finding}: analyze lists those that they give.`);
  }
  const folder = absolute(io.cwd, command.out);
  const written = await writing(folder, () => writePlan(folder, plan.files, command.force));
  await io.out(
    `${plainText(plan.title, 4096)}\n\n${written.map((path) => `  ${plainText(path)}\n`).join('')}\nNothing was run. Begin with runbook.md.\n`,
  );
  return exitStatus.done;
}

interface Read {
  readonly summary: AnalysisSummary;
  /** Absolute paths. */
  readonly files: readonly string[];
}

async function read(
  client: AnalysisClient,
  command: { readonly paths: readonly string[]; readonly caseFile?: string },
  io: Io,
  options: Omit<AnalyzeRequest, 'files' | 'caseFile' | 'unreadable'> = {},
): Promise<Read> {
  const caseFile = await findCaseFile(io.cwd, command.paths, command.caseFile);
  if (caseFile !== undefined) {
    io.err(`Case file: ${plainText(caseFile.path)}\n`);
  }
  const { files, problems } = await walkSources([...new Set(command.paths.map((path) => absolute(io.cwd, path)))]);
  const onProgress = io.errIsTerminal
    ? (progress: Progress) => io.err(`${clearLine}${progressText(progress)}`)
    : undefined;
  const request: AnalyzeRequest = {
    files,
    ...(problems.length === 0 ? {} : { unreadable: problems }),
    ...(caseFile === undefined ? {} : { caseFile }),
    ...options,
  };
  try {
    const summary = await client.analyze(onProgress === undefined ? {} : { onProgress }, request);
    if (io.errIsTerminal) {
      io.err(clearLine);
    }
    for (const { path, reason } of problems) {
      io.err(`${program}: ${plainText(path)} was not read: ${plainText(reason)}.\n`);
    }
    for (const { path, reason } of summary.networkProblems ?? []) {
      io.err(`${program}: ${plainText(path)} is not used: ${plainText(reason)}.\n`);
    }
    for (const { line, column, message } of summary.caseErrors) {
      io.err(`${plainText(caseFile?.path ?? '')}:${String(line + 1)}:${String(column + 1)}: ${plainText(message)}\n`);
    }
    if (summary.caseErrors.length > 0) {
      io.err(`${program}: the case file has errors and was not applied.\n`);
    }
    for (const { rule, stack } of summary.failures ?? []) {
      io.err(
        `${program}: the rule ${rule} broke and was not evaluated.\n${stack
          .split('\n')
          .map((line) => plainText(line))
          .join('\n')}\n`,
      );
    }
    return { summary, files: files.map(({ absolutePath }) => absolutePath) };
  } catch (error) {
    if (io.errIsTerminal) {
      io.err(clearLine);
    }
    throw error;
  }
}

function progressText({ stage, filesDone, files, bytesRead, events }: Progress): string {
  return stage === 'reading'
    ? `Reading: ${String(filesDone)} of ${String(files)} files, ${String(Math.round(bytesRead / 1e6))} MB, ${String(events)} events`
    : `Linking ${String(events)} events`;
}

/** Says so, when no file was a log. */
function nothingRead({ coverage: { files } }: AnalysisSummary, io: Io): boolean {
  if (files.some(({ verdict }) => verdict === 'read' || verdict === 'partial')) {
    return false;
  }
  const [only, ...others] = files;
  const why =
    only === undefined
      ? 'there are no files'
      : others.length === 0
        ? `${plainText(only.path)}: ${plainText(only.reason ?? only.verdict)}`
        : `none of the ${String(files.length)} files is a log that can be read`;
  io.err(`${program}: nothing could be read: ${why}.\n`);
  return true;
}

async function refuseToOverwriteLogs(
  option: string,
  path: string,
  cwd: string,
  files: readonly string[],
): Promise<void> {
  let target: string;
  try {
    target = await realpath(absolute(cwd, path));
  } catch {
    // Not there yet: nothing to overwrite.
    return;
  }
  for (const file of files) {
    if ((await realpath(file)) === target) {
      throw new UsageError(`${option} ${path} is one of the logs that were analysed.`);
    }
  }
}

async function write(path: string, report: string): Promise<void> {
  await writing(path, () => writeFile(path, report));
}

async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UsageError) {
      throw error;
    }
    throw new UsageError(`Cannot write ${path}: ${error instanceof Error ? error.message : String(error)}.`);
  }
}
