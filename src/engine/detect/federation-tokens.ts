/**
 * What a GetFederationToken call asked for: how much the token may do, and who asks for such tokens every day.
 *
 * Guarantee: a policy that the record does not hold in full is never taken for a narrow one.
 * Source: AWS STS API Reference, "GetFederationToken".
 */
import type { JsonObject, JsonValue } from '../cloudtrail/columns';
import { isJsonObject, requestParameters, stringAt } from '../cloudtrail/record';
import { isMasked } from '../cloudtrail/text';
import { listOf, readPolicy, textsOf } from './policy-document';

/** Brokers whose trade such tokens are, by what their user agents have. */
const brokers: readonly RegExp[] = [/\bvault\/\d/i, /\bcyberark/i, /\baws-federation-proxy\b/i];

export function isBroker(userAgent: string): boolean {
  return brokers.some((pattern) => pattern.test(userAgent));
}

export type TokenScope =
  /** Whatever its user may do. */
  | 'everything'
  /** What its policies allow. */
  | 'some'
  /** Nothing but what policies of resources give it. */
  | 'nothing'
  /** The record does not tell. */
  | 'unknown';

export interface TokenRequest {
  readonly scope: TokenScope;
  /** Name of the federated user; '' where the record does not have it. */
  readonly name: string;
}

export function tokenRequest(record: JsonObject): TokenRequest {
  const request = requestParameters(record);
  if (request === undefined) {
    return { scope: 'unknown', name: '' };
  }
  return { scope: scopeOf(request), name: stringAt(request, 'name') };
}

function scopeOf(request: JsonObject): TokenScope {
  const policy = request['policy'];
  const arns = listOf(request['policyArns']).map(arnOf);
  const read = readPolicy(policy);
  if (
    arns.some((arn) => arn.endsWith(':policy/AdministratorAccess')) ||
    (read.state === 'read' && read.statements.some(allowsEverything))
  ) {
    return 'everything';
  }
  if (read.state === 'unreadable' || (read.state === 'read' && !read.complete) || isHidden(policy)) {
    return 'unknown';
  }
  return read.state === 'absent' && arns.length === 0 ? 'nothing' : 'some';
}

function isHidden(policy: JsonValue | undefined): boolean {
  return typeof policy === 'string' && isMasked(policy);
}

/** `[{"arn": "…"}]` in records, `["…"]` in what exporters make of it. */
function arnOf(value: JsonValue): string {
  return typeof value === 'string' ? value : isJsonObject(value) ? stringAt(value, 'arn') : '';
}

/** All actions on all resources, or all but some. A condition, which anybody can make true, does not narrow it. */
function allowsEverything(statement: JsonObject): boolean {
  const actions = textsOf(statement['Action']);
  const resources = textsOf(statement['Resource']);
  return (
    statement['Effect'] === 'Allow' &&
    (statement['NotAction'] !== undefined || actions.some((action) => /^\*(:\*)?$/.test(action))) &&
    (statement['NotResource'] !== undefined || resources.includes('*'))
  );
}
