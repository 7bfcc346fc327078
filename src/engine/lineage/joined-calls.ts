/**
 * Calls that AWS logs apart from the issuance that they belong to: the token that a session asked for and another account's
 * AssumeRoleWithWebIdentity was given, and the node's call that a delivery to a pod answers.
 *
 * Source: STS API reference (GetWebIdentityToken); EKS User Guide, "How EKS Pod Identity works".
 */
import { requestParameters, responseElements, stringAt } from '../cloudtrail/record';
import { firstFrom } from './in-order';
import type { IssuanceDraft } from './issuances';
import type { EventTable } from './model';
import { actionAt, callerAt, succeeded, timeAt } from './table';

/** The two records of one delivery to a pod lie this close together, ms. */
const podToleranceMs = 2000;

export class JoinedCalls {
  private readonly tokenRows = new Map<string, number>();
  /** AssumeRoleForPodIdentity by cluster, in order. */
  private readonly podRows = new Map<string, number[]>();

  constructor(private readonly table: EventTable) {
    for (const [row, record] of table.notable) {
      const { eventSource, eventName } = actionAt(table, row);
      if (!succeeded(table, row)) {
        continue;
      }
      if (eventName === 'GetWebIdentityToken' && eventSource.startsWith('sts.')) {
        const id = stringAt(responseElements(record), 'webIdentityTokenId');
        if (id !== '' && !this.tokenRows.has(id)) {
          this.tokenRows.set(id, row);
        }
      } else if (eventName === 'AssumeRoleForPodIdentity' && eventSource.startsWith('eks-auth.')) {
        const cluster = stringAt(requestParameters(record), 'clusterName');
        const rows = this.podRows.get(cluster) ?? [];
        this.podRows.set(cluster, rows);
        rows.push(row);
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
    const near: number[] = [];
    for (
      let at = firstFrom(rows, issuance.time - podToleranceMs, (row) => timeAt(this.table, row));
      at < rows.length;
      at++
    ) {
      const row = rows[at] ?? 0;
      if (timeAt(this.table, row) > issuance.time + podToleranceMs) {
        break;
      }
      near.push(row);
    }
    const callers = new Set(near.map((row) => JSON.stringify(callerAt(this.table, row))));
    return callers.size === 1 ? near[0] : undefined;
  }
}
