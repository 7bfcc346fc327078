/**
 * Who made a call, as the `userIdentity` element of a CloudTrail record says.
 *
 * Guarantee: every field is present and normalised; what the record leaves out, masks or fills with a
 * placeholder is the empty string (or `undefined` for instants, numbers and booleans), never `"-"` or `null`.
 * Source: AWS CloudTrail User Guide, "CloudTrail userIdentity element".
 */

export type CallerType =
  | 'Root'
  | 'IAMUser'
  | 'AssumedRole'
  | 'Role'
  | 'FederatedUser'
  | 'Directory'
  | 'AWSAccount'
  | 'AWSService'
  | 'SAMLUser'
  | 'WebIdentityUser'
  | 'IdentityCenterUser'
  | 'Unknown'
  | 'Absent';

/** `sessionContext.sessionIssuer`: the role (or, for a federated user, the IAM user) behind a temporary credential. */
export interface SessionIssuer {
  readonly type: string;
  /** `AROA…` or `AIDA…`; '' when absent. */
  readonly principalId: string;
  /** With the IAM path, unlike the assumed-role ARN. */
  readonly arn: string;
  readonly accountId: string;
  readonly userName: string;
}

export interface Caller {
  readonly type: CallerType;
  readonly principalId: string;
  readonly arn: string;
  readonly accountId: string;
  /** A usable access key id; '' when absent or a placeholder. */
  readonly accessKeyId: string;
  /** True when the record had an access key id that is masked or a placeholder. */
  readonly keyMasked: boolean;
  readonly userName: string;
  /** The service that forwarded the call, e.g. `cloudformation.amazonaws.com` or `AWS Internal`; '' for a direct call. */
  readonly invokedBy: string;
  readonly issuer: SessionIssuer | undefined;
  /** `sessionContext.attributes.creationDate`, milliseconds since the epoch, UTC. */
  readonly creationDate: number | undefined;
  readonly mfaAuthenticated: boolean | undefined;
  /** `sessionContext.ec2RoleDelivery` as a number: 1 for IMDSv1, 2 for IMDSv2. */
  readonly ec2RoleDelivery: number | undefined;
  readonly sourceIdentity: string;
  /** `sessionContext.webIdFederationData.federatedProvider`. */
  readonly federatedProvider: string;
  /** `userIdentity.identityProvider` of SAML and web identity callers. */
  readonly identityProvider: string;
  /** `userIdentity.onBehalfOf.userId` of IAM Identity Center. */
  readonly onBehalfOfUserId: string;
}
