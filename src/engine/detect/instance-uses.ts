/**
 * The direct uses of instances' credentials: every call that somebody made with them from a place in a network.
 *
 * Guarantee: forwarded calls, calls of services and the copies of cross-account calls are left out; in time order. A use is
 * eight bytes, until somebody asks for it as an object.
 */
import { EventFlag } from '../cloudtrail/columns';
import type { Caller } from '../cloudtrail/caller';
import { originOfAddress, type Origin, type OriginClass } from '../cloudtrail/network';
import { classesOf } from '../lineage/classes';
import { isAgentCall } from '../lineage/instances';
import type { EventTable, InstanceContext, LineageModel } from '../lineage/model';
import { textAt, timeAt } from '../lineage/table';
import { Facts } from './facts';
import { originsOf } from './origins';

/** What is compared with what: IPv6 with IPv6 only, everything else together. */
export type Family = 'v4' | 'v6';

/** Where a call came from, as far as places of instances are compared. */
export interface Place {
  readonly originClass: OriginClass;
  /** As people read it: the address, behind a VPC endpoint with the endpoint. */
  readonly location: string;
  /** The address alone. */
  readonly address: string;
  /** One place: the /24 of a public IPv4 address, the /64 of IPv6, else the address itself. */
  readonly compared: string;
  readonly isPrivate: boolean;
  readonly family: Family;
}

export interface InstanceUse extends Place {
  readonly row: number;
  readonly time: number;
  readonly session: number;
}

/** How an address that some record tells of is compared. */
export function placeOf(address: string): { readonly group: string; readonly isPrivate: boolean } {
  const origin = originOfAddress(address);
  return { group: origin.group, isPrivate: origin.class === 'private-odd' };
}

/** Calls from one place. */
export interface PlaceUses {
  readonly place: Place;
  /** Position of the first one. */
  readonly first: number;
  /** Position of the first one by an agent. */
  firstByAgent: number | undefined;
  count: number;
}

/** The uses of one instance, by their position in time. */
export class InstanceUses {
  count = 0;
  /** In the order in which they were first called from. */
  readonly places: PlaceUses[] = [];
  private readonly rows: Uint32Array;
  private readonly placeOfUse: Uint32Array;
  private readonly positions = new Map<Place, number>();
  private last: Place | undefined;
  private lastPlace = 0;

  constructor(
    private readonly events: EventTable,
    private readonly classes: ReturnType<typeof classesOf>,
    most: number,
  ) {
    this.rows = new Uint32Array(most);
    this.placeOfUse = new Uint32Array(most);
  }

  push(row: number, place: Place): void {
    const at = this.count++;
    if (place !== this.last) {
      this.last = place;
      this.lastPlace = this.positionOf(place, at);
    }
    this.rows[at] = row;
    this.placeOfUse[at] = this.lastPlace;
    const uses = this.places[this.lastPlace];
    if (uses !== undefined) {
      uses.count++;
      if (uses.firstByAgent === undefined && isAgentCall(this.events, row, this.classes)) {
        uses.firstByAgent = at;
      }
    }
  }

  private positionOf(place: Place, at: number): number {
    const known = this.positions.get(place);
    if (known !== undefined) {
      return known;
    }
    this.positions.set(place, this.places.length);
    return this.places.push({ place, first: at, firstByAgent: undefined, count: 0 }) - 1;
  }

  /** The places in [from, to), in the order in which they were first called from there. */
  placesIn(from: number, to: number): PlaceUses[] {
    if (from === 0 && to === this.count) {
      return this.places;
    }
    const found = new Map<number, PlaceUses>();
    let uses: PlaceUses | undefined;
    let before = -1;
    for (let at = from; at < to; at++) {
      const index = this.placeAt(at);
      if (index !== before) {
        before = index;
        uses = found.get(index);
        const place = this.places[index]?.place;
        if (uses === undefined && place !== undefined) {
          uses = { place, first: at, firstByAgent: undefined, count: 0 };
          found.set(index, uses);
        }
      }
      if (uses !== undefined) {
        uses.count++;
        if (uses.firstByAgent === undefined && isAgentCall(this.events, this.rows[at] ?? 0, this.classes)) {
          uses.firstByAgent = at;
        }
      }
    }
    return [...found.values()];
  }

