/**
 * What one theme of the population writes down: the records, which ordinary look-alike each stands for, and the sessions
 * that others (an attack) may take up.
 *
 * Guarantee: the logs end where the calendar ends: what would happen later is not recorded.
 */
import {
  isJsonObject,
  isoTime,
  Trail,
  throughService,
  seenFromOutside,
  serviceOrigin,
  type Action,
  type Caller,
  type CloudTrailRecord,
  type Origin,
  type Random,
  type Seconds,
  type Session,
} from '../../../scripts/sample/records';
import { END, START } from './calendar';
import { DEV } from './estate';
import type { LookAlike } from './look-alikes';

interface Issued<S> {
  readonly records: readonly CloudTrailRecord[];
  readonly session: S;
}

/** Sessions by the name of who holds them, and how often each look-alike occurs. */
export class Book {
  readonly counts = new Map<LookAlike, number>();
  private readonly held = new Map<string, Session[]>();

  hold(name: string, session: Session): void {
    const sessions = this.held.get(name);
    if (sessions === undefined) this.held.set(name, [session]);
    else sessions.push(session);
  }

  /** The session that this holder last got before a moment, still valid then. */
  sessionAt(name: string, at: Seconds): Session {
    const valid = (this.held.get(name) ?? []).filter((each) => each.issuedAt < at && at < each.expiresAt);
    const [found] = valid.sort((left, right) => right.issuedAt - left.issuedAt);
    if (found === undefined) throw new Error(`${name} has no session at ${isoTime(at)}`);
    return found;
  }

  /** The first session that this holder gets after a moment. */
  sessionAfter(name: string, at: Seconds): Session {
    const later = (this.held.get(name) ?? []).filter((each) => each.issuedAt >= at);
    const [found] = later.sort((left, right) => left.issuedAt - right.issuedAt);
    if (found === undefined) throw new Error(`${name} has no session after ${isoTime(at)}`);
    return found;
  }
}

/** Services of one place, which record in us-east-1. */
const global: ReadonlySet<string> = new Set(
  'iam sts signin sso organizations cloudfront route53 health ce support billing'.split(' '),
);

/** Where the company runs things: production and what serves it in Frankfurt, development in Ireland. */
function inRegion(action: Action, caller: Caller): Action {
  if (action.region !== undefined || global.has(action.source)) return action;
  return { ...action, region: caller.account === DEV ? 'eu-west-1' : 'eu-central-1' };
}

export class Diary {
  readonly records: CloudTrailRecord[] = [];
  readonly trail: Trail;

  constructor(
    theme: string,
    seed: string,
    readonly book: Book,
  ) {
    this.trail = new Trail(`${seed} ${theme}`);
  }

  get random(): Random {
    return this.trail.random;
  }

  does(at: Seconds, caller: Caller, action: Action, origin: Origin): void {
    if (at >= START && at < END) this.records.push(this.trail.record(at, caller, inRegion(action, caller), origin));
  }

  /** One call after the other, `gap` seconds apart; several in one second where it is a fraction. */
  doesAll(at: Seconds, caller: Caller, actions: readonly Action[], origin: Origin, gap = 1): void {
    actions.forEach((action, index) => {
      this.does(at + Math.floor(index * gap), caller, action, origin);
    });
  }

  /** What was issued, kept; the session, to go on with. */
  keep<S>(issued: Issued<S>, holder?: string): S {
    this.add(issued.records);
    if (holder !== undefined) this.book.hold(holder, issued.session as Session);
    return issued.session;
  }

  add(records: readonly CloudTrailRecord[]): void {
    for (const record of records) {
      const at = Date.parse(record.eventTime) / 1000;
      if (at >= START && at < END) this.records.push(record);
    }
  }

  /** A call into a resource of another account: recorded in both, in the owner's without name or key. */
  doesAcross(at: Seconds, caller: Caller, action: Action, origin: Origin, owner: string): void {
    const stamp = { requestID: this.random.uuid(), sharedEventID: this.random.uuid() };
    if (at < START || at >= END) return;
    const there = inRegion(action, caller);
    this.records.push(this.trail.record(at, caller, there, origin, stamp));
    this.records.push(this.trail.record(at, seenFromOutside(caller), there, origin, { ...stamp, recipient: owner }));
  }

  /** A service calling in the name of a session: its identity, a key and a creationDate of that moment, one call. */
  forwards(at: Seconds, session: Session, service: string, action: Action): void {
    const caller = throughService(session, service, this.trail.temporaryKey());
    const context = caller.identity['sessionContext'];
    const mine: Caller = {
      account: caller.account,
      identity: {
        ...caller.identity,
        sessionContext: {
          ...(isJsonObject(context) ? context : {}),
          attributes: { creationDate: isoTime(at), mfaAuthenticated: 'false' },
        },
      },
    };
    this.does(at, mine, action, serviceOrigin(service));
  }

  /** This theme has just shown one more of these. */
  shows(lookAlike: LookAlike, times = 1): void {
    this.book.counts.set(lookAlike, (this.book.counts.get(lookAlike) ?? 0) + times);
  }
}
