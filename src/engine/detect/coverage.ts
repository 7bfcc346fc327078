/**
 * What was read and what could not be judged: the other half of every answer.
 *
 * Guarantee: every file with its verdict; notes sorted by id, each id once. No findings never reads as "clean" while
 * something was missing.
 */
import { append } from '../append';
import type { CaseSettings } from '../case-settings';
import { formatInstant } from '../cloudtrail/time';
import type { Coverage, CoverageNote } from '../contract';
import type { EventTable, Indexes, LineageModel } from '../lineage/model';
import { timeAt } from '../lineage/table';
import { compareText } from '../cloudtrail/text';
import { blindSpans, blindWords } from './blind-spans';
import { clean, counted, listed } from './text';

export function coverageOf(model: LineageModel, settings: CaseSettings, notes: readonly CoverageNote[]): Coverage {
  const { events } = model;
  const files = model.files.map(({ result, events: read, duplicates, firstEventTime, lastEventTime }) => ({
    path: result.path,
    format: result.format,
    verdict: result.verdict,
    ...(result.reason === undefined ? {} : { reason: result.reason }),
    events: read,
    duplicates,
    rejected: result.rejected,
    firstEventTime: instantOrNull(firstEventTime),
    lastEventTime: instantOrNull(lastEventTime),
  }));
  const receivedIn = seenIn(events.recipientAccount, events.count, events.strings.length);
  const accounts = textsSeen(receivedIn, events.strings);
  const regions = textsSeen(seenIn(events.region, events.count, events.strings.length), events.strings);
  const all = [
    ...model.notes,
    ...notes,
    ...unreadNote(files),
    ...ownAccountsNote(settings, accounts),
    ...regionNote(events, regions),
    ...foreignCallersNote(events, accounts),
    ...gapNotes(spansOf(events, receivedIn)),
    ...stoppedTrailNotes(model),
  ];
  const byId = new Map<string, CoverageNote>();
  for (const { id, message } of all) {
    byId.set(id, byId.get(id) ?? { id, message });
  }
  return {
    files,
    events: events.count,
    duplicates: files.reduce((sum, file) => sum + file.duplicates, 0),
    rejected: files.reduce((sum, file) => sum + file.rejected, 0),
    firstEventTime: instantOrNull(events.count === 0 ? undefined : timeAt(events, 0)),
    lastEventTime: instantOrNull(events.count === 0 ? undefined : timeAt(events, events.count - 1)),
    accounts,
    regions,
    notes: [...byId.values()].sort((a, b) => compareText(a.id, b.id)),
  };
}

function instantOrNull(time: number | undefined): string | null {
  return time === undefined ? null : formatInstant(time);
}

/** When an account had events, and when it had none for long. */
interface Span {
  readonly account: string;
  readonly count: number;
  readonly first: number;
  readonly last: number;
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
}

/** Which values of a dictionary rows have. */
function seenIn(column: Indexes, count: number, values: number): Uint8Array {
  const seen = new Uint8Array(values);
  for (let row = 0; row < count; row++) {
    seen[column[row] ?? 0] = 1;
  }
  return seen;
}

function textsSeen(seen: Uint8Array, strings: readonly string[]): string[] {
  return strings.filter((text, index) => seen[index] === 1 && text !== '').sort(compareText);
}

/** One an account that events acted in: the one that received the record, else the caller's. */
function spansOf(events: EventTable, receivedIn: Uint8Array): Span[] {
  const { count, time, recipientAccount, caller, strings, callers } = events;
  const numbers = new Map<string, number>();
  const numberOf = (account: string): number => {
    const number = numbers.get(account) ?? numbers.size;
    numbers.set(account, number);
    return number;
  };
  const byRecipient = Uint32Array.from(strings, (text, index) => (receivedIn[index] === 1 ? numberOf(text) : 0));
  const byCaller =
    receivedIn[0] === 1 ? Uint32Array.from(callers, ({ accountId }) => numberOf(accountId)) : byRecipient;
  const counts = new Uint32Array(numbers.size);
  const first = new Float64Array(numbers.size);
  const last = new Float64Array(numbers.size);
  const gaps = new Map<number, { readonly from: number; readonly to: number }[]>();
  for (let row = 0; row < count; row++) {
    const recipient = recipientAccount[row] ?? 0;
    const number = (recipient === 0 ? byCaller[caller[row] ?? 0] : byRecipient[recipient]) ?? 0;
    const at = time[row] ?? 0;
    const before = counts[number] ?? 0;
    if (before === 0) {
      first[number] = at;
    } else if (at - (last[number] ?? 0) > gapMs) {
      append(gaps, number, { from: last[number] ?? 0, to: at });
    }
    counts[number] = before + 1;
    last[number] = at;
  }
  return [...numbers].flatMap(([account, number]) =>
    counts[number] === 0
      ? []
      : [
          {
            account,
            count: counts[number] ?? 0,
            first: first[number] ?? 0,
            last: last[number] ?? 0,
            gaps: gaps.get(number) ?? [],
          },
        ],
  );
}

