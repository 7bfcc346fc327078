/**
 * Joins issuances to the sessions that received them, in the order of confidence: issued key, role session and
 * creation time, sign-in. What several callers may have issued is left ambiguous, never guessed.
 *
 * Guarantee: every issuance that can be used has a child session, used or not; a session has at most one parent.
 */
import { accountOf, roleNameOf } from '../cloudtrail/record';
import { lastSegment } from '../cloudtrail/text';
import type { Actors } from './actors';
import { Distinct } from './distinct';
import { creationToleranceMs } from './grants';
import { withRows } from './in-order';
import { isSignIn } from './issuances';
import type { EventTable } from './model';
import { sessionNameOf } from './session-draft';
import type { DraftsById } from './drafts-by-id';
import { sessionIdOf } from './session-drafts';
import { byCreation, firstCreated, SignIns } from './sign-ins';
import { accountAt, callerAt, eventIdAt, timeAt } from './table';
import { type DraftLink, type IssuanceDraft, SessionDraft } from './drafts';

/** Services whose deliveries are drawn although nothing used them: workloads that a thief can sit on. */
const workloadServices =
  /^(ec2|lambda|ecs-tasks|pods\.eks|ssm|codebuild|glue|sagemaker|tasks\.apprunner|batch)\.amazonaws\.com(\.cn)?$/;

/**
 * Links sessions and issuances of some cells, each with what is in its own. `issuerOf` gives the session that made an issuing
 * call, of these cells or others. What is found is written to the drafts; drafts of sessions that were not used are added.
 */
export function linkSessions(
  table: EventTable,
  drafts: DraftsById,
  issuances: readonly IssuanceDraft[],
  actors: Actors,
  issuerOf: (issuance: IssuanceDraft) => SessionDraft | undefined,
): void {
  const signIns = new SignIns(table, drafts, actors);
  for (const issuance of issuances) {
    issuance.caller = callerOfIssuance(issuance, signIns, issuerOf);
  }
  const linker = new Linker(table, drafts, actors, issuances);
  for (const issuance of issuances) {
    linker.linkByKey(issuance);
  }
  // A sign-in joins what an assumption opened.
  for (const issuance of issuances) {
    if (!isSignIn(issuance)) {
      linker.linkBySession(issuance);
    }
  }
  for (const issuance of issuances) {
    if (isSignIn(issuance)) {
      linker.linkBySession(issuance);
    }
  }
  linker.finish();
}

/** Session that made the issuing call. A delivery by a service and a sign-in with a password have none. */
function callerOfIssuance(
  issuance: IssuanceDraft,
  signIns: SignIns,
  issuerOf: (issuance: IssuanceDraft) => SessionDraft | undefined,
): SessionDraft | undefined {
  switch (issuance.kind) {
    case 'service-delivery':
      return undefined;
    case 'console-login':
    case 'cli-login':
      return signIns.behindLogin(issuance);
    case 'switch-role':
      return signIns.behindSwitch(issuance);
    default:
      return issuerOf(issuance);
  }
}

/** What a session was given, and the callers that gave it: one entry each, however often they asked. */
class Received {
  readonly exact: IssuanceDraft[] = [];
  readonly other: IssuanceDraft[] = [];
  /** Of the others those that rest on names alone. */
  guesses: Set<IssuanceDraft> | undefined;
  readonly exactCallers = new Distinct<SessionDraft | undefined>();
  readonly callers = new Distinct<SessionDraft | undefined>();
}

class Linker {
  private readonly byKey = new Map<string, SessionDraft | SessionDraft[]>();
  private readonly byPrincipal = new Map<string, SessionDraft | SessionDraft[]>();
  /** By cell, account and user name. */
  private readonly longTermKeys = new Map<string, SessionDraft | SessionDraft[]>();
  private readonly received = new Map<SessionDraft, Received>();
  private readonly issuers = new Set<SessionDraft>();
  /** Rows of sign-ins by the session that they come to, and by the one that they come from. */
  private readonly joining = new Map<SessionDraft, number[]>();
  private readonly leaving = new Map<SessionDraft, Set<number>>();

