/**
 * Where workloads run, learned from the logs: where calls with the mark of a platform come from, where tokens were exchanged,
 * which addresses several sessions share.
 *
 * Guarantee: IPv4 is compared with IPv4 and IPv6 with IPv6 (its /64) only; what nothing tells is not guessed.
 */
import { append } from '../append';
import type { Origin } from '../cloudtrail/network';
import { toolMarker, userAgentFamily, userAgentOs } from '../cloudtrail/user-agent';
import { classOfAgent } from '../lineage/classes';
import type { Session } from '../lineage/model';
import { textAt } from '../lineage/table';
import { AddressRanges } from './cidr';
import type { DetectionInput } from './detector';
import { directCallsOf } from './direct-calls';
import { Facts } from './facts';
import { isMarked, platformOf, providerOf, type Platform } from './workload-platforms';

export type Family = 'v4' | 'v6';

/** A session of a workload. */
export interface Workload {
  readonly session: Session;
  readonly platform: Platform;
  /** What it shares places with: its role; a pod also the others of its cluster. */
  readonly groups: readonly string[];
}

export function addressOf({ location }: Origin): string {
  return location.slice(location.indexOf(' ') + 1);
}

export function familyOf(origin: Origin): Family {
  return origin.class !== 'invalid' && addressOf(origin).includes(':') ? 'v6' : 'v4';
}

/** One place: the address, of public IPv6 its /64; services have VPC endpoints of their own, so behind one the address. */
function placeOf(origin: Origin): string {
  return origin.class === 'public-v6' ? origin.group : addressOf(origin);
}

/** How a client calls itself, without the mark of a platform. */
interface Client {
  readonly family: string;
  readonly system: string;
  readonly tool: boolean;
}

function describe(text: string): Client {
  return { family: userAgentFamily(text), system: userAgentOs(text), tool: toolMarker(text) !== undefined };
}

/** What is normal for one group of sessions. */
class Normal {
  readonly places = new Set<string>();
  readonly families = new Set<Family>();

  add(origin: Origin): void {
    this.places.add(placeOf(origin));
    this.families.add(familyOf(origin));
  }
}

export class WorkloadPlaces {
  readonly workloads: readonly Workload[];
  private readonly normal = new Map<string, Normal>();
  /** Clients seen where it is normal, by role. */
  private readonly clients = new Map<string, Set<string>>();
  private readonly trusted: AddressRanges;
  private readonly agents: (Client | undefined)[] = [];
  /** Whether a client is one of a platform, by the mark of the platform. */
  private readonly ownClients = new Map<number, Facts<string>>();

  constructor(private readonly input: DetectionInput) {
    const { model, settings } = input;
    this.trusted = new AddressRanges([...settings.trustedCidrs, ...Object.values(settings.egressByVpc).flat()]);
    this.workloads = model.sessions.flatMap((session) => {
      const platform = platformOf(model, session);
      return platform === undefined ? [] : [{ session, platform, groups: this.groupsOf(session, platform) }];
    });
    this.workloads.forEach((workload) => this.learnMarked(workload));
    this.workloads.forEach((workload) => this.learnIssued(workload));
    this.learnShared();
    this.workloads.forEach((workload) => this.learnClients(workload));
  }

  private groupsOf(session: Session, { id, runs }: Platform): readonly string[] {
    if (runs === 'on-aws') {
      return [`${id} ${session.accountId}`];
    }
    const provider = id === 'pod' ? providerOf(this.input.model, session) : '';
    return [`role ${session.roleArn}`, ...(provider === '' ? [] : [`provider ${provider}`])];
  }

  private normalOf(group: string): Normal {
    const known = this.normal.get(group) ?? new Normal();
    this.normal.set(group, known);
    return known;
  }

  private learnMarked({ session, platform, groups }: Workload): void {
    const { events } = this.input.model;
    const calls = directCallsOf(events);
    const { rows } = session;
    const { userAgent } = events;
    const own = this.ownClientsOf(platform);
    let last: Origin | undefined;
    for (let at = 0; at < (platform.mark === 0 ? 0 : rows.length); at++) {
      const row = rows[at] ?? 0;
      const origin = own.of(userAgent[row] ?? 0) ? calls.originAt(row) : undefined;
      if (origin !== undefined && origin !== last) {
        last = origin;
        groups.forEach((group) => this.normalOf(group).add(origin));
      }
    }
  }

  /** Where the token was exchanged, or where the node is that asked for a pod. */
  private learnIssued({ session, platform, groups }: Workload): void {
    const { events, issuances } = this.input.model;
    const calls = directCallsOf(events);
    for (const index of platform.runs === 'where-issued' ? session.issuances : []) {
      const issuance = issuances[index];
      const row = issuance?.kind === 'service-delivery' ? issuance.requestRow : issuance?.row;
      const origin = row === undefined ? undefined : calls.originAt(row);
      if (row !== undefined && origin !== undefined) {
        groups.forEach((group) => this.normalOf(group).add(origin));
        this.noteClient(session.roleArn, row);
      }
    }
  }

