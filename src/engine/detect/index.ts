/** The detectors, in the order in which they are displayed. */
import { accessDeniedEnumeration } from './access-denied-enumeration';
import { activeAfterContainment } from './active-after-containment';
import { assumeRootUse } from './assume-root-use';
import { awsQuarantineSignal } from './aws-quarantine-signal';
import { chainThenPersistence } from './chain-then-persistence';
import { consoleFromApiCredentials } from './console-from-api-credentials';
import { createdKeyUsed } from './created-key-used';
import { crossAccountUnknown } from './cross-account-unknown';
import { defenseEvasionInSession } from './defense-evasion-in-session';
import type { Detector } from './detector';
import { discoveryBurst } from './discovery-burst';
import { ec2CredentialChain } from './ec2-credential-chain';
import { ec2CredentialOffInstance } from './ec2-credential-off-instance';
import { federationPersistence } from './federation-persistence';
import { federationTokenIssued } from './federation-token-issued';
import { imdsv1CredentialUse } from './imdsv1-credential-use';
import { instanceCredentialHandoff } from './instance-credential-handoff';
import { rareClient } from './rare-client';
import { rareRoleEdge } from './rare-role-edge';
import { roleChainDepth } from './role-chain-depth';
import { roleJuggling } from './role-juggling';
import { sessionMultiOrigin } from './session-multi-origin';
import { sessionOutlier } from './session-outlier';
import { sessionTokenIamUse } from './session-token-iam-use';
import { trustPolicyBackdoor } from './trust-policy-backdoor';
import { workloadCredentialOffPlatform } from './workload-credential-off-platform';

export const detectors: readonly Detector[] = [
  roleChainDepth,
  chainThenPersistence,
  ec2CredentialChain,
  ec2CredentialOffInstance,
  instanceCredentialHandoff,
  imdsv1CredentialUse,
  roleJuggling,
  createdKeyUsed,
  trustPolicyBackdoor,
  federationPersistence,
  sessionMultiOrigin,
  workloadCredentialOffPlatform,
  federationTokenIssued,
  sessionTokenIamUse,
  consoleFromApiCredentials,
  rareRoleEdge,
  rareClient,
  sessionOutlier,
  discoveryBurst,
  accessDeniedEnumeration,
  defenseEvasionInSession,
  crossAccountUnknown,
  assumeRootUse,
  activeAfterContainment,
  awsQuarantineSignal,
];
