/**
 * With which client, and from which country and network, each caller calls: for each caller and such trait the sessions that
 * show it.
 *
 * Guarantee: direct calls only; a missing user agent is no trait; countries and networks only where a database of the user's
 * tells them. A client, an address and a session are looked at once.
 */
import { userAgentFamily } from '../cloudtrail/user-agent';
import type { DetectionInput } from './detector';
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
  private readonly own: OwnCalls;
  private readonly origins: Origins;

  constructor(private readonly input: DetectionInput) {
    const { events, sessions } = input.model;
    this.own = ownCallsOf(events);
    this.origins = originsOf(events);
    const { callerOf } = populationOf(input.model);
    for (const session of sessions) {
      const caller = callerOf[session.index];
      if (caller === undefined) {
        continue;
      }
      let used = false;
      let lastClient = -1;
      let lastPlace = -1;
      for (const row of session.rows) {
        const place = this.directPlace(row);
        if (place < 0) {
          continue;
        }
        used = true;
        const client = events.userAgent[row] ?? 0;
        if (client !== lastClient || place !== lastPlace) {
          lastClient = client;
          lastPlace = place;
          for (const trait of this.traitsAt(row)) {
            this.add(caller, trait, session.index, row);
          }
        }
      }
      this.sessions += used ? 1 : 0;
    }
  }

  /** Those of a row that is a direct call. */
  traitsAt(row: number): readonly Trait[] {
    const place = this.directPlace(row);
    if (place < 0) {
      return [];
    }
    const client = this.clientOf(this.input.model.events.userAgent[row] ?? 0);
    const places = (this.places[place] ??= this.placeTraits(place));
    return client === undefined ? places : [client, ...places];
  }

  private directPlace(row: number): number {
    if (!this.own.has(row)) {
      return -1;
    }
    const place = this.origins.indexAt(row);
    return this.origins.get(place).direct ? place : -1;
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
