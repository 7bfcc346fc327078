/**
 * Every successful record that handed out a credential, twins merged.
 *
 * Guarantee: one draft for one issuance, also when it was logged in two accounts; a key that was "issued" to different
 * principals is a placeholder and is dropped from the drafts. Order: by row.
 * Source: AWS STS API reference (AssumeRole*, GetSessionToken, GetFederationToken, AssumeRoot), IAM CreateAccessKey,
 * IAM Roles Anywhere CreateSession, Cognito GetCredentialsForIdentity, AWS sign-in events.
 */
import type { Caller } from '../cloudtrail/caller';
import { EventFlag, type JsonObject } from '../cloudtrail/columns';
import { isMaskedId } from '../cloudtrail/event-id';
import { usableKey } from '../cloudtrail/keys';
import {
  accountOf,
  arrayAt,
  boundedText,
  objectAt,
  partitionOf,
  requestParameters,
  responseElements,
  roleNameOf,
  splitPrincipalId,
} from '../cloudtrail/record';
import { parseInstant } from '../cloudtrail/time';
import { IntMap } from './int-map';
import type { EventTable, IssuanceKind } from './model';
import { actionAt, callerAt, hasFlag, succeeded, textAt, timeAt } from './table';
import type { IssuanceDraft } from './drafts';

/**
 * The issuances of these records, in the order of their rows. A record that has nothing in common with another is its own
 * issuance; what others have a part in is a draft of its own.
 */
export function mergeIssuances(
  table: EventTable,
  records: readonly IssuanceDraft[],
  namesOfCall: (record: IssuanceDraft) => Int32Array,
): IssuanceDraft[] {
  const first = new IntMap(records.length);
  const shared = new Uint8Array(records.length);
  records.forEach((record, at) => {
    record.caller = undefined;
    record.child = undefined;
    record.selfIssued = false;
    for (const name of namesOfCall(record)) {
      const other = first.claim(name, at);
      if (other !== -1 && other !== at) {
        shared[other] = 1;
        shared[at] = 1;
      }
    }
  });
  const alone = records.filter((_, at) => shared[at] === 0);
  if (alone.length === records.length) {
    return alone;
  }
  const drafts = records
    .filter((_, at) => shared[at] === 1)
    .map((record): IssuanceDraft => ({ ...record, twinRows: [], isOfSeveral: true }));
  dropPlaceholderKeys(drafts);
  return [...alone, ...mergeTwins(table, drafts)].sort((a, b) => a.row - b.row);
}

/** What a record hands out; undefined when it hands out nothing. */
export function issuanceOf(table: EventTable, row: number, record: JsonObject): IssuanceDraft | undefined {
  // Network activity is a use: it has no answer that could hand out anything.
  return succeeded(table, row) && !hasFlag(table, row, EventFlag.networkActivity)
    ? draftOf(table, row, record)
    : undefined;
}

/** Name of the issuance that a record is, `undefined` when it is none. Failure is not looked at. */
export function issuanceKindOf(eventSource: string, eventName: string, callerType: string): IssuanceKind | undefined {
  switch (`${eventSource.split('.')[0] ?? ''}/${eventName}`) {
    case 'sts/AssumeRole':
      return callerType === 'AWSService' ? 'service-delivery' : 'assume-role';
    case 'sts/AssumeRoleWithSAML':
      return 'assume-role-saml';
    case 'sts/AssumeRoleWithWebIdentity':
      return 'assume-role-web-identity';
    case 'sts/AssumeRoot':
      return 'assume-root';
    case 'sts/GetSessionToken':
      return 'session-token';
    case 'sts/GetFederationToken':
      return 'federation-token';
    case 'iam/CreateAccessKey':
      return 'created-key';
    case 'signin/ConsoleLogin':
      return 'console-login';
    case 'signin/CreateOAuth2Token':
      return 'cli-login';
    case 'signin/SwitchRole':
      return 'switch-role';
    case 'rolesanywhere/CreateSession':
      return 'roles-anywhere';
    case 'cognito-identity/GetCredentialsForIdentity':
      return 'cognito';
    default:
      return undefined;
  }
}

