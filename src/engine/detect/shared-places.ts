/**
 * Places that instances and people both call from, and whether a load of logs knows more than one place at all.
 *
 * Guarantee: only direct calls of principals that are neither machines nor roles count, by the exact address.
 */
import type { LineageModel, SessionKind } from '../lineage/model';
import { callerAt, textAt, timeAt } from '../lineage/table';
import { canonicalAddress } from '../cloudtrail/network';
import { Facts } from './facts';
import type { InstanceUse, InstanceUses } from './instance-uses';
import { originsOf } from './origins';

const people: ReadonlySet<SessionKind> = new Set([
  'long-term-key',
  'root',
  'console',
  'session-token',
  'federated-user',
  'saml',
  'sso',
]);
const nearMs = 24 * 3600 * 1000;

export interface PlaceUse {
  readonly time: number;
  readonly row: number;
  readonly session: number;
}

/** An IPv4 address as it is always written, and longer numbers: its shortest form is the text itself. */
const plainV4 = /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){3}$/;

export class SharedPlaces {
  private found: ReadonlyMap<string, readonly PlaceUse[]> | undefined;

  constructor(
    private readonly model: LineageModel,
    private readonly instanceUses: Iterable<InstanceUses>,
  ) {}

  /** Calls of people by location, in time order. Looked for when somebody asks first. */
  private get uses(): ReadonlyMap<string, readonly PlaceUse[]> {
    this.found ??= this.find();
    return this.found;
  }

  private find(): Map<string, PlaceUse[]> {
    const { events, sessions } = this.model;
    const locations = new Set<string>();
    const addresses = new Set<string>();
    for (const { places } of this.instanceUses) {
      for (const { place } of places) {
        locations.add(place.location);
        addresses.add(place.address);
      }
    }
    // By the text of the source address first: cheap, and nearly all events are elsewhere.
    const wanted = new Facts(
      events.strings,
      (text) => addresses.has(text) || (!plainV4.test(text) && addresses.has(canonicalAddress(text))),
    );
    const isPerson = Uint8Array.from(sessions, ({ kind }) => (people.has(kind) ? 1 : 0));
    const origins = originsOf(events);
    const found = new Map<string, PlaceUse[]>();
    const { count, session: sessionOf, sourceAddress } = events;
    for (let row = 0; row < count; row++) {
      const index = sessionOf[row] ?? -1;
      if (index < 0 || isPerson[index] !== 1 || !wanted.of(sourceAddress[row] ?? 0)) {
        continue;
      }
      const origin = origins.at(row, sessions[index]?.kind === 'console');
      if (origin.direct && locations.has(origin.location)) {
        const uses = found.get(origin.location);
        const use = { time: timeAt(events, row), row, session: index };
        if (uses === undefined) {
          found.set(origin.location, [use]);
        } else {
          uses.push(use);
        }
      }
    }
    return found;
  }

  /** Somebody called from the same place within a day. */
  isShared(use: InstanceUse): boolean {
    const uses = this.uses.get(use.location) ?? [];
    return (uses[firstFrom(uses, use.time - nearMs)]?.time ?? Infinity) <= use.time + nearMs;
  }

  /** People's sessions at the same place within a day, with the row nearest in time; one entry a session. */
  usersNear(use: InstanceUse): readonly PlaceUse[] {
    const uses = this.uses.get(use.location) ?? [];
    const nearest = new Map<number, PlaceUse>();
    for (let at = firstFrom(uses, use.time - nearMs); at < uses.length; at++) {
      const other = uses[at];
      if (other === undefined || other.time > use.time + nearMs) {
        break;
      }
      const known = nearest.get(other.session);
      if (known === undefined || Math.abs(other.time - use.time) < Math.abs(known.time - use.time)) {
        nearest.set(other.session, other);
      }
      if (nearest.size >= 8) {
        break;
      }
    }
    return [...nearest.values()];
  }
}

function firstFrom(uses: readonly PlaceUse[], time: number): number {
  let low = 0;
  let high = uses.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((uses[middle]?.time ?? 0) < time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** All direct calls of the load come from one place: it says little that two principals share it. */
export function hasOneLocationOnly(model: LineageModel): boolean {
  const { events } = model;
  const origins = originsOf(events);
  let only: string | undefined;
  for (let row = 0; row < events.count; row++) {
    const origin = origins.at(row);
    if (!origin.direct || callerAt(events, row).type === 'AWSAccount' || textAt(events, 'sourceAddress', row) === '') {
      continue;
    }
    if (only !== undefined && only !== origin.location) {
      return false;
    }
    only = origin.location;
  }
  return only !== undefined;
}
