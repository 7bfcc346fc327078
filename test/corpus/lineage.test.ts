/**
 * The engine against what the records of real logs say, case by case: the files in `expectations`, one a corpus.
 * The logs are not part of the project: absent, the test says so and is skipped.
 *
 * Guarantee: what an expectation holds is found anew and compared whole (all but `about` and the notes), so that a
 * misspelled or an additional field fails; every session of the model is expected, every event is of one session or of
 * none, and the files in the opposite order give the same.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { analyze, type Analysis } from '../../src/engine/analysis';
import { emptyCase } from '../../src/engine/case-settings';
import type { FileResult } from '../../src/engine/cloudtrail/columns';
import { FileScanner } from '../../src/engine/cloudtrail/scanner';
import { compareText } from '../../src/engine/cloudtrail/text';
import type { LineageModel, Session } from '../../src/engine/lineage/model';
import { callerAt, eventIdAt, rowsOfEvent } from '../../src/engine/lineage/table';
import { parseFile } from '../../src/worker/node/parse-file';

const corpora = process.env['CLOUDTRAIL_CORPORA'] ?? path.resolve('..', 'shared', 'corpora');
const expectations = path.join(__dirname, 'expectations');

/** See README.md: what each field says. Counts that are absent are 0, lists that are absent are empty. */
interface Expectation {
  readonly corpus: string;
  readonly about: string;
  readonly files: { readonly read: number; readonly others: readonly ExpectedFile[] };
  readonly events: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly withoutSession: { readonly events: number; readonly note: string };
  readonly sessionsPerKind: Readonly<Record<string, number>>;
  readonly unseenOrigins: Readonly<Record<string, number>>;
  readonly sessions: readonly ExpectedSession[];
  readonly issuedOnly: readonly ExpectedIssuance[];
  readonly attempts: readonly ExpectedAttempt[];
  readonly coverageNotes: { readonly present: readonly string[]; readonly absent: readonly string[] };
}

interface ExpectedFile {
  readonly path: string;
  readonly format: string;
  readonly verdict: string;
  readonly reasonGiven?: boolean;
  readonly unwrapped?: string;
  readonly note: string;
}

interface ExpectedSession {
  readonly session: string;
  readonly kind: string;
  readonly keys: readonly string[];
  readonly events: number;
  readonly denied?: number;
  readonly forwarded?: number;
  readonly eventsByKey?: Readonly<Record<string, number>>;
  readonly parent: string | null;
  readonly link: string;
  readonly depth: number;
  readonly issuedBy?: readonly string[];
  readonly note: string;
}

interface ExpectedIssuance {
  readonly issuedBy: string;
  readonly kind: string;
  readonly key: string;
  readonly caller: string | null;
  readonly note: string;
}

interface ExpectedAttempt {
  readonly caller: string;
  readonly role: string;
  readonly events: readonly string[];
  readonly retriedWithSuccess: boolean;
  readonly note: string;
}

function filesUnder(root: string): string[] {
  return readdirSync(root)
    .sort(compareText)
    .flatMap((name) => {
      const file = path.join(root, name);
      return statSync(file).isDirectory() ? filesUnder(file) : [file];
    });
}

function scanned(name: string, bytes: Uint8Array): FileResult {
  const scanner = new FileScanner(name);
  scanner.push(bytes);
  return scanner.finish();
}

/** The members of a small archive, by its central directory (PKWARE, APPNOTE.TXT 4.3): stored or deflated. */
function unzipped(archive: Buffer): { readonly name: string; readonly bytes: Buffer }[] {
  const end = archive.lastIndexOf('PK\u0005\u0006', undefined, 'latin1');
  const members: { name: string; bytes: Buffer }[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const nameLength = archive.readUInt16LE(at + 28);
    const local = archive.readUInt32LE(at + 42);
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const packed = archive.subarray(start, start + archive.readUInt32LE(at + 20));
    members.push({
      name: archive.toString('utf8', at + 46, at + 46 + nameLength),
      bytes: archive.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed),
    });
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return members;
}

