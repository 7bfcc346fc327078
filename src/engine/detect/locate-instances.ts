/**
 * Which uses of an instance's credentials were made from elsewhere than the instance.
 *
 * Guarantee: a use before the first sign of where the instance is is judged like one after it; nothing is "elsewhere" only
 * because its client differs. What cannot be decided is said to be undecided, never silently taken for the instance.
 */
import { firstFrom } from '../lineage/in-order';
import type { InstanceContext } from '../lineage/model';
import { dayMs } from './common-edges';
import type { DetectionInput } from './detector';
import {
  byAgents,
  placeOf,
  usesByInstance,
  type InstanceUse,
  type InstanceUses,
  type Place,
  type PlaceUses,
} from './instance-uses';
import { addressesFromCalls, KnownAddresses, rangesOfCase, type KnownAddress } from './known-addresses';
import { SharedPlaces, type PlaceUse } from './shared-places';

export type Verdict =
  | 'elsewhere' // what is known of the instance says it is not this place
  | 'other-host' // behind a VPC endpoint, with the address of another host
  | 'terminated' // the instance no longer existed
  | 'unlike-habit' // only habit tells where the instance is
  | 'undecided' // several places, and nothing tells which is the instance
  | 'shared'; // its only place, and people use it too

/** What is known of the instance says so; of the others nothing tells which place is the instance. */
export const decidedVerdicts: ReadonlySet<Verdict> = new Set(['elsewhere', 'other-host', 'terminated']);

export interface ElsewhereUse extends InstanceUse {
  readonly verdict: Verdict;
}

export interface Whereabouts {
  readonly instance: InstanceContext;
  readonly elsewhere: readonly ElsewhereUse[];
  /** The first use from each place that is taken for the instance's own, in time order. */
  readonly own: readonly InstanceUse[];
  /** Locations taken for its own though nothing tells that it is there. */
  readonly unsure: ReadonlySet<string>;
  /** User agents of all uses that are taken for its own. */
  readonly ownAgents: () => ReadonlySet<string>;
  readonly known: readonly KnownAddress[];
  /** Uses from places of which nothing tells whether they are the instance. */
  readonly unjudged: number;
  /** Calls of people at the place they share with it, the nearest in time of each session. */
  readonly people: readonly PlaceUse[];
  /** Only its private addresses are known: a NAT gateway would explain a public one. */
  readonly onlyPrivateKnown: boolean;
}

/** A shutting-down machine may still call for a while, ms. */
const terminationGraceMs = 15 * 60 * 1000;
const habitDays = 3;

const computed = new WeakMap<DetectionInput, readonly Whereabouts[]>();

/** One entry an EC2 instance that used its credentials, in the order of their keys. */
export function whereabouts(input: DetectionInput): readonly Whereabouts[] {
  const known = computed.get(input);
  if (known !== undefined) {
    return known;
  }
  const { model } = input;
  const uses = usesByInstance(model);
  const shared = new SharedPlaces(model, [...uses.values()]);
  const exits = exitsByVpc(uses);
  const all = [...uses].map(([instance, of]) => locate(input, instance, of, shared, exits));
  computed.set(input, all);
  return all;
}

/** Public places that agents in each VPC call from: its way out to the internet. */
function exitsByVpc(usesOf: ReadonlyMap<InstanceContext, InstanceUses>): ReadonlyMap<string, KnownAddress[]> {
  const exits = new Map<string, KnownAddress[]>();
  const seen = new Set<string>();
  for (const [{ vpcId, instanceId }, uses] of usesOf) {
    for (const use of vpcId === '' ? [] : byAgents(uses, uses.places)) {
      // Thousands of instances go out by one gateway: it is named once.
      if (!use.isPrivate && !seen.has(`${vpcId}|${use.compared}`)) {
        seen.add(`${vpcId}|${use.compared}`);
        const exit = known(use, 'agent', `the agent of ${instanceId} in the same VPC calls from here`);
        const ofVpc = exits.get(vpcId);
        if (ofVpc === undefined) {
          exits.set(vpcId, [exit]);
        } else {
          ofVpc.push(exit);
        }
      }
    }
  }
  return exits;
}

function known(use: InstanceUse, trust: KnownAddress['trust'], says: string): KnownAddress {
  const { address, compared: group, isPrivate, family, row } = use;
  return { address, group, isPrivate, family, trust, row, says };
}

