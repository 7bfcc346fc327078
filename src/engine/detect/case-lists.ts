/**
 * Which lists of the case file make a rule quieter, as data: what quick fixes offer on its findings and its page tells. Rules
 * that are not here read none; suppressions hide the findings of every rule.
 */
export type CaseList =
  'allowedChains' | 'trustedAccounts' | 'trustedCidrs' | 'ciRoles' | 'breakGlassRoles' | 'securityToolRoles';

export const caseListsOf: Readonly<Record<string, readonly CaseList[]>> = {
  'role-chain-depth': ['allowedChains', 'trustedAccounts'],
  'chain-then-persistence': ['trustedAccounts'],
  'ec2-credential-off-instance': ['trustedCidrs'],
  'created-key-used': ['trustedCidrs', 'ciRoles'],
  'trust-policy-backdoor': ['trustedAccounts'],
  'session-multi-origin': ['trustedCidrs'],
  'workload-credential-off-platform': ['trustedCidrs'],
  'federation-token-issued': ['trustedCidrs'],
  'session-token-iam-use': ['trustedCidrs'],
  'discovery-burst': ['securityToolRoles'],
  'cross-account-unknown': ['trustedAccounts'],
  'assume-root-use': ['breakGlassRoles'],
  'active-after-containment': ['ciRoles'],
};
