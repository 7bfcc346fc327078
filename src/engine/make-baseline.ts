/**
 * What the analysed logs look like, as a baseline for later analyses.
 *
 * Guarantee: a function of the set of events, the case and the databases; names sorted; neither keys nor addresses.
 */
import type { Analysis } from './analysis';
import {
  baselineFormat,
  type Baseline,
  type BaselineCaller,
  type BaselineEdge,
  type BaselineKind,
  type BaselineUse,
  type Spread,
} from './baseline';
import { formatInstant } from './cloudtrail/time';
import { compareText } from './cloudtrail/text';
import { dayMs } from './detect/common-edges';
import type { DetectionInput } from './detect/detector';
import { populationOf } from './detect/population';
import type { TraitKind } from './detect/population-keys';
import { actionNames, featureNames, featuresOf } from './detect/session-features';
import { spreadOf } from './detect/spreads';
import { traitsOf, type TraitUse } from './detect/traits';

/** Enough to tell that an assumption is an everyday one. */
const mostRoots = 20;

/** Undefined without events: nothing was seen. */
export function makeBaseline({ model, settings, coverage, network }: Analysis): Baseline | undefined {
  const { events } = model;
  if (events.count === 0) {
    return undefined;
  }
  const input: DetectionInput = {
    model,
    settings,
    ownAccounts: new Set(),
    inWindow: () => true,
    ...(network === undefined ? {} : { network }),
  };
  const { callers, edges, assumptions } = populationOf(model);
  const traits = traitsOf(input);
  const uses = new Map<string, TraitUse[]>();
  for (const use of traits.uses.values()) {
    const known = uses.get(use.caller.key) ?? [];
    uses.set(use.caller.key, known);
    known.push(use);
  }
  const names = actionNames(model);
  const features = featuresOf(input);
  return {
    format: baselineFormat,
    schemaVersion: 1,
    firstEventTime: formatInstant(events.time[0] ?? 0),
    lastEventTime: formatInstant(events.time[events.count - 1] ?? 0),
    events: events.count,
    sessions: traits.sessions,
    assumptions,
    accounts: coverage.accounts,
    callers: sorted(
      [...callers.values()].map(({ key, kind }): BaselineCaller => {
        const of = (wanted: TraitKind): BaselineUse[] =>
          sorted(
            (uses.get(key) ?? [])
              .filter(({ trait }) => trait.kind === wanted)
              .map(({ trait, sessions }) => ({ name: trait.name, sessions: sessions.length })),
            ({ name }) => name,
          );
        return { key, kind, clients: of('client'), countries: of('country'), networks: of('network') };
      }),
      ({ key }) => key,
    ),
    edges: sorted(
      [...edges.values()].map(({ caller, identity, roleArn, days, sessions, roots }): BaselineEdge => ({
        caller: caller.key,
        identity,
        role: roleArn,
        days: [...days].sort((a, b) => a - b).map((day) => formatInstant(day * dayMs).slice(0, 10)),
        sessions,
        roots: [...roots].sort(compareText).slice(0, mostRoots),
        rootCount: roots.size,
      })),
      ({ caller, role }) => `${caller}\n${role}`,
    ),
    roles: sorted(
      [...features.actionsOf].map(([role, actions]) => ({
        role,
        actions: [...new Set([...actions].map((action) => names[action] ?? ''))].sort(compareText),
      })),
      ({ role }) => role,
    ),
    kinds: sorted(
      [...features.byKind].map(([kind, sessions]): BaselineKind => ({
        kind,
        sessions: sessions.length,
        features: Object.fromEntries(
          featureNames.flatMap((name): [string, Spread][] => {
            const spread = spreadOf(features.values[name], sessions);
            return spread === undefined
              ? []
              : [[name, { sessions: spread.sessions, median: spread.median, mad: spread.mad, most: spread.most }]];
          }),
        ),
      })),
      ({ kind }) => kind,
    ),
  };
}

function sorted<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...items].sort((a, b) => compareText(keyOf(a), keyOf(b)));
}

/** As it is saved: one value a line where that helps a comparison of two. */
export function renderBaseline(baseline: Baseline): string {
  return `${JSON.stringify(baseline, null, 2)}\n`;
}
