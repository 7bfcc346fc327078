/**
 * `.cloudtrail-case.json`: what the team knows and has decided, as text into settings.
 *
 * Guarantee: comments and trailing commas are allowed; every unknown key, wrong type and value that means nothing is an
 * error with its zero-based line and column; with any error the settings are those of an absent file, so that a slip never
 * half-applies. The JSON Schema for editors, media/schemas/case-file.json, says the same; a test holds the two together.
 */
import { parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { emptyCase, type CaseSettings, type Suppression, type TriageState } from './case-settings';
import { parseInstant } from './cloudtrail/time';
import { parseRange } from './detect/cidr';
import { thresholds as ruleThresholds, type Threshold } from './detect/thresholds';

export interface CaseFileError {
  /** Zero-based. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface CaseFile {
  readonly settings: CaseSettings;
  /** In the order of the text. */
  readonly errors: readonly CaseFileError[];
}

export function parseCaseFile(text: string): CaseFile {
  const places = new Places(text);
  const report = new Report();
  const syntax: ParseError[] = [];
  const root = parseTree(text.replace(/^\uFEFF/, ' '), syntax, { allowTrailingComma: true, disallowComments: false });
  if (text.trim() === '') {
    report.at(0, 'The file is empty: write at least {}.');
  } else {
    for (const { error, offset } of syntax) {
      report.at(offset, `Not valid JSON: ${wordsOf(printParseErrorCode(error))}.`);
    }
  }
  const settings = root === undefined || syntax.length > 0 ? emptyCase : readCase(root, report);
  const errors = report.errors
    .sort((a, b) => a.offset - b.offset)
    .map(({ offset, message }) => ({ ...places.of(offset), message }));
  return { settings: errors.length === 0 ? settings : emptyCase, errors };
}

/** `CommaExpected` → `comma expected`. */
function wordsOf(code: string): string {
  return code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

class Places {
  private readonly starts = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      this.starts.push(at + 1);
    }
  }

  of(offset: number): { line: number; column: number } {
    let line = this.starts.length - 1;
    while (line > 0 && (this.starts[line] ?? 0) > offset) {
      line--;
    }
    return { line, column: offset - (this.starts[line] ?? 0) };
  }
}

class Report {
  readonly errors: { readonly offset: number; readonly message: string }[] = [];

  at(offset: number, message: string): void {
    this.errors.push({ offset, message });
  }

  on(node: Node, message: string): void {
    this.at(node.offset, message);
  }

  /** The value, or an error where there is none. */
  expected<T>(value: T | undefined, node: Node, what: string): T | undefined {
    if (value === undefined) {
      this.on(node, `Expected ${what}.`);
    }
    return value;
  }
}

type Read<T> = (node: Node, report: Report) => T | undefined;

/** Text of at least one character that `fits`. */
function text(what: string, fits: (value: string) => boolean = () => true): Read<string> {
  return (node, report) => {
    const value: unknown = node.value;
    return report.expected(typeof value === 'string' && value !== '' && fits(value) ? value : undefined, node, what);
  };
}

const anyText: Read<string> = (node, report) => {
  const value: unknown = node.value;
  return report.expected(typeof value === 'string' ? value : undefined, node, 'a text');
};

function oneOf<T extends string>(...values: readonly T[]): Read<T> {
  return (node, report) => {
    const value: unknown = node.value;
    const found = values.find((each) => each === value);
    return report.expected(found, node, `one of ${values.map((each) => `"${each}"`).join(', ')}`);
  };
}

const flag: Read<boolean> = (node, report) => {
  const value: unknown = node.value;
  return report.expected(typeof value === 'boolean' ? value : undefined, node, 'true or false');
};

function list<T>(item: Read<T>): Read<readonly T[]> {
  return (node, report) => {
    if (node.type !== 'array') {
      return report.expected<readonly T[]>(undefined, node, 'a list: [ … ]');
    }
    return (node.children ?? []).map((child) => item(child, report)).filter((value) => value !== undefined);
  };
}

/** An object with any keys that fit. */
function dictionary<T>(
  keyWords: string,
  keyFits: (key: string) => boolean,
  item: Read<T>,
): Read<Readonly<Record<string, T>>> {
  return (node, report) => {
    if (node.type !== 'object') {
      return report.expected<Readonly<Record<string, T>>>(undefined, node, 'an object: { … }');
    }
    const entries: [string, T][] = [];
    for (const { name, key, value } of propertiesOf(node)) {
      if (!keyFits(name)) {
        report.on(key, `Expected ${keyWords}.`);
      }
      const read = item(value, report);
      if (read !== undefined) {
        entries.push([name, read]);
      }
    }
    return Object.fromEntries(entries);
  };
}

type Readers<T> = { readonly [K in keyof T]-?: Read<Exclude<T[K], undefined>> };

/** An object with these keys and no others. */
function record<T extends object>(readers: Readers<T>, required: readonly (keyof T & string)[] = []): Read<Partial<T>> {
  return (node, report) => {
    if (node.type !== 'object') {
      return report.expected<Partial<T>>(undefined, node, 'an object: { … }');
    }
    const result: Partial<Record<string, unknown>> = {};
    for (const { name, key, value } of propertiesOf(node)) {
      const reader = Object.hasOwn(readers, name) ? (readers[name as keyof T] as Read<unknown>) : undefined;
      if (reader === undefined) {
        report.on(key, `Unknown key "${name.slice(0, 64)}". Known here: ${Object.keys(readers).join(', ')}.`);
        continue;
      }
      const read = reader(value, report);
      if (read !== undefined) {
        result[name] = read;
      }
    }
    const present = new Set(propertiesOf(node).map(({ name }) => name));
    for (const name of required) {
      if (!present.has(name)) {
        report.on(node, `The key "${name}" is missing.`);
      }
    }
    return result as Partial<T>;
  };
}

