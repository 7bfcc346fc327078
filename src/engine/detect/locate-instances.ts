/**
 * Which uses of an instance's credentials were made from elsewhere than the instance.
 *
 * Guarantee: a use before the first sign of where the instance is is judged like one after it; nothing is "elsewhere" only
 * because its client differs. What cannot be decided is said to be undecided, never silently taken for the instance.
 */
import { firstFrom } from '../lineage/in-order';
import type { InstanceContext } from '../lineage/model';
import type { DetectionInput } from './detector';
import { instanceSessions, placeOf, usesOf, type Family, type InstanceUse } from './instance-uses';
import { addressesFromCalls, KnownAddresses, rangesOfCase, type KnownAddress } from './known-addresses';
import { dayMs } from './common-edges';
import { SharedPlaces, type PlaceUse } from './shared-places';

export type Verdict =
  | 'elsewhere' // what is known of the instance says it is not this place
  | 'other-host' // behind a VPC endpoint, with the address of another host
  | 'terminated' // the instance no longer existed
  | 'unlike-habit' // only habit tells where the instance is
  | 'undecided' // several places, and nothing tells which is the instance
  | 'shared'; // its only place, and people use it too

export interface ElsewhereUse extends InstanceUse {
  readonly verdict: Verdict;
}

export interface Whereabouts {
  readonly instance: InstanceContext;
  readonly elsewhere: readonly ElsewhereUse[];
  /** Uses taken for the instance's own. */
  readonly own: readonly InstanceUse[];
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
  const usesByInstance = new Map<InstanceContext, InstanceUse[]>();
  for (const instance of model.instances.values()) {
    const uses = usesOf(model, instanceSessions(model, instance));
    if (uses.length > 0) {
      usesByInstance.set(instance, uses);
    }
  }
  const shared = new SharedPlaces(model, usesByInstance.values());
  const exits = exitsByVpc(usesByInstance);
  const all = [...usesByInstance].map(([instance, uses]) => locate(input, instance, uses, shared, exits));
  computed.set(input, all);
  return all;
}

