/**
 * What was granted to whom and when, for calls whose key is not in the logs.
 *
 * Guarantee: searched by time, by any name that the caller and the record of the grant have in common, in the caller's cell.
 */
import type { Caller } from '../cloudtrail/caller';
import { firstFrom } from './in-order';
import { PerPrincipal } from './per-principal';
import { lateToleranceMs, longestLifeMs, ownerOf, sessionNameOf } from './session-draft';
import type { IssuanceDraft } from './drafts';

/** `sessionContext.attributes.creationDate` and the issuing call's time may differ by this much, ms. */
export const creationToleranceMs = 2000;

interface Grant {
  readonly time: number;
  readonly end: number;
  /** By a service. */
  readonly delivered: boolean;
}

export class Grants {
  private readonly byName = new Map<string, Grant[]>();
  private readonly grantsTo = new PerPrincipal((caller, cell) => this.namesakes(caller, cell));

  /** `cells`: those that will be asked for. */
  constructor(issuances: readonly IssuanceDraft[], cells: ReadonlySet<number>) {
    for (const { cell, kind, principalId, roleArn, sessionName, time, expiration } of issuances) {
      if (!cells.has(cell)) {
        continue;
      }
      const end = Math.min(expiration ?? Infinity, time + longestLifeMs);
      const grant = { time, end, delivered: kind === 'service-delivery' };
      const role = `${roleArn}/${sessionName}`;
      this.add(`${String(cell)} ${role}`, grant);
      if (principalId !== role) {
        this.add(`${String(cell)} ${principalId}`, grant);
      }
    }
    for (const grants of this.byName.values()) {
      grants.sort((a, b) => a.time - b.time);
    }
  }

  private add(name: string, grant: Grant): void {
    const grants = this.byName.get(name);
    if (grants === undefined) {
      this.byName.set(name, [grant]);
    } else {
      grants.push(grant);
    }
  }

  /** True when a delivery by a service to this caller's principal has its creation time. */
  delivered(caller: Caller, cell: number): boolean {
    const created = caller.creationDate;
    return (
      created !== undefined &&
      this.grantsTo.get(caller, cell).some((grants) => {
        for (let at = firstFrom(grants, created - creationToleranceMs, ({ time }) => time); at < grants.length; at++) {
          const grant = grants[at];
          if (grant === undefined || grant.time > created + creationToleranceMs) {
            return false;
          }
          if (grant.delivered) {
            return true;
          }
        }
        return false;
      })
    );
  }

  /** When the credential was issued that this caller held at `time`: the last grant whose validity covers it. */
  lastCovering(caller: Caller, cell: number, time: number): number | undefined {
    let last: number | undefined;
    for (const grants of this.grantsTo.get(caller, cell)) {
      for (let at = firstFrom(grants, time + 1, (grant) => grant.time) - 1; at >= 0; at--) {
        const grant = grants[at];
        if (grant === undefined || grant.time < time - longestLifeMs - lateToleranceMs) {
          break;
        }
        if (grant.end + lateToleranceMs >= time) {
          last = Math.max(last ?? -Infinity, grant.time);
          break;
        }
      }
    }
    return last;
  }

  private namesakes(caller: Caller, cell: number): readonly (readonly Grant[])[] {
    const issuer = caller.issuer?.arn ?? '';
    const lists = [
      this.byName.get(`${String(cell)} ${ownerOf(caller)}`),
      issuer === '' ? undefined : this.byName.get(`${String(cell)} ${issuer}/${sessionNameOf(caller)}`),
    ];
    return lists.filter((list) => list !== undefined);
  }
}
