/**
 * Joins issuances to the sessions that received them, in the order of confidence: issued key, role session and
 * creation time, sign-in. What several callers may have issued is left ambiguous, never guessed.
 *
 * Guarantee: every issuance that can be used has a child session, used or not; a session has at most one parent.
 */
import { accountOf, roleNameOf } from '../cloudtrail/record';
import { lastSegment } from '../cloudtrail/text';
import { isSignIn, type IssuanceDraft } from './issuances';
import type { EventTable, LinkConfidence } from './model';
import { creationToleranceMs } from './grants';
import { earlyToleranceMs, lateToleranceMs, sessionNameOf, type SessionDraft } from './session-draft';
import { sessionIdOf, type SessionDrafts } from './session-drafts';
import { byCreation, firstCreated, SignIns } from './sign-ins';
import { accountAt, callerAt, eventIdAt, timeAt } from './table';

/** What a session draft learned of its origin. */
export interface DraftLink {
  /** All issuances of this session; the first is the one the link rests on. */
  readonly issuances: readonly IssuanceDraft[];
  /** Session ids. */
  readonly parent: string | undefined;
  readonly candidates: readonly string[];
  readonly confidence: LinkConfidence;
  readonly exact: boolean;
}

export interface Links {
  readonly links: ReadonlyMap<SessionDraft, DraftLink>;
  /** Session id of the caller of an issuance. */
  readonly callerOf: ReadonlyMap<IssuanceDraft, string>;
  readonly childOf: ReadonlyMap<IssuanceDraft, SessionDraft>;
  /** Keys that would have issued themselves. */
  readonly selfIssued: number;
}

/** Services whose deliveries are drawn although nothing used them: workloads that a thief can sit on. */
const workloadServices =
  /^(ec2|lambda|ecs-tasks|pods\.eks|ssm|codebuild|glue|sagemaker|tasks\.apprunner|batch)\.amazonaws\.com(\.cn)?$/;