function locate(
  input: DetectionInput,
  instance: InstanceContext,
  uses: InstanceUses,
  shared: SharedPlaces,
  exits: ReadonlyMap<string, readonly KnownAddress[]>,
): Whereabouts {
  const starts = instance.lifecycle.filter(({ event }) => event === 'start').map(({ time }) => time);
  const epochOf = (time: number): number => firstFrom(starts, time + 1, (start) => start);
  const lastCall =
    (instance.lifecycle.find(({ event }) => event === 'terminate')?.time ?? Infinity) + terminationGraceMs;
  const ranges = rangesOfCase(input.settings, instance);
  const elsewhere: ElsewhereUse[] = [];
  const own: InstanceUse[] = [];
  const ownPlaces = new Set<Place>();
  const allKnown = new Map<string, KnownAddress>();
  let unjudged = 0;
  let onlyPrivateKnown = false;
  const unsure = new Set<string>();
  const takeForOwn = (at: number, place: Place, verdict: PlaceVerdict | undefined): void => {
    if (verdict === 'unknown') {
      unsure.add(place.location);
    }
    if (!ownPlaces.has(place)) {
      ownPlaces.add(place);
      own.push(uses.useAt(at));
    }
  };
  const lasting = lastingAgentUses(uses);
  for (let from = 0; from < uses.count;) {
    const epoch = epochOf(uses.timeAt(from));
    const to = endOfEpoch(uses, from, starts[epoch] ?? Infinity);
    const inEpoch = uses.placesIn(from, to);
    const usual = (seen: ReadonlySet<string>): HabitualUse[] => habits(uses, from, to, inEpoch, seen, shared);
    const places = new KnownAddresses(
      withExits(
        [...entriesOf(instance, epoch, epochOf, [...lasting, ...byAgents(uses, inEpoch)], usual)],
        exits.get(instance.vpcId) ?? [],
      ),
      ranges.own,
      ranges.fine,
      inEpoch.map(({ place }) => place),
    );
    places.entries.forEach((entry) =>
      allKnown.set(`${entry.trust}|${entry.address}`, allKnown.get(`${entry.trust}|${entry.address}`) ?? entry),
    );
    const verdicts = verdictsOf(places, inEpoch);
    if (uses.timeAt(to - 1) <= lastCall && inEpoch.every(({ place }) => isOwn(verdicts.get(place)))) {
      // As nearly everywhere: one look at each place, none at each use.
      for (const { place, first, count } of inEpoch) {
        takeForOwn(first, place, verdicts.get(place));
        unjudged += verdicts.get(place) === 'unknown' ? count : 0;
      }
      from = to;
      continue;
    }
    for (let at = from; at < to; at++) {
      const place = uses.places[uses.placeAt(at)]?.place;
      const ofPlace = place === undefined ? undefined : verdicts.get(place);
      if (place === undefined || ofPlace === undefined) {
        continue;
      }
      const verdict =
        uses.timeAt(at) > lastCall ? 'terminated' : ofPlace === 'only' ? onlyPlace(uses.useAt(at), shared) : ofPlace;
      if (verdict === 'own' || verdict === 'unknown') {
        unjudged += verdict === 'unknown' ? 1 : 0;
        takeForOwn(at, place, verdict);
      } else {
        elsewhere.push({ ...uses.useAt(at), verdict });
        onlyPrivateKnown ||= verdict === 'elsewhere' && !place.isPrivate && places.hasOnlyPrivate(place.family);
      }
    }
    from = to;
  }
  const ownAgents = (): Set<string> => {
    const away = new Set(elsewhere.map(({ row }) => row));
    const agents = new Set<string>();
    for (let at = 0; at < uses.count; at++) {
      if (!away.has(uses.rowAt(at))) {
        agents.add(uses.userAgentAt(at));
      }
    }
    return agents;
  };
  const firstShared = elsewhere.find(({ verdict }) => verdict === 'shared');
  const people = firstShared === undefined ? [] : shared.usersNear(firstShared);
  return {
    instance,
    elsewhere,
    own,
    unsure,
    ownAgents,
    known: [...allKnown.values()],
    unjudged,
    people,
    onlyPrivateKnown,
  };
}