/** The records that `lookup-events` carries as text, as one delivered file. */
function recordsOfLookup(lines: string): Buffer {
  const texts = lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => (JSON.parse(line) as { readonly CloudTrailEvent: string }).CloudTrailEvent);
  return Buffer.from(`{"Records":[${texts.join(',')}]}`);
}

/** What is inside a file of a format that the product does not read. */
function contentsOf(name: string, how: string, bytes: Buffer): FileResult[] {
  switch (how) {
    case 'zip':
      return unzipped(bytes).map((member) => scanned(`${name}/${member.name}`, member.bytes));
    case 'lookup-events':
      return [scanned(`${name}/CloudTrailEvent`, recordsOfLookup(bytes.toString('utf8')))];
    default:
      throw new Error(`${name}: cannot unwrap ${how}`);
  }
}

async function filesOf(expected: Expectation): Promise<FileResult[]> {
  const root = path.join(corpora, expected.corpus);
  const results: FileResult[] = [];
  for (const file of filesUnder(root)) {
    const name = path.relative(root, file).split(path.sep).join('/');
    results.push(await parseFile({ absolutePath: file, displayPath: name }));
    const how = expected.files.others.find((each) => each.path === name)?.unwrapped;
    if (how !== undefined) {
      results.push(...contentsOf(name, how, readFileSync(file)));
    }
  }
  return results;
}

/** The session that an expectation names: by its id, by one of its keys, or by one of its events. */
function sessionNamed(model: LineageModel, name: string): number | undefined {
  const eventId = /^event (.+)$/.exec(name)?.[1];
  if (eventId !== undefined) {
    const [row] = rowsOfEvent(model.events, eventId);
    const index = row === undefined ? -1 : (model.events.session[row] ?? -1);
    return index < 0 ? undefined : index;
  }
  return name.includes('|') ? model.sessionById.get(name) : model.sessionByKey.get(name);
}

/** What the engine says, in the words of an expectation. */
class Found {
  private readonly model: LineageModel;
  /** Names of the expectation by position of the session; the id where it names none. */
  private readonly names = new Map<number, string>();

  constructor(
    private readonly analysis: Analysis,
    private readonly expected: Expectation,
  ) {
    this.model = analysis.model;
    for (const { session } of expected.sessions) {
      const index = sessionNamed(this.model, session);
      if (index !== undefined && !this.names.has(index)) {
        this.names.set(index, session);
      }
    }
  }

  files(): Expectation['files'] {
    const { files } = this.analysis.coverage;
    const named = new Map(this.expected.files.others.map((each) => [each.path, each]));
    const others = files.filter((file) => file.verdict !== 'read' || named.has(file.path));
    return {
      read: files.length - others.length,
      others: others.map((file) => {
        const unwrapped = named.get(file.path)?.unwrapped;
        return {
          path: file.path,
          format: file.format,
          verdict: file.verdict,
          ...(file.verdict === 'read' && (file.reason ?? '') !== '' ? { reasonGiven: true } : {}),
          ...(unwrapped === undefined ? {} : { unwrapped }),
          note: '',
        };
      }),
    };
  }

  sessions(): ExpectedSession[] {
    return this.model.sessions.map((session) => this.session(session));
  }

  perKind(sessions: readonly Session[]): Record<string, number> {
    return tally(sessions.map(({ kind }) => kind));
  }

  /** Credentials handed out that became no session. */
  issuedOnly(): ExpectedIssuance[] {
    return this.model.issuances
      .filter(({ childSession }) => childSession === undefined)
      .map(({ row, kind, issuedKey, callerSession }) => ({
        issuedBy: eventIdAt(this.model.events, row),
        kind,
        key: issuedKey,
        caller: this.nameOf(callerSession) ?? null,
        note: '',
      }));
  }

  attempts(): ExpectedAttempt[] {
    return this.model.attempts.map(({ callerSession, roleArn, rows, succeeded }) => ({
      caller: this.nameOf(callerSession) ?? '',
      role: roleArn,
      events: rows.map((row) => eventIdAt(this.model.events, row)).sort(compareText),
      retriedWithSuccess: succeeded,
      note: '',
    }));
  }

