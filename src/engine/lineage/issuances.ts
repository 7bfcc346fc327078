/**
 * Every successful record that handed out a credential, twins merged.
 *
 * Guarantee: one draft for one issuance, also when it was logged in two accounts; a key that was "issued" to different
 * principals is a placeholder and is dropped from the drafts with a note. Order: by row.
 * Source: AWS STS API reference (AssumeRole*, GetSessionToken, GetFederationToken, AssumeRoot), IAM CreateAccessKey,
 * IAM Roles Anywhere CreateSession, Cognito GetCredentialsForIdentity, AWS sign-in events.
 */
import type { JsonObject } from '../cloudtrail/columns';
import { usableKey } from '../cloudtrail/keys';
import {
  accountOf,
  arrayAt,
  objectAt,
  requestParameters,
  responseElements,
  splitPrincipalId,
  stringAt,
} from '../cloudtrail/record';
import { parseInstant } from '../cloudtrail/time';
import type { EventTable, IssuanceKind, ModelNote } from './model';
import { actionAt, callerAt, succeeded, textAt, timeAt } from './table';

export interface IssuanceDraft {
  readonly kind: IssuanceKind;
  /** The copy with the richer caller. */
  row: number;
  readonly twinRows: number[];
  readonly time: number;
  issuedKey: string;
  readonly roleArn: string;
  readonly sessionName: string;
  readonly assumedRoleId: string;
  readonly expiration: number | undefined;
  readonly service: string;
  /** Account of the credential that was issued; '' when the record does not tell. */
  readonly accountId: string;
  /** principalId that the issued credential will act with; '' when the record does not tell. */
  readonly principalId: string;
  /** ARN that the issued credential will act with; '' when the record does not tell. */
  readonly arn: string;
  /** Who the credential was issued to, as far as the record says: tells one issuance from another, never shown. */
  readonly recipient: string;
  readonly sharedEventId: string;
  readonly requestId: string;
}

export interface ExtractedIssuances {
  readonly drafts: readonly IssuanceDraft[];
  readonly notes: readonly ModelNote[];
}

export function extractIssuances(table: EventTable): ExtractedIssuances {
  const drafts: IssuanceDraft[] = [];
  for (const [row, record] of table.notable) {
    if (succeeded(table, row)) {
      const draft = draftOf(table, row, record);
      if (draft !== undefined) {
        drafts.push(draft);
      }
    }
  }
  drafts.sort((a, b) => a.row - b.row);
  const notes: ModelNote[] = [];
  dropPlaceholderKeys(drafts, notes);
  return { drafts: mergeTwins(table, drafts, notes), notes };
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
  const assumedRoleId = stringAt(assumed, 'assumedRoleId');
  const assumesRole = kind.startsWith('assume-role') || kind === 'service-delivery' || kind === 'roles-anywhere';
  const roleArn = assumesRole ? stringAt(request, 'roleArn') || stringAt(answer, 'roleArn') : '';
  const callersOwn = kind === 'session-token' || kind === 'console-login' || kind === 'switch-role';
  const principalId = assumedRoleId || stringAt(federated, 'federatedUserId') || (callersOwn ? caller.principalId : '');
  const sessionName =
    stringAt(request, 'roleSessionName') || splitPrincipalId(assumedRoleId).name || stringAt(request, 'name');
  // A call that names no user makes a key for its caller.
  const owner =
    stringAt(credentials, 'userName') || stringAt(request, 'userName') || caller.userName || caller.principalId;
  return {
    kind,
    row,
    twinRows: [],
    time: timeAt(table, row),
    issuedKey: usableKey(credentials?.['accessKeyId']),
    roleArn,
    sessionName,
    assumedRoleId,
    expiration: parseInstant(credentials?.['expiration']),
    service: kind === 'service-delivery' ? caller.invokedBy || textAt(table, 'sourceAddress', row) : '',
    accountId:
      accountOf(roleArn) || (callersOwn || kind !== 'assume-root' ? caller.accountId : accountOfTarget(request)),
    principalId,
    arn: stringAt(assumed, 'arn') || stringAt(federated, 'arn') || (callersOwn ? caller.arn : ''),
    recipient: kind === 'created-key' ? `${caller.accountId}|${owner}` : principalId || `${roleArn}/${sessionName}`,
    sharedEventId: stringAt(record, 'sharedEventID'),
    requestId: stringAt(record, 'requestID'),
  };
}