  constructor(
    private readonly table: EventTable,
    private readonly drafts: DraftsById,
    private readonly actors: Actors,
    issuances: readonly IssuanceDraft[],
  ) {
    for (const { caller } of issuances) {
      if (caller !== undefined) {
        this.issuers.add(caller);
      }
    }
    for (const draft of drafts.values()) {
      for (const key of draft.keys) {
        append(this.byKey, key, draft);
      }
      this.index(draft);
      const { caller } = draft;
      if (caller?.type === 'IAMUser' && draft.creationDate === undefined) {
        append(this.longTermKeys, `${String(draft.cell)}|${caller.accountId}|${caller.userName}`, draft);
      }
    }
    for (const list of this.byPrincipal.values()) {
      if (Array.isArray(list)) {
        list.sort(byCreation);
      }
    }
  }

  private index(draft: SessionDraft): void {
    if (draft.creationDate !== undefined) {
      append(this.byPrincipal, draft.principalId, draft);
      const { caller } = draft;
      const roleArn = caller?.issuer?.arn ?? '';
      const name = caller === undefined ? '' : sessionNameOf(caller);
      if (roleArn !== '') {
        append(this.byPrincipal, `${roleArn}/${name}`, draft);
      } else if (caller !== undefined && caller.arn !== '') {
        append(this.byPrincipal, shortName(caller.arn, name), draft);
      }
      if (caller !== undefined && caller.arn !== '' && caller.arn !== draft.principalId) {
        append(this.byPrincipal, caller.arn, draft);
      }
    }
  }

  /** Linking step 1: the issued key is a used key. */
  linkByKey(issuance: IssuanceDraft): void {
    if (issuance.issuedKey === '') {
      return;
    }
    const users = listed(this.byKey.get(issuance.issuedKey));
    const matching =
      users.length <= 1 || issuance.principalId === ''
        ? users
        : users.filter((draft) => draft.principalId === issuance.principalId);
    const child = matching[0];
    if (child === undefined || matching.length > 1) {
      return;
    }
    if (child === issuance.caller) {
      issuance.selfIssued = true;
      return;
    }
    const received = this.receivedBy(child);
    received.exact.push(issuance);
    received.exactCallers.add(issuance.caller);
    received.callers.add(issuance.caller);
    issuance.child = child;
  }

  /** Linking steps 3 and 4: the session's principal and creation time; an issuance that nothing used gets a session of its own. */
  linkBySession(issuance: IssuanceDraft): void {
    if (issuance.child !== undefined || issuance.selfIssued) {
      return;
    }
    const { caller } = issuance;
    const same = this.sameGrant(issuance, caller);
    const guessed =
      same === undefined ? (this.userOfMaskedKey(issuance) ?? this.sameShortName(issuance, caller)) : undefined;
    const child = same ?? guessed ?? this.unusedSession(issuance, caller);
    if (child === undefined || child === caller) {
      return;
    }
    const received = this.receivedBy(child);
    received.other.push(issuance);
    if (child === guessed) {
      received.guesses ??= new Set();
      received.guesses.add(issuance);
    }
    received.callers.add(caller);
    issuance.child = child;
    if (isSignIn(issuance)) {
      this.moveRow(issuance.row, child);
    }
  }

  private sameGrant(issuance: IssuanceDraft, caller: SessionDraft | undefined): SessionDraft | undefined {
    if (issuance.kind === 'created-key') {
      return undefined;
    }
    const { principalId, roleArn, sessionName, arn } = issuance;
    for (const name of [principalId, roleArn === '' ? '' : `${roleArn}/${sessionName}`, arn]) {
      const child = name === '' ? undefined : this.createdThen(name, issuance, caller);
      if (child !== undefined) {
        return child;
      }
    }
    return undefined;
  }

  /** Where a session's own records do not tell its role's ARN: the role's name and account, which others could share. */
  private sameShortName(issuance: IssuanceDraft, caller: SessionDraft | undefined): SessionDraft | undefined {
    return issuance.roleArn === ''
      ? undefined
      : this.createdThen(shortName(issuance.roleArn, issuance.sessionName), issuance, caller);
  }

