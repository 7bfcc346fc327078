/**
 * Access keys and console passwords that calls made for users, with their use in the logs.
 *
 * Guarantee: one entry a key, and one a user and session that set a password, in the order in which they were made; only such
 * as were used. A sign-in belongs to whoever set the password last: not after the user changed it, nor after it was deleted.
 */
import { append } from '../append';
import { firstFrom } from '../lineage/in-order';
import type { LineageModel, Session } from '../lineage/model';
import { accountAt, actionAt, callerAt, succeeded, timeAt } from '../lineage/table';
import { ConsoleLogins } from './console-logins';
import { rowsOfActions } from './facts';
import { fieldsAt } from './lasting-changes';
import { userName } from './object-fields';
import { ownCallsOf } from './own-calls';

export interface UsedCredential {
  readonly kind: 'key' | 'password';
  /** The call that made it; the first, of a password that one session set several times. */
  readonly row: number;
  readonly creator: Session | undefined;
  readonly account: string;
  readonly owner: string;
  /** Session of the first use. */
  readonly user: Session;
  readonly sessions: readonly number[];
  /** Calls with the key, or sign-ins with the password. In time order. */
  readonly uses: readonly number[];
  /** The key’s id is masked where it was made: that this is the key is a guess. */
  readonly guessed: boolean;
}

export interface CreatedCredentials {
  readonly used: readonly UsedCredential[];
  /** New keys whose ids are masked and for which no key of their user stands. */
  readonly untold: readonly number[];
}

export function createdCredentials(model: LineageModel): CreatedCredentials {
  const untold: number[] = [];
  const used = [...usedKeys(model, untold), ...usedPasswords(model)];
  return { used: used.sort((a, b) => a.row - b.row), untold };
}

function usedKeys(model: LineageModel, untold: number[]): UsedCredential[] {
  const { events, sessions } = model;
  const taken = new Set<number>();
  const guesses = new FirstKeys(model);
  const made = model.issuances.filter(({ kind }) => kind === 'created-key');
  return made.flatMap(({ row, callerSession, childSession, issuedKey }): UsedCredential[] => {
    const owner = userName(fieldsAt(events, row));
    const account = accountAt(events, row);
    const linked = sessions[childSession ?? -1];
    const user = linked ?? (issuedKey === '' ? guesses.after(account, owner, row, taken) : undefined);
    if (user === undefined || taken.has(user.index)) {
      if (issuedKey === '') {
        untold.push(row);
      }
      return [];
    }
    taken.add(user.index);
    const calls = ownCallsOf(events);
    const uses = [...user.rows].filter((use) => calls.has(use));
    const guessed = linked === undefined || linked.link === 'inferred';
    return uses.length === 0
      ? []
      : [
          {
            kind: 'key',
            row,
            creator: sessions[callerSession ?? -1],
            account,
            owner,
            user,
            sessions: [user.index],
            uses,
            guessed,
          },
        ];
  });
}

/** Keys of users of which nothing says who made them, by the first call with each. */
class FirstKeys {
  private known: ReadonlyMap<string, { readonly inOrder: readonly Session[]; next: number }> | undefined;

  constructor(private readonly model: LineageModel) {}

  /** The key of a user that was seen first after a call, and not before it. Asked in the order of time: none is gone back to. */
  after(account: string, owner: string, row: number, taken: ReadonlySet<number>): Session | undefined {
    this.known ??= new Map([...this.find()].map(([user, inOrder]) => [user, { inOrder, next: 0 }]));
    const keys = this.known.get(`${account}|${owner}`);
    if (keys === undefined) {
      return undefined;
    }
    const isPast = (key: Session | undefined): boolean =>
      key !== undefined && ((key.rows[0] ?? 0) <= row || taken.has(key.index));
    while (isPast(keys.inOrder[keys.next])) {
      keys.next++;
    }
    return keys.inOrder[keys.next];
  }

  private find(): Map<string, Session[]> {
    const keys = this.model.sessions.filter(
      (session) =>
        session.kind === 'long-term-key' &&
        session.via === undefined &&
        session.rows.length > 0 &&
        session.keys.length > 0,
    );
    const found = new Map<string, Session[]>();
    for (const session of keys.sort((a, b) => (a.rows[0] ?? 0) - (b.rows[0] ?? 0))) {
      append(found, `${session.accountId}|${session.name}`, session);
    }
    return found;
  }
}

const passwordCalls: ReadonlySet<string> = new Set([
  'CreateLoginProfile',
  'UpdateLoginProfile',
  'DeleteLoginProfile',
  'ChangePassword',
]);

function usedPasswords(model: LineageModel): UsedCredential[] {
  const { events, sessions } = model;
  const rows = rowsOfActions(
    events,
    ({ eventSource, eventName }) => eventSource.startsWith('iam.') && passwordCalls.has(eventName),
  ).filter((row) => succeeded(events, row) && callerAt(events, row).type !== 'AWSAccount');
  const changes = new Map<string, number[]>();
  for (const row of rows) {
    append(changes, `${accountAt(events, row)}|${ownerOfPassword(model, row)}`, row);
  }
  const logins = new ConsoleLogins(model);
  const used = new Map<string, { readonly row: number; readonly owner: string; readonly uses: number[] }>();
  for (const [key, calls] of changes) {
    const split = key.indexOf('|');
    const owner = key.slice(split + 1);
    for (const login of owner === '' ? [] : logins.of(key.slice(0, split), owner)) {
      // Of one second, setting comes first: a record has no finer time.
      const setter = calls[firstFrom(calls, timeAt(events, login) + 1, (row) => timeAt(events, row)) - 1];
      if (
        setter === undefined ||
        !actionAt(events, setter).eventName.endsWith('LoginProfile') ||
        isDeletion(model, setter)
      ) {
        continue;
      }
      const by = events.session[setter] ?? -1;
      const id = `${key}|${by < 0 ? `row ${String(setter)}` : String(by)}`;
      const known = used.get(id);
      if (known === undefined) {
        used.set(id, { row: setter, owner, uses: [login] });
      } else {
        known.uses.push(login);
      }
    }
  }
  return [...used.values()].flatMap(({ row, owner, uses }): UsedCredential[] => {
    const users = uses.map((use) => events.session[use] ?? -1).filter((index) => index >= 0);
    const user = sessions[users[0] ?? -1];
    const creator = sessions[events.session[row] ?? -1];
    return user === undefined
      ? []
      : [
          {
            kind: 'password',
            row,
            creator,
            account: accountAt(events, row),
            owner,
            user,
            sessions: [...new Set(users)],
            uses,
            guessed: false,
          },
        ];
  });
}

function isDeletion(model: LineageModel, row: number): boolean {
  return actionAt(model.events, row).eventName === 'DeleteLoginProfile';
}

/** Who changes a password names nobody. */
function ownerOfPassword({ events }: LineageModel, row: number): string {
  return actionAt(events, row).eventName === 'ChangePassword'
    ? callerAt(events, row).userName
    : userName(fieldsAt(events, row));
}
