/**
 * With which client, and from which country and network, each caller calls: for each caller and such trait the sessions that
 * show it.
 *
 * Guarantee: direct calls only; a missing user agent is no trait; countries and networks only where a database of the user's
 * tells them. A client, an address and a session are looked at once.
 */
import { userAgentFamily } from '../cloudtrail/user-agent';
import type { Session } from '../lineage/model';
import type { DetectionInput } from './detector';
import { directCallsOf, type DirectCalls } from './direct-calls';
import { originsOf, type Origins } from './origins';
import { ownCallsOf, type OwnCalls } from './own-calls';
import { populationOf, type Caller } from './population';
import { traitKey, type TraitKind } from './population-keys';

export interface Trait {
  readonly kind: TraitKind;
  /** `aws-cli|linux`, `DE`, `AS64496 Example`. */
  readonly name: string;
  /** Sessions that show it, of all callers. */
  sessions: number;
  callers: number;
}

/** One caller, one trait. */
export interface TraitUse {
  readonly caller: Caller;
  readonly trait: Trait;
  /** The first of its rows; rows are in time order. */
  firstRow: number;
  /** Indexes of the sessions that show it, in order. */
  readonly sessions: number[];
}

export class Traits {
  readonly all = new Map<string, Trait>();
  /** By `traitKey`. */
  readonly uses = new Map<string, TraitUse>();
  /** Sessions of callers with a direct call. */
  sessions = 0;
  private readonly clients: (Trait | null | undefined)[] = [];
  private readonly places: (readonly Trait[] | undefined)[] = [];
  /** The last session that was seen with a client, or at a place, by index of its text or origin; from one. */
  private readonly clientSeen: Uint32Array;
  private readonly placeSeen: number[] = [];
  private readonly own: OwnCalls;
  private readonly origins: Origins;
  private readonly calls: DirectCalls;

  constructor(private readonly input: DetectionInput) {
    const { events, sessions } = input.model;
    this.own = ownCallsOf(events);
    this.origins = originsOf(events);
    this.calls = directCallsOf(events);
    this.clientSeen = new Uint32Array(events.strings.length);
    const { callerOf } = populationOf(input.model);
    for (const session of sessions) {
      const caller = callerOf[session.index];
      if (caller === undefined) {
        continue;
      }
      this.sessions += this.take(session, caller) ? 1 : 0;
    }
  }

  /** True where the session has a direct call. */
  private take({ index, rows }: Session, caller: Caller): boolean {
    const { clientSeen, placeSeen } = this;
    const { userAgent } = this.input.model.events;
    let used = false;
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at] ?? 0;
      const place = this.directPlace(row);
      if (place < 0) {
        continue;
      }
      used = true;
      const client = userAgent[row] ?? 0;
      if (clientSeen[client] !== index + 1) {
        clientSeen[client] = index + 1;
        const trait = this.clientOf(client);
        if (trait !== undefined) {
          this.add(caller, trait, index, row);
        }
      }
      if (placeSeen[place] !== index + 1) {
        placeSeen[place] = index + 1;
        for (const trait of this.placesOf(place)) {
          this.add(caller, trait, index, row);
        }
      }
    }
    return used;
  }

  /** Those of a row that is a direct call. */
  traitsAt(row: number): readonly Trait[] {
    const place = this.directPlace(row);
    if (place < 0) {
      return [];
    }
    const client = this.clientOf(this.input.model.events.userAgent[row] ?? 0);
    const places = this.placesOf(place);
    return client === undefined ? places : [client, ...places];
  }

  private directPlace(row: number): number {
    return this.own.has(row) ? this.calls.placeAt(row) : -1;
  }

  private clientOf(index: number): Trait | undefined {
    const known = this.clients[index];
    if (known !== undefined) {
      return known ?? undefined;
    }
    const family = userAgentFamily(this.input.model.events.strings[index] ?? '');
    const trait = family === '' ? undefined : this.trait('client', family);
    this.clients[index] = trait ?? null;
    return trait;
  }

  private placesOf(place: number): readonly Trait[] {
    return (this.places[place] ??= this.placeTraits(place));
  }

  private placeTraits(place: number): readonly Trait[] {
    const facts = this.input.network?.of(this.origins.get(place).location);
    return [
      ...(facts?.country === undefined ? [] : [this.trait('country', facts.country)]),
      ...(facts?.asn === undefined
        ? []
        : [
            this.trait(
              'network',
              `AS${String(facts.asn)}${facts.organization === undefined ? '' : ` ${facts.organization}`}`,
            ),
          ]),
    ];
  }

  private trait(kind: TraitKind, name: string): Trait {
    const key = `${kind}\n${name}`;
    const trait = this.all.get(key) ?? { kind, name, sessions: 0, callers: 0 };
    this.all.set(key, trait);
    return trait;
  }

  private add(caller: Caller, trait: Trait, session: number, row: number): void {
    const key = traitKey(caller.key, trait);
    const use = this.uses.get(key);
    if (use === undefined) {
      this.uses.set(key, { caller, trait, firstRow: row, sessions: [session] });
      trait.callers++;
      trait.sessions++;
      return;
    }
    use.firstRow = Math.min(use.firstRow, row);
    if (use.sessions.at(-1) !== session) {
      use.sessions.push(session);
      trait.sessions++;
    }
  }
}

const computed = new WeakMap<DetectionInput, Traits>();

export function traitsOf(input: DetectionInput): Traits {
  const traits = computed.get(input) ?? new Traits(input);
  computed.set(input, traits);
  return traits;
}