  withoutSession(): number {
    return this.model.events.session.filter((session) => session < 0).length;
  }

  private nameOf(index: number | undefined): string | undefined {
    return index === undefined ? undefined : (this.names.get(index) ?? this.model.sessions[index]?.id);
  }

  private session(session: Session): ExpectedSession {
    const { events, issuances } = this.model;
    const callers = [...session.rows].map((row) => callerAt(events, row));
    const forwarded = callers.filter(({ invokedBy }) => invokedBy !== '').length;
    const eventsByKey = tally(
      callers.map(({ accessKeyId }) => accessKeyId).filter((key) => session.keys.includes(key)),
    );
    const issuedBy = session.issuances
      .map((index) => issuances[index])
      .flatMap((issuance) => (issuance === undefined ? [] : [issuance.row, ...issuance.twinRows]))
      .map((row) => eventIdAt(events, row))
      .sort(compareText);
    return {
      session: this.nameOf(session.index) ?? '',
      kind: session.kind,
      keys: [...session.keys].sort(compareText),
      events: session.rows.length,
      ...(session.denied === 0 ? {} : { denied: session.denied }),
      ...(forwarded === 0 ? {} : { forwarded }),
      ...(Object.keys(eventsByKey).length === 0 ? {} : { eventsByKey }),
      parent: this.nameOf(session.parent) ?? null,
      link: session.link,
      depth: session.depth,
      ...(issuedBy.length === 0 ? {} : { issuedBy }),
      note: '',
    };
  }
}

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) {
    counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}

/** Compares two lists entry by entry, so that a failure names the entries and fields that differ and no others. */
function sameEntries<T extends { readonly note: string }>(
  found: readonly T[],
  expected: readonly T[],
  nameOf: (entry: T) => string,
): void {
  const named = (entries: readonly T[]): Map<string, Map<string, unknown>> => {
    const byName = new Map(
      entries.map((entry) => [nameOf(entry), new Map<string, unknown>(Object.entries({ ...entry, note: '' }))]),
    );
    assert.equal(byName.size, entries.length, 'two entries of one name');
    return byName;
  };
  const [is, should] = [named(found), named(expected)];
  const differences: string[] = [];
  for (const name of new Set([...should.keys(), ...is.keys()])) {
    const [a, b] = [is.get(name), should.get(name)];
    if (a === undefined || b === undefined) {
      differences.push(`${name}: ${b === undefined ? 'found, but not expected' : 'expected, but not found'}`);
      continue;
    }
    for (const field of new Set([...b.keys(), ...a.keys()])) {
      const [isText, shouldText] = [sorted(a.get(field)), sorted(b.get(field))];
      if (isText !== shouldText) {
        differences.push(`${name}: ${field} is ${isText}, should be ${shouldText}`);
      }
    }
  }
  assert.ok(differences.length === 0, `\n${differences.join('\n')}\n`);
  for (const { note, ...entry } of expected) {
    assert.notEqual(note.trim(), '', `a note that names the records: ${JSON.stringify(entry)}`);
  }
}

/** JSON with the names of objects in order. */
function sorted(value: unknown): string {
  return value === undefined
    ? 'absent'
    : JSON.stringify(value, (_key, part: unknown) =>
        typeof part === 'object' && part !== null && !Array.isArray(part)
          ? Object.fromEntries(Object.entries(part).sort(([x], [y]) => compareText(x, y)))
          : part,
      );
}

