/** How an attack is written down: what the intruder does, and what has to be found of it. */
import {
  actions,
  assumeRole,
  assumeRoleDenied,
  type Action,
  type Caller,
  type CloudTrailRecord,
  type Origin,
  type Role,
  type Seconds,
  type Session,
} from '../../../scripts/sample/records';
import { permissionSet } from '../company/estate';
import { refused } from '../company/calls';
import { Book, Diary } from '../company/diary';
import type { OrdinaryLife } from '../life/ordinary-life';
import { named, signOn } from '../life/staff';
import type { Machine } from '../life/machines';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';

/** What a finding has to name. */
export type Entity =
  | { readonly key: string }
  | { readonly role: string }
  | { readonly instance: string }
  | { readonly user: string }
  | { readonly account: string };

export interface Expected {
  readonly rule: string;
  readonly atLeast: Severity;
  readonly entity: Entity;
  /** The line of the rule that it is an example of. */
  readonly about: string;
}

export interface Attack {
  readonly name: string;
  readonly records: readonly CloudTrailRecord[];
  readonly expected: readonly Expected[];
}

/** One attack in the making. Moments are seconds from its beginning. */
export class Scene {
  private readonly expected: Expected[] = [];
  private readonly diary: Diary;

  constructor(
    readonly life: OrdinaryLife,
    private readonly name: string,
    private readonly begin: Seconds,
  ) {
    this.diary = new Diary(`attack ${name}`, life.seed, new Book());
  }

  get trail(): Diary['trail'] {
    return this.diary.trail;
  }

  at(seconds: Seconds): Seconds {
    return this.begin + seconds;
  }

  does(seconds: Seconds, caller: Caller, action: Action, origin: Origin): this {
    this.diary.does(this.at(seconds), caller, action, origin);
    return this;
  }

  doesAll(seconds: Seconds, caller: Caller, list: readonly Action[], origin: Origin, gap = 1): this {
    this.diary.doesAll(this.at(seconds), caller, list, origin, gap);
    return this;
  }

  isRefused(seconds: Seconds, caller: Caller, action: Action, origin: Origin): this {
    return this.does(seconds, caller, refused(caller, action), origin);
  }

  isRefusedRole(seconds: Seconds, caller: Caller, role: Role, origin: Origin): this {
    this.diary.add([assumeRoleDenied(this.trail, this.at(seconds), caller, role, origin)]);
    return this;
  }

  assumes(seconds: Seconds, caller: Caller, role: Role, origin: Origin, name = 'session'): Session {
    return this.diary.keep(assumeRole(this.trail, { at: this.at(seconds), caller, role, name, origin }));
  }

  /** One role after the other, `gap` seconds apart; every session makes a call. */
  chain(seconds: Seconds, caller: Caller, roles: readonly Role[], origin: Origin, gap = 60, name = 'session'): Session {
    let session: Session | undefined;
    roles.forEach((role, index) => {
      session = this.assumes(seconds + index * gap, session ?? caller, role, origin, name);
      this.does(seconds + index * gap + 5, session, actions.getCallerIdentity, origin);
    });
    if (session === undefined) throw new Error('a chain needs a role');
    return session;
  }

  keep<S>(issued: { readonly records: readonly CloudTrailRecord[]; readonly session: S }): S {
    return this.diary.keep(issued);
  }

  add(records: readonly CloudTrailRecord[]): void {
    this.diary.add(records);
  }

  /** The session that somebody of ordinary life holds at that moment. */
  steals(holder: string, seconds: Seconds): Session {
    return this.life.book.sessionAt(holder, this.at(seconds));
  }

  /** An employee signs in as on any day: the caller that others know, in a session of this attack. */
  signsOn(seconds: Seconds, name: string, account: string, origin: Origin): Session {
    const who = named(name);
    return signOn(this.diary, this.at(seconds), who, permissionSet(account, who.set), origin);
  }

  machine(name: string): Machine {
    const found = this.life.fleet.get(name);
    if (found === undefined) throw new Error(`there is no instance ${name}`);
    return found.machine;
  }

  expects(rule: string, atLeast: Severity, entity: Entity, about: string): this {
    this.expected.push({ rule, atLeast, entity, about });
    return this;
  }

  done(): Attack {
    return { name: this.name, records: this.diary.records, expected: this.expected };
  }
}
