/**
 * `cross-account-unknown`: a boundary to an account that is neither own nor trusted was crossed: by assuming a role, in either
 * direction, or by sharing data, keys or functions; or something was opened to everybody.
 *
 * Guarantee: successful calls only; one finding an account, and one a thing that was opened to everybody. Accounts that are masked
 * and policies that cannot be read are counted in a note.
 */
import { append } from '../append';
import { accountOf } from '../cloudtrail/record';
import { formatInstant } from '../cloudtrail/time';
import type { Severity } from '../contract';
import { requestParameters } from '../cloudtrail/record';
import type { Session } from '../lineage/model';
import { accountAt, actionAt, callerAt, notableAt, succeeded, timeAt } from '../lineage/table';
import { severityRank, worst } from '../severity';
import { createdObjectAt } from './created-object';
import { roleLabel, sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, FindingDraft } from './detector';
import { rowsOfActions } from './facts';
import { accountsWords, knownAccounts } from './known-accounts';
import { isAccount } from './policy-document';
import { actionKey } from './persistence-objects';
import { sessionFinding } from './session-finding';
import { shareCalls } from './shares';
import { isCall, isChainedOrInstance, isForwarded, standingConfidence, standingWords, withOrigins } from './standing';
import { capital, clean, counted, listed } from './text';

const id = 'cross-account-unknown';

export const crossAccountUnknown: Detector = {
  id,
  title: 'Unknown account on the other side',
  description:
    'A role of an account that is neither own nor trusted was assumed, such an account assumed an own role, or snapshots, images, buckets, keys or functions were shared with it or with everybody.',
  severities: ['high', 'medium'],
  techniques: ['T1537', 'T1199', 'T1078.004'],
  detect,
};

type Way = 'out' | 'in' | 'shared' | 'public';

interface Crossing {
  readonly way: Way;
  readonly row: number;
  readonly session: Session;
  /** Role, or what was shared; log text. */
  readonly what: string;
  readonly roleArn: string;
  readonly severity: Severity;
  readonly isRaised: boolean;
}

const techniquesOf: Readonly<Record<Way, readonly string[]>> = {
  out: ['T1199', 'T1078.004'],
  in: ['T1199', 'T1078.004'],
  shared: ['T1537'],
  public: ['T1537'],
};

/** Keys of findings, each with what crossed. */
type Groups = Map<string, Crossing[]>;

function detect(input: DetectionInput): Detection {
  const known = knownAccounts(input);
  const groups: Groups = new Map();
  const masked = assumptions(input, known, groups);
  const unread = shared(input, known, groups);
  const notes =
    masked + unread === 0
      ? []
      : [
          {
            id: `${id}-unread`,
            message: `${id}: not judged: ${counted(masked, 'assumption')} by callers whose account is masked, ${counted(unread, 'policy', 'policies')} that the records do not have in full.`,
          },
        ];
  return { findings: [...groups].map(([key, crossings]) => draftOf(input, key, crossings)), notes };
}

/** How many could not be judged. */
function assumptions({ model, inWindow }: DetectionInput, known: ReadonlySet<string>, groups: Groups): number {
  const { events, sessions } = model;
  /** Accounts of roles, each worked out once. */
  const accounts = new Map<string, string>();
  let masked = 0;
  for (const { kind, row, twinRows, roleArn, callerSession, childSession } of model.issuances) {
    if (kind !== 'assume-role' || ![row, ...twinRows].some(inWindow)) {
      continue;
    }
    const caller = callerAt(events, row);
    if (isForwarded(caller)) {
      continue;
    }
    let roleAccount = accounts.get(roleArn);
    if (roleAccount === undefined) {
      roleAccount = accountOf(roleArn);
      accounts.set(roleArn, roleAccount);
    }
    const session = sessions[callerSession ?? childSession ?? -1];
    if (session === undefined) {
      continue;
    }
    const isOwnRole = known.has(roleAccount === '' ? accountAt(events, row) : roleAccount);
    if (isOwnRole && !isAccount(caller.accountId)) {
      masked += caller.type === 'AWSAccount' ? 1 : 0;
    } else if (isOwnRole && !known.has(caller.accountId)) {
      append(groups, caller.accountId, {
        way: 'in',
        row,
        session,
        what: roleLabel(roleArn),
        roleArn,
        severity: 'medium',
        isRaised: false,
      });
    } else if (!isOwnRole && known.has(caller.accountId) && isAccount(roleAccount)) {
      const isRaised = isChainedOrInstance(model, session);
      append(groups, roleAccount, {
        way: 'out',
        row,
        session,
        what: roleLabel(roleArn),
        roleArn,
        severity: isRaised ? 'high' : 'medium',
        isRaised,
      });
    }
  }
  return masked;
}

