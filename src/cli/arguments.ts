/**
 * The command line as a command.
 *
 * Guarantee: what is wrong is a `UsageError` with one sentence; nothing is touched before all of it is right.
 */
import { resolve } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Severity } from '../engine/contract';
import { detectors } from '../engine/detect/index';
import { parseInstant } from '../engine/cloudtrail/time';
import { reportFormats, type ReportFormat } from '../engine/report/render-report';
import type { NetworkDatabases } from '../worker/protocol';

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

interface Sources {
  /** As typed. */
  readonly paths: readonly string[];
  readonly caseFile?: string;
  /** Folder of the results of earlier analyses. */
  readonly cache?: string;
}

export interface AnalyzeCommand extends Sources {
  readonly name: 'analyze';
  readonly format: ReportFormat;
  readonly out?: string;
  readonly failOn?: Severity;
  /** A saved analysis, to compare with. */
  readonly against?: string;
  /** What quiet weeks before look like. */
  readonly baseline?: string;
  /** Where to write what these logs look like. */
  readonly writeBaseline?: string;
  readonly since?: string;
  readonly until?: string;
  readonly rules: readonly string[];
  readonly ignoreSuppressions: boolean;
  readonly networkDatabases?: NetworkDatabases;
}

export interface WhoCommand extends Sources {
  readonly name: 'who';
  readonly query: string;
  readonly format: 'text' | 'json';
  readonly blastRadius: boolean;
}

export interface RemediateCommand extends Sources {
  readonly name: 'remediate';
  readonly finding: string;
  readonly out: string;
  readonly force: boolean;
}

export type Command =
  | AnalyzeCommand
  | WhoCommand
  | RemediateCommand
  | { readonly name: 'rules'; readonly format: 'text' | 'json' }
  | { readonly name: 'help' }
  | { readonly name: 'version' };

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const sourceOptions = { case: text, cache: text } as const;
const analyzeOptions = {
  ...sourceOptions,
  format: text,
  out: text,
  against: text,
  baseline: text,
  'write-baseline': text,
  'fail-on': text,
  since: text,
  until: text,
  rule: { type: 'string', multiple: true },
  'no-suppressions': flag,
  'country-db': text,
  'asn-db': text,
  'aws-ip-ranges': text,
} as const;

const thresholds = ['critical', 'high', 'medium', 'low'] as const;
const briefFormats = ['text', 'json'] as const;

export function parseCommand(argv: readonly string[]): Command {
  const [name, ...rest] = argv;
  if (argv.length === 0) {
    throw new UsageError('Say what to do: analyze, who, remediate or rules.');
  }
  // Before a `--` these are wishes, whatever else is wrong.
  const options = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined);
  if (name === 'help' || options.includes('--help') || options.includes('-h')) {
    return { name: 'help' };
  }
  if (options.includes('--version')) {
    return { name: 'version' };
  }
  switch (name) {
    case 'analyze':
      return analyzeCommand(rest);
    case 'who':
      return whoCommand(rest);
    case 'remediate':
      return remediateCommand(rest);
    case 'rules': {
      const { values, positionals } = parsed({ format: text }, rest);
      if (positionals.length > 0) {
        throw new UsageError('rules takes no path.');
      }
      return { name, format: oneOf('--format', values.format, briefFormats) ?? 'text' };
    }
    default:
      throw new UsageError(`There is no command ${name ?? ''}: use analyze, who, remediate or rules.`);
  }
}

