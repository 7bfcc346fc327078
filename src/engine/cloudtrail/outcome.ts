/**
 * What an `errorCode` says about a call.
 *
 * Guarantee: the empty error code (success) is neither denied nor throttled; throttling is neither success nor denial.
 */

const DENIED = /AccessDenied|UnauthorizedOperation|NotAuthorized|AuthorizationError|Forbidden/i;

/** Services spell it in many ways (AWS General Reference, "Common errors"; S3 says SlowDown). Quotas (`LimitExceeded`) are not throttling. */
const THROTTLED =
  /Throttl|RequestLimitExceeded|TooManyRequests|SlowDown|BandwidthLimitExceeded|ProvisionedThroughputExceeded|PriorRequestNotComplete/i;

export function isDenied(errorCode: string): boolean {
  return DENIED.test(errorCode);
}

export function isThrottled(errorCode: string): boolean {
  return THROTTLED.test(errorCode);
}