function propertiesOf(node: Node): { readonly name: string; readonly key: Node; readonly value: Node }[] {
  return (node.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    const name: unknown = key?.value;
    return key === undefined || value === undefined || typeof name !== 'string' ? [] : [{ name, key, value }];
  });
}

const isAccount = (value: string): boolean => /^\d{12}$/.test(value);
const isInstance = (value: string): boolean => /^m?i-[0-9a-zA-Z]+$/.test(value);
const account = text('an account id of twelve digits', isAccount);
const range = text(
  'an address or a CIDR, e.g. 198.51.100.0/24 or 2001:db8::/48',
  (value) => parseRange(value) !== undefined,
);
const glob = text('a name or pattern', (value) => value.length <= 2048);
const instant = text(
  'a date or time, e.g. 2026-01-31 or 2026-01-31T12:00:00Z',
  (value) =>
    /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/.test(value) &&
    parseInstant(value) !== undefined,
);

const chain = text(
  'roles separated by ">", e.g. ci-*>deploy-*',
  (value) => value.length <= 2048 && value.split('>').every((each) => each.trim() !== ''),
);

const trusted: Read<{ readonly id: string; readonly name: string }> = (node, report) => {
  if (node.type === 'string') {
    const id = account(node, report);
    return id === undefined ? undefined : { id, name: '' };
  }
  const read = record<{ id: string; name: string }>({ id: account, name: anyText }, ['id'])(node, report);
  return read === undefined ? undefined : { id: read.id ?? '', name: read.name ?? '' };
};

const warnAt: Read<number> = (node, report) => {
  const value: unknown = node.value;
  const fits = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 20;
  return report.expected(fits ? value : undefined, node, 'a whole number from 1 to 20');
};

const roleChain = record<CaseSettings['roleChain']>({
  warnAt,
  depthCounting: oneOf('assumptions', 'roleToRole'),
  assumeUnseenHop: flag,
});

const thresholds: Read<CaseSettings['thresholds']> = (node, report) =>
  record(
    Object.fromEntries(
      Object.entries<Readonly<Record<string, Threshold>>>(ruleThresholds).map(([rule, numbers]) => [
        rule,
        record(Object.fromEntries(Object.entries(numbers).map(([name, range]) => [name, within(range)]))) as Read<
          Readonly<Record<string, number>>
        >,
      ]),
    ),
  )(node, report) as CaseSettings['thresholds'] | undefined;

function within({ least, most }: Threshold): Read<number> {
  return (node, report) => {
    const value: unknown = node.value;
    const fits = typeof value === 'number' && value >= least && value <= most;
    return report.expected(fits ? value : undefined, node, `a number from ${String(least)} to ${String(most)}`);
  };
}

const matchers = ['rule', 'finding', 'caller', 'role', 'account', 'cidr', 'userAgent', 'sessionName'] as const;

const suppression: Read<Suppression> = (node, report) => {
  const read = record<Suppression>(
    {
      rule: glob,
      finding: glob,
      caller: glob,
      role: glob,
      account: glob,
      cidr: range,
      userAgent: glob,
      sessionName: glob,
      reason: text('the reason, for whoever reads it next'),
      author: anyText,
      expires: instant,
    },
    ['reason'],
  )(node, report);
  if (read === undefined) {
    return undefined;
  }
  const names = new Set(propertiesOf(node).map(({ name }) => name));
  if (!matchers.some((name) => names.has(name))) {
    report.on(node, `Says not what to suppress: give at least one of ${matchers.join(', ')}.`);
  }
  return { ...read, reason: read.reason ?? '' };
};

const triage: Read<{ readonly state: TriageState; readonly note?: string }> = (node, report) => {
  const read = record<{ state: TriageState; note?: string }>(
    { state: oneOf('open', 'confirmed', 'benign'), note: anyText },
    ['state'],
  )(node, report);
  return read === undefined ? undefined : { ...read, state: read.state ?? 'open' };
};

const ranges = list(range);
const globs = list(glob);

const caseFile = record<
  Omit<CaseSettings, 'roleChain'> & { readonly $schema: string; readonly roleChain: Partial<CaseSettings['roleChain']> }
>({
  $schema: anyText,
  ownAccounts: list(account),
  trustedAccounts: list(trusted),
  trustedCidrs: ranges,
  egressByVpc: dictionary('a VPC id: vpc-…', (key) => /^vpc-[0-9a-zA-Z]+$/.test(key), ranges),
  instances: dictionary('an instance id: i-…', isInstance, ranges),
  allowedChains: list(chain),
  breakGlassRoles: globs,
  ciRoles: globs,
  securityToolRoles: globs,
  roleChain,
  thresholds,
  suppressions: list(suppression),
  triage: dictionary('a finding id', (key) => key !== '', triage),
});

function readCase(root: Node, report: Report): CaseSettings {
  const { $schema: _schema, roleChain: chainSettings, ...read } = caseFile(root, report) ?? {};
  return { ...emptyCase, ...read, roleChain: { ...emptyCase.roleChain, ...chainSettings } };
}
