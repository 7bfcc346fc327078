/**
 * What ordinary life has that looks like an attack: the false positives that the field knows, by the rule that would see
 * one in them. Each has to occur in the population, or its silence would prove nothing.
 */
export const lookAlikes = {
  // Chains of roles
  'sso > hub > spoke Terraform': 'role-chain-depth',
  'OIDC pipeline > deploy role > CloudFormation role': 'role-chain-depth',
  'Control Tower execution role': 'role-chain-depth',
  'landing-zone pipeline > OrganizationAccountAccessRole': 'role-chain-depth',
  'cross-account backup roles': 'role-chain-depth',
  'Cloud Custodian hub > spokes': 'role-chain-depth',
  'a three-role release, allowed in the case file': 'role-chain-depth',
  // Lasting changes
  'Terraform makes roles, users, policies in a chain': 'chain-then-persistence',
  'CloudFormation makes roles and functions': 'chain-then-persistence',
  'onboarding automation makes users': 'chain-then-persistence',
  'service-linked role made on first use': 'chain-then-persistence',
  'an SSO administrator makes a role by hand': 'chain-then-persistence',
  // Instances that assume
  'an app role assumed daily by several instances': 'ec2-credential-chain',
  'kube2iam: nodes assume the roles of pods': 'ec2-credential-chain',
  'Jenkins on an instance assumes its release role': 'ec2-credential-chain',
  'ECS on EC2: host and tasks': 'ec2-credential-chain',
  'an instance reads in another own account by a role': 'ec2-credential-chain',
  'a backup host assumes the backup role of each account': 'ec2-credential-chain',
  // Instances seen in several places
  'several NAT addresses of one VPC': 'ec2-credential-off-instance',
  'through a VPC endpoint with the private address': 'ec2-credential-off-instance',
  'a dual-stack instance': 'ec2-credential-off-instance',
  'stopped and started: a new public address': 'ec2-credential-off-instance',
  'an Elastic IP moved to another instance': 'ec2-credential-off-instance',
  'operators and instances behind one exit': 'ec2-credential-off-instance',
  'an instance that leaves through the proxy of the company': 'ec2-credential-off-instance',
  'an SSM session to an instance behind the same exit': 'instance-credential-handoff',
  'a command sent to instances': 'instance-credential-handoff',
  'an old SDK that knows IMDSv1 only': 'imdsv1-credential-use',
  'an old agent beside a newer program': 'imdsv1-credential-use',
  // Repeated assumptions
  'a role that assumes itself once': 'role-juggling',
  'a refresh: the same parent assumes the role again': 'role-juggling',
  'an SDK that assumes twice in one second': 'role-juggling',
  // Keys and trust
  'a service rotates a user key': 'created-key-used',
  'Terraform rotates a user key': 'created-key-used',
  'a person rotates the own key at the desk': 'created-key-used',
  'a new user signs in with the first password': 'created-key-used',
  'a vendor is onboarded with an external id': 'trust-policy-backdoor',
  'trust for the own organisation': 'trust-policy-backdoor',
  'trust for service principals': 'trust-policy-backdoor',
  'trust for another own account': 'trust-policy-backdoor',
  'the OIDC provider of a new cluster': 'federation-persistence',
  'the SSO provider made by Identity Center': 'federation-persistence',
  'a platform team adds an OIDC provider': 'federation-persistence',
  'a trust anchor of the own private CA': 'federation-persistence',
  // One session, several places
  'a laptop that travels': 'session-multi-origin',
  'one company, several exits': 'session-multi-origin',
  'a dual-stack laptop': 'session-multi-origin',
  'a runner behind a pool of NAT addresses': 'session-multi-origin',
  'CloudShell in a console session': 'session-multi-origin',
  'a console session seen through AWS proxies': 'session-multi-origin',
  'Terraform Cloud from many addresses': 'session-multi-origin',
  'a job of many executors behind several exits': 'session-multi-origin',
  // Workloads
  'a Lambda function inside and outside a VPC': 'workload-credential-off-platform',
  'a Fargate task through two exits': 'workload-credential-off-platform',
  'a CodeBuild run with several programs': 'workload-credential-off-platform',
  'a function whose SDK names no platform': 'workload-credential-off-platform',
  'pods with OIDC behind the exits of their cluster': 'workload-credential-off-platform',
  'pods with Pod Identity': 'workload-credential-off-platform',
  'a GitHub job on the machine it signed in from': 'workload-credential-off-platform',
  // Tokens
  'a broker of federation tokens': 'federation-token-issued',
  'a portal for file transfers': 'federation-token-issued',
  'a session token with MFA (aws-vault)': 'session-token-iam-use',
  'a session token without MFA': 'session-token-iam-use',
  'a console link from the command line': 'console-from-api-credentials',
  'a console link of the access portal': 'console-from-api-credentials',
  // Something new
  'a new deployment that becomes regular': 'rare-role-edge',
  'an engineer on call for one night': 'rare-role-edge',
  'a newer version of a tool': 'rare-client',
  'an assessment tool of the security team': 'rare-client',
  'a release night: more than usual': 'session-outlier',
  // Reading much
  'an assessment reads everything': 'discovery-burst',
  'a vendor under contract reads everything': 'discovery-burst',
  'a dashboard of the console: thirty reads in a minute': 'discovery-burst',
  'a Terraform plan reads much in a minute': 'discovery-burst',
  'console pages: bursts of reads': 'discovery-burst',
  'AWS Config describes everything': 'discovery-burst',
  // Refusals
  'a broken job asks the same thing for hours': 'access-denied-enumeration',
  'refused clicks in the console': 'access-denied-enumeration',
  'an engineer without a permission tries a few things': 'access-denied-enumeration',
  'a new role that is not there yet: refused, then granted': 'access-denied-enumeration',
  'throttled calls': 'access-denied-enumeration',
  // Maintenance
  'data events switched on, management events kept': 'defense-evasion-in-session',
  'alarms deleted by auto scaling': 'defense-evasion-in-session',
  'an application key scheduled for deletion': 'defense-evasion-in-session',
  'expiry of temporary files in an ordinary bucket': 'defense-evasion-in-session',
  // Other accounts
  'calls between own accounts': 'cross-account-unknown',
  'a vendor that the case file trusts': 'cross-account-unknown',
  'a snapshot shared between own accounts': 'cross-account-unknown',
  'a bucket policy that refuses plain HTTP to all': 'cross-account-unknown',
  'a bucket policy for the own organisation': 'cross-account-unknown',
  'a scheduled audit of root credentials': 'assume-root-use',
  // Containment-like
  'an unused key switched off and deleted': 'active-after-containment',
  'a colleague leaves: user deleted': 'active-after-containment',
  'instances terminated by auto scaling': 'active-after-containment',
  'a region guard: a Deny with a condition': 'active-after-containment',
} as const;

export type LookAlike = keyof typeof lookAlikes;