/** How many policies could not be read. */
function shared({ model, inWindow }: DetectionInput, known: ReadonlySet<string>, groups: Groups): number {
  const { events, sessions } = model;
  let unread = 0;
  for (const row of rowsOfActions(
    events,
    ({ eventSource, eventName }) => shareCalls[actionKey(eventSource, eventName)] !== undefined,
  )) {
    const session = sessions[events.session[row] ?? -1];
    if (session === undefined || !inWindow(row) || !succeeded(events, row) || !isCall(events, row)) {
      continue;
    }
    const { eventSource, eventName } = actionAt(events, row);
    const account = accountAt(events, row);
    const request = requestParameters(notableAt(events, row) ?? {});
    const share = request && shareCalls[actionKey(eventSource, eventName)]?.(request, new Set([...known, account]));
    unread += share === undefined || share.unread ? 1 : 0;
    for (const { reach, restricted, account: with_, principal } of share?.grants ?? []) {
      const crossing = { row, session, what: share?.what ?? '', roleArn: '', isRaised: false };
      if (restricted || reach === 'known' || reach === 'provider') {
        continue;
      }
      if (reach === 'everybody') {
        append(groups, `public|${account}|${crossing.what}`, { ...crossing, way: 'public', severity: 'high' });
      } else {
        append(groups, with_ === '' ? principal : with_, { ...crossing, way: 'shared', severity: 'medium' });
      }
    }
  }
  return unread;
}

function draftOf(input: DetectionInput, key: string, all: readonly Crossing[]): FindingDraft {
  const { model } = input;
  // One policy may name an account in several statements.
  const crossings = [...new Map(all.map((each) => [`${each.way}|${String(each.row)}`, each])).values()].sort(
    (a, b) => a.row - b.row,
  );
  const severity = worst(crossings.map((each) => each.severity));
  const [first] = [...crossings].sort((a, b) => severityRank(a.severity) - severityRank(b.severity) || a.row - b.row);
  if (first === undefined) {
    throw new Error('a finding needs a crossing');
  }
  const isPublic = first.way === 'public';
  const account = clean(key, 64);
  const ways: readonly Way[] = ['out', 'in', 'shared', 'public'];
  const told = ways.flatMap((way) => sentenceOf(input, crossings, way, account));
  const behind = withOrigins(model, [...new Set([first.session, ...crossings.map(({ session }) => session)])]);
  const standing = crossings.find((each) => each.isRaised);
  const sharing = crossings.filter(({ way }) => way === 'shared' || way === 'public');
  return sessionFinding(input, first.session, {
    rule: id,
    keys: [key],
    severity,
    confidence: standing === undefined ? 'exact' : standingConfidence(model, standing.session),
    title: isPublic
      ? `${capital(clean(first.what, 96))} opened to everybody by ${sessionLabel(first.session)}`
      : `Unknown account ${account}: ${listed(ways.flatMap((way) => wordsOf(crossings, way)))}`,
    explanation: [
      ...(isPublic
        ? ['No condition restricts that: whoever has an AWS account, or nobody at all, can use it.']
        : isAccount(key)
          ? [`Account ${account} ${accountsWords(input)}`]
          : [`Which account ${account} is of, the record does not say.`]),
      ...told,
      ...(standing === undefined
        ? []
        : [`A session that went there was ${standingWords(model, standing.session)}: high, not medium.`]),
    ].join(' '),
    ...behind,
    roles: [...new Set(crossings.map(({ roleArn }) => roleArn).filter((arn) => arn !== ''))],
    techniques: crossAccountUnknown.techniques.filter((technique) =>
      crossings.some(({ way }) => techniquesOf[way].includes(technique)),
    ),
    count: crossings.length,
    evidence: crossings.map(({ row, way, what, session }) => ({
      row,
      reason: reasonOf(way, clean(what, 96), account, sessionLabel(session)),
      role: 'decisive',
    })),
    createdObjects: [...new Set(sharing.map(({ row }) => row))]
      .filter((row) => actionAt(model.events, row).eventSource.startsWith('lambda.'))
      .map((row) => createdObjectAt(model.events, row)),
  });
}

function wordsOf(crossings: readonly Crossing[], way: Way): string[] {
  const of = crossings.filter((each) => each.way === way);
  const whats = [...new Set(of.map(({ what }) => clean(what, 64)))];
  switch (of.length === 0 ? 'none' : way) {
    case 'out':
      return [`its role ${listed(whats, 2)} assumed`];
    case 'in':
      return [`it assumed role ${listed(whats, 2)}`];
    case 'shared':
      return [`${listed(whats, 2)} shared with it`];
    default:
      return [];
  }
}

function sentenceOf({ model }: DetectionInput, crossings: readonly Crossing[], way: Way, account: string): string[] {
  const of = crossings.filter((each) => each.way === way);
  const [first] = of;
  if (first === undefined) {
    return [];
  }
  const whats = listed([...new Set(of.map(({ what }) => clean(what, 96)))]);
  const who = listed([...new Set(of.map(({ session }) => sessionLabel(session)))], 3);
  const when = `${counted(of.length, 'time')}, first at ${formatInstant(timeAt(model.events, first.row))}`;
  switch (way) {
    case 'out':
      return [`${capital(who)} assumed ${whats} of account ${account}, ${when}.`];
    case 'in':
      return [`${capital(who)} assumed ${whats}, ${when}.`];
    case 'shared':
      return [`${capital(who)} shared ${whats} with it, ${when}.`];
    case 'public':
      return [`${capital(who)} opened ${whats} to everybody, ${when}.`];
  }
}

function reasonOf(way: Way, what: string, account: string, who: string): string {
  switch (way) {
    case 'out':
      return `${capital(who)} assumed ${what} of account ${account}`;
    case 'in':
      return `Account ${account} assumed ${what}`;
    case 'shared':
      return `Shared with ${account}: ${what}`;
    case 'public':
      return `Opened to everybody: ${what}`;
  }
}
