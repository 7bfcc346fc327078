/**
 * Calls that AWS logs apart from the issuance that they belong to: the token that a session asked for and another account's
 * AssumeRoleWithWebIdentity was given, and the node's call that a delivery to a pod answers.
 *
 * Guarantee: only what AWS joins by an id, or what one caller alone can have asked for; else nothing.
 * Source: STS API reference (GetWebIdentityToken); EKS User Guide, "How EKS Pod Identity works".
 */
import { requestParameters, responseElements, stringAt } from '../cloudtrail/record';
import { ActionClass, classesOf } from './classes';
import { firstFrom } from './in-order';
import type { EventTable } from './model';
import { succeeded, timeAt } from './table';
import type { IssuanceDraft } from './drafts';

/** The two records of one delivery to a pod lie this close together, ms. */
const podToleranceMs = 2000;

interface PodCall {
  readonly row: number;
  readonly time: number;
  /** Position of the next call by another caller. */
  nextOther: number;
}

export class JoinedCalls {
  private readonly tokenRows = new Map<string, number>();
  /** AssumeRoleForPodIdentity by cluster, in order. */
  private readonly podRows = new Map<string, PodCall[]>();

  constructor(table: EventTable) {
    const classes = classesOf(table).ofActions(table.actions);
    for (let row = 0; row < table.count; row++) {
      const of = (classes[table.action[row] ?? 0] ?? 0) & (ActionClass.webIdentityToken | ActionClass.podIdentity);
      const record = of !== 0 && succeeded(table, row) ? table.notable.get(row) : undefined;
      if (record === undefined) {
        continue;
      }
      if ((of & ActionClass.webIdentityToken) !== 0) {
        const id = stringAt(responseElements(record), 'webIdentityTokenId');
        if (id !== '' && !this.tokenRows.has(id)) {
          this.tokenRows.set(id, row);
        }
      } else {
        const cluster = stringAt(requestParameters(record), 'clusterName');
        const rows = this.podRows.get(cluster) ?? [];
        this.podRows.set(cluster, rows);
        rows.push({ row, time: timeAt(table, row), nextOther: 0 });
      }
    }
    for (const rows of this.podRows.values()) {
      for (let at = rows.length - 1; at >= 0; at--) {
        const call = rows[at];
        const next = rows[at + 1];
        if (call !== undefined) {
          const same = next !== undefined && table.caller[next.row] === table.caller[call.row];
          call.nextOther = same ? next.nextOther : at + 1;
        }
      }
    }
  }

  /** Row in which whoever gave this credential acted. */
  callerRow(issuance: IssuanceDraft): number {
    return (
      (issuance.webIdentityTokenId === '' ? undefined : this.tokenRows.get(issuance.webIdentityTokenId)) ?? issuance.row
    );
  }

  /** Row of the call that asked for this delivery; undefined where more than one could have. */
  requestRow(issuance: IssuanceDraft): number | undefined {
    if (issuance.webIdentityTokenId !== '') {
      return this.tokenRows.get(issuance.webIdentityTokenId);
    }
    if (issuance.kind !== 'service-delivery' || !issuance.service.startsWith('pods.eks.')) {
      return undefined;
    }
    const rows = this.podRows.get(issuance.podCluster) ?? [];
    const from = firstFrom(rows, issuance.time - podToleranceMs, ({ time }) => time);
    const first = rows[from];
    if (first === undefined || first.time > issuance.time + podToleranceMs) {
      return undefined;
    }
    // The next call by somebody else: only when it is too late it is certain who asked.
    const other = rows[first.nextOther];
    return other !== undefined && other.time <= issuance.time + podToleranceMs ? undefined : first.row;
  }
}