/** Links the sessions of one cell. `issuerOf` gives the session that made an issuing call, of this cell or another. */
export function linkSessions(
  table: EventTable,
  sessions: SessionDrafts,
  issuances: readonly IssuanceDraft[],
  issuerOf: (issuance: IssuanceDraft) => SessionDraft | undefined,
): Links {
  const signIns = new SignIns(table, sessions);
  const callerOf = new Map<IssuanceDraft, SessionDraft>();
  for (const issuance of issuances) {
    const caller = callerOfIssuance(issuance, signIns, issuerOf);
    if (caller !== undefined) {
      callerOf.set(issuance, caller);
    }
  }
  const linker = new Linker(table, sessions, callerOf);
  for (const issuance of issuances) {
    linker.linkByKey(issuance);
  }
  // A sign-in joins what an assumption opened.
  for (const issuance of [...issuances.filter((each) => !isSignIn(each)), ...issuances.filter(isSignIn)]) {
    linker.linkBySession(issuance);
  }
  return linker.result();
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
interface Received {
  readonly exact: IssuanceDraft[];
  readonly other: IssuanceDraft[];
  /** Of the others those that rest on names alone. */
  readonly guesses: Set<IssuanceDraft>;
  readonly exactCallers: Set<SessionDraft | undefined>;
  readonly callers: Set<SessionDraft | undefined>;
}

class Linker {
  private readonly byKey = new Map<string, SessionDraft[]>();
  private readonly byPrincipal = new Map<string, SessionDraft[]>();
  /** By account and user name. */
  private readonly longTermKeys = new Map<string, SessionDraft[]>();
  private readonly received = new Map<SessionDraft, Received>();
  private readonly childOf = new Map<IssuanceDraft, SessionDraft>();
  private readonly issuers: ReadonlySet<SessionDraft>;
  /** Rows of sign-ins by the session that they come to, and by the one that they come from. */
  private readonly joining = new Map<SessionDraft, number[]>();
  private readonly leaving = new Map<SessionDraft, Set<number>>();
  /** A key that would have issued itself: the record issued nothing. */
  private readonly selfIssued = new Set<IssuanceDraft>();

  constructor(
    private readonly table: EventTable,
    private readonly sessions: SessionDrafts,
    private readonly callerOf: ReadonlyMap<IssuanceDraft, SessionDraft>,
  ) {
    this.issuers = new Set(callerOf.values());
    for (const draft of sessions.drafts.values()) {
      for (const key of draft.keys) {
        append(this.byKey, key, draft);
      }
      this.index(draft);
      const caller = draft.callers[0];
      if (caller?.type === 'IAMUser' && draft.creationDate === undefined) {
        append(this.longTermKeys, `${caller.accountId}|${caller.userName}`, draft);
      }
    }
    for (const list of this.byPrincipal.values()) {
      list.sort(byCreation);
    }
  }

  private index(draft: SessionDraft): void {
    if (draft.creationDate !== undefined) {
      append(this.byPrincipal, draft.principalId, draft);
      const caller = draft.callers[0];
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
    const users = this.byKey.get(issuance.issuedKey) ?? [];
    const matching =
      users.length <= 1 || issuance.principalId === ''
        ? users
        : users.filter((draft) => draft.principalId === issuance.principalId);
    const child = matching[0];
    if (child === undefined || matching.length > 1) {
      return;
    }
    if (child === this.callerOf.get(issuance)) {
      this.selfIssued.add(issuance);
      return;
    }
    const received = this.receivedBy(child);
    received.exact.push(issuance);
    received.exactCallers.add(this.callerOf.get(issuance));
    received.callers.add(this.callerOf.get(issuance));
    this.childOf.set(issuance, child);
  }

  /** Linking steps 3 and 4: the session's principal and creation time; an issuance that nothing used gets a session of its own. */
  linkBySession(issuance: IssuanceDraft): void {
    if (this.childOf.has(issuance) || this.selfIssued.has(issuance)) {
      return;
    }
    const caller = this.callerOf.get(issuance);
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
      received.guesses.add(issuance);
    }
    received.callers.add(caller);
    this.childOf.set(issuance, child);
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
    const drafts = this.byPrincipal.get(name) ?? [];
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
    const keys = this.longTermKeys.get(issuance.recipient) ?? [];
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
    const taken = this.sessions.drafts.get(id);
    if (taken !== undefined) {
      const { callers } = this.receivedBy(taken);
      if (
        taken !== caller &&
        (isSignIn(issuance) || callers.size === 0 || (callers.size === 1 && callers.has(caller)))
      ) {
        return taken;
      }
      id += `#${issuance.issuedKey || eventIdAt(this.table, issuance.row)}`;
    }
    const draft: SessionDraft = {
      id,
      accountId: issuance.accountId,
      principalId: principal,
      creationDate: issuance.time,
      keys: new Set(issuance.issuedKey === '' ? [] : [issuance.issuedKey]),
      callers: [],
      rows: [],
    };
    this.sessions.drafts.set(id, draft);
    return draft;
  }

  /** The sign-in record belongs to the session that it opens. */
  private moveRow(row: number, child: SessionDraft): void {
    const before = this.sessions.draftOfRow.get(row);
    if (before === child) {
      return;
    }
    if (before !== undefined) {
      const left = this.leaving.get(before) ?? new Set<number>();
      this.leaving.set(before, left);
      left.add(row);
    }
    if (child.callers.length === 0) {
      child.callers.push(callerAt(this.table, row));
    }
    const joined = this.joining.get(child) ?? [];
    this.joining.set(child, joined);
    joined.push(row);
    this.sessions.draftOfRow.set(row, child);
  }

  /** All sign-ins at once: there may be thousands in one session. */
  private moveRows(): void {
    for (const [draft, rows] of this.joining) {
      for (const row of rows) {
        draft.rows.push(row);
      }
      draft.rows.sort((a, b) => a - b);
    }
    for (const [draft, left] of this.leaving) {
      const stay = draft.rows.filter((row) => !left.has(row));
      draft.rows.length = 0;
      for (const row of stay) {
        draft.rows.push(row);
      }
      if (stay.length === 0 && draft.keys.size === 0 && !this.issuers.has(draft)) {
        this.sessions.drafts.delete(draft.id);
      }
    }
  }

  private receivedBy(draft: SessionDraft): Received {
    let received = this.received.get(draft);
    if (received === undefined) {
      received = { exact: [], other: [], guesses: new Set(), exactCallers: new Set(), callers: new Set() };
      this.received.set(draft, received);
    }
    return received;
  }

  result(): Links {
    this.moveRows();
    const links = new Map<SessionDraft, DraftLink>();
    for (const [draft, received] of this.received) {
      if (received.exact.length + received.other.length > 0) {
        links.set(draft, this.linkOf(received));
      }
    }
    return {
      links,
      callerOf: new Map([...this.callerOf].map(([issuance, { id }]) => [issuance, id])),
      childOf: this.childOf,
      selfIssued: this.selfIssued.size,
    };
  }

  /** Logged in two accounts. */
  private isSeenTwice({ row, twinRows }: IssuanceDraft): boolean {
    return twinRows.some((twin) => accountAt(this.table, twin) !== accountAt(this.table, row));
  }

  private linkOf({ exact, other, guesses }: Received): DraftLink {
    const assumed = other.filter((each) => !isSignIn(each));
    const strongest = exact.length > 0 ? exact : assumed.length > 0 ? assumed : other;
    const decisive = [...strongest].sort((a, b) => rank(a) - rank(b) || a.row - b.row);
    const counted = new Set(decisive);
    const issuances = [...decisive, ...other.filter((each) => !counted.has(each))];
    // A sign-in record that names no session says nothing against an assumption that does.
    const telling = decisive.filter((issuance) => this.callerOf.has(issuance) || !isSignIn(issuance));
    const callers = new Map<string, SessionDraft | undefined>();
    for (const issuance of telling.length > 0 ? telling : decisive) {
      const caller = this.callerOf.get(issuance);
      callers.set(caller?.id ?? `${issuance.kind}|${issuance.service}`, caller);
    }
    if (callers.size > 1) {
      const candidates = [...callers.values()].flatMap((caller) => caller?.id ?? []);
      return { issuances, parent: undefined, candidates, confidence: 'ambiguous', exact: false };
    }
    const parent = [...callers.values()][0]?.id;
    const twin = decisive.some((issuance) => this.isSeenTwice(issuance));
    const confidence =
      exact.length > 0
        ? twin
          ? 'twin'
          : 'exact'
        : decisive.every(isSignIn)
          ? 'console'
          : decisive.every((issuance) => guesses.has(issuance))
            ? 'inferred'
            : 'session';
    return { issuances, parent, candidates: [], confidence, exact: exact.length > 0 };
  }
}

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

function append(map: Map<string, SessionDraft[]>, key: string, draft: SessionDraft): void {
  const list = map.get(key);
  if (list === undefined) {
    map.set(key, [draft]);
  } else {
    list.push(draft);
  }
}

/** A use earlier than 5 s before the issuance, or later than 60 s after the expiration, of every issued key. */
export function isTimeInconsistent(table: EventTable, draft: SessionDraft, link: DraftLink | undefined): boolean {
  if (link === undefined || !link.exact || draft.rows.length === 0) {
    return false;
  }
  const issued = link.issuances.reduce((first, { time }) => Math.min(first, time), Infinity);
  const expirations = link.issuances.map((issuance) => issuance.expiration).filter((time) => time !== undefined);
  const expires = link.issuances.some((issuance) => issuance.kind === 'created-key')
    ? Infinity
    : expirations.length === 0
      ? Infinity
      : expirations.reduce((last, time) => Math.max(last, time), -Infinity);
  const first = timeAt(table, draft.rows[0] ?? 0);
  const last = timeAt(table, draft.rows[draft.rows.length - 1] ?? 0);
  return first < issued - earlyToleranceMs || last > expires + lateToleranceMs;
}