  /** Of the sessions of this name the one created nearest to the call. */
  private createdThen(
    name: string,
    issuance: IssuanceDraft,
    caller: SessionDraft | undefined,
  ): SessionDraft | undefined {
    const drafts = listed(this.byPrincipal.get(name));
    let best: SessionDraft | undefined;
    let bestDistance = Infinity;
    for (let at = firstCreated(drafts, issuance.time - creationToleranceMs); at < drafts.length; at++) {
      const draft = drafts[at];
      const created = draft?.creationDate ?? Infinity;
      if (draft === undefined || created > issuance.time + creationToleranceMs) {
        break;
      }
      const distance = Math.abs(created - issuance.time);
      const exact = this.received.get(draft)?.exactCallers;
      // A session with issued keys takes a further issuance only of the same second and from the same caller.
      const fits = exact === undefined || exact.size === 0 || (distance < 1000 && exact.has(caller));
      if (
        fits &&
        draft !== caller &&
        draft.cell === issuance.cell &&
        (distance < bestDistance || (distance === bestDistance && best !== undefined && draft.id < best.id))
      ) {
        best = draft;
        bestDistance = distance;
      }
    }
    return best;
  }

  /**
   * A created key that the record does not tell is taken for the one key of its user that is first used after it, where that
   * user was not seen before and nothing else was created for it.
   */
  private userOfMaskedKey(issuance: IssuanceDraft): SessionDraft | undefined {
    if (issuance.kind !== 'created-key' || issuance.issuedKey !== '' || issuance.placeholder) {
      return undefined;
    }
    const keys = listed(this.longTermKeys.get(`${String(issuance.cell)}|${issuance.recipient}`));
    const [only] = keys;
    const first = only?.rows[0];
    return only !== undefined &&
      keys.length === 1 &&
      first !== undefined &&
      timeAt(this.table, first) >= issuance.time &&
      this.received.get(only) === undefined
      ? only
      : undefined;
  }

  private unusedSession(issuance: IssuanceDraft, caller: SessionDraft | undefined): SessionDraft | undefined {
    const principal = unusedPrincipal(issuance);
    if (
      (principal === '' && issuance.issuedKey === '') ||
      issuance.kind === 'created-key' ||
      // Asked for anew every few minutes, for one sign-in.
      issuance.kind === 'cli-login' ||
      (issuance.kind === 'service-delivery' && !workloadServices.test(issuance.service))
    ) {
      return undefined;
    }
    let id = sessionIdOf(issuance.accountId, principal, issuance.time);
    const taken = this.drafts.get(id, issuance.cell);
    if (taken !== undefined) {
      const { callers } = this.receivedBy(taken);
      if (
        taken !== caller &&
        (isSignIn(issuance) || callers.size === 0 || (callers.size === 1 && callers.has(caller)))
      ) {
        return taken;
      }
      id += `#${issuance.issuedKey || eventIdAt(this.table, issuance.row)}`;
      const again = this.drafts.get(id, issuance.cell);
      if (again !== undefined) {
        return again;
      }
    }
    const draft = new SessionDraft(id, issuance.cell, issuance.accountId, principal, issuance.time);
    if (issuance.issuedKey !== '') {
      draft.keys = [issuance.issuedKey];
    }
    this.drafts.add(draft);
    this.actors.add(draft);
    return draft;
  }

  /** The sign-in record belongs to the session that it opens. */
  private moveRow(row: number, child: SessionDraft): void {
    const before = this.actors.at(row);
    if (before === child) {
      return;
    }
    if (before !== undefined) {
      const left = this.leaving.get(before) ?? new Set<number>();
      this.leaving.set(before, left);
      left.add(row);
    }
    if (child.caller === undefined) {
      child.takes(callerAt(this.table, row));
    }
    const joined = this.joining.get(child) ?? [];
    this.joining.set(child, joined);
    joined.push(row);
    this.actors.set(row, child);
  }

