/**
 * What stands in records: instances, events, requests, addresses, accounts.
 *
 * Guarantee: addresses are compared in canonical form; one pass over the events for each question.
 */
import type { LineageModel } from '../lineage/model';
import { rowsOfEvent, rowsOfRequest, textAt, type TextColumn } from '../lineage/table';
import { isIn, rangeOf } from './address-groups';
import { callsAboutInstance } from './who-calls';
import { asked, found, sessionsAt, sessionsThat, type Finder, type Match } from './who-match';

/** An instance without a session is known from its launch, the commands that were sent to it, and whatever else was asked of it. */
function instance(model: LineageModel, name: string): Match | undefined {
  const [, id = name] = /^arn:[\w-]+:ec2:[\w-]*:\d*:instance\/(.+)$/.exec(name) ?? [];
  if (!/^m?i-[0-9a-f]{8,17}$/.test(id)) {
    return undefined;
  }
  const own = model.sessions.filter(({ instanceId }) => instanceId === id).map(({ index }) => index);
  const contexts = [...model.instances.values()].filter(({ instanceId }) => instanceId === id);
  const launches = contexts.flatMap(({ launch }) => launch?.row ?? []);
  const commands = contexts.flatMap(({ ssmRows }) => ssmRows);
  const known = new Set([...launches, ...commands]);
  const calls = callsAboutInstance(model, id).filter((row) => !known.has(row));
  const rows = [
    ...asked(launches, 'launched it'),
    ...asked(commands, 'sent it a command'),
    ...asked(calls, 'about this instance'),
  ];
  const callers = sessionsAt(model, [...launches, ...commands, ...calls]);
  return own.length > 0
    ? found('instance', own, rows)
    : found(known.size > 0 ? 'instance that used no credential here' : 'instance that calls were about', callers, rows);
}

/** The session of the call, else, for a delivery or a federated login, which nobody's session made, the one that came of it. */
function event(model: LineageModel, name: string): Match | undefined {
  return ofCalls(model, rowsOfEvent(model.events, name), 'event', 'the event asked for');
}

function request(model: LineageModel, name: string): Match | undefined {
  return ofCalls(model, rowsOfRequest(model.events, name), 'request', 'of the request asked for');
}

/** Whose the calls are; of calls that no session made, what they issued. */
function ofCalls(model: LineageModel, rows: readonly number[], what: string, role: string): Match | undefined {
  if (rows.length === 0) {
    return undefined;
  }
  const wanted = new Set(rows);
  const callers = sessionsAt(model, rows).filter((session) => session >= 0);
  if (callers.length > 0) {
    return found(what, callers, asked(rows, role));
  }
  const issued = model.issuances.flatMap(({ row, twinRows, childSession }) =>
    childSession !== undefined && [row, ...twinRows].some((each) => wanted.has(each)) ? [childSession] : [],
  );
  return found(
    issued.length > 0 ? `${what} that issued the credential` : `${what} of no session`,
    issued,
    asked(rows, role),
  );
}

function address(model: LineageModel, name: string): Match | undefined {
  const wanted = name.includes('/') ? undefined : rangeOf(name);
  return ofAddresses(model, 'address', (text) => text === name || (wanted !== undefined && isIn(wanted, text)));
}

function addressRange(model: LineageModel, name: string): Match | undefined {
  const range = name.includes('/') ? rangeOf(name) : undefined;
  return range === undefined ? undefined : ofAddresses(model, 'address range', (text) => isIn(range, text));
}

function ofAddresses(model: LineageModel, what: string, test: (text: string) => boolean): Match | undefined {
  return ofColumn(model, 'sourceAddress', what, `first call from this ${what}`, test);
}

/** An account that only others' sessions acted in. */
function accountActedIn(model: LineageModel, name: string): Match | undefined {
  return /^\d{12}$/.test(name)
    ? ofColumn(
        model,
        'recipientAccount',
        'account that was acted in',
        'first call in this account',
        (text) => text === name,
      )
    : undefined;
}

/** Sessions with a value in a column of texts, and the first call of each that has it. */
function ofColumn(
  model: LineageModel,
  column: TextColumn,
  what: string,
  role: string,
  test: (text: string) => boolean,
): Match | undefined {
  const { events } = model;
  // Each text once: the column repeats a few of them millions of times.
  const verdicts = new Map<number, boolean>();
  const sessions = new Set<number>();
  const firsts: number[] = [];
  for (let row = 0; row < events.count; row++) {
    const text = events[column][row] ?? 0;
    let verdict = verdicts.get(text);
    if (verdict === undefined) {
      verdict = text !== 0 && test(textAt(events, column, row));
      verdicts.set(text, verdict);
    }
    const session = events.session[row] ?? -1;
    if (verdict && !sessions.has(session)) {
      sessions.add(session);
      firsts.push(row);
    }
  }
  return found(what, [...sessions], asked(firsts, role));
}

export const traceFinders: readonly Finder[] = [instance, event, request, address, addressRange];

/** Twelve digits may also be somebody's name. */
export const accountFinders: readonly Finder[] = [
  sessionsThat('account', ({ accountId }, name) => accountId === name),
  accountActedIn,
];