function analyzeCommand(argv: readonly string[]): AnalyzeCommand {
  const { values, positionals } = parsed(analyzeOptions, argv);
  const known = detectors.map(({ id }) => id);
  const unknown = (values.rule ?? []).filter((rule) => !known.includes(rule));
  if (unknown.length > 0) {
    throw new UsageError(`There is no rule ${unknown.join(', ')}; the rules are ${known.join(', ')}.`);
  }
  const failOn = oneOf('--fail-on', values['fail-on'], thresholds);
  const since = instant('--since', values.since);
  const until = instant('--until', values.until);
  if (since !== undefined && until !== undefined && (parseInstant(since) ?? 0) > (parseInstant(until) ?? 0)) {
    throw new UsageError(`--since ${since} is after --until ${until}.`);
  }
  return {
    name: 'analyze',
    ...sources(positionals, values),
    format: oneOf('--format', values.format, reportFormats) ?? 'text',
    ...(values.out === undefined ? {} : { out: notEmpty('--out', values.out) }),
    ...(failOn === undefined ? {} : { failOn }),
    ...(values.against === undefined ? {} : { against: notEmpty('--against', values.against) }),
    ...(values.baseline === undefined ? {} : { baseline: notEmpty('--baseline', values.baseline) }),
    ...(values['write-baseline'] === undefined
      ? {}
      : { writeBaseline: notEmpty('--write-baseline', values['write-baseline']) }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    rules: [...new Set(values.rule)],
    ignoreSuppressions: values['no-suppressions'] === true,
    ...databasesOf(values),
  };
}

function whoCommand(argv: readonly string[]): WhoCommand {
  const { values, positionals } = parsed({ ...sourceOptions, format: text, 'blast-radius': flag }, argv);
  const [query, ...paths] = positionals;
  if (query === undefined || query.trim() === '') {
    throw new UsageError('who needs a name: an access key, session, role, user, instance, event, request or address.');
  }
  return {
    name: 'who',
    query,
    ...sources(paths, values),
    format: oneOf('--format', values.format, briefFormats) ?? 'text',
    blastRadius: values['blast-radius'] === true,
  };
}

function remediateCommand(argv: readonly string[]): RemediateCommand {
  const { values, positionals } = parsed({ ...sourceOptions, finding: text, out: text, force: flag }, argv);
  const place = sources(positionals, values);
  if (values.finding === undefined || values.out === undefined) {
    throw new UsageError(
      `remediate needs ${values.finding === undefined ? '--finding ID, as analyze prints it' : '--out DIR, to write into'}.`,
    );
  }
  return {
    name: 'remediate',
    ...place,
    finding: values.finding.trim(),
    out: notEmpty('--out', values.out),
    force: values.force === true,
  };
}

function sources(
  paths: readonly string[],
  { case: caseFile, cache }: { readonly case?: string | undefined; readonly cache?: string | undefined },
): Sources {
  if (paths.length === 0) {
    throw new UsageError('Name at least one file or folder of CloudTrail logs.');
  }
  if (paths.some((path) => path === '')) {
    throw new UsageError('A path is empty.');
  }
  return {
    paths,
    ...(caseFile === undefined ? {} : { caseFile: notEmpty('--case', caseFile) }),
    ...(cache === undefined ? {} : { cache: notEmpty('--cache', cache) }),
  };
}

function parsed<O extends NonNullable<ParseArgsConfig['options']>>(options: O, argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    // The first sentence says what is wrong, the others how a path that begins with a dash is written.
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split(/\.\s/);
    throw new UsageError(`${sentence.replace(/\.$/, '')}.`);
  }
}

function oneOf<T extends string>(option: string, value: string | undefined, allowed: readonly T[]): T | undefined {
  const found = allowed.find((each) => each === value);
  if (value !== undefined && found === undefined) {
    throw new UsageError(`${option} ${value} is none of ${allowed.join(', ')}.`);
  }
  return found;
}

function instant(option: string, value: string | undefined): string | undefined {
  if (value !== undefined && parseInstant(value) === undefined) {
    throw new UsageError(`${option} ${value} is no time: write it like 2025-05-16T01:00:00Z.`);
  }
  return value;
}

const databaseOptions = [
  ['country', 'country-db'],
  ['asn', 'asn-db'],
  ['awsIpRanges', 'aws-ip-ranges'],
] as const;

/** Nothing where no database is named. */
function databasesOf(
  values: Readonly<Partial<Record<(typeof databaseOptions)[number][1], string>>>,
): Pick<AnalyzeCommand, 'networkDatabases'> {
  const named = databaseOptions.flatMap(([kind, option]) => {
    const path = values[option];
    return path === undefined ? [] : [[kind, notEmpty(`--${option}`, path)] as const];
  });
  return named.length === 0 ? {} : { networkDatabases: Object.fromEntries(named) };
}

function notEmpty(option: string, value: string): string {
  if (value.trim() === '') {
    throw new UsageError(`${option} is empty.`);
  }
  return value;
}

/** Absolute, from where the program was started. */
export function absolute(cwd: string, path: string): string {
  return resolve(cwd, path);
}
