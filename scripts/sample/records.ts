/**
 * The builders of well-formed CloudTrail records, for the sample and for tests. Pure: no files, no clock; the same
 * calls in the same order on a `Trail` of the same name give the same records.
 */
export { Random } from './prng';
export { DAY, HOUR, iamDate, isoTime, MINUTE, stsDate, utc, type Seconds } from './time';
export {
  consoleUser,
  iamUser,
  instanceIdentity,
  isJsonObject,
  longTermKey,
  role,
  roleSession,
  service,
  throughService,
  user,
  type Caller,
  type Json,
  type JsonObject,
  type Role,
  type RoleSessionOptions,
  type Session,
  type User,
  type UserIdentity,
} from './principals';
export {
  internalOrigin,
  serviceOrigin,
  Trail,
  type Action,
  type CloudTrailRecord,
  type Origin,
  type StampOptions,
} from './trail';
export {
  assumeRole,
  assumeRoleDenied,
  createAccessKey,
  createUser,
  deliver,
  deliverToInstance,
  seenFromOutside,
  type AssumeOptions,
  type CreateKeyOptions,
  type DeliveryOptions,
  type Grant,
  type InstanceGrant,
} from './issuance';
export { assumeRoleWithSaml, assumeRoleWithWebIdentity, type SamlOptions, type WebIdentityOptions } from './federation';
export { assumeRoleForPodIdentity, assumeRoot, getFederationToken, getSessionToken, type TokenOptions } from './tokens';
export { consoleFromPortal, consoleLogin, switchRole, type ConsoleGrant } from './console';
export { actions } from './actions';
