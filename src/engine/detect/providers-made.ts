/**
 * Identity providers that calls in the logs set up: OpenID Connect and SAML.
 *
 * Guarantee: successful calls only; a provider that merely calls itself after AWS's own is not taken for one.
 */
import type { Action } from '../cloudtrail/columns';
import { requestParameters, responseElements, stringAt } from '../cloudtrail/record';
import type { EventTable } from '../lineage/model';
import { accountAt, callerAt, notableAt, succeeded } from '../lineage/table';
import { rowsOfActions } from './facts';
import { isCall } from './standing';

/** `cluster`: an EKS cluster's own; `sign-on`: what IAM Identity Center sets up; `other`: somebody's choice. */
export type ProviderKind = 'cluster' | 'sign-on' | 'other';

export interface ProviderMade {
  readonly row: number;
  readonly kind: ProviderKind;
}

const creations = new Set(['CreateOpenIDConnectProvider', 'CreateSAMLProvider']);

/** By account and ARN. */
export class ProvidersMade {
  private readonly known = new Map<string, ProviderMade>();

  constructor(events: EventTable) {
    for (const row of rowsOfActions(events, makesProvider)) {
      const arn = providerArnAt(events, row);
      const key = `${accountAt(events, row)}|${arn}`;
      if (arn !== '' && !this.known.has(key) && succeeded(events, row) && isCall(events, row)) {
        this.known.set(key, { row, kind: providerKind(events, row) });
      }
    }
  }

  of(account: string, arn: string): ProviderMade | undefined {
    return this.known.get(`${account}|${arn}`);
  }
}

function makesProvider({ eventSource, eventName }: Action): boolean {
  return eventSource.startsWith('iam.') && creations.has(eventName);
}

/** ARN of the provider that a call of IAM is about. */
export function providerArnAt(events: EventTable, row: number): string {
  const record = notableAt(events, row) ?? {};
  const request = requestParameters(record);
  const response = responseElements(record);
  return (
    stringAt(response, 'openIDConnectProviderArn') ||
    stringAt(response, 'sAMLProviderArn') ||
    stringAt(request, 'openIDConnectProviderArn') ||
    stringAt(request, 'sAMLProviderArn')
  );
}

/** What kind of provider a call of IAM is about, by who calls and where the provider is. */
export function providerKind(events: EventTable, row: number): ProviderKind {
  const caller = callerAt(events, row);
  const arn = providerArnAt(events, row);
  const request = requestParameters(notableAt(events, row) ?? {});
  const issuer = stringAt(request, 'url').replace(/^https?:\/\//, '') || arn.replace(/^.*:oidc-provider\//, '');
  if (isCluster(issuer)) {
    return 'cluster';
  }
  const name =
    stringAt(request, 'name') || stringAt(request, 'sAMLProviderName') || arn.replace(/^.*:saml-provider\//, '');
  return name.startsWith('AWSSSO_') && isSignOn(caller.invokedBy, caller.issuer?.arn ?? '') ? 'sign-on' : 'other';
}

/** Issuers of EKS clusters are hosts of AWS: what only begins like one is somebody else's. */
function isCluster(issuer: string): boolean {
  return /^(oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(\.cn)?|oidc-eks\.[a-z0-9-]+\.(api\.aws|api\.amazonwebservices\.com\.cn))\//.test(
    issuer,
  );
}

function isSignOn(invokedBy: string, issuerArn: string): boolean {
  return invokedBy === 'sso.amazonaws.com' || issuerArn.includes(':role/aws-service-role/sso.amazonaws.com/');
}

const perTable = new WeakMap<EventTable, ProvidersMade>();

/** One list for all who ask about a table. */
export function providersMade(events: EventTable): ProvidersMade {
  const known = perTable.get(events) ?? new ProvidersMade(events);
  perTable.set(events, known);
  return known;
}
