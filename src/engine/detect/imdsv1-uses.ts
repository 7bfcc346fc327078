/**
 * The direct calls that were made with keys of version 1 of the instance metadata service, by instance role.
 *
 * Guarantee: what AWS wrote into the records decides (`ec2RoleDelivery`), never a name; calls that are alike are one entry,
 * however many they are.
 */
import type { Caller } from '../cloudtrail/caller';
import { userAgentFamily } from '../cloudtrail/user-agent';
import { classesOf } from '../lineage/classes';
import { isAgentCall } from '../lineage/instances';
import { firstFrom } from '../lineage/in-order';
import type { InstanceContext, LineageModel } from '../lineage/model';
import { timeAt } from '../lineage/table';
import { dayMs } from './common-edges';
import type { DetectionInput } from './detector';
import { directCallsOf } from './direct-calls';
import { Facts } from './facts';
import { whereabouts, type Whereabouts } from './locate-instances';

/** By an agent, or from where the instance is known to be: not by itself strange. */
export type UsedFrom = 'agent' | 'known' | 'unknown';

/** Calls with keys of version 1 by one session that are alike. */
export interface Version1Uses {
  readonly instance: InstanceContext;
  readonly session: number;
  readonly location: string;
  /** Family of the client. */
  readonly client: string;
  readonly from: UsedFrom;
  /** In time order; at least one. */
  readonly rows: readonly number[];
}

export interface ClientUse {
  readonly days: Set<number>;
  /** Keys of instances. */
  readonly instances: Set<string>;
}

/** What one role's instances did in the period asked for. */
export interface RoleUse {
  readonly roleArn: string;
  /** Direct calls with keys of either version. */
  calls: number;
  readonly uses: Version1Uses[];
  /** By client family: when and where it used version 1, also outside the period. */
  readonly clients: Map<string, ClientUse>;
}

export interface Version1Roles {
  readonly roles: readonly RoleUse[];
  /** Instances that called, and of which no record tells the version. */
  readonly untold: number;
}

export function version1Roles(input: DetectionInput): Version1Roles {
  const { model } = input;
  const { events, sessions } = model;
  const places = new Map(whereabouts(input).map((found) => [found.instance.key, found]));
  const calls = directCallsOf(events);
  const classes = classesOf(events);
  const told = new Facts(events.callers, ({ ec2RoleDelivery }: Caller) => ec2RoleDelivery !== undefined);
  const version1 = new Facts(events.callers, ({ ec2RoleDelivery }: Caller) => ec2RoleDelivery === 1);
  const families: (string | undefined)[] = [];
  const familyOf = (userAgent: number): string =>
    (families[userAgent] ??= userAgentFamily(events.strings[userAgent] ?? ''));
  const roles = new Map<string, RoleUse>();
  let untold = 0;
  for (const instance of model.instances.values()) {
    const isKnown = knownPlaces(places.get(instance.key));
    let direct = 0;
    let tells = false;
    for (const index of instance.sessions) {
      const session = sessions[index];
      if (session?.kind !== 'ec2-instance') {
        continue;
      }
      const roleArn = session.roleArn || session.identityArn;
      const role = roles.get(roleArn) ?? { roleArn, calls: 0, uses: [], clients: new Map<string, ClientUse>() };
      roles.set(roleArn, role);
      const alike = new Alike(instance, index, role.uses);
      for (const row of session.rows) {
        const origin = calls.originAt(row);
        if (origin === undefined) {
          continue;
        }
        const caller = events.caller[row] ?? 0;
        const inWindow = input.inWindow(row);
        direct++;
        tells ||= told.of(caller);
        role.calls += inWindow ? 1 : 0;
        if (!version1.of(caller)) {
          continue;
        }
        const client = familyOf(events.userAgent[row] ?? 0);
        noteClient(role, client, Math.floor(timeAt(events, row) / dayMs), instance);
        if (inWindow) {
          const known = isKnown(row, origin.location);
          alike.push(
            row,
            origin.location,
            client,
            isAgentCall(events, row, classes) ? 'agent' : known ? 'known' : 'unknown',
          );
        }
      }
    }
    untold += direct > 0 && !tells ? 1 : 0;
  }
  return { roles: [...roles.values()], untold };
}

/** Whether something tells that the instance is where a call was made. */
export function knownPlaces(found: Whereabouts | undefined): (row: number, location: string) => boolean {
  const elsewhere = new Set(found?.elsewhere.map(({ row }) => row));
  return (row, location) => found !== undefined && !elsewhere.has(row) && !found.unsure.has(location);
}

function noteClient({ clients }: RoleUse, family: string, day: number, { key }: InstanceContext): void {
  const client = clients.get(family) ?? { days: new Set<number>(), instances: new Set<string>() };
  clients.set(family, client);
  client.days.add(day);
  client.instances.add(key);
}

/** Puts the calls of one session together that are alike. */
class Alike {
  private readonly known: Readonly<Record<UsedFrom, Map<string, Map<string, number[]>>>> = {
    agent: new Map(),
    known: new Map(),
    unknown: new Map(),
  };

  constructor(
    private readonly instance: InstanceContext,
    private readonly session: number,
    private readonly all: Version1Uses[],
  ) {}

  push(row: number, location: string, client: string, from: UsedFrom): void {
    const ofPlace = this.known[from].get(location) ?? new Map<string, number[]>();
    this.known[from].set(location, ofPlace);
    const rows = ofPlace.get(client);
    if (rows !== undefined) {
      rows.push(row);
      return;
    }
    const made = [row];
    ofPlace.set(client, made);
    this.all.push({ instance: this.instance, session: this.session, location, client, from, rows: made });
  }
}

/** When instances called with keys of version 2. */
export class Version2Calls {
  private readonly rows = new Map<InstanceContext, readonly number[]>();

  constructor(
    private readonly model: LineageModel,
    private readonly periodMs: number,
  ) {}

  /** The call nearest to this one in time, in the same period. */
  near(instance: InstanceContext, row: number): number | undefined {
    const { events } = this.model;
    const rows = this.rowsOf(instance);
    const away = (each: number): number => Math.abs(timeAt(events, each) - timeAt(events, row));
    const after = firstFrom(rows, timeAt(events, row), (each) => timeAt(events, each));
    return rows
      .slice(Math.max(0, after - 1), after + 1)
      .filter((each) => away(each) <= this.periodMs)
      .sort((a, b) => away(a) - away(b))[0];
  }

  private rowsOf(instance: InstanceContext): readonly number[] {
    const known = this.rows.get(instance);
    if (known !== undefined) {
      return known;
    }
    const { events, sessions } = this.model;
    const calls = directCallsOf(events);
    const rows = instance.sessions
      .flatMap((index) =>
        Array.from(sessions[index]?.rows ?? []).filter(
          (row) => events.callers[events.caller[row] ?? 0]?.ec2RoleDelivery === 2 && calls.originAt(row) !== undefined,
        ),
      )
      .sort((a, b) => a - b);
    this.rows.set(instance, rows);
    return rows;
  }
}
