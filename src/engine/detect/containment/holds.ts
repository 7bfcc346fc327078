/**
 * Which sessions a response holds, from when to when: those that a step is about, and whatever came of them.
 *
 * Guarantee: a session's holds are its parent's and its own, in the order of their start. What somebody of the same lineage did
 * is no response to that lineage: keys are rotated, tracks are covered. A hold ends where it is taken off, unless the lineage
 * itself took it off: then nothing has ended, and it is noted.
 */
import { append } from '../../append';
import type { CaseSettings } from '../../case-settings';
import { firstFrom } from '../../lineage/in-order';
import type { LineageModel, Session } from '../../lineage/model';
import { rootIdentity } from '../describe';
import { sessionsByPlace } from './places';
import { changesOf } from './read-steps';
import type { Change, Lift, Step } from './step';

export interface Hold {
  readonly step: Step;
  readonly start: number;
  /** Infinity while it is on. */
  readonly end: number;
  /** The session that the step is about: this one, or one that it came of. */
  readonly of: Session;
  /** The step let it through: its credential was issued after the time that it is bound to. */
  readonly again: boolean;
  /** Somebody of the held lineage took it off. */
  readonly reversal: Lift | undefined;
  /** Somebody else did. */
  readonly lift: Lift | undefined;
}

/** Of more holds than this on one session the first and the last are told. */
const mostHolds = 64;
/** Of a thing that is put on and taken off more often, the last times count. */
const mostWindows = 100;

/**
 * Of so many sessions at a place, times so many times that something was on there, each is looked at; of more times the first
 * and the last, some at least.
 */
const mostPairs = 20_000_000;
const leastTimes = 16;

/** A mechanism while it is on. */
interface Window {
  readonly steps: Step[];
  lift: Lift | undefined;
}

/** By session index; absent for sessions that nothing holds. */
export function holdsOf(model: LineageModel, settings: CaseSettings): ReadonlyMap<number, readonly Hold[]> {
  const held = new Map<number, readonly Hold[]>();
  const changes = changesOf(model, settings);
  if (changes.size === 0) {
    return held;
  }
  const lineages = new Lineages(model);
  const own = ownHolds(model, changes, lineages);
  const roots = new Set([...own.keys()].map((index) => model.sessions[index]?.root ?? index));
  const seen = new Uint8Array(model.sessions.length);
  for (const root of [...roots, ...own.keys()]) {
    const queue = seen[root] === 1 ? [] : [root];
    seen[root] = 1;
    // It grows while it is gone through.
    for (const index of queue) {
      const session = model.sessions[index];
      if (session === undefined) {
        continue;
      }
      const holds = joined(held.get(session.parent ?? -1), own.get(session.index));
      if (holds !== undefined) {
        held.set(session.index, holds);
      }
      for (const child of session.children) {
        if (seen[child] !== 1) {
          seen[child] = 1;
          queue.push(child);
        }
      }
    }
  }
  return held;
}

function joined(above: readonly Hold[] | undefined, own: readonly Hold[] | undefined): readonly Hold[] | undefined {
  if (own === undefined) {
    return above;
  }
  const all = above === undefined ? own : [...above, ...own].sort(byStart);
  return all.length <= mostHolds ? all : [...all.slice(0, mostHolds / 2), ...all.slice(-mostHolds / 2)];
}

function byStart(a: Hold, b: Hold): number {
  return a.start - b.start || a.step.row - b.step.row;
}

/** Whose lineage a session is of. */
class Lineages {
  private readonly identities: (string | undefined)[] = [];

  constructor(private readonly model: LineageModel) {}

  rootOf(session: number): number {
    return this.model.sessions[session]?.root ?? session;
  }

  identityOf(session: number): string {
    const index = this.rootOf(session);
    const root = this.model.sessions[index];
    const known = this.identities[index] ?? (root === undefined ? '' : rootIdentity(root));
    this.identities[index] = known;
    return known;
  }
}

/** Of one thing, what holds sessions there. */
interface Held {
  readonly places: ReadonlySet<string>;
  readonly windows: readonly Window[];
}

