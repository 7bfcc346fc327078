/**
 * Whether the containment of an incident held, as far as the logs go.
 *
 * Guarantee: about the whole lineage, its quiet sessions too; undefined where no step concerns any of it. It is the state at the end
 * of the logs: what went on between two steps of a response and stopped with the last is told, and holds.
 */
import type { CaseSettings } from '../case-settings';
import { formatInstant } from '../cloudtrail/time';
import type { Containment, ContainmentState } from '../contract';
import { greatest } from '../extremes';
import { firstFrom } from '../lineage/in-order';
import type { LineageModel, Session } from '../lineage/model';
import { actionAt, eventIdAt, succeeded, timeAt } from '../lineage/table';
import type { Activity, CallFacts, Calls } from './containment/activity';
import { lastStart } from './containment/activity';
import { assessContainment } from './containment/assessment';
import { graceMs } from './containment/step';
import { reversalsText, routinesOf, stepsText, summaryOf, together, wentOn, type Summary } from './containment/summary';
import { capital, counted, listed } from './text';

/** In the order of time; an incident is sent to the views as it is. */
const mostEvents = 20;

/** What went on beside the steps. */
interface Beside {
  readonly sessions: number;
  readonly calls: Calls | undefined;
}

/** `roots`: the root sessions of the incident's lineages. */
export function containmentOf(
  model: LineageModel,
  settings: CaseSettings,
  roots: readonly number[],
): Containment | undefined {
  const { byRoot, facts } = assessContainment(model, settings);
  const activities = roots.flatMap((root) => byRoot.get(root) ?? []);
  if (activities.length === 0) {
    return undefined;
  }
  const { events } = model;
  const summary = summaryOf(activities);
  const { steps, successes, refused } = summary;
  const beside = besideOf(model, roots, activities, (steps[0]?.time ?? 0) + graceMs, facts);
  const state = stateOf(model, activities, summary, beside);
  const firstSuccess = successes?.first;
  const by = model.sessions[events.session[firstSuccess ?? -1] ?? -1];
  return {
    state,
    text: textOf(model, state, summary, beside),
    events: steps.slice(0, mostEvents).map(({ row, time, words }) => ({
      eventID: eventIdAt(events, row),
      eventTime: formatInstant(time),
      eventName: actionAt(events, row).eventName,
      what: words,
    })),
    eventsTotal: steps.length,
    ...(firstSuccess === undefined
      ? {}
      : {
          firstSuccess: {
            eventID: eventIdAt(events, firstSuccess),
            eventTime: formatInstant(timeAt(events, firstSuccess)),
            eventName: actionAt(events, firstSuccess).eventName,
            session: by?.id ?? '',
          },
        }),
    successes: successes?.count ?? 0,
    refused: refused?.count ?? 0,
    ...(successes === undefined ? {} : { lastSuccessTime: formatInstant(timeAt(events, successes.last)) }),
  };
}

function stateOf(
  model: LineageModel,
  activities: readonly Activity[],
  { steps, reversals }: Summary,
  beside: Beside,
): ContainmentState {
  const lastStep = greatest(steps.map(({ time }) => time));
  // A step that comes after it answers it.
  if (reversals.some(({ time }) => time >= lastStep)) {
    return 'reverted';
  }
  if (activities.every(isOver)) {
    return 'lifted';
  }
  const on = activities.filter((each) => !isOver(each) && each.since !== undefined);
  if (on.some(({ holds }) => holds.some(stops))) {
    return 'not-held';
  }
  if (on.length > 0 || beside.calls !== undefined) {
    return 'partial';
  }
  return timeAt(model.events, model.events.count - 1) < lastStep + graceMs ? 'too-early' : 'holds';
}

/** Others took off all that held it. */
function isOver({ holds }: Activity): boolean {
  return lastStart(holds) === undefined;
}

function stops({ step }: Activity['holds'][number]): boolean {
  return step.strength !== 'listed' && step.strength !== 'unclear';
}

/** Sessions of the lineage that went on: those that no step is about, after the first, and those that nothing holds any more. */
function besideOf(
  model: LineageModel,
  roots: readonly number[],
  activities: readonly Activity[],
  from: number,
  facts: CallFacts,
): Beside {
  const held = new Map(activities.map((each) => [each.session.index, isOver(each) ? overSince(each) : Infinity]));
  const calls: Calls[] = [];
  const members = new Set(roots);
  for (const index of members) {
    const session = model.sessions[index];
    session?.children.forEach((child) => members.add(child));
    const after = session === undefined ? undefined : successesFrom(model, session, held.get(index) ?? from, facts);
    if (after !== undefined) {
      calls.push(after);
    }
  }
  return { sessions: calls.length, calls: together(calls) };
}

function overSince({ holds }: Activity): number {
  return greatest(holds.map(({ end }) => end));
}

function successesFrom({ events }: LineageModel, session: Session, from: number, facts: CallFacts): Calls | undefined {
  if (session.kind === 'service-linked') {
    return undefined;
  }
  const rows = session.rows.subarray(firstFrom(session.rows, from, (row) => timeAt(events, row)));
  const calls = rows.filter((row) => facts.counts(row) && succeeded(events, row));
  const [first] = calls;
  return first === undefined ? undefined : { count: calls.length, first, last: calls.at(-1) ?? first };
}

function textOf(model: LineageModel, state: ContainmentState, summary: Summary, beside: Beside): string {
  const { events } = model;
  const { steps, reversals, refused, lifts } = summary;
  const instant = (row: number): string => formatInstant(timeAt(events, row));
  const sentences: string[] = [];
  const on = wentOn(model, summary);
  const silence = refused === undefined ? 'no call of it since' : `${counted(refused.count, 'call')} refused`;
  if (state === 'holds') {
    const earlier = on === '' ? '' : `; before the last of them ${on}`;
    sentences.push(`${stepsText(steps)}: nothing succeeded since, ${silence}${earlier}.`);
  } else if (state === 'lifted') {
    sentences.push(`${stepsText(steps)}; ${on === '' ? 'nothing succeeded while it was on' : on}.`);
  } else if (state === 'too-early') {
    sentences.push(`${stepsText(steps)}; the logs end within a minute of that, too early to tell.`);
  } else {
    sentences.push(`${stepsText(steps)}${on === '' ? '' : `; ${on}`}.`);
  }
  if (reversals.length > 0) {
    sentences.push(`Against it: ${reversalsText(model, reversals)}.`);
  }
  if (state !== 'holds' && refused !== undefined) {
    sentences.push(`${capital(counted(refused.count, 'call'))} refused, the last at ${instant(refused.last)}.`);
  }
  if (beside.calls !== undefined) {
    sentences.push(
      `${capital(counted(beside.sessions, state === 'lifted' ? 'session' : 'other session'))} of the lineage, which nothing holds, went on: ${counted(
        beside.calls.count,
        'successful call',
      )} until ${instant(beside.calls.last)}.`,
    );
  }
  if (lifts.length > 0) {
    sentences.push(
      `Taken off again by others: ${listed(
        lifts.map(({ words, time }) => `${words} at ${formatInstant(time)}`),
        3,
      )}.`,
    );
  }
  sentences.push(...routinesOf(steps).map((routine) => `It may be no response: ${routine}.`));
  return sentences.join(' ');
}
