/**
 * What the launchers are asked on their command lines.
 *
 * Guarantee: anything not understood is an error that says how it is meant; nothing is ignored.
 */
import { parseArgs } from 'node:util';
import { isTheme, THEMES, type Theme } from './vscode-settings';

/** The command line is wrong; the message is the usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type StartOptions =
  | {
      readonly kind: 'vscode';
      /** Serve VS Code even where a desktop VS Code is installed. */
      readonly served: boolean;
      /** The folder to open; a copy of the sample incident when absent. */
      readonly folder?: string;
      readonly theme: Theme;
    }
  /** The command line of the tool, with its arguments as they are. */
  | { readonly kind: 'cli'; readonly args: readonly string[] };

const START_USAGE = `usage:
  npm start                          VS Code on a copy of the sample incident
  npm start -- [--served] [--open FOLDER] [--theme ${Object.keys(THEMES).join('|')}]
  npm start -- COMMAND ARGUMENT...   the command line: analyze, who, remediate, rules, --help`;

/** The first argument decides: an option of ours opens VS Code, everything else is for the command line of the tool. */
export function parseStartArguments(args: readonly string[]): StartOptions {
  const first = args[0];
  if (first !== undefined && !/^--(served|open|theme)(=|$)/.test(first)) return { kind: 'cli', args };
  const { values } = parsed(START_USAGE, () =>
    parseArgs({
      args: [...args],
      options: { served: { type: 'boolean' }, open: { type: 'string' }, theme: { type: 'string' } },
    }),
  );
  const theme = values.theme ?? 'dark';
  if (!isTheme(theme)) throw new UsageError(`There is no theme ${theme}\n${START_USAGE}`);
  return {
    kind: 'vscode',
    served: values.served ?? false,
    theme,
    ...(values.open !== undefined && { folder: values.open }),
  };
}

export const SUITES = ['host', 'ui'] as const;
export type SuiteName = (typeof SUITES)[number];

export interface TestOptions {
  readonly suites: readonly SuiteName[];
  readonly vsix?: string;
  readonly grep?: string;
}

const TEST_USAGE = `usage: npm run test:extension -- [${SUITES.join('|')}]... [--vsix FILE] [--grep TEXT]`;

export function parseTestArguments(args: readonly string[]): TestOptions {
  const { values, positionals } = parsed(TEST_USAGE, () =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { vsix: { type: 'string' }, grep: { type: 'string', short: 'g' } },
    }),
  );
  const unknown = positionals.find((name) => !SUITES.some((suite) => suite === name));
  if (unknown !== undefined) throw new UsageError(`There is no suite ${unknown}\n${TEST_USAGE}`);
  return {
    suites: positionals.length === 0 ? SUITES : SUITES.filter((suite) => positionals.includes(suite)),
    ...(values.vsix !== undefined && { vsix: values.vsix }),
    ...(values.grep !== undefined && { grep: values.grep }),
  };
}

function parsed<T>(usage: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}
