/**
 * What callers of one principal have in common, found once: a service may forward thousands of calls for it, each with a key
 * and a creation time of its own.
 *
 * Guarantee: as if it were asked for anew each time. Callers are alike when nothing differs that their principal is named by.
 */
import type { Caller } from '../cloudtrail/caller';

interface Known<T> {
  readonly caller: Caller;
  readonly cell: number;
  readonly value: T;
}

export class PerPrincipal<T> {
  private readonly byArn = new Map<string, Known<T>>();

  /** `make`: of nothing of the caller but what `isNamedAlike` compares. */
  constructor(private readonly make: (caller: Caller, cell: number) => T) {}

  get(caller: Caller, cell: number): T {
    const known = this.byArn.get(caller.arn);
    if (known?.cell === cell && isNamedAlike(known.caller, caller)) {
      return known.value;
    }
    const value = this.make(caller, cell);
    this.byArn.set(caller.arn, { caller, cell, value });
    return value;
  }
}

function isNamedAlike(a: Caller, b: Caller): boolean {
  return (
    a.principalId === b.principalId &&
    a.arn === b.arn &&
    a.userName === b.userName &&
    a.type === b.type &&
    a.accountId === b.accountId &&
    a.issuer?.arn === b.issuer?.arn &&
    a.issuer?.accountId === b.issuer?.accountId
  );
}
