/**
 * One account's day as CloudTrail delivers it: files of one line, each of one region.
 *
 * Guarantee: the same world and number give the same files, byte for byte, whoever makes the other accounts. Every session
 * that begins within the day has the record of its issuance, and its calls come after it.
 *
 * Figures and their reasons. A file holds one to three megabytes, as in accounts busy enough to fill one between two
 * deliveries; each region's last one is what is left. Working hours have a third more traffic than nights: most of it is
 * machines. One record in two hundred is delivered again, in the same file or the next (AWS: delivery is at least once).
 */
import { callOf, serviceCall } from './calls';
import { Dice } from './dice';
import { incidentsOf } from './incidents';
import { chained, issuanceOf, type Placed } from './issuances';
import { numberAt, sessionOf, startOf, type Session } from './sessions';
import { DAY_SECONDS, DAY_START, dayPath, deliveryTime, SLOT_SECONDS, type Seconds } from './time';
import { account, SHARES, type Account, type Actor, type Kind, type World } from './world';

export interface Delivery {
  /** From the bucket's root. */
  readonly path: string;
  readonly text: string;
  readonly events: number;
}

const FILE_BYTES = [1e6, 3e6] as const;
const AGAIN = 0.005;
const SLOTS = DAY_SECONDS / SLOT_SECONDS;

/** How much of the day's traffic falls into each slot. */
const TRAFFIC = Array.from({ length: SLOTS }, (_, slot) => {
  const hour = (slot * SLOT_SECONDS) / 3600;
  return 1 + 0.35 * Math.max(0, Math.sin(((hour - 6) / 14) * Math.PI));
});
const TRAFFIC_OF_DAY = TRAFFIC.reduce((sum, traffic) => sum + traffic, 0);

export function* accountDay(world: World, index: number): Generator<Delivery, void> {
  const here = account(world, index);
  const dice = new Dice(`${world.seed} day ${String(index)}`);
  const crowd = new Crowd(here);
  const outbound = account(world, (index + 1) % world.accounts).actors.filter(({ kind }) => kind === 'deploy');
  const planted = incidentsOf(here, dice);
  const regions = new Map<string, Region>();
  let bytes = 0;
  let due = 0;
  for (let slot = 0; slot < SLOTS; slot++) {
    const begin = DAY_START + slot * SLOT_SECONDS;
    const end = begin + SLOT_SECONDS;
    const before = bytes;
    due += (here.bytes * (TRAFFIC[slot] ?? 1)) / TRAFFIC_OF_DAY;
    const records = function* (): Generator<Placed, void> {
      for (const actor of here.actors) {
        for (const session of begunWithin(actor, begin, end)) {
          yield* issuanceOf(session, here, dice);
        }
      }
      for (const actor of outbound) {
        for (const session of begunWithin(actor, begin, end)) {
          yield chained(session, here.id, dice);
        }
      }
      yield* planted.filter(({ at }) => at >= begin && at < end);
      while (bytes < due) {
        const at = Math.floor(begin + ((bytes - before) / (due - before)) * SLOT_SECONDS);
        const session = crowd.sessionAt(at, dice);
        yield session === undefined ? serviceCall(here, here.home, at, dice) : callOf(here, session, at, dice);
      }
    };
    for (const { region, text } of records()) {
      bytes += text.length;
      let trail = regions.get(region);
      if (trail === undefined) {
        trail = new Region(here, region);
        regions.set(region, trail);
      }
      const full = trail.add(text, end);
      if (full !== undefined) {
        yield full;
      }
      if (dice.chance(AGAIN)) {
        bytes += text.length;
        const filled = trail.add(text, end);
        if (filled !== undefined) {
          yield filled;
        }
      }
    }
  }
  for (const trail of regions.values()) {
    const rest = trail.close(DAY_START + DAY_SECONDS);
    if (rest !== undefined) {
      yield rest;
    }
  }
}

function begunWithin(actor: Actor, begin: Seconds, end: Seconds): Session[] {
  const number = Math.max(0, Math.ceil((begin - DAY_START - actor.phase) / actor.interval));
  const sessions: Session[] = [];
  for (let at = Math.max(0, number - 1); at < actor.sessions && startOf(actor, at) < end; at++) {
    if (startOf(actor, at) >= begin) {
      sessions.push(sessionOf(actor, at));
    }
  }
  return sessions;
}

/** Who acts next. */
class Crowd {
  private readonly kinds = new Map<Kind, Actor[]>();
  private readonly current = new Map<Actor, Session>();

  constructor(here: Account) {
    for (const actor of here.actors) {
      const known = this.kinds.get(actor.kind);
      if (known === undefined) {
        this.kinds.set(actor.kind, [actor]);
      } else {
        known.push(actor);
      }
    }
  }

  /** A session in use; undefined when a service acts. Who isn't there at that time leaves the turn to an instance. */
  sessionAt(at: Seconds, dice: Dice): Session | undefined {
    let share = dice.fraction();
    for (const [kind, actors] of this.kinds) {
      share -= SHARES[kind];
      if (share < 0) {
        return this.among(actors, at, dice) ?? this.among(this.kinds.get('instance') ?? [], at, dice);
      }
    }
    return undefined;
  }

  private among(actors: readonly Actor[], at: Seconds, dice: Dice): Session | undefined {
    for (let attempt = 0; attempt < 4 && actors.length > 0; attempt++) {
      // Half of the traffic is evenly spread, half belongs to the busiest.
      const actor = dice.chance(0.5) ? dice.pick(actors) : dice.zipf(actors);
      const number = numberAt(actor, at);
      if (number === undefined) {
        continue;
      }
      let session = this.current.get(actor);
      if (session?.number !== number) {
        session = sessionOf(actor, number);
        this.current.set(actor, session);
      }
      return session;
    }
    return undefined;
  }
}

/** The file of a region that is being filled. */
class Region {
  private records: string[] = [];
  private bytes = 0;
  private readonly dice: Dice;
  private target: number;

  constructor(
    private readonly here: Account,
    private readonly region: string,
  ) {
    this.dice = new Dice(`files ${here.id} ${region}`);
    this.target = this.dice.int(...FILE_BYTES);
  }

  /** The file, when the record has filled it. */
  add(text: string, at: Seconds): Delivery | undefined {
    this.records.push(text);
    this.bytes += text.length + 1;
    return this.bytes >= this.target ? this.close(at) : undefined;
  }

  close(at: Seconds): Delivery | undefined {
    if (this.records.length === 0) {
      return undefined;
    }
    const { here, region, records } = this;
    const name = `${here.id}_CloudTrail_${region}_${deliveryTime(at)}_${this.dice.base62(16)}.json.gz`;
    this.records = [];
    this.bytes = 0;
    this.target = this.dice.int(...FILE_BYTES);
    return {
      path: `AWSLogs/${here.id}/CloudTrail/${region}/${dayPath(at - 1)}/${name}`,
      text: `{"Records":[${records.join(',')}]}`,
      events: records.length,
    };
  }
}
