/**
 * What was read and what could not be judged: the other half of every answer.
 *
 * Guarantee: every file with its verdict; notes sorted by id, each id once. No findings never reads as "clean" while
 * something was missing.
 */
import type { CaseSettings } from '../case-settings';
import { formatInstant } from '../cloudtrail/time';
import type { Coverage, CoverageNote } from '../contract';
import type { EventTable, Indexes, LineageModel } from '../lineage/model';
import { accountAt, actionAt, callerAt, callersOf, succeeded, textAt, timeAt } from '../lineage/table';
import { requestParameters, stringAt } from '../cloudtrail/record';
import { compareText, lastSegment } from '../cloudtrail/text';
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
  const accounts = distinct(events, events.recipientAccount);
  const regions = distinct(events, events.region);
  const all = [
    ...model.notes,
    ...notes,
    ...ownAccountsNote(settings, accounts),
    ...regionNote(events, regions),
    ...foreignCallersNote(model, accounts),
    ...gapNotes(model),
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

function distinct(events: EventTable, column: Indexes): string[] {
  const seen = new Uint8Array(events.strings.length);
  for (let row = 0; row < events.count; row++) {
    seen[column[row] ?? 0] = 1;
  }
  return events.strings.filter((text, index) => seen[index] === 1 && text !== '').sort(compareText);
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
function foreignCallersNote(model: LineageModel, accounts: readonly string[]): CoverageNote[] {
  const received = new Set(accounts);
  const callers = new Set(
    callersOf(model.events)
      .map(({ accountId }) => accountId)
      .filter((account) => account !== '' && !received.has(account)),
  );
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
function gapNotes(model: LineageModel): CoverageNote[] {
  const { events } = model;
  const perAccount = new Map<
    string,
    { count: number; first: number; last: number; gaps: { from: number; to: number }[] }
  >();
  for (let row = 0; row < events.count; row++) {
    const time = timeAt(events, row);
    const account = accountAt(events, row) || callerAt(events, row).accountId;
    const known = perAccount.get(account);
    if (known === undefined) {
      perAccount.set(account, { count: 1, first: time, last: time, gaps: [] });
      continue;
    }
    if (time - known.last > gapMs) {
      known.gaps.push({ from: known.last, to: time });
    }
    known.count++;
    known.last = time;
  }
  const texts: string[] = [];
  for (const [account, { count, first, last, gaps }] of [...perAccount].sort(([a], [b]) => compareText(a, b))) {
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
  const stopped = new Map<string, { readonly trail: string; readonly account: string; readonly since: number }>();
  const texts: string[] = [];
  const text = (trail: string, account: string, since: number, until: string): string =>
    `trail ${clean(trail, 128)} of account ${clean(account, 32)} from ${formatInstant(since)} ${until}`;
  for (const [row, record] of [...events.notable].sort(([a], [b]) => a - b)) {
    const { eventSource, eventName } = actionAt(events, row);
    if (!eventSource.startsWith('cloudtrail.') || !succeeded(events, row)) {
      continue;
    }
    const trail = lastSegment(stringAt(requestParameters(record), 'name'));
    const account = accountAt(events, row);
    const key = `${account}|${textAt(events, 'region', row)}|${trail}`;
    if (eventName === 'StopLogging' || eventName === 'DeleteTrail') {
      if (!stopped.has(key)) {
        stopped.set(key, { trail, account, since: timeAt(events, row) });
      }
    } else if (eventName === 'StartLogging') {
      const known = stopped.get(key);
      if (known !== undefined) {
        stopped.delete(key);
        texts.push(text(trail, account, known.since, `until ${formatInstant(timeAt(events, row))}`));
      }
    }
  }
  for (const { trail, account, since } of stopped.values()) {
    texts.push(text(trail, account, since, 'on, to the end of these logs'));
  }
  return texts.length === 0
    ? []
    : [
        {
          id: 'logging-stopped',
          message: `Logging was stopped, and what happened then may be missing: ${listed(texts, 6)}.`,
        },
      ];
}
