/** Policies in records, as the cases of several rules need them. */
import { actions, throughService, type Action, type JsonObject, type Role } from '../../../scripts/sample/records';

export { throughService };

/** A statement that lets these assume a role. */
export function lets(principal: unknown, more: object = {}): object {
  return { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...more };
}

export function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** `UpdateAssumeRolePolicy` with a document as it stands in the record: a text, an object, or none. */
export function trusts(of: Role, document: unknown): Action {
  return actions.plain('iam', 'UpdateAssumeRolePolicy', { roleName: of.name, policyDocument: document } as JsonObject);
}

/** `CreateRole`; the answer has the document URL-encoded. */
export function makesRole(of: Role, document: string): Action {
  return actions.plain(
    'iam',
    'CreateRole',
    { path: '/', roleName: of.name, assumeRolePolicyDocument: document },
    {
      role: {
        path: '/',
        roleName: of.name,
        roleId: of.id,
        arn: of.arn,
        assumeRolePolicyDocument: encodeURIComponent(document),
      },
    },
  );
}

/** `CreateOpenIDConnectProvider` of an issuer, with its answer. */
export function makesOidcProvider(account: string, issuer: string): Action {
  return actions.plain(
    'iam',
    'CreateOpenIDConnectProvider',
    { url: `https://${issuer}`, clientIDList: ['sts.amazonaws.com'], thumbprintList: [] },
    { openIDConnectProviderArn: `arn:aws:iam::${account}:oidc-provider/${issuer}` },
  );
}

/** `CreateSAMLProvider`, with its answer. */
export function makesSamlProvider(account: string, name: string): Action {
  return actions.plain(
    'iam',
    'CreateSAMLProvider',
    { name, sAMLMetadataDocument: '<md:EntityDescriptor/>' },
    { sAMLProviderArn: `arn:aws:iam::${account}:saml-provider/${name}` },
  );
}