describe('lineage of real logs, as their records tell it', function () {
  before(function () {
    if (existsSync(corpora)) return;
    process.stdout.write(`      no logs at ${corpora}: set CLOUDTRAIL_CORPORA to test against real ones\n`);
    this.skip();
  });

  const read = readdirSync(expectations)
    .sort(compareText)
    .map((name) => JSON.parse(readFileSync(path.join(expectations, name), 'utf8')) as Expectation);

  it('expects something of every corpus', () => {
    const folders = readdirSync(corpora).filter((name) => statSync(path.join(corpora, name)).isDirectory());
    assert.deepEqual(
      read.map(({ corpus }) => corpus),
      folders.sort(compareText),
    );
  });

  for (const expected of read) {
    describe(expected.corpus, () => {
      let analysis: Analysis;
      let found: Found;

      before(async () => {
        analysis = analyze(await filesOf(expected), emptyCase);
        found = new Found(analysis, expected);
      });

      it('totals, and no field but those that are compared', () => {
        const { corpus, about, files, events, duplicates, rejected, withoutSession, ...more } = expected;
        const { sessionsPerKind, unseenOrigins, sessions, issuedOnly, attempts, coverageNotes, ...unknown } = more;
        assert.deepEqual(unknown, {});
        assert.deepEqual(Object.keys(withoutSession), ['events', 'note']);
        assert.deepEqual(Object.keys(coverageNotes), ['present', 'absent']);
        assert.deepEqual(Object.keys(files), ['read', 'others']);
        for (const text of [corpus, about, withoutSession.note]) {
          assert.notEqual(text.trim(), '');
        }
        const { coverage, model } = analysis;
        assert.deepEqual(
          {
            events: coverage.events,
            duplicates: coverage.duplicates,
            rejected: coverage.rejected,
            sessionsPerKind: found.perKind(model.sessions),
            unseenOrigins: found.perKind(model.sessions.filter(({ link }) => link === 'inferred')),
          },
          { events, duplicates, rejected, sessionsPerKind, unseenOrigins },
        );
        assert.ok([sessions, issuedOnly, attempts].every((entries) => Array.isArray(entries)));
      });

      it('files', () => {
        const { read: whole, others } = found.files();
        sameEntries(others, expected.files.others, (file) => file.path);
        assert.equal(whole, expected.files.read);
      });

      it('sessions, who issued them and what they did', () => {
        sameEntries(found.sessions(), expected.sessions, ({ session }) => session);
      });

      it('credentials handed out that became no session', () => {
        sameEntries(found.issuedOnly(), expected.issuedOnly, ({ issuedBy }) => issuedBy);
      });

      it('denied assumptions', () => {
        sameEntries(found.attempts(), expected.attempts, ({ caller, role }) => `${caller} to ${role}`);
      });

      it('notes on what the logs do not tell', () => {
        const ids = analysis.coverage.notes.map(({ id }) => id);
        const { present, absent } = expected.coverageNotes;
        assert.deepEqual(
          present.filter((id) => !ids.includes(id)),
          [],
          'missing',
        );
        assert.deepEqual(
          absent.filter((id) => ids.includes(id)),
          [],
          'not called for',
        );
      });

      it('accounts for every event once', () => {
        const { events, sessions } = analysis.model;
        const owner = new Int32Array(events.count).fill(-1);
        for (const { index, rows } of sessions) {
          for (const row of rows) {
            assert.equal(owner[row], -1, eventIdAt(events, row));
            owner[row] = index;
          }
        }
        assert.deepEqual(owner, events.session);
        assert.equal(found.withoutSession(), expected.withoutSession.events);
        const ofSessions = expected.sessions.reduce((sum, session) => sum + session.events, 0);
        assert.equal(ofSessions + expected.withoutSession.events, expected.events);
      });

      it('leads every session to the root of its parents', () => {
        const { sessions } = analysis.model;
        for (const session of sessions) {
          let top = session;
          for (let left = sessions.length; top.parent !== undefined && left > 0; left--) {
            top = sessions[top.parent] ?? top;
          }
          assert.equal(sessions[session.root]?.id, top.id, session.id);
        }
      });

      it('is the same with the files in the opposite order', async () => {
        const reversed = new Found(analyze((await filesOf(expected)).reverse(), emptyCase), expected);
        assert.deepEqual(reversed.sessions(), found.sessions());
        assert.deepEqual(reversed.attempts(), found.attempts());
      });
    });
  }
});
