/**
 * The direct uses of an instance's credentials: every call that somebody made with them from a place in a network.
 *
 * Guarantee: forwarded calls, calls of services and the copies of cross-account calls are left out; in time order.
 */
import { EventFlag } from '../cloudtrail/columns';
import { originOfAddress, type OriginClass } from '../cloudtrail/network';
import type { InstanceContext, LineageModel, Session } from '../lineage/model';
import { isAgentCall } from '../lineage/instances';
import { callerAt, hasFlag, timeAt } from '../lineage/table';
import { originsOf } from './origins';

/** What is compared with what: IPv6 with IPv6 only, everything else together. */
export type Family = 'v4' | 'v6';

export interface InstanceUse {
  readonly row: number;
  readonly time: number;
  readonly session: number;
  readonly originClass: OriginClass;
  /** As people read it: the address, behind a VPC endpoint with the endpoint. */
  readonly location: string;
  /** The address alone. */
  readonly address: string;
  /** One place: the /24 of a public IPv4 address, the /64 of IPv6, else the address itself. */
  readonly compared: string;
  readonly isPrivate: boolean;
  readonly family: Family;
  /** Only an agent on the instance makes such calls. */
  readonly byAgent: boolean;
}

/** How an address that some record tells of is compared. */
export function placeOf(address: string): { readonly group: string; readonly isPrivate: boolean } {
  const origin = originOfAddress(address);
  return { group: origin.group, isPrivate: origin.class === 'private-odd' };
}

export function usesOf(model: LineageModel, sessions: readonly Session[]): InstanceUse[] {
  const origins = originsOf(model.events);
  const uses: InstanceUse[] = [];
  for (const session of sessions) {
    for (const row of session.rows) {
      const origin = origins.at(row);
      if (
        !origin.direct ||
        callerAt(model.events, row).type === 'AWSAccount' ||
        hasFlag(model.events, row, EventFlag.insight)
      ) {
        continue;
      }
      const isPrivate = origin.class === 'vpce-private' || origin.class === 'private-odd';
      const address =
        origin.class === 'vpce-private' ? origin.location.slice(origin.location.indexOf(' ') + 1) : origin.location;
      uses.push({
        row,
        time: timeAt(model.events, row),
        session: session.index,
        originClass: origin.class,
        location: origin.location,
        address,
        compared: isPrivate ? address : origin.group,
        isPrivate,
        family: origin.class === 'invalid' || !address.includes(':') ? 'v4' : 'v6',
        byAgent: isAgentCall(model.events, row),
      });
    }
  }
  return uses.sort((a, b) => a.row - b.row);
}

/** Sessions of an instance that are its own credentials (a managed node outside EC2 has none). */
export function instanceSessions(model: LineageModel, instance: InstanceContext): Session[] {
  return instance.sessions.flatMap((index) => {
    const session = model.sessions[index];
    return session?.kind === 'ec2-instance' ? [session] : [];
  });
}