function draftOf(table: EventTable, row: number, record: JsonObject): IssuanceDraft | undefined {
  const { eventSource, eventName } = actionAt(table, row);
  const caller = callerAt(table, row);
  const kind = issuanceKindOf(eventSource, eventName, caller.type);
  if (kind === undefined) {
    return undefined;
  }
  const request = requestParameters(record);
  const response = responseElements(record);
  const answer = kind === 'roles-anywhere' ? arrayAt(response, 'credentialSet')[0] : response;
  const credentials = objectAt(answer, kind === 'created-key' ? 'accessKey' : 'credentials');
  const assumed = objectAt(answer, 'assumedRoleUser');
  const federated = objectAt(answer, 'federatedUser');
  const assumedRoleId = boundedText(assumed, 'assumedRoleId');
  const assumesRole = kind.startsWith('assume-role') || kind === 'service-delivery' || kind === 'roles-anywhere';
  const assumedArn = boundedText(assumed, 'arn');
  const roleArn = assumesRole
    ? boundedText(request, 'roleArn') ||
      boundedText(answer, 'roleArn') ||
      roleAmongResources(record) ||
      roleOfSession(assumedArn)
    : '';
  const callersOwn =
    kind === 'session-token' || kind === 'console-login' || kind === 'cli-login' || kind === 'switch-role';
  // AssumeRoot makes the root user of the account that it names.
  const target = kind === 'assume-root' ? accountOfTarget(request) : '';
  const principalId =
    assumedRoleId || boundedText(federated, 'federatedUserId') || target || (callersOwn ? caller.principalId : '');
  const sessionName =
    boundedText(request, 'roleSessionName') || splitPrincipalId(assumedRoleId).name || boundedText(request, 'name');
  // A call that names no user makes a key for its caller.
  const owner =
    boundedText(credentials, 'userName') || boundedText(request, 'userName') || caller.userName || caller.principalId;
  return {
    kind,
    row,
    twinRows: none,
    time: timeAt(table, row),
    issuedKey: usableKey(credentials?.['accessKeyId']),
    roleArn,
    sessionName,
    assumedRoleId,
    expiration: parseInstant(credentials?.['expiration']),
    service: kind === 'service-delivery' ? caller.invokedBy || textAt(table, 'sourceAddress', row) : '',
    accountId: accountOf(roleArn) || target || accountOf(assumedArn) || caller.accountId,
    principalId,
    arn:
      assumedArn ||
      boundedText(federated, 'arn') ||
      (target === '' ? '' : `arn:${partitionOf(caller.arn) || 'aws'}:iam::${target}:root`) ||
      (callersOwn ? caller.arn : ''),
    recipient: kind === 'created-key' ? `${caller.accountId}|${owner}` : principalId || `${roleArn}/${sessionName}`,
    sharedEventId: unmasked(boundedText(record, 'sharedEventID')),
    requestId: unmasked(boundedText(record, 'requestID')),
    webIdentityTokenId: kind === 'assume-role-web-identity' ? boundedText(request, 'webIdentityTokenId') : '',
    placeholder: false,
    podCluster: kind === 'service-delivery' ? clusterAmongTags(request) : '',
    answered: kind === 'console-login' || kind === 'cli-login' || kind === 'switch-role' || response !== undefined,
    cell: -1,
    names: -1,
    isOfSeveral: false,
    index: -1,
    caller: undefined,
    child: undefined,
    selfIssued: false,
    placeholders: 0,
    saidAgain: 0,
  };
}

const none: number[] = [];

function clusterAmongTags(request: JsonObject | undefined): string {
  const tag = arrayAt(request, 'tags').find((each) => boundedText(each, 'key') === 'eks-cluster-name');
  return boundedText(tag, 'value');
}

function unmasked(id: string): string {
  return isMaskedId(id) ? '' : id;
}

/** The role that the record names beside its parameters, which exporters leave out. */
function roleAmongResources(record: JsonObject): string {
  const arns = arrayAt(record, 'resources').map(
    (resource) => boundedText(resource, 'ARN') || boundedText(resource, 'arn'),
  );
  return arns.find((arn) => roleNameOf(arn) !== '') ?? '';
}

/** The role of an assumed-role ARN, which has lost its path. */
function roleOfSession(arn: string): string {
  const name = roleNameOf(arn);
  return name === '' ? '' : `arn:${partitionOf(arn)}:iam::${accountOf(arn)}:role/${name}`;
}

/** `targetPrincipal` of AssumeRoot is an account id or the ARN of its root. */
function accountOfTarget(request: JsonObject | undefined): string {
  const target = boundedText(request, 'targetPrincipal');
  return accountOf(target) || target;
}

