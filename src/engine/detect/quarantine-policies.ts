/** The policies that AWS puts on a user whose key it found in public. Source: IAM User Guide, "AWS managed policies". */
const quarantine = /^(AWSCompromisedKeyQuarantine(V\d+)?|AWSExposedCredentialPolicy_DO_NOT_REMOVE)$/;

/** By the name at the end of its ARN, or of an inline policy. */
export function isQuarantine(policyName: string): boolean {
  return quarantine.test(policyName);
}
