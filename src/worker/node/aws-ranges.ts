/**
 * The address ranges that AWS publishes. Source: AWS General Reference, "AWS IP address ranges" (`ip-ranges.json`).
 *
 * Guarantee: the narrowest range that holds the address, and of equal ones the service that is not just `AMAZON`. What is not
 * such a file is an error with the reason.
 */
import ipaddr from 'ipaddr.js';
import type { JsonValue } from '../../engine/cloudtrail/columns';
import { arrayAt, stringAt } from '../../engine/cloudtrail/record';

export interface AwsRange {
  readonly service: string;
  readonly region: string;
}

export interface AwsRanges {
  of(address: string): AwsRange | undefined;
  /** When it was published, `2026-10-01`. */
  readonly created: string;
}

type Family = 'ipv4' | 'ipv6';

/** Networks by family and length of their prefix, by their address in hexadecimal digits. */
type Networks = Readonly<Record<Family, Map<number, Map<string, AwsRange>>>>;

export function readAwsRanges(text: string): AwsRanges {
  let file: JsonValue;
  try {
    file = JSON.parse(text) as JsonValue;
  } catch {
    throw new Error('it is not JSON');
  }
  const networks: Networks = { ipv4: new Map(), ipv6: new Map() };
  const count =
    take(networks, arrayAt(file, 'prefixes'), 'ip_prefix') +
    take(networks, arrayAt(file, 'ipv6_prefixes'), 'ipv6_prefix');
  if (count === 0) {
    throw new Error('it has no prefixes: the file that AWS publishes as ip-ranges.json is meant');
  }
  const lengths = {
    ipv4: [...networks.ipv4.keys()].sort((a, b) => b - a),
    ipv6: [...networks.ipv6.keys()].sort((a, b) => b - a),
  };
  return {
    of: (address) => {
      if (!ipaddr.isValid(address)) {
        return undefined;
      }
      const parsed = ipaddr.parse(address);
      const family = parsed.kind();
      const bytes = parsed.toByteArray();
      for (const length of lengths[family]) {
        const found = networks[family].get(length)?.get(networkOf(bytes, length));
        if (found !== undefined) {
          return found;
        }
      }
      return undefined;
    },
    created: createdOf(stringAt(file, 'createDate')),
  };
}

/** How many were taken. */
function take(networks: Networks, list: readonly JsonValue[], field: string): number {
  let count = 0;
  for (const entry of list) {
    const prefix = stringAt(entry, field);
    const service = stringAt(entry, 'service');
    const region = stringAt(entry, 'region');
    if (service === '' || region === '' || !ipaddr.isValidCIDR(prefix)) {
      continue;
    }
    const [address, length] = ipaddr.parseCIDR(prefix);
    const family = networks[address.kind()];
    const ofLength = family.get(length) ?? new Map<string, AwsRange>();
    family.set(length, ofLength);
    const network = networkOf(address.toByteArray(), length);
    const known = ofLength.get(network);
    if (known === undefined || known.service === 'AMAZON') {
      ofLength.set(network, { service, region });
    }
    count++;
  }
  return count;
}

/** The first bits of an address, the others zero. */
function networkOf(bytes: readonly number[], length: number): string {
  return bytes
    .map((byte, index) => {
      const kept = Math.max(0, Math.min(8, length - index * 8));
      return (byte & (0xff << (8 - kept)) & 0xff).toString(16).padStart(2, '0');
    })
    .join('');
}

/** `2026-10-01-12-13-14` → `2026-10-01`. */
function createdOf(text: string): string {
  return /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0] ?? 'unknown date';
}
