/**
 * Where a call came from, as far as a record tells.
 *
 * Guarantee: equal addresses have equal `location`, however they are written; text that only looks like an address is
 * never parsed into another one; services, the console's own calls and forwarded calls are never `direct`.
 */
import ipaddr from 'ipaddr.js';

export type OriginClass =
  | 'service' // an AWS service, or a call forwarded by one
  | 'internal' // `AWS Internal`
  | 'console-proxy' // the console's back end behind a VPC endpoint of AWS
  | 'vpce-private' // a private address behind a VPC endpoint
  | 'private-odd' // a private address without one: cannot occur in unmodified logs
  | 'public-v4'
  | 'public-v6'
  | 'reserved' // loopback, link-local, multicast, …
  | 'invalid' // text that is no address
  | 'none';

export interface OriginInput {
  readonly sourceAddress: string;
  readonly vpcEndpoint: string;
  readonly userAgent: string;
  readonly invokedBy: string;
  /** Any event of the session shows that it is a console session. */
  readonly consoleSession: boolean;
}

export interface Origin {
  readonly class: OriginClass;
  /** Canonical: the address in its shortest form, `vpce-… 10.0.0.1` behind an endpoint, the text itself where it is no address. */
  readonly location: string;
  /** What is compared as one place: the /24 of a public IPv4 address, the /64 of IPv6, else the location. */
  readonly group: string;
  /** Someone outside AWS made this call from this place; only such events count in network detections. */
  readonly direct: boolean;
}

const SERVICE_SUFFIXES = ['.amazonaws.com', '.amazonaws.com.cn', '.amazonaws.eu'];

/** User agents of the console's back ends, lower case, as they begin. */
const CONSOLE_AGENTS = [
  '[s3console',
  's3console',
  'aws internal',
  'signin.amazonaws.com',
  'console.',
  'ec2consolefrontend',
];

/** Masks that publishers put where an address was. */
const MASK = /^(?:-|null|\*+|redacted|hidden[\w ]*|hidden_due_to_security_reasons|unknown|n\/a)$/i;

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Strict: ipaddr.js alone reads `253.252.51.07` as octal and `1.2` as a full address. */
function parseAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (text.length > 45 || !text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/** The shortest form of an address, IPv4-mapped IPv6 as IPv4; the text itself when it is no address. */
export function canonicalAddress(text: string): string {
  return parseAddress(text.trim())?.toString() ?? text.trim();
}

/** Ranges nobody calls AWS from. All of ipaddr.js's other names (6to4, Teredo, NAT64 …) are ways to the public internet. */
const RESERVED_RANGES: ReadonlySet<string> = new Set([
  'unspecified',
  'loopback',
  'linkLocal',
  'multicast',
  'broadcast',
  'benchmarking',
  'discard',
]);

/** `reserved` to ipaddr.js, public here: AWS's documentation and samples use them. 2001:db8::/32 is public below. */
const DOCUMENTATION_V4 = ['192.0.2.0', '198.51.100.0', '203.0.113.0'];

function scopeOf(address: Address): 'private' | 'public' | 'reserved' {
  const range: string = address.range();
  if (range === 'private' || range === 'uniqueLocal' || range === 'carrierGradeNat') return 'private';
  if (RESERVED_RANGES.has(range)) return 'reserved';
  if (range !== 'reserved' || address instanceof ipaddr.IPv6) return 'public';
  return DOCUMENTATION_V4.some((net) => address.match(ipaddr.IPv4.parse(net), 24)) ? 'public' : 'reserved';
}

function publicGroup(address: Address): string {
  const bytes = address.toByteArray();
  if (address.kind() === 'ipv4') return `${bytes.slice(0, 3).join('.')}.0/24`;
  return `${new ipaddr.IPv6([...bytes.slice(0, 8), 0, 0, 0, 0, 0, 0, 0, 0]).toString()}/64`;
}

/** The console’s back ends, by how their user agents begin. */
export function isConsoleAgent(userAgent: string): boolean {
  const agent = userAgent.toLowerCase();
  return CONSOLE_AGENTS.some((start) => agent.startsWith(start));
}

function away(kind: OriginClass, location: string): Origin {
  return { class: kind, location, group: location, direct: false };
}

export function originOf(input: OriginInput): Origin {
  const text = input.sourceAddress.trim();
  const lower = text.toLowerCase();
  if (input.invokedBy !== '' || SERVICE_SUFFIXES.some((suffix) => lower.endsWith(suffix))) {
    return away('service', canonicalAddress(text));
  }
  if (lower === 'aws internal') return away('internal', text);
  if (text === '' || MASK.test(text)) return away('none', '');
  const address = parseAddress(text);
  if (input.vpcEndpoint !== '' && (input.consoleSession || isConsoleAgent(input.userAgent))) {
    return away('console-proxy', address?.toString() ?? text);
  }
  if (address === undefined) return { class: 'invalid', location: text, group: text, direct: true };
  const canonical = address.toString();
  const scope = scopeOf(address);
  if (scope === 'reserved') return away('reserved', canonical);
  if (scope === 'public') {
    const kind = address.kind() === 'ipv4' ? 'public-v4' : 'public-v6';
    return { class: kind, location: canonical, group: publicGroup(address), direct: true };
  }
  if (input.vpcEndpoint === '') return { class: 'private-odd', location: canonical, group: canonical, direct: true };
  const location = `${input.vpcEndpoint} ${canonical}`;
  return { class: 'vpce-private', location, group: location, direct: true };
}

/** The origin of an address that some record tells of, apart from any call. */
export function originOfAddress(address: string): Origin {
  return originOf({ sourceAddress: address, vpcEndpoint: '', userAgent: '', invokedBy: '', consoleSession: false });
}