/** `targetPrincipal` of AssumeRoot is an account id or the ARN of its root. */
function accountOfTarget(request: JsonObject | undefined): string {
  const target = stringAt(request, 'targetPrincipal');
  return accountOf(target) || target;
}

/** A key issued to two different principals is no key: masking or anonymisation made them equal. */
function dropPlaceholderKeys(drafts: readonly IssuanceDraft[], notes: ModelNote[]): void {
  const recipients = new Map<string, string>();
  const placeholders = new Set<string>();
  for (const draft of drafts) {
    if (draft.issuedKey === '') {
      continue;
    }
    const known = recipients.get(draft.issuedKey);
    if (known === undefined) {
      recipients.set(draft.issuedKey, draft.recipient);
    } else if (known !== draft.recipient) {
      placeholders.add(draft.issuedKey);
    }
  }
  if (placeholders.size === 0) {
    return;
  }
  for (const draft of drafts) {
    if (placeholders.has(draft.issuedKey)) {
      draft.issuedKey = '';
    }
  }
  notes.push({
    id: 'repeated-issued-keys',
    message: `${String(placeholders.size)} access key id${placeholders.size === 1 ? ' was' : 's were'} issued to several principals: masked or anonymised, not used for linking.`,
  });
}

/** Two records of one issuance, seen from the caller's and from the role's account, become one draft. */
function mergeTwins(table: EventTable, drafts: readonly IssuanceDraft[], notes: ModelNote[]): IssuanceDraft[] {
  const merged: IssuanceDraft[] = [];
  const byKey = new Map<string, IssuanceDraft>();
  const byCall = new Map<string, IssuanceDraft>();
  let issuedTwice = 0;
  for (const draft of drafts) {
    const keyed = draft.issuedKey === '' ? undefined : byKey.get(draft.issuedKey);
    const call = callIdentity(draft);
    const twin = keyed ?? (call === undefined ? undefined : byCall.get(call));
    if (twin === undefined) {
      merged.push(draft);
      if (draft.issuedKey !== '') {
        byKey.set(draft.issuedKey, draft);
      }
      if (call !== undefined && draft.issuedKey === '') {
        byCall.set(call, draft);
      }
      continue;
    }
    const sameCall =
      (draft.sharedEventId !== '' && draft.sharedEventId === twin.sharedEventId) ||
      (draft.requestId !== '' && draft.requestId === twin.requestId);
    if (!sameCall) {
      issuedTwice++;
    }
    if (callerAt(table, twin.row).type === 'AWSAccount' && callerAt(table, draft.row).type !== 'AWSAccount') {
      twin.twinRows.push(twin.row);
      twin.row = draft.row;
    } else {
      twin.twinRows.push(draft.row);
    }
  }
  if (issuedTwice > 0) {
    notes.push({
      id: 'key-issued-twice',
      message: `${String(issuedTwice)} record${issuedTwice === 1 ? ' says' : 's say'} again that a key was issued, in another call: the first record is taken as the issuance.`,
    });
  }
  return merged;
}

/** What two copies of one call with a masked key have in common. */
function callIdentity(draft: IssuanceDraft): string | undefined {
  if (draft.sharedEventId === '' && draft.requestId === '') {
    return undefined;
  }
  return [draft.kind, draft.sharedEventId || draft.requestId, draft.roleArn, draft.sessionName, draft.time].join('\n');
}
