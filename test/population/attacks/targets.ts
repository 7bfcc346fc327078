/** Roles and users that intruders reach, beyond those that ordinary life works with. */
import { iamUser, longTermKey, role, user, type Caller, type User } from '../../../scripts/sample/records';
import { DEV, PROD, SECURITY, SHARED, STAGING, STRANGER, OTHER_STRANGER, users } from '../company/estate';

export const target = {
  publisher: role(SHARED, 'artifact-publisher'),
  releaseAdmin: role(PROD, 'release-admin'),
  iamOperator: role(PROD, 'iam-operator'),
  dataLake: role(PROD, 'data-lake'),
  billingReader: role(PROD, 'billing-reader'),
  legacyAdmin: role(STAGING, 'legacy-admin'),
  stagingTools: role(STAGING, 'tools'),
  devAdmin: role(DEV, 'dev-admin'),
  logArchive: role(SECURITY, 'log-archive'),
  supportDesk: role(SHARED, 'support-desk'),
  sandbox: role(DEV, 'sandbox'),
  circleOne: role(PROD, 'batch-one'),
  circleTwo: role(PROD, 'batch-two'),
  stayOne: role(STAGING, 'stay-one'),
  stayTwo: role(STAGING, 'stay-two'),
  stayThree: role(STAGING, 'stay-three'),
  stayFour: role(STAGING, 'stay-four'),
  returnOne: role(SHARED, 'return-one'),
  returnTwo: role(SHARED, 'return-two'),
  revoked: role(PROD, 'invoice-reader'),
  denied: role(DEV, 'test-admin'),
  held: role(PROD, 'export-admin'),
  strangersDrop: role(STRANGER, 'drop'),
  othersDrop: role(OTHER_STRANGER, 'collector'),
} as const;

export const victims = {
  bob: user(PROD, 'bob'),
  backup: user(PROD, 'backup-operator'),
  support: user(DEV, 'support-console'),
  archive: user(SECURITY, 'log-archiver'),
  ghost: user(STAGING, 'ghost'),
  probe: user(SHARED, 'inventory-script'),
  probe2: user(SHARED, 'ticket-bot'),
  burst: user(DEV, 'ci-mirror-2'),
  trail: user(PROD, 'audit-export'),
  quarantined: user(DEV, 'data-science'),
} as const;

/** A user whose long-term key somebody else holds now. */
export function keyOf(who: User, suffix = ''): Caller {
  return iamUser(who, longTermKey(`${who.name}${suffix}`));
}

/** Keys of ordinary life that were copied. */
export const copied = {
  buildServer: (): Caller => iamUser(users.buildServer, longTermKey('build-server')),
  smtpRelay: (): Caller => iamUser(users.smtpRelay, longTermKey('smtp-relay')),
  partnerSync: (): Caller => iamUser(users.partnerSync, longTermKey('partner-sync 2025')),
  exporter: (): Caller => iamUser(users.exporter, longTermKey('nightly-exporter 2')),
  felix: (): Caller => iamUser(users.felix, longTermKey('felix')),
} as const;
