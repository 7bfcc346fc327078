/**
 * Names of policies and files of one plan.
 *
 * Guarantee: policy names have only `[\w+=,.@-]`, file names only `[A-Za-z0-9._-]`; two different things never share a file,
 * not even where only the characters we replace tell them apart.
 */
import { formatInstant } from '../cloudtrail/time';
import { stableId } from '../stable-id';

export interface IncidentNames {
  /** `<yyyymmdd>-<4 hex of the lineage>`. */
  readonly id: string;
  /** The last of the suspicious events, ISO. */
  readonly lastEventTime: string;
  readonly denyAll: string;
  readonly denySession: string;
  readonly denySourceIdentity: string;
  readonly denyInstance: string;
  readonly scp: string;
}

/** Fixed by AWS: the console's "Revoke active sessions" writes the same name. */
export const revokePolicyName = 'AWSRevokeOlderSessions';

export function incidentNames(lastEventTime: number, rootIds: readonly string[]): IncidentNames {
  const time = formatInstant(lastEventTime);
  const id = `${time.slice(0, 10).replaceAll('-', '')}-${shortHash(...rootIds)}`;
  return {
    id,
    lastEventTime: time,
    denyAll: `IncidentDenyAll-${id}`,
    denySession: `IncidentDenySession-${id}`,
    denySourceIdentity: `IncidentDenySourceIdentity-${id}`,
    denyInstance: `IncidentDenyInstance-${id}`,
    scp: `IncidentDeny-${id}`,
  };
}

/** Four hex digits. */
export function shortHash(...parts: readonly string[]): string {
  return stableId('hash', parts).slice(-4);
}

/** One path segment out of anything. */
export function fileSegment(...parts: readonly string[]): string {
  const wanted = parts.join('-');
  const clean = wanted.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/^[._-]+|[._-]+$/g, '');
  return clean === wanted && clean.length <= 100 ? clean : `${clean.slice(0, 90)}-${stableId('file', parts).slice(-8)}`;
}
