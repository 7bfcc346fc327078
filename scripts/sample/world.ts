/**
 * The invented company of the sample: accounts, roles, people, machines, addresses. Addresses come from the
 * documentation ranges, except the two of case 3, and account ids are AWS's own example ids.
 */
import { longTermKey, role, user, type Role } from './principals';
import { utc, type Seconds } from './time';
import type { Origin } from './trail';

export const PROD = '111122223333';
export const SHARED = '444455556666';
/** Watches the company's metrics under a contract. */
export const VENDOR = '123456789012';
/** Nobody the company knows. */
export const FOREIGN = '999988887777';

/** Monday morning, to the Friday night of the incident. */
export const START: Seconds = utc('2025-05-12T05:30:00Z');
export const END: Seconds = utc('2025-05-16T03:05:00Z');
export const WORKDAYS = ['2025-05-12', '2025-05-13', '2025-05-14', '2025-05-15'] as const;

const ssoPath = '/aws-reserved/sso.amazonaws.com/';
export const SSO_PROVIDER = 'AWSSSO_0f1e2d3c4b5a6978_DO_NOT_DELETE';

export const roles = {
  ssoEngineerShared: role(SHARED, 'AWSReservedSSO_PlatformEngineer_1a2b3c4d5e6f7081', ssoPath),
  ssoEngineerProd: role(PROD, 'AWSReservedSSO_PlatformEngineer_90a1b2c3d4e5f607', ssoPath),
  ssoReadOnlyProd: role(PROD, 'AWSReservedSSO_ReadOnly_0c1d2e3f4a5b6c7d', ssoPath),
  terraformHub: role(SHARED, 'terraform-hub'),
  terraformSpoke: role(PROD, 'terraform-spoke'),
  ciGithub: role(SHARED, 'ci-github-actions'),
  deployStaging: role(PROD, 'deploy-staging'),
  deployProduction: role(PROD, 'deploy-production'),
  cfnExec: role(PROD, 'cfn-exec-prod'),
  platformAdmin: role(PROD, 'platform-admin'),
  opsReadonly: role(PROD, 'ops-readonly'),
  vendorMetrics: role(PROD, 'vendor-metrics-reader'),
  webInstance: role(PROD, 'web-instance-role'),
  workerInstance: role(PROD, 'worker-instance-role'),
  analyticsInstance: role(PROD, 'analytics-instance-role'),
  reportReader: role(PROD, 'report-reader'),
  sharedAutomation: role(SHARED, 'shared-automation'),
  iamOperator: role(SHARED, 'iam-operator'),
  auditReadonly: role(SHARED, 'audit-readonly'),
  orderIndexer: role(PROD, 'order-indexer-lambda', '/service/'),
  secretRotator: role(PROD, 'secret-rotator-lambda', '/service/'),
  inventoryReport: role(SHARED, 'inventory-report-lambda', '/service/'),
  checkoutTask: role(PROD, 'checkout-task-role'),
  inspectorLinked: role(PROD, 'AWSServiceRoleForAmazonInspector2', '/aws-service-role/inspector2.amazonaws.com/'),
  autoScalingLinked: role(PROD, 'AWSServiceRoleForAutoScaling', '/aws-service-role/autoscaling.amazonaws.com/'),
  configLinked: role(PROD, 'AWSServiceRoleForConfig', '/aws-service-role/config.amazonaws.com/'),
} as const;

export const users = {
  opsOncall: user(SHARED, 'ops-oncall'),
  legacyDeploy: user(SHARED, 'ci-legacy-deploy'),
  backupOperator: user(SHARED, 'backup-operator'),
  mailRelay: user(PROD, 'smtp-relay'),
  bob: user(PROD, 'bob'),
} as const;

export const keys = {
  /** The leaked one. */
  legacyDeploy: longTermKey('ci-legacy-deploy'),
  bob: longTermKey('bob'),
  backupOperator: longTermKey('backup-operator second'),
  mailRelayOld: longTermKey('smtp-relay 2024'),
  mailRelayNew: longTermKey('smtp-relay 2025'),
} as const;

export interface Person {
  readonly name: string;
  readonly ip: string;
}

export const people = {
  ana: { name: 'ana.lindqvist@examplecorp.example', ip: '203.0.113.10' },
  ben: { name: 'ben.okafor@examplecorp.example', ip: '203.0.113.10' },
  chloe: { name: 'chloe.marsh@examplecorp.example', ip: '203.0.113.142' },
  /** At home over IPv6. */
  dev: { name: 'dev.patel@examplecorp.example', ip: '2001:db8:4c1:7::1a2b' },
  erin: { name: 'erin.vogel@examplecorp.example', ip: '203.0.113.11' },
} as const satisfies Record<string, Person>;

export const addresses = {
  natA: '198.51.100.21',
  natB: '198.51.100.22',
  oldBuildServer: '198.51.100.140',
  analytics: '2.2.2.2',
  /** Case 1. */
  keyThief: '192.0.2.66',
  /** Case 3. */
  credentialThief: '8.8.8.8',
} as const;