/** A key issued to two different principals is no key: masking or anonymisation made them equal. */
function dropPlaceholderKeys(drafts: readonly IssuanceDraft[]): void {
  const receivers = new Map<string, IssuanceDraft[]>();
  const placeholders = new Set<string>();
  for (const draft of drafts) {
    if (draft.issuedKey === '' || placeholders.has(draft.issuedKey)) {
      continue;
    }
    const known = receivers.get(draft.issuedKey) ?? [];
    receivers.set(draft.issuedKey, known);
    // Two copies of one call may tell more and less of the receiver.
    if (known.some((other) => other.recipient !== draft.recipient && !isSameCall(other, draft))) {
      placeholders.add(draft.issuedKey);
      draft.placeholders = 1;
    } else if (!known.some((other) => other.recipient === draft.recipient)) {
      known.push(draft);
    }
  }
  for (const draft of drafts) {
    if (placeholders.has(draft.issuedKey)) {
      draft.issuedKey = '';
      draft.placeholder = true;
    }
  }
}

/**
 * Two records of one call, seen from the caller's and from the role's account, become one draft, with the key that either
 * tells. Another call that says again that a key was issued is none: the first record is the issuance.
 */
function mergeTwins(table: EventTable, drafts: readonly IssuanceDraft[]): IssuanceDraft[] {
  const merged: IssuanceDraft[] = [];
  const byKey = new Map<string, IssuanceDraft>();
  const byCall = new Map<string, IssuanceDraft>();
  for (const draft of drafts) {
    const calls = callNames(draft);
    const keyed = draft.issuedKey === '' ? undefined : byKey.get(draft.issuedKey);
    const copied = calls.map((call) => byCall.get(call)).find((each) => each !== undefined);
    const twin =
      keyed !== undefined && isSameCall(keyed, draft)
        ? keyed
        : copied !== undefined && (copied.issuedKey === '' || draft.issuedKey === '')
          ? copied
          : undefined;
    if (twin !== undefined) {
      joinTwin(table, twin, draft);
    } else if (keyed === undefined) {
      merged.push(draft);
    } else {
      keyed.saidAgain++;
      continue;
    }
    const kept = twin ?? draft;
    if (kept.issuedKey !== '') {
      byKey.set(kept.issuedKey, kept);
    }
    for (const call of calls) {
      byCall.set(call, kept);
    }
  }
  return merged;
}

function isSameCall(a: IssuanceDraft, b: IssuanceDraft): boolean {
  return (
    (a.sharedEventId !== '' && a.sharedEventId === b.sharedEventId) ||
    (a.requestId !== '' && a.requestId === b.requestId)
  );
}

function joinTwin(table: EventTable, twin: IssuanceDraft, draft: IssuanceDraft): void {
  twin.placeholders += draft.placeholders;
  twin.issuedKey ||= draft.issuedKey;
  twin.expiration ??= draft.expiration;
  twin.assumedRoleId ||= draft.assumedRoleId;
  twin.principalId ||= draft.principalId;
  twin.roleArn ||= draft.roleArn;
  twin.sessionName ||= draft.sessionName;
  twin.arn ||= draft.arn;
  twin.accountId = accountOf(twin.roleArn) || accountOf(twin.arn) || twin.accountId;
  if (tells(callerAt(table, draft.row)) > tells(callerAt(table, twin.row))) {
    twin.twinRows.push(twin.row);
    twin.row = draft.row;
  } else {
    twin.twinRows.push(draft.row);
  }
}

/** How much a copy tells of who called. */
function tells({ type, accessKeyId }: Caller): number {
  return type === 'AWSAccount' ? 0 : accessKeyId === '' ? 1 : 2;
}

/** What copies of one call have in common, also where its key is masked. */
function callNames({ kind, time, sharedEventId, requestId }: IssuanceDraft): readonly string[] {
  return [
    ...(sharedEventId === '' ? [] : [`${kind} ${String(time)} shared ${sharedEventId}`]),
    ...(requestId === '' ? [] : [`${kind} ${String(time)} request ${requestId}`]),
  ];
}

/** True for an issuance whose record is the session's own: it is in the cell of the session that it opens. */
export function isSignIn(issuance: IssuanceDraft): boolean {
  return issuance.kind === 'console-login' || issuance.kind === 'cli-login' || issuance.kind === 'switch-role';
}
