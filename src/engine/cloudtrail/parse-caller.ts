/**
 * `userIdentity` → Caller.
 *
 * Guarantee: never throws; any JSON value gives a caller, the absence of one the type `Absent`; text is cut at
 * `MAX_FIELD_LENGTH`, so that a hostile record cannot make a caller of megabytes.
 * Source: AWS CloudTrail User Guide, "CloudTrail userIdentity element".
 */
import type { Caller, CallerType, SessionIssuer } from './caller';
import type { JsonObject, JsonValue } from './columns';
import { isMaskedKey, usableKey } from './keys';
import { boundedText, elementAsObject, objectAt, valueAt } from './record';
import { cutText, MAX_FIELD_LENGTH } from './text';
import { parseInstant } from './time';

const TYPES: ReadonlySet<string> = new Set<CallerType>([
  'Root',
  'IAMUser',
  'AssumedRole',
  'Role',
  'FederatedUser',
  'Directory',
  'AWSAccount',
  'AWSService',
  'SAMLUser',
  'WebIdentityUser',
  'IdentityCenterUser',
  'Unknown',
]);

function isCallerType(text: string): text is CallerType {
  return TYPES.has(text);
}

/** Account ids lose their quotes, and with them leading zeros, in some exporters. */
export function accountText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value === '-' || value === 'null' ? '' : cutText(value, MAX_FIELD_LENGTH);
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? String(value).padStart(12, '0') : '';
}

/** `true`/`"true"` and `false`/`"false"`; anything else is unknown. */
export function booleanOf(value: JsonValue | undefined): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  const lower = value.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : undefined;
}

/** 1 or 2 from `"1.0"`, `"2"`, `2`; other values are unknown. */
function roleDelivery(value: JsonValue | undefined): number | undefined {
  const version = typeof value === 'string' && /^[12](?:\.0*)?$/.test(value.trim()) ? Number.parseFloat(value) : value;
  return version === 1 || version === 2 ? version : undefined;
}

function parseIssuer(issuer: JsonObject | undefined): SessionIssuer | undefined {
  if (issuer === undefined) return undefined;
  const parsed: SessionIssuer = {
    type: boundedText(issuer, 'type'),
    principalId: boundedText(issuer, 'principalId'),
    arn: boundedText(issuer, 'arn'),
    accountId: accountText(valueAt(issuer, 'accountId')),
    userName: boundedText(issuer, 'userName'),
  };
  // `"sessionIssuer": {}` stands in records without one.
  return Object.values(parsed).some((field) => field !== '') ? parsed : undefined;
}

/** No `userIdentity`, or nothing that can be read as one. */
export const ABSENT_CALLER: Caller = {
  type: 'Absent',
  principalId: '',
  arn: '',
  accountId: '',
  accessKeyId: '',
  keyMasked: false,
  userName: '',
  invokedBy: '',
  issuer: undefined,
  creationDate: undefined,
  mfaAuthenticated: undefined,
  ec2RoleDelivery: undefined,
  sourceIdentity: '',
  federatedProvider: '',
  identityProvider: '',
  onBehalfOfUserId: '',
};

export function parseCaller(userIdentity: JsonValue | undefined): Caller {
  const identity = elementAsObject(userIdentity);
  if (identity === undefined) return ABSENT_CALLER;
  const context = elementAsObject(valueAt(identity, 'sessionContext'));
  const attributes = objectAt(context, 'attributes');
  const type = boundedText(identity, 'type');
  return {
    // AwsServiceEvent records have an identity of account and service only, without a type.
    type: isCallerType(type) ? type : type === '' ? 'Absent' : 'Unknown',
    principalId: boundedText(identity, 'principalId'),
    arn: boundedText(identity, 'arn'),
    accountId: accountText(valueAt(identity, 'accountId')),
    accessKeyId: usableKey(valueAt(identity, 'accessKeyId')),
    keyMasked: isMaskedKey(valueAt(identity, 'accessKeyId')),
    userName: boundedText(identity, 'userName'),
    invokedBy: boundedText(identity, 'invokedBy'),
    issuer: parseIssuer(objectAt(context, 'sessionIssuer')),
    creationDate: parseInstant(valueAt(attributes, 'creationDate')),
    mfaAuthenticated: booleanOf(valueAt(attributes, 'mfaAuthenticated')),
    ec2RoleDelivery: roleDelivery(valueAt(context, 'ec2RoleDelivery') ?? valueAt(attributes, 'ec2RoleDelivery')),
    sourceIdentity: boundedText(context, 'sourceIdentity') || boundedText(attributes, 'sourceIdentity'),
    federatedProvider: boundedText(context, 'webIdFederationData', 'federatedProvider'),
    identityProvider: boundedText(identity, 'identityProvider'),
    onBehalfOfUserId: boundedText(identity, 'onBehalfOf', 'userId'),
  };
}
