/**
 * The invented company of the population: six accounts, their roles and users. Account ids are made of repeated digits;
 * unique ids are drawn from names.
 */
import { role, user, type Role } from '../../../scripts/sample/records';

export const MANAGEMENT = '111122223333';
export const SECURITY = '222233334444';
export const SHARED = '333344445555';
export const DEV = '444455556666';
export const STAGING = '555566667777';
export const PROD = '666677778888';
export const accounts = [MANAGEMENT, SECURITY, SHARED, DEV, STAGING, PROD] as const;
export const members = [SECURITY, SHARED, DEV, STAGING, PROD] as const;
/** Where things run. */
export const stages = [DEV, STAGING, PROD] as const;

/** Under contract. */
export const METRICS_VENDOR = '123456789012';
export const POSTURE_VENDOR = '210987654321';
/** Nobody the company knows. */
export const STRANGER = '999988887777';
export const OTHER_STRANGER = '888877776666';

export const ORGANIZATION = 'o-a1b2c3d4e5';

const hex: Readonly<Record<string, string>> = {
  [MANAGEMENT]: '1a',
  [SECURITY]: '2b',
  [SHARED]: '3c',
  [DEV]: '4d',
  [STAGING]: '5e',
  [PROD]: '6f',
};

/** The role that Identity Center makes of a permission set in one account. */
export function permissionSet(account: string, name: string): Role {
  const suffix = `${hex[account] ?? '00'}0c1d2e3f4a5b6c`;
  return role(account, `AWSReservedSSO_${name}_${suffix}`, '/aws-reserved/sso.amazonaws.com/');
}

export function ssoProvider(account: string): string {
  return `AWSSSO_${hex[account] ?? '00'}1e2d3c4b5a69_DO_NOT_DELETE`;
}

export function linkedRole(account: string, service: string, name: string): Role {
  return role(account, `AWSServiceRoleFor${name}`, `/aws-service-role/${service}.amazonaws.com/`);
}

export const roles = {
  terraformHub: role(SHARED, 'terraform-hub'),
  ciBuild: role(SHARED, 'ci-build'),
  jenkins: role(SHARED, 'jenkins-instance'),
  jenkinsRelease: role(PROD, 'jenkins-release'),
  custodianLambda: role(SHARED, 'cloud-custodian-lambda'),
  custodianHub: role(SHARED, 'cloud-custodian-hub'),
  backupOrchestrator: role(SHARED, 'backup-orchestrator'),
  codebuildZone: role(MANAGEMENT, 'landing-zone-codebuild'),
  zonePipeline: role(MANAGEMENT, 'landing-zone-pipeline'),
  controlTowerAdmin: role(MANAGEMENT, 'AWSControlTowerAdmin', '/service-role/'),
  rootAudit: role(MANAGEMENT, 'root-audit'),
  onboarding: role(SHARED, 'onboarding-automation'),
  onboardingTarget: role(PROD, 'onboarding-member'),
  keyRotation: role(SHARED, 'secrets-key-rotation'),
  postureTask: role(SECURITY, 'posture-scanner-task'),
  vendorMetrics: role(PROD, 'vendor-metrics-reader'),
  vendorPosture: role(SECURITY, 'vendor-posture-reader'),
  web: role(PROD, 'web-instance'),
  worker: role(PROD, 'worker-instance'),
  stagingWeb: role(STAGING, 'web-instance'),
  devBox: role(DEV, 'dev-box-instance'),
  legacyErp: role(PROD, 'legacy-erp-instance'),
  analytics: role(PROD, 'analytics-instance'),
  jump: role(SHARED, 'jump-host-instance'),
  backupHost: role(SHARED, 'backup-host-instance'),
  plant: role(PROD, 'plant-gateway-instance'),
  taxRates: role(SHARED, 'tax-rates-reader'),
  glue: role(PROD, 'glue-nightly'),
  ecsHost: role(PROD, 'ecs-host-instance'),
  kubeNode: role(PROD, 'kube-node'),
  kiamPodRole: role(PROD, 'kiam-report-pod'),
  priceReader: role(PROD, 'price-reader'),
  mediaTask: role(PROD, 'media-task'),
  checkoutTask: role(PROD, 'checkout-task'),
  queueTask: role(PROD, 'queue-task'),
  orderIndexer: role(PROD, 'order-indexer-lambda', '/service/'),
  mailer: role(PROD, 'mailer-lambda', '/service/'),
  stagingIndexer: role(STAGING, 'order-indexer-lambda', '/service/'),
  thumbnails: role(DEV, 'thumbnails-lambda', '/service/'),
  codebuildApp: role(SHARED, 'app-codebuild'),
  irsaPayments: role(PROD, 'irsa-payments'),
  irsaSearch: role(PROD, 'irsa-search'),
  podCatalog: role(PROD, 'pod-catalog'),
  githubDeploy: role(DEV, 'github-deploy'),
  gitlabDeploy: role(STAGING, 'gitlab-deploy'),
  adminOps: role(PROD, 'ops-admin'),
  opsReadonly: role(PROD, 'ops-readonly'),
  developer: role(DEV, 'developer'),
  reporting: role(PROD, 'reporting-api'),
  legacyReports: role(PROD, 'legacy-reports'),
} as const;

export const terraformSpoke = (account: string): Role => role(account, 'terraform-spoke');
export const deployRole = (account: string): Role => role(account, 'deploy');
export const cfnExec = (account: string): Role => role(account, 'cfn-exec');
export const custodianSpoke = (account: string): Role => role(account, 'cloud-custodian-spoke');
export const backupMember = (account: string): Role => role(account, 'backup-member');
export const organizationAccess = (account: string): Role => role(account, 'OrganizationAccountAccessRole');
export const controlTowerExecution = (account: string): Role => role(account, 'AWSControlTowerExecution');
export const securityAudit = (account: string): Role => role(account, 'security-audit');

export const users = {
  portalBroker: user(PROD, 'legacy-portal-broker'),
  transferBroker: user(PROD, 'transfer-portal-broker'),
  buildServer: user(SHARED, 'build-server'),
  smtpRelay: user(PROD, 'smtp-relay'),
  partnerSync: user(PROD, 'partner-sync'),
  exporter: user(PROD, 'nightly-exporter'),
  onCall: user(SHARED, 'ops-oncall'),
  emma: user(DEV, 'emma.brandt'),
  felix: user(DEV, 'felix.krause'),
  greta: user(DEV, 'greta.holm'),
  leaver: user(DEV, 'tom.weber'),
} as const;
