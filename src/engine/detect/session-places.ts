/**
 * The places that one session was used from, and what they tell of each other: used in turns, at which speed one moves
 * between them, with which clients.
 *
 * Guarantee: direct calls of the session itself only; nothing rests on the order of calls within one second, which logs do
 * not tell. One pass over the rows of a session, whatever the number of places.
 */
import { EventFlag } from '../cloudtrail/columns';
import type { Caller } from '../cloudtrail/caller';
import type { EventTable, Session } from '../lineage/model';
import { timeAt } from '../lineage/table';
import type { AddressFacts, NetworkFacts } from '../network-facts';
import { Clients, type Client } from './agents';
import type { AddressRanges } from './cidr';
import { Facts } from './facts';
import { kilometers } from './geography';
import { Places, type Place } from './instance-uses';
import { originsOf } from './origins';

/** What is compared as one place. */
export interface SessionPlace {
  /** Order in which they were first called from. */
  readonly index: number;
  readonly group: string;
  /** In ranges of the case file: all of them are one place. */
  readonly trusted: boolean;
  /** The console's own command line: it runs beside the person who opened it. */
  readonly cloudShell: boolean;
  /** The places in the network that make it, in the order first seen. */
  readonly locations: Set<Place>;
  /** The first row of each client. One client has as many objects here as it has spellings. */
  readonly clients: Map<Client, number>;
  /** Indexes of the actions called from there. */
  readonly actions: Set<number>;
  readonly firstRow: number;
  lastRow: number;
  count: number;
}

/** Called from one place, from another and from the first again. */
export type Turns = readonly [first: number, between: number, again: number];

export interface Move {
  readonly from: number;
  readonly to: number;
  readonly kilometers: number;
  readonly perHour: number;
}

export interface SessionPlaces {
  readonly places: readonly SessionPlace[];
  /** The first call from a second place. */
  readonly secondRow: number;
  readonly turns: Turns | undefined;
  readonly fastest: Move | undefined;
}

export interface PlaceLimits {
  /** From a place to another and back, ms. */
  readonly turnsMs: number;
  /** Places nearer than this are no journey: databases of places are no more exact. */
  readonly nearKilometers: number;
}

const amazon: ReadonlySet<number> = new Set([14618, 16509]);

/** The direct calls of sessions by place. */
export class PlacesOfSessions {
  private readonly origins: ReturnType<typeof originsOf>;
  private readonly places = new Places();
  private readonly clients: Clients;
  private readonly copied: Facts<Caller>;
  private readonly trusted = new Map<Place, boolean>();
  private readonly facts = new Map<Place, AddressFacts | undefined>();

  constructor(
    private readonly events: EventTable,
    private readonly ranges: AddressRanges,
    private readonly network: NetworkFacts | undefined,
    private readonly limits: PlaceLimits,
  ) {
    this.origins = originsOf(events);
    this.clients = new Clients(events);
    this.copied = new Facts(events.callers, ({ type }: Caller) => type === 'AWSAccount');
  }

  /** Undefined where all calls came from one place, or none. */
  of(session: Session): SessionPlaces | undefined {
    return this.isMoving(session) ? new Walk(this, this.events, this.limits).through(session) : undefined;
  }

  /** What is known of an address, where it is one that anybody could know. */
  factsOf(place: Place): AddressFacts | undefined {
    if (place.originClass !== 'public-v4' && place.originClass !== 'public-v6') {
      return undefined;
    }
    if (!this.facts.has(place)) {
      this.facts.set(place, this.network?.of(place.address));
    }
    return this.facts.get(place);
  }

  placeAt(row: number, console: boolean): Place | undefined {
    const { flags, caller } = this.events;
    if (((flags[row] ?? 0) & notOfTheSession) !== 0 || this.copied.of(caller[row] ?? 0)) {
      return undefined;
    }
    const index = this.origins.indexAt(row, console);
    return this.places.of(index, this.origins.get(index));
  }

  isTrusted(place: Place): boolean {
    let trusted = this.trusted.get(place);
    if (trusted === undefined) {
      trusted = this.ranges.contains(place.address);
      this.trusted.set(place, trusted);
    }
    return trusted;
  }

  clientAt(row: number): Client {
    return this.clients.at(row);
  }

  /** The claim to be CloudShell is denied where a database tells that the address is not Amazon's. */
  mayBeCloudShell(place: Place): boolean {
    const facts = this.factsOf(place);
    return !place.isPrivate && (facts?.asn === undefined || facts.awsService !== undefined || amazon.has(facts.asn));
  }

  private isMoving(session: Session): boolean {
    const console = session.kind === 'console';
    let first: Place | undefined;
    for (const row of session.rows) {
      const place = this.placeAt(row, console);
      if (place === undefined || place === first) {
        continue;
      }
      if (first !== undefined && this.groupOf(first) !== this.groupOf(place)) {
        return true;
      }
      first ??= place;
    }
    return false;
  }

  groupOf(place: Place): string {
    return this.isTrusted(place) ? '\ntrusted' : place.compared;
  }
}

/** An insight, a call of a service for itself and what an endpoint saw of a call are no calls of the session. */
const notOfTheSession = EventFlag.insight | EventFlag.serviceEvent | EventFlag.networkActivity;