/** Public places that agents in each VPC call from: its way out to the internet. */
function exitsByVpc(
  usesByInstance: ReadonlyMap<InstanceContext, readonly InstanceUse[]>,
): ReadonlyMap<string, KnownAddress[]> {
  const exits = new Map<string, KnownAddress[]>();
  const seen = new Set<string>();
  for (const [{ vpcId, instanceId }, uses] of usesByInstance) {
    for (const use of vpcId === '' ? [] : uses) {
      // Thousands of instances go out by one gateway: it is named once.
      if (use.byAgent && !use.isPrivate && !seen.has(`${vpcId}|${use.compared}`)) {
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
  uses: readonly InstanceUse[],
  shared: SharedPlaces,
  exits: ReadonlyMap<string, readonly KnownAddress[]>,
): Whereabouts {
  const starts = instance.lifecycle.filter(({ event }) => event === 'start').map(({ time }) => time);
  const epochOf = (time: number): number => firstFrom(starts, time + 1, (start) => start);
  const terminated = instance.lifecycle.find(({ event }) => event === 'terminate')?.time;
  const ranges = rangesOfCase(input.settings, instance);
  const elsewhere: ElsewhereUse[] = [];
  const own: InstanceUse[] = [];
  const allKnown = new Map<string, KnownAddress>();
  let unjudged = 0;
  let onlyPrivateKnown = false;
  const usesByEpoch = new Map<number, InstanceUse[]>();
  for (const use of uses) {
    const epoch = epochOf(use.time);
    const known = usesByEpoch.get(epoch);
    if (known === undefined) {
      usesByEpoch.set(epoch, [use]);
    } else {
      known.push(use);
    }
  }
  const lasting = lastingAgentUses(uses);
  for (const [epoch, inEpoch] of usesByEpoch) {
    const entries = entriesOf(instance, epoch, epochOf, inEpoch, lasting, shared);
    const places = new KnownAddresses(
      withExits(entries, exits.get(instance.vpcId) ?? []),
      ranges.own,
      ranges.fine,
      inEpoch,
    );
    places.entries.forEach((entry) =>
      allKnown.set(`${entry.trust}|${entry.address}`, allKnown.get(`${entry.trust}|${entry.address}`) ?? entry),
    );
    const judged = new EpochJudge(places, inEpoch, shared, terminated);
    for (const use of inEpoch) {
      const verdict = judged.of(use);
      if (verdict === 'own' || verdict === 'unknown') {
        own.push(use);
        unjudged += verdict === 'unknown' ? 1 : 0;
      } else {
        elsewhere.push({ ...use, verdict });
        onlyPrivateKnown ||= verdict === 'elsewhere' && !use.isPrivate && places.hasOnlyPrivate(use.family);
      }
    }
  }
  const firstShared = elsewhere.find(({ verdict }) => verdict === 'shared');
  const people = firstShared === undefined ? [] : shared.usersNear(firstShared);
  return { instance, elsewhere, own, known: [...allKnown.values()], unjudged, people, onlyPrivateKnown };
}

/** The first call of an agent from each address that outlives a stop: private ones and IPv6. */
function lastingAgentUses(uses: readonly InstanceUse[]): InstanceUse[] {
  const first = new Map<string, InstanceUse>();
  for (const use of uses) {
    if (use.byAgent && (use.isPrivate || use.family === 'v6') && !first.has(use.address)) {
      first.set(use.address, use);
    }
  }
  return [...first.values()];
}

/** Known addresses of one epoch: from API calls, from the instance's agents, from habit. */
function entriesOf(
  instance: InstanceContext,
  epoch: number,
  epochOf: (time: number) => number,
  inEpoch: readonly InstanceUse[],
  lasting: readonly InstanceUse[],
  shared: SharedPlaces,
): KnownAddress[] {
  const entries = addressesFromCalls(instance, epoch, epochOf, placeOf);
  const seen = new Set<string>();
  for (const use of [...lasting, ...inEpoch]) {
    if (use.byAgent && !seen.has(use.address)) {
      seen.add(use.address);
      entries.push(known(use, 'agent', 'its agent calls from here'));
    }
  }
  const days = new Map<string, Set<number>>();
  for (const use of inEpoch) {
    const of = days.get(use.address) ?? new Set<number>();
    days.set(use.address, of.add(Math.floor(use.time / dayMs)));
  }
  for (const use of inEpoch) {
    // A place that people use too is no habit of the instance.
    if ((days.get(use.address)?.size ?? 0) >= habitDays && !seen.has(use.address) && !shared.isShared(use)) {
      seen.add(use.address);
      entries.push(known(use, 'habit', `used on ${String(days.get(use.address)?.size ?? 0)} days`));
    }
  }
  return entries;
}

/** An instance of which only private addresses are known goes out where the others of its VPC do. */
function withExits(entries: readonly KnownAddress[], exits: readonly KnownAddress[]): readonly KnownAddress[] {
  const hasPublic = entries.some(({ isPrivate, family }) => !isPrivate && family === 'v4');
  return hasPublic ? entries : [...entries, ...exits.filter(({ family }) => family === 'v4')];
}

class EpochJudge {
  /** First place of each sort where nothing tells where the instance is. */
  private readonly tentative = new Map<string, string>();
  private readonly placeCount: number;

  constructor(
    private readonly places: KnownAddresses,
    uses: readonly InstanceUse[],
    private readonly shared: SharedPlaces,
    private readonly terminated: number | undefined,
  ) {
    this.placeCount = new Set(uses.map(sortAndPlace)).size;
    for (const use of uses) {
      if (!places.covers(use) && !this.tentative.has(sortOf(use))) {
        this.tentative.set(sortOf(use), use.compared);
      }
    }
  }

  of(use: InstanceUse): Verdict | 'own' | 'unknown' {
    if (this.terminated !== undefined && use.time > this.terminated + terminationGraceMs) {
      return 'terminated';
    }
    if (this.places.covers(use)) {
      return 'own';
    }
    const decidable =
      use.originClass === 'vpce-private' ? this.places.hasPrivate(use.family) : this.places.tells(use.family);
    if (decidable) {
      return use.originClass === 'vpce-private'
        ? 'other-host'
        : this.places.tellsSurely(use.family)
          ? 'elsewhere'
          : 'unlike-habit';
    }
    if (this.tentative.get(sortOf(use)) !== use.compared) {
      return 'undecided';
    }
    if (use.originClass === 'vpce-private' && this.places.tells(use.family)) {
      // Its public side is known; behind an endpoint the first address is taken for its private one.
      return 'own';
    }
    return this.isOnlyPlace(use.family) && this.shared.isShared(use) ? 'shared' : 'unknown';
  }

  /** IPv4 and IPv6 of one host are two places. */
  private isOnlyPlace(family: Family): boolean {
    return (
      this.placeCount === 1 ||
      (this.placeCount === 2 && this.tentative.size === 2 && this.tentative.has(`public ${family}`))
    );
  }
}

/** Places that can be compared with each other. */
function sortOf(use: InstanceUse): string {
  return use.originClass === 'vpce-private' ? `endpoint ${use.family}` : `public ${use.family}`;
}

function sortAndPlace(use: InstanceUse): string {
  return `${sortOf(use)}|${use.compared}`;
}