function ownHolds(
  model: LineageModel,
  changes: ReadonlyMap<string, readonly Change[]>,
  lineages: Lineages,
): Map<number, Hold[]> {
  const mechanisms = [...changes.values()].map((each): Held => {
    const windows = windowsOf(each);
    return { windows, places: new Set(windows.flatMap(({ steps }) => steps.flatMap(({ places }) => places))) };
  });
  const places = sessionsByPlace(model, new Set(mechanisms.flatMap((each) => [...each.places])));
  const passedOver = crowdedOut(mechanisms, places);
  const found = new Map<number, Hold[]>();
  for (const { places: named, windows } of mechanisms) {
    const held = new Map<Session, Hold[]>();
    for (const place of named) {
      const here = windows.filter((window) => !passedOver.get(place)?.has(window));
      for (const session of here.length === 0 ? [] : (places.get(place) ?? [])) {
        const holds = held.has(session) ? [] : here.flatMap((window) => holdsIn(window, session, lineages));
        if (holds.length > 0) {
          held.set(session, holds);
        }
      }
    }
    // Issued after the bound: a way around the step for those only who had what it ended. Others simply use the role.
    const ended = new Set(
      [...held]
        .filter(([, holds]) => holds.some(({ again }) => !again))
        .map(([{ index }]) => lineages.identityOf(index)),
    );
    for (const [session, holds] of held) {
      const meant = ended.has(lineages.identityOf(session.index)) ? holds : holds.filter(({ again }) => !again);
      for (const hold of meant) {
        append(found, session.index, hold);
      }
    }
  }
  for (const holds of found.values()) {
    holds.sort(byStart);
  }
  return found;
}

/** Where somebody puts on and takes off more than can be looked at: what is left out, by place. */
function crowdedOut(
  mechanisms: readonly Held[],
  sessions: ReadonlyMap<string, readonly Session[]>,
): ReadonlyMap<string, ReadonlySet<Window>> {
  const times = new Map<string, Window[]>();
  for (const { places, windows } of mechanisms) {
    for (const place of places) {
      windows.forEach((window) => {
        append(times, place, window);
      });
    }
  }
  const left = new Map<string, ReadonlySet<Window>>();
  for (const [place, windows] of times) {
    const most = Math.max(leastTimes, Math.floor(mostPairs / Math.max(1, sessions.get(place)?.length ?? 0)));
    if (windows.length > most) {
      const half = Math.floor(most / 2);
      windows.sort((a, b) => (a.steps[0]?.row ?? 0) - (b.steps[0]?.row ?? 0));
      left.set(place, new Set(windows.slice(half, -half)));
    }
  }
  return left;
}

function windowsOf(changes: readonly Change[]): readonly Window[] {
  const windows: Window[] = [];
  let open: Window | undefined;
  for (const change of changes) {
    if ('step' in change) {
      if (open === undefined) {
        open = { steps: [], lift: undefined };
        windows.push(open);
      }
      open.steps.push(change.step);
    } else if (open !== undefined) {
      open.lift = change.lift;
      open = undefined;
    }
  }
  return windows.slice(-mostWindows);
}

/** A run of steps that do the same to the session is one hold, from the first of them on. */
function holdsIn({ steps, lift }: Window, session: Session, lineages: Lineages): Hold[] {
  const { index } = session;
  const reversed =
    lift?.actor !== undefined && lineages.identityOf(lift.actor) === lineages.identityOf(index) ? lift : undefined;
  const end = lift === undefined || reversed !== undefined ? Infinity : lift.time;
  const runs: { step: Step; readonly again: boolean }[] = [];
  for (const step of stepsFrom(steps, session)) {
    const cover = step.covers(session);
    if (cover === 'no' || (step.actor !== undefined && lineages.rootOf(step.actor) === lineages.rootOf(index))) {
      continue;
    }
    const last = runs.at(-1);
    if (last?.again !== (cover === 'again') || last.step.strength !== step.strength) {
      runs.push({ step, again: cover === 'again' });
    }
  }
  return runs.map(({ step, again }, at) => ({
    step,
    start: step.time,
    end: runs[at + 1]?.step.time ?? end,
    of: session,
    again,
    reversal: at === runs.length - 1 ? reversed : undefined,
    lift: at === runs.length - 1 && reversed === undefined ? lift : undefined,
  }));
}

/**
 * A step that is put on again and again (a key that is set inactive every minute) is looked at from the first on; of very many
 * those around the session's own time are enough.
 */
function stepsFrom(steps: readonly Step[], { creationDate }: Session): readonly Step[] {
  if (steps.length <= mostWindows) {
    return steps;
  }
  const from = firstFrom(steps, creationDate ?? 0, ({ time }) => time);
  return [
    ...steps.slice(0, mostWindows / 4),
    ...steps.slice(Math.max(mostWindows / 4, from - 1), from + mostWindows / 4),
  ];
}
