/** Address ranges of the case file. Guarantee: what is no address or range contains nothing. */
import ipaddr from 'ipaddr.js';

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** A CIDR or a single address; `undefined` when it is neither. */
export function parseRange(text: string): Range | undefined {
  const [address = '', bits, ...rest] = text.trim().split('/');
  const parsed = parseAddress(address);
  if (parsed === undefined || rest.length > 0) {
    return undefined;
  }
  const most = parsed.kind() === 'ipv4' ? 32 : 128;
  if (bits === undefined) {
    return [parsed, most];
  }
  return /^\d{1,3}$/.test(bits) && Number(bits) <= most ? [parsed, Number(bits)] : undefined;
}

function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) {
    return ipaddr.IPv4.parse(text);
  }
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) {
    return undefined;
  }
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

export class AddressRanges {
  private readonly ranges: readonly Range[];

  constructor(texts: readonly string[]) {
    this.ranges = texts.map(parseRange).filter((range) => range !== undefined);
  }

  get isEmpty(): boolean {
    return this.ranges.length === 0;
  }

  contains(address: string): boolean {
    const parsed = parseAddress(address);
    return (
      parsed !== undefined && this.ranges.some(([net, bits]) => net.kind() === parsed.kind() && parsed.match(net, bits))
    );
  }

  /** True when a range of this family is there to compare with. */
  hasFamily(family: 'ipv4' | 'ipv6'): boolean {
    return this.ranges.some(([net]) => net.kind() === family);
  }
}
