/**
 * Access key ids that can identify a credential.
 *
 * Guarantee: masked and filled-in values never pass, so that no two credentials meet on a placeholder.
 */

const KEY = /^[A-Z0-9]{16,128}$/;

/** One character all the way (`AAAAAAAAAAAAAAAA`), or a key prefix and X's (`ASIAXXXXXXXXXXXXXXXX`): how publishers mask keys. */
const MASKED = /^(?:(.)\1*|A[A-Z]{3}X+)$/;

/** The key id itself; '' when the value is absent, masked or anything but a key id. */
export function usableKey(value: unknown): string {
  return typeof value === 'string' && KEY.test(value) && !MASKED.test(value) ? value : '';
}

/** True when something stands where a key id belongs that is not usable as one. */
export function isMaskedKey(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && value !== '-' && usableKey(value) === '';
}