/** Position of the first use from `from` on that is at or after the next start. */
function endOfEpoch(uses: InstanceUses, from: number, next: number): number {
  let low = from;
  let high = uses.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (uses.timeAt(middle) < next) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** The first call of an agent from each address that outlives a stop: private ones and IPv6. */
function lastingAgentUses(uses: InstanceUses): InstanceUse[] {
  const first = new Map<string, InstanceUse>();
  for (const use of byAgents(uses, uses.places)) {
    if ((use.isPrivate || use.family === 'v6') && !first.has(use.address)) {
      first.set(use.address, use);
    }
  }
  return [...first.values()];
}

interface HabitualUse {
  readonly use: InstanceUse;
  readonly days: number;
}

/** The first use from each address in [from, to) that called on several days, of those that are not `known`, in time order. */
function habits(
  uses: InstanceUses,
  from: number,
  to: number,
  places: readonly PlaceUses[],
  known: ReadonlySet<string>,
  shared: SharedPlaces,
): HabitualUse[] {
  const days = new Map<string, { count: number; last: number }>();
  for (const { place } of places) {
    if (!known.has(place.address)) {
      days.set(place.address, { count: 0, last: -1 });
    }
  }
  if (days.size === 0) {
    return [];
  }
  const addressAt = (at: number): { count: number; last: number } | undefined =>
    days.get(uses.places[uses.placeAt(at)]?.place.address ?? '');
  for (let at = from; at < to; at++) {
    const address = addressAt(at);
    const day = Math.floor(uses.timeAt(at) / dayMs);
    if (address !== undefined && address.last !== day) {
      address.count++;
      address.last = day;
    }
  }
  const found: HabitualUse[] = [];
  let left = [...days.values()].filter(({ count }) => count >= habitDays).length;
  for (let at = from; at < to && left > 0; at++) {
    const address = addressAt(at);
    if (address === undefined || address.count < habitDays) {
      continue;
    }
    // A place that people use too is no habit of the instance.
    const use = uses.useAt(at);
    if (!shared.isShared(use)) {
      found.push({ use, days: address.count });
      address.count = 0;
      left--;
    }
  }
  return found;
}

/** Known addresses of one epoch: from API calls, from the instance's agents, from habit. */
function entriesOf(
  instance: InstanceContext,
  epoch: number,
  epochOf: (time: number) => number,
  agents: readonly InstanceUse[],
  habitsBut: (known: ReadonlySet<string>) => readonly HabitualUse[],
): KnownAddress[] {
  const entries = addressesFromCalls(instance, epoch, epochOf, placeOf);
  const seen = new Set<string>();
  for (const use of agents) {
    if (!seen.has(use.address)) {
      seen.add(use.address);
      entries.push(known(use, 'agent', 'its agent calls from here'));
    }
  }
  for (const { use, days } of habitsBut(seen)) {
    entries.push(known(use, 'habit', `used on ${String(days)} days`));
  }
  return entries;
}

/** An instance of which only private addresses are known goes out where the others of its VPC do. */
function withExits(entries: readonly KnownAddress[], exits: readonly KnownAddress[]): readonly KnownAddress[] {
  const hasPublic = entries.some(({ isPrivate, family }) => !isPrivate && family === 'v4');
  return hasPublic ? entries : [...entries, ...exits.filter(({ family }) => family === 'v4')];
}

/** `only`: it is the only place in the epoch. */
type PlaceVerdict = Exclude<Verdict, 'terminated' | 'shared'> | 'own' | 'unknown' | 'only';

function isOwn(verdict: PlaceVerdict | undefined): boolean {
  return verdict === 'own' || verdict === 'unknown';
}

function verdictsOf(known: KnownAddresses, inEpoch: readonly PlaceUses[]): Map<Place, PlaceVerdict> {
  const places = inEpoch.map(({ place }) => place);
  // First place of each sort where nothing tells where the instance is.
  const tentative = new Map<string, string>();
  for (const place of places) {
    if (!known.covers(place) && !tentative.has(sortOf(place))) {
      tentative.set(sortOf(place), place.compared);
    }
  }
  const placeCount = new Set(places.map(sortAndPlace)).size;
  return new Map(places.map((place) => [place, verdictOf(place, known, tentative, placeCount)]));
}

function verdictOf(
  place: Place,
  known: KnownAddresses,
  tentative: ReadonlyMap<string, string>,
  placeCount: number,
): PlaceVerdict {
  if (known.covers(place)) {
    return 'own';
  }
  const behindEndpoint = place.originClass === 'vpce-private';
  if (behindEndpoint ? known.hasPrivate(place.family) : known.tells(place.family)) {
    return behindEndpoint ? 'other-host' : known.tellsSurely(place.family) ? 'elsewhere' : 'unlike-habit';
  }
  if (tentative.get(sortOf(place)) !== place.compared) {
    return 'undecided';
  }
  if (behindEndpoint && known.tells(place.family)) {
    // Its public side is known; behind an endpoint the first address is taken for its private one.
    return 'own';
  }
  // IPv4 and IPv6 of one host are two places.
  const isOnly =
    placeCount === 1 || (placeCount === 2 && tentative.size === 2 && tentative.has(`public ${place.family}`));
  return isOnly ? 'only' : 'unknown';
}

/** At the only place that it was seen at. */
function onlyPlace(use: InstanceUse, shared: SharedPlaces): Verdict | 'unknown' {
  return shared.isShared(use) ? 'shared' : 'unknown';
}

/** Places that can be compared with each other. */
function sortOf(use: Place): string {
  return use.originClass === 'vpce-private' ? `endpoint ${use.family}` : `public ${use.family}`;
}

function sortAndPlace(use: Place): string {
  return `${sortOf(use)}|${use.compared}`;
}