  /** Addresses that several sessions of a group use. */
  private learnShared(): void {
    const { events } = this.input.model;
    const calls = directCallsOf(events);
    const byGroup = new Map<string, Session[]>();
    for (const { session, platform, groups } of this.workloads) {
      if (platform.learns) {
        groups.forEach((group) => append(byGroup, group, session));
      }
    }
    for (const [group, sessions] of byGroup) {
      const first = new Map<Origin, number>();
      const firstAt = new Map<string, number>();
      for (const { index, rows } of sessions) {
        let last: Origin | undefined;
        for (let at = 0; at < rows.length; at++) {
          const origin = calls.originAt(rows[at] ?? 0);
          // One origin after the other: most calls of a session come from one.
          if (origin === undefined || origin === last || first.get(origin) === index) {
            continue;
          }
          last = origin;
          first.set(origin, index);
          const place = placeOf(origin);
          const before = firstAt.get(place);
          if (before === undefined) {
            firstAt.set(place, index);
          } else if (before !== index) {
            this.normalOf(group).add(origin);
          }
        }
      }
    }
  }

  private learnClients(workload: Workload): void {
    const { model } = this.input;
    const { userAgent } = model.events;
    const calls = directCallsOf(model.events);
    const { rows, roleArn } = workload.session;
    const isNormal = this.normalFor(workload);
    let noted = -1;
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at] ?? 0;
      const agent = userAgent[row] ?? 0;
      // What it does without the mark elsewhere is compared with what it does without the mark here.
      if (agent === noted || isMarked(model, workload.platform, row)) {
        continue;
      }
      const origin = calls.originAt(row);
      if (origin !== undefined && isNormal(origin)) {
        noted = agent;
        this.noteClient(roleArn, row);
      }
    }
  }

  /** `isNormal` of a workload, for one call after the other: most come from where the one before came from. */
  normalFor(workload: Workload): (origin: Origin) => boolean {
    let last: Origin | undefined;
    let normal = false;
    return (origin) => {
      if (origin !== last) {
        last = origin;
        normal = this.isNormal(workload, origin);
      }
      return normal;
    };
  }

  private noteClient(role: string, row: number): void {
    const known = this.clients.get(role) ?? new Set<string>();
    this.clients.set(role, known);
    known.add(this.clientAt(row).family);
  }

  /** The place is one where such workloads run. */
  isNormal({ groups, platform }: Workload, origin: Origin): boolean {
    const place = placeOf(origin);
    return (
      groups.some((group) => this.normal.get(group)?.places.has(place) === true) ||
      (platform.anyPrivate && origin.class === 'vpce-private') ||
      this.trusted.contains(addressOf(origin)) ||
      (platform.anyOfAws && this.isOfAws(addressOf(origin)) === true)
    );
  }

  /** Something tells where such workloads run, so that another place is not it. */
  tells({ groups, platform }: Workload, origin: Origin): boolean {
    return (
      groups.some((group) => this.normal.get(group)?.families.has(familyOf(origin)) === true) ||
      (platform.runs === 'on-aws' && this.isOfAws(addressOf(origin)) === false)
    );
  }

  /** Some place is known where such workloads run. */
  isLocated({ groups }: Workload): boolean {
    return groups.some((group) => (this.normal.get(group)?.places.size ?? 0) > 0);
  }

  /** The places that are known. */
  placesOf({ groups }: Workload): readonly string[] {
    return [...new Set(groups.flatMap((group) => [...(this.normal.get(group)?.places ?? [])]))];
  }

  /** The client is not one that works where this role's workloads run. */
  isForeignClient({ session, platform }: Workload, row: number): boolean {
    const { family } = this.clientAt(row);
    if (platform.mark !== 0 && this.isOwnClient(platform, row)) {
      return false;
    }
    // No user agent says nothing; where none is known every client of a platform with a mark is foreign.
    return family !== '' && this.clients.get(session.roleArn)?.has(family) !== true;
  }

  /** With the mark of its platform, and not on a system or with a tool that it does not have. */
  isOwn({ platform }: Workload, row: number): boolean {
    return this.isOwnClient(platform, row);
  }

  private isOwnClient(platform: Platform, row: number): boolean {
    return this.ownClientsOf(platform).of(this.input.model.events.userAgent[row] ?? 0);
  }

  private ownClientsOf({ mark }: Platform): Facts<string> {
    const known =
      this.ownClients.get(mark) ??
      new Facts(this.input.model.events.strings, (text) => {
        const { system, tool } = describe(text);
        return (classOfAgent(text) & mark) !== 0 && !tool && (system === '' || system === 'linux');
      });
    this.ownClients.set(mark, known);
    return known;
  }

  clientAt(row: number): Client {
    const { events } = this.input.model;
    const index = events.userAgent[row] ?? 0;
    const known = this.agents[index];
    if (known !== undefined) {
      return known;
    }
    const text = textAt(events, 'userAgent', row);
    const client = describe(text);
    this.agents[index] = client;
    return client;
  }

  /** Undefined without a database, or where it does not know the address. */
  private isOfAws(address: string): boolean | undefined {
    const facts = this.input.network?.of(address);
    return facts === undefined
      ? undefined
      : facts.awsService !== undefined || /\bamazon\b|\baws\b/i.test(facts.organization ?? '');
  }
}