  /** Index into `places`. */
  placeAt(at: number): number {
    return this.placeOfUse[at] ?? 0;
  }

  rowAt(at: number): number {
    return this.rows[at] ?? 0;
  }

  timeAt(at: number): number {
    return timeAt(this.events, this.rowAt(at));
  }

  userAgentAt(at: number): string {
    return textAt(this.events, 'userAgent', this.rowAt(at));
  }

  useAt(at: number): InstanceUse {
    const row = this.rowAt(at);
    const uses = this.places[this.placeAt(at)];
    if (uses === undefined) {
      throw new RangeError(`no use ${String(at)}`);
    }
    return { row, time: timeAt(this.events, row), session: this.events.session[row] ?? -1, ...uses.place };
  }
}

/** The first call of an agent from each place that one called from, in time order. */
export function byAgents(uses: InstanceUses, places: readonly PlaceUses[]): InstanceUse[] {
  return places
    .flatMap(({ firstByAgent }) => firstByAgent ?? [])
    .sort((a, b) => a - b)
    .map((at) => uses.useAt(at));
}

/** Instances whose own credentials were used (a managed node outside EC2 has none), in the order of the model. */
export function usesByInstance(model: LineageModel): Map<InstanceContext, InstanceUses> {
  const { events, sessions } = model;
  const all: InstanceUses[] = [];
  const instances: InstanceContext[] = [];
  const classes = classesOf(events);
  const instanceOfSession = new Int32Array(sessions.length).fill(-1);
  for (const instance of model.instances.values()) {
    const own = instance.sessions.filter((index) => sessions[index]?.kind === 'ec2-instance');
    const most = own.reduce((sum, index) => sum + (sessions[index]?.rows.length ?? 0), 0);
    if (most > 0) {
      own.forEach((index) => (instanceOfSession[index] = all.length));
      all.push(new InstanceUses(events, classes, most));
      instances.push(instance);
    }
  }
  if (all.length > 0) {
    collect(model, instanceOfSession, all);
  }
  return new Map(
    instances.flatMap((instance, at): [InstanceContext, InstanceUses][] => {
      const uses = all[at];
      return uses === undefined || uses.count === 0 ? [] : [[instance, uses]];
    }),
  );
}

function collect({ events }: LineageModel, instanceOfSession: Int32Array, all: readonly InstanceUses[]): void {
  const origins = originsOf(events);
  const places = new Places();
  const copied = new Facts(events.callers, ({ type }: Caller) => type === 'AWSAccount');
  const { count, session, flags, caller } = events;
  for (let row = 0; row < count; row++) {
    const of = session[row] ?? -1;
    const instance = of < 0 ? -1 : (instanceOfSession[of] ?? -1);
    if (instance < 0 || ((flags[row] ?? 0) & EventFlag.insight) !== 0 || copied.of(caller[row] ?? 0)) {
      continue;
    }
    const index = origins.indexAt(row);
    const place = places.of(index, origins.get(index));
    if (place !== undefined) {
      all[instance]?.push(row, place);
    }
  }
}

/** One object a place. */
export class Places {
  private readonly byOrigin: (Place | null | undefined)[] = [];
  private readonly known = new Map<string, Place>();

  /** Undefined where nobody called from. */
  of(index: number, origin: Origin): Place | undefined {
    const found = this.byOrigin[index];
    return found === undefined ? this.find(index, origin) : (found ?? undefined);
  }

  private find(index: number, origin: Origin): Place | undefined {
    if (!origin.direct) {
      this.byOrigin[index] = null;
      return undefined;
    }
    const key = `${origin.class} ${origin.location}`;
    const place = this.known.get(key) ?? describe(origin);
    this.known.set(key, place);
    this.byOrigin[index] = place;
    return place;
  }
}

function describe(origin: Origin): Place {
  const isPrivate = origin.class === 'vpce-private' || origin.class === 'private-odd';
  const address =
    origin.class === 'vpce-private' ? origin.location.slice(origin.location.indexOf(' ') + 1) : origin.location;
  return {
    originClass: origin.class,
    location: origin.location,
    address,
    compared: isPrivate ? address : origin.group,
    isPrivate,
    family: origin.class === 'invalid' || !address.includes(':') ? 'v4' : 'v6',
  };
}