interface Seen {
  readonly second: number;
  readonly time: number;
  readonly row: number;
  /** A row of another place in the same second; -1 where there is none. */
  readonly beside: number;
}

/** One session, call by call. */
class Walk {
  private readonly byGroup = new Map<string, SessionPlace>();
  private readonly list: SessionPlace[] = [];
  private secondRow = -1;
  private turns: Turns | undefined;
  private fastest: Move | undefined;
  private located: { readonly row: number; readonly group: string; readonly facts: AddressFacts } | undefined;
  /** The places of the second that is being read, each with its first row, and the number of that second. */
  private readonly now = new Map<SessionPlace, number>();
  private second = 0;
  private secondTime = -1;
  /** A row of the second before. */
  private rowBefore = -1;
  private readonly seen = new Map<SessionPlace, readonly [last: Seen, before: Seen | undefined]>();

  constructor(
    private readonly all: PlacesOfSessions,
    private readonly events: EventTable,
    private readonly limits: PlaceLimits,
  ) {}

  through(session: Session): SessionPlaces | undefined {
    const console = session.kind === 'console';
    const opened = console || this.hasConsole(session);
    for (const row of session.rows) {
      const place = this.all.placeAt(row, console);
      if (place !== undefined) {
        const client = this.all.clientAt(row);
        const cloudShell = client.cloudShell && opened && this.all.mayBeCloudShell(place);
        this.visit(row, place, client, cloudShell);
      }
    }
    this.closeSecond();
    return this.list.length < 2
      ? undefined
      : { places: this.list, secondRow: this.secondRow, turns: this.turns, fastest: this.fastest };
  }

  /** Some call tells that the session was opened in the console. */
  private hasConsole(session: Session): boolean {
    return session.rows.some(
      (row) => ((this.events.flags[row] ?? 0) & EventFlag.fromConsole) !== 0 || this.all.clientAt(row).console,
    );
  }

  private visit(row: number, place: Place, client: Client, cloudShell: boolean): void {
    const to = this.placeFor(row, place, cloudShell);
    to.count++;
    to.lastRow = row;
    to.locations.add(place);
    to.actions.add(this.events.action[row] ?? 0);
    if (cloudShell) {
      return;
    }
    if (!to.clients.has(client)) {
      to.clients.set(client, row);
    }
    this.take(row, to);
    this.move(row, to, this.all.factsOf(place));
  }

  private placeFor(row: number, place: Place, cloudShell: boolean): SessionPlace {
    const group = cloudShell ? '\ncloudshell' : this.all.groupOf(place);
    const known = this.byGroup.get(group);
    if (known !== undefined) {
      return known;
    }
    const made: SessionPlace = {
      index: this.list.length,
      group,
      trusted: !cloudShell && this.all.isTrusted(place),
      cloudShell,
      locations: new Set(),
      clients: new Map(),
      actions: new Set(),
      firstRow: row,
      lastRow: row,
      count: 0,
    };
    this.byGroup.set(group, made);
    this.list.push(made);
    if (this.list.length === 2) {
      this.secondRow = row;
    }
    return made;
  }

  private take(row: number, place: SessionPlace): void {
    const time = Math.floor(timeAt(this.events, row) / 1000) * 1000;
    if (time !== this.secondTime) {
      this.closeSecond();
      this.secondTime = time;
    }
    if (!this.now.has(place)) {
      this.now.set(place, row);
    }
  }

  /** Whether one of the places of this second was called from before, with a call from another one strictly between. */
  private closeSecond(): void {
    const { now, second, secondTime: time } = this;
    const [one, other] = now;
    for (const [place, row] of this.turns === undefined ? now : []) {
      const [last, before] = this.seen.get(place) ?? [];
      if (last !== undefined && second - last.second >= 2 && time - last.time <= this.limits.turnsMs) {
        this.turns ??= [last.row, this.rowBefore, row];
      } else if (last !== undefined && last.beside >= 0 && before !== undefined) {
        if (time - before.time <= this.limits.turnsMs) {
          this.turns ??= [before.row, last.beside, row];
        }
      }
      const beside = (one?.[0] === place ? other : one)?.[1] ?? -1;
      this.seen.set(place, [{ second, time, row, beside }, last]);
    }
    this.rowBefore = one?.[1] ?? this.rowBefore;
    now.clear();
    this.second++;
  }

  private move(row: number, place: SessionPlace, facts: AddressFacts | undefined): void {
    if (facts?.latitude === undefined || facts.longitude === undefined) {
      return;
    }
    const from = this.located;
    this.located = { row, group: place.group, facts };
    if (from === undefined || from.group === place.group) {
      return;
    }
    const distance = kilometers(from.facts, facts);
    // A second is the finest that logs tell: the calls may be nearly one apart more than they say.
    const hours = (timeAt(this.events, row) - timeAt(this.events, from.row) + 1000) / 3_600_000;
    const perHour = distance / hours;
    if (distance >= this.limits.nearKilometers && perHour > (this.fastest?.perHour ?? 0)) {
      this.fastest = { from: from.row, to: row, kilometers: distance, perHour };
    }
  }
}
