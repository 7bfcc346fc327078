/**
 * What calls set up or changed of who may sign in from outside AWS: identity providers of IAM, trust anchors and profiles of
 * IAM Roles Anywhere; and the first login through each.
 *
 * Guarantee: successful calls only; what IAM Identity Center sets up for itself is left out. A login before a change does not
 * count as one that followed it.
 * Source: IAM Roles Anywhere API reference, "Source"; AWS STS API reference.
 */
import { accountOf, requestParameters, responseElements, stringAt } from '../cloudtrail/record';
import { lastSegment } from '../cloudtrail/text';
import type { EventTable, Issuance, LineageModel } from '../lineage/model';
import { accountAt, actionAt, callerAt, notableAt, succeeded } from '../lineage/table';
import { rowsOfActions } from './facts';
import { actionKey } from './persistence-objects';
import { providerArnAt, providerKind } from './providers-made';
import { isCall } from './standing';

/** Who decides about the logins. */
export type Authority =
  /** Somebody outside AWS. */
  | 'external'
  /** AWS Private CA. */
  | 'private-ca'
  /** An EKS cluster. */
  | 'cluster'
  /** The record does not say. */
  | 'unknown';

export type FederationKind = 'trust-anchor' | 'profile' | 'oidc' | 'saml';

export interface FederationChange {
  readonly row: number;
  readonly kind: FederationKind;
  /** `account|kind|id`: the same for its making, its changes and the logins through it. */
  readonly key: string;
  readonly authority: Authority;
}

/** Calls by `service:EventName`. */
const calls: Readonly<Record<string, FederationKind>> = {
  'rolesanywhere:CreateTrustAnchor': 'trust-anchor',
  'rolesanywhere:UpdateTrustAnchor': 'trust-anchor',
  'rolesanywhere:CreateProfile': 'profile',
  'iam:CreateOpenIDConnectProvider': 'oidc',
  'iam:AddClientIDToOpenIDConnectProvider': 'oidc',
  'iam:CreateSAMLProvider': 'saml',
  'iam:UpdateSAMLProvider': 'saml',
};

export function federationChanges(events: EventTable): FederationChange[] {
  const changes: FederationChange[] = [];
  /** Sources of the anchors, as last told. */
  const sources = new Map<string, string>();
  /** Sources of all anchors of an account. */
  const ofAccount = new Map<string, Set<string>>();
  const kindOf = (row: number): FederationKind | undefined => {
    const { eventSource, eventName } = actionAt(events, row);
    return calls[actionKey(eventSource, eventName)];
  };
  const rows = rowsOfActions(events, ({ eventSource, eventName }) => {
    return calls[actionKey(eventSource, eventName)] !== undefined;
  }).filter((row) => succeeded(events, row) && isCall(events, row) && events.notable.has(row));
  for (const row of rows) {
    const kind = kindOf(row);
    if (kind === 'trust-anchor') {
      const key = keyOf(events, row, kind);
      const source = sourceAt(events, row) || (sources.get(key) ?? '');
      sources.set(key, source);
      const account = accountAt(events, row);
      ofAccount.set(account, (ofAccount.get(account) ?? new Set<string>()).add(source));
      changes.push({ row, kind, key, authority: authorityOf(source) });
    } else if (kind === 'oidc' || kind === 'saml') {
      const provider = providerKind(events, row);
      if (provider !== 'sign-on') {
        changes.push({
          row,
          kind,
          key: keyOf(events, row, kind),
          authority: provider === 'cluster' ? 'cluster' : 'external',
        });
      }
    }
  }
  for (const row of rows) {
    if (kindOf(row) === 'profile') {
      // A profile serves all anchors of its account.
      const known = ofAccount.get(accountAt(events, row));
      const isPrivate = known !== undefined && [...known].every((source) => authorityOf(source) === 'private-ca');
      changes.push({
        row,
        kind: 'profile',
        key: keyOf(events, row, 'profile'),
        authority: isPrivate ? 'private-ca' : known === undefined ? 'unknown' : 'external',
      });
    }
  }
  return changes.sort((a, b) => a.row - b.row);
}

function sourceAt(events: EventTable, row: number): string {
  const record = notableAt(events, row) ?? {};
  return (
    stringAt(requestParameters(record), 'source', 'sourceType') ||
    stringAt(responseElements(record), 'trustAnchor', 'source', 'sourceType')
  );
}

function authorityOf(source: string): Authority {
  return source === '' ? 'unknown' : source === 'AWS_ACM_PCA' ? 'private-ca' : 'external';
}

function keyOf(events: EventTable, row: number, kind: FederationKind): string {
  const record = notableAt(events, row) ?? {};
  const request = requestParameters(record);
  const response = responseElements(record);
  const account = accountAt(events, row);
  switch (kind) {
    case 'trust-anchor': {
      const id =
        stringAt(response, 'trustAnchor', 'trustAnchorId') ||
        stringAt(request, 'trustAnchorId') ||
        lastSegment(stringAt(response, 'trustAnchor', 'trustAnchorArn')) ||
        stringAt(request, 'name');
      return `${account}|${kind}|${id}`;
    }
    case 'profile': {
      const id =
        stringAt(response, 'profile', 'profileId') ||
        lastSegment(stringAt(response, 'profile', 'profileArn')) ||
        stringAt(request, 'name');
      return `${account}|${kind}|${id}`;
    }
    case 'oidc':
    case 'saml':
      return `${account}|${kind}|${providerName(providerArnAt(events, row) || stringAt(request, 'url') || stringAt(request, 'name'))}`;
  }
}

/** `token.actions.githubusercontent.com` of an ARN or a URL; the name of a SAML provider. */
function providerName(text: string): string {
  return text.replace(/^(arn:.*:(oidc|saml)-provider\/|https?:\/\/)/, '');
}

/** The first login in the logs through each of these, by key. */
export function firstLogins(model: LineageModel, wanted: ReadonlySet<string>): ReadonlyMap<string, Issuance> {
  const first = new Map<string, Issuance>();
  const kinds = new Set([...wanted].map((key) => key.split('|', 2)[1]));
  for (const issuance of wanted.size === 0 ? [] : model.issuances) {
    for (const key of keysOfLogin(model.events, issuance, kinds)) {
      const known = first.get(key);
      if (wanted.has(key) && (known === undefined || issuance.time < known.time)) {
        first.set(key, issuance);
      }
    }
  }
  return first;
}

function keysOfLogin(
  events: EventTable,
  { kind, row, roleArn }: Issuance,
  wanted: ReadonlySet<string | undefined>,
): string[] {
  const account = (): string => accountOf(roleArn) || accountAt(events, row);
  const asked = (name: string): string => stringAt(requestParameters(notableAt(events, row) ?? {}), name);
  if (kind === 'assume-role-web-identity' && wanted.has('oidc')) {
    const provider =
      callerAt(events, row).identityProvider || stringAt(responseElements(notableAt(events, row) ?? {}), 'provider');
    return [`${account()}|oidc|${providerName(provider)}`];
  }
  if (kind === 'assume-role-saml' && wanted.has('saml')) {
    return [`${account()}|saml|${providerName(asked('principalArn'))}`];
  }
  if (kind === 'roles-anywhere' && (wanted.has('trust-anchor') || wanted.has('profile'))) {
    return [
      `${account()}|trust-anchor|${lastSegment(asked('trustAnchorArn'))}`,
      `${account()}|profile|${lastSegment(asked('profileArn'))}`,
    ];
  }
  return [];
}