export const vpcs = {
  main: 'vpc-0a4e1c7d92b3f5e61',
  analytics: 'vpc-0d8b2f6a13c7e9045',
  s3Endpoint: 'vpce-0b51d7c9e2f4a8360',
  secretsEndpoint: 'vpce-07c2e9a4d1f3b6858',
} as const;

export interface Instance {
  readonly id: string;
  readonly role: Role;
  readonly privateIp: string;
  readonly egress: string;
  /** Uses the endpoints of the VPC for S3 and secrets. */
  readonly endpoint?: boolean;
  readonly ipv6?: string;
}

export const instances = {
  /** Case 2 starts here. */
  web1: { id: 'i-0b7e4c1f9a2d35e68', role: roles.webInstance, privateIp: '10.40.11.24', egress: addresses.natA },
  web2: { id: 'i-03d9f6a8c4b17e250', role: roles.webInstance, privateIp: '10.40.12.87', egress: addresses.natB },
  web3: {
    id: 'i-0f28b5d7e9c1a4636',
    role: roles.webInstance,
    privateIp: '10.40.12.91',
    egress: addresses.natB,
    ipv6: '2001:db8:40:12::91',
  },
  worker1: {
    id: 'i-06a1c3e5f7b9d2848',
    role: roles.workerInstance,
    privateIp: '10.40.21.15',
    egress: addresses.natA,
    endpoint: true,
  },
  worker2: {
    id: 'i-0942e8d6c1b7f5a30',
    role: roles.workerInstance,
    privateIp: '10.40.22.16',
    egress: addresses.natB,
    endpoint: true,
  },
  /** Case 3: a public subnet, an Elastic IP. */
  analytics: {
    id: 'i-0d19c5a8e3f40b672',
    role: roles.analyticsInstance,
    privateIp: '10.60.1.30',
    egress: addresses.analytics,
  },
} as const satisfies Record<string, Instance>;

export const agents = {
  cli: 'aws-cli/2.15.38 md/Botocore#2.0.0 ua/2.0 os/macos#23.4.0 md/arch#arm64 lang/python#3.11.8 md/pyimpl#CPython cfg/retry-mode#standard md/prompt#off',
  terraform:
    'APN/1.0 HashiCorp/1.0 Terraform/1.8.3 (+https://www.terraform.io) terraform-provider-aws/5.49.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.26.1 os/linux lang/go#1.22.2 md/GOOS#linux md/GOARCH#amd64',
  githubCli:
    'aws-cli/2.15.44 md/Botocore#2.0.0 ua/2.0 os/linux#6.5.0-1021-azure md/arch#x86_64 lang/python#3.11.8 exec-env/GitHub_Actions',
  browser:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36',
  s3Console:
    'S3Console/0.4, aws-internal/3 aws-sdk-java/1.12.715 Linux/5.10.215-203.850.amzn2int.x86_64 OpenJDK_64-Bit_Server_VM/25.412-b09 java/1.8.0_412 vendor/Oracle_Corporation cfg/retry-mode/standard',
  ssmAgent: 'aws-sdk-go/1.55.5 (go1.23.6; linux; amd64) amazon-ssm-agent/',
  app: 'aws-sdk-java/2.25.50 Linux/6.1.90-99.173.amzn2023.x86_64 OpenJDK_64-Bit_Server_VM/21.0.3+9-LTS Java/21.0.3 vendor/Amazon.com_Inc. io/sync http/Apache cfg/retry-mode/legacy',
  boto: 'Boto3/1.34.105 md/Botocore#1.34.105 ua/2.0 os/linux#6.1.90-99.173.amzn2023.x86_64 md/arch#x86_64 lang/python#3.9.16 md/pyimpl#CPython cfg/retry-mode#legacy',
  lambda:
    'Boto3/1.34.42 md/Botocore#1.34.42 ua/2.0 os/linux#5.10.215-223.850.amzn2.x86_64 md/arch#x86_64 lang/python#3.12.3 md/pyimpl#CPython exec-env/AWS_Lambda_python3.12 cfg/retry-mode#legacy',
  fargate: 'aws-sdk-go-v2/1.26.1 os/linux lang/go#1.22.3 md/GOOS#linux md/GOARCH#arm64 exec-env/AWS_ECS_FARGATE',
  oldBuild: 'aws-cli/1.18.69 Python/3.8.10 Linux/5.4.0-150-generic botocore/1.16.19',
} as const;

/** How an instance reaches the public endpoints. */
export function fromInstance(instance: Instance, ua: string): Origin {
  return { ip: instance.egress, ua };
}

/** How it reaches S3 or secrets through the VPC's endpoint: with its private address. */
export function throughEndpoint(instance: Instance, vpce: string, ua: string): Origin {
  return { ip: instance.privateIp, ua, vpce };
}