/** Each reason once, with how many files it is the reason of; the list of files has them one by one. */
function unreadNote(files: Coverage['files']): CoverageNote[] {
  const reasons = new Map<string, number>();
  for (const { verdict, reason = 'no reason told' } of files) {
    if (verdict !== 'read') {
      const text = `${verdict}: ${clean(reason, 160).replace(/\.$/, '')}`;
      reasons.set(text, (reasons.get(text) ?? 0) + 1);
    }
  }
  const count = [...reasons.values()].reduce((sum, each) => sum + each, 0);
  const texts = [...reasons]
    .sort(([a, many], [b, more]) => more - many || compareText(a, b))
    .map(([text, each]) => `${String(each)} ${text}`);
  return count === 0
    ? []
    : [
        {
          id: 'files-not-read',
          message: `${counted(count, 'file was', 'files were')} not read, or not in full (${listed(texts, 6)}): what they hold is in no answer.`,
        },
      ];
}

function ownAccountsNote(settings: CaseSettings, accounts: readonly string[]): CoverageNote[] {
  if (settings.ownAccounts.length > 0 || accounts.length === 0) {
    return [];
  }
  return [
    {
      id: 'own-accounts-derived',
      message: `Own accounts were derived: those that received the events (${listed(
        accounts.map((account) => clean(account, 32)),
        8,
      )}). Name them under ownAccounts in the case file.`,
    },
  ];
}

/** Global services log to us-east-1. Other partitions have Regions of their own for it. */
function regionNote(events: EventTable, regions: readonly string[]): CoverageNote[] {
  const commercial = regions.some(
    (region) => /^(af|ap|ca|eu|il|me|mx|sa|us)-/.test(region) && !/^us-(gov|iso)|^eusc-/.test(region),
  );
  if (events.count === 0 || !commercial || regions.includes('us-east-1')) {
    return [];
  }
  return [
    {
      id: 'no-us-east-1',
      message:
        'No event of Region us-east-1 is in these logs: calls to IAM and to the global endpoint of STS may be missing.',
    },
  ];
}

/** Accounts that call into these logs and whose own logs are not there. */
function foreignCallersNote(events: EventTable, accounts: readonly string[]): CoverageNote[] {
  const known = new Set(['', ...accounts]);
  const called = seenIn(events.caller, events.count, events.callers.length);
  const callers = new Set<string>();
  events.callers.forEach(({ accountId }, index) => {
    if (called[index] === 1 && !known.has(accountId)) {
      callers.add(accountId);
    }
  });
  if (callers.size === 0) {
    return [];
  }
  const names = [...callers].sort(compareText).map((account) => clean(account, 32));
  return [
    {
      id: 'accounts-without-logs',
      message: `Seen only as callers: ${listed(names, 8)}. What they did in their own accounts is not in these logs.`,
    },
  ];
}

const gapMs = 30 * 60 * 1000;
/** An account with so many events a time is not silent by chance, ms an event. */
const usualMs = 5 * 60 * 1000;

/** Silence in an account that otherwise has an event every few minutes: logs may be missing, or logging was stopped. */
function gapNotes(spans: readonly Span[]): CoverageNote[] {
  const texts: string[] = [];
  for (const { account, count, first, last, gaps } of [...spans].sort((a, b) => compareText(a.account, b.account))) {
    const silent = gaps.reduce((sum, { from, to }) => sum + to - from, 0);
    const longest = gaps.reduce((best, gap) => (gap.to - gap.from > best.to - best.from ? gap : best), {
      from: 0,
      to: 0,
    });
    if (
      gaps.length > 0 &&
      count > 12 &&
      (last - first - silent) / count <= usualMs &&
      (last - first) / count <= usualMs
    ) {
      texts.push(
        `account ${clean(account, 32)}: ${counted(gaps.length, 'gap')}, the longest from ${formatInstant(longest.from)} to ${formatInstant(longest.to)}`,
      );
    }
  }
  return texts.length === 0
    ? []
    : [
        {
          id: 'time-gaps',
          message: `More than 30 minutes without any event, in accounts that otherwise have one every few minutes: ${listed(texts, 6)}.`,
        },
      ];
}

/** A trail that was stopped may have missed what came next, also where another trail went on. */
function stoppedTrailNotes({ events }: LineageModel): CoverageNote[] {
  const texts = blindSpans(events).map(blindWords);
  return texts.length === 0
    ? []
    : [
        {
          id: 'logging-stopped',
          message: `Logging was stopped, and what happened then may be missing: ${listed(texts, 6)}.`,
        },
      ];
}
