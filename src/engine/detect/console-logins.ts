/**
 * Successful console sign-ins of IAM users with their password, by user.
 *
 * Guarantee: rows in time order; each sign-in once. Looked for when somebody asks first.
 */
import { append } from '../append';
import type { LineageModel } from '../lineage/model';
import { callerAt } from '../lineage/table';

export class ConsoleLogins {
  private known: ReadonlyMap<string, readonly number[]> | undefined;

  constructor(private readonly model: LineageModel) {}

  /** Rows of the sign-ins of a user. */
  of(account: string, userName: string): readonly number[] {
    this.known ??= this.find();
    return this.known.get(`${account}|${userName}`) ?? [];
  }

  private find(): Map<string, number[]> {
    const { events, issuances } = this.model;
    const found = new Map<string, number[]>();
    for (const { kind, row } of issuances) {
      const { type, accountId, userName } = callerAt(events, row);
      if (kind === 'console-login' && type === 'IAMUser' && userName !== '') {
        append(found, `${accountId}|${userName}`, row);
      }
    }
    for (const rows of found.values()) {
      rows.sort((a, b) => a - b);
    }
    return found;
  }
}
