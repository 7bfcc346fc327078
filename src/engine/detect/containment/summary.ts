/** What became of a response, in numbers and words: the same for the rule's findings and for incidents. */
import { formatInstant } from '../../cloudtrail/time';
import type { LineageModel } from '../../lineage/model';
import { actionAt, timeAt } from '../../lineage/table';
import { sessionLabel } from '../describe';
import { capital, clean, counted, listed } from '../text';
import type { Activity, Calls, CounterMove } from './activity';
import type { Hold } from './holds';
import type { Lift, Step } from './step';

export interface Summary {
  /** In time order, each once. */
  readonly steps: readonly Step[];
  /** What the held lineage did against it, in time order. */
  readonly reversals: readonly (Lift | CounterMove)[];
  /** What others took off again. */
  readonly lifts: readonly Lift[];
  /** Sessions that went on. */
  readonly active: readonly Activity[];
  readonly successes: Calls | undefined;
  readonly refused: Calls | undefined;
  /** Of `active` those that something let through because they were issued later. */
  readonly again: number;
}

export function summaryOf(activities: readonly Activity[]): Summary {
  const holds = activities.flatMap((each) => each.holds);
  const active = activities.filter(({ successes }) => successes !== undefined);
  return {
    steps: byRow(holds.map(({ step }) => step)),
    reversals: byRow<Lift | CounterMove>([
      ...holds.flatMap(({ reversal }) => reversal ?? []),
      ...activities.flatMap(({ moves }) => moves),
    ]),
    lifts: byRow(holds.flatMap(({ lift }) => lift ?? [])),
    active,
    successes: together(active.map(({ successes }) => successes)),
    refused: together(activities.map(({ refused }) => refused)),
    again: active.filter(({ session, holds: own }) => own.some((hold) => isAgain(hold, session.index))).length,
  };
}

function isAgain({ again, of }: Hold, session: number): boolean {
  return again && of.index === session;
}

function byRow<T extends { readonly row: number }>(items: readonly T[]): T[] {
  return [...new Map(items.map((item): [number, T] => [item.row, item])).values()].sort((a, b) => a.row - b.row);
}

export function together(calls: readonly (Calls | undefined)[]): Calls | undefined {
  let all: Calls | undefined;
  for (const each of calls) {
    if (each !== undefined) {
      all =
        all === undefined
          ? each
          : {
              count: all.count + each.count,
              first: Math.min(all.first, each.first),
              last: Math.max(all.last, each.last),
            };
    }
  }
  return all;
}

/** `Access key AKIA… set inactive at …, then everything denied to role R1 at … and 2 more steps until …`. */
export function stepsText(steps: readonly Step[]): string {
  const [first, second] = steps;
  const last = steps.at(-1);
  if (first === undefined || last === undefined) {
    return '';
  }
  const told = [
    `${capital(first.words)} at ${formatInstant(first.time)}`,
    ...(second === undefined ? [] : [`${second.words} at ${formatInstant(second.time)}`]),
  ].join(', then ');
  const more = steps.length - 2;
  return more > 0 ? `${told}, and ${counted(more, 'more step')} until ${formatInstant(last.time)}` : told;
}

/** `3 sessions went on: 41 successful calls until …`. */
export function wentOn(model: LineageModel, { active, successes, again }: Summary): string {
  if (successes === undefined) {
    return '';
  }
  const { events } = model;
  const who =
    again === active.length
      ? `${counted(again, 'session')} issued after that`
      : `${counted(active.length, 'session')}${again > 0 ? ` (${String(again)} issued after that)` : ''} went on`;
  const { eventName } = actionAt(events, successes.first);
  return `${who}: ${counted(successes.count, 'successful call')}, the first ${clean(eventName, 64)} at ${formatInstant(
    timeAt(events, successes.first),
  )}, the last at ${formatInstant(timeAt(events, successes.last))}`;
}

/** `policy AWSDenyAll detached from user alice at … by …`. */
export function reversalsText(model: LineageModel, reversals: Summary['reversals']): string {
  return listed(
    reversals.map((reversal) => {
      const at = formatInstant(reversal.time);
      const actor = model.sessions[model.events.session[reversal.row] ?? -1];
      const who = actor === undefined ? 'the held identity' : sessionLabel(actor);
      return 'mechanism' in reversal ? `${reversal.words} at ${at} by ${who}` : `${who} ${reversal.words} at ${at}`;
    }),
    3,
  );
}

export function routinesOf(steps: readonly Step[]): string[] {
  return [...new Set(steps.map(({ routine }) => routine).filter((routine) => routine !== ''))];
}