  /** All sign-ins at once: there may be thousands in one session. */
  private moveRows(): void {
    for (const [draft, rows] of this.joining) {
      draft.rows = withRows(draft.rows, rows);
    }
    for (const [draft, left] of this.leaving) {
      draft.rows = draft.rows.filter((row) => !left.has(row));
      if (draft.rows.length === 0 && draft.keys.length === 0 && !this.issuers.has(draft)) {
        this.drafts.delete(draft);
      }
    }
  }

  private receivedBy(draft: SessionDraft): Received {
    let received = this.received.get(draft);
    if (received === undefined) {
      received = new Received();
      this.received.set(draft, received);
    }
    return received;
  }

  finish(): void {
    this.moveRows();
    for (const [draft, received] of this.received) {
      if (received.exact.length + received.other.length > 0) {
        draft.link = this.linkOf(received);
      }
    }
  }

  /** Logged in two accounts. */
  private isSeenTwice({ row, twinRows }: IssuanceDraft): boolean {
    return twinRows.some((twin) => accountAt(this.table, twin) !== accountAt(this.table, row));
  }

  private linkOf({ exact, other, guesses }: Received): DraftLink {
    const [only] = exact;
    if (only !== undefined && exact.length === 1 && other.length === 0) {
      return {
        issuances: exact,
        parentBy: only.caller === undefined ? undefined : only,
        candidatesBy: none,
        confidence: this.isSeenTwice(only) ? 'twin' : 'exact',
      };
    }
    const assumed = other.filter((each) => !isSignIn(each));
    const strongest = exact.length > 0 ? exact : assumed.length > 0 ? assumed : other;
    const decisive = [...strongest].sort((a, b) => rank(a) - rank(b) || a.row - b.row);
    const counted = new Set(decisive);
    const issuances = [...decisive, ...other.filter((each) => !counted.has(each))];
    // A sign-in record that names no session says nothing against an assumption that does.
    const telling = decisive.filter((issuance) => issuance.caller !== undefined || !isSignIn(issuance));
    const calledBy = new Map<string, IssuanceDraft>();
    for (const issuance of telling.length > 0 ? telling : decisive) {
      calledBy.set(issuance.caller?.id ?? `${issuance.kind}|${issuance.service}`, issuance);
    }
    const bySession = [...calledBy.values()].filter(({ caller }) => caller !== undefined);
    if (calledBy.size > 1) {
      return { issuances, parentBy: undefined, candidatesBy: bySession, confidence: 'ambiguous' };
    }
    const twin = decisive.some((issuance) => this.isSeenTwice(issuance));
    const confidence =
      exact.length > 0
        ? twin
          ? 'twin'
          : 'exact'
        : decisive.every(isSignIn)
          ? 'console'
          : decisive.every((issuance) => guesses?.has(issuance) === true)
            ? 'inferred'
            : 'session';
    return { issuances, parentBy: bySession[0], candidatesBy: none, confidence };
  }
}

const none: readonly IssuanceDraft[] = [];

/** Account, role name and session name: what is left of a role session's name where the role's ARN is not known. */
export function shortName(arn: string, sessionName: string): string {
  return `${accountOf(arn)}|${roleNameOf(arn)}/${sessionName}`;
}

/** Principal of a session that its issuance alone tells of. */
export function unusedPrincipal({ principalId, roleArn, sessionName }: IssuanceDraft): string {
  return principalId || (roleArn === '' ? '' : `${lastSegment(roleArn)}:${sessionName}`);
}

/** What tells most about an origin comes first. */
function rank(issuance: IssuanceDraft): number {
  return issuance.kind === 'switch-role' ? 1 : isSignIn(issuance) ? 2 : 0;
}

/** A list is made for the second: most names are one session's. */
function append(map: Map<string, SessionDraft | SessionDraft[]>, key: string, draft: SessionDraft): void {
  const known = map.get(key);
  if (known === undefined) {
    map.set(key, draft);
  } else if (Array.isArray(known)) {
    known.push(draft);
  } else {
    map.set(key, [known, draft]);
  }
}

function listed(known: SessionDraft | SessionDraft[] | undefined): readonly SessionDraft[] {
  return known === undefined ? noDrafts : Array.isArray(known) ? known : [known];
}

const noDrafts: readonly SessionDraft[] = [];
