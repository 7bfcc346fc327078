/**
 * Addresses as eight numbers, to compare one with each of a million others.
 *
 * Guarantee: the same verdict as the address library for every text, IPv4-mapped IPv6 being IPv4; a test holds this. It costs a
 * tenth of building the library's objects, which a question about an address would pay for every address in the logs.
 */

/** An address, or a range of them: `bits` of `groups` count. */
export interface AddressRange {
  readonly groups: readonly number[];
  readonly bits: number;
}

/** IPv4 as ::ffff:a.b.c.d; `undefined` for what is no address. */
export function addressGroups(text: string): readonly number[] | undefined {
  // `::a.b.c.d` is an old way to write an IPv4 address.
  const four = /^::[^:]*\./.test(text) ? text.slice(2) : text;
  return four.includes(':') ? sixGroups(four) : fourGroups(four, [0, 0, 0, 0, 0, 0xffff]);
}

function fourGroups(text: string, before: readonly number[]): readonly number[] | undefined {
  const parts = text.split('.', 5);
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number);
  return [...before, a * 256 + b, c * 256 + d];
}

function sixGroups(text: string): readonly number[] | undefined {
  const dotted = text.includes('.') ? fourGroups(text.slice(text.lastIndexOf(':') + 1), []) : [];
  if (dotted === undefined) {
    return undefined;
  }
  // A dotted end stands for two groups.
  const hex = dotted.length === 0 ? text : `${text.slice(0, text.lastIndexOf(':') + 1)}0:0`;
  const gap = hex.indexOf('::');
  const head = listed(gap < 0 ? hex : hex.slice(0, gap));
  const tail = listed(gap < 0 ? '' : hex.slice(gap + 2));
  if (head === undefined || tail === undefined) {
    return undefined;
  }
  const missing = 8 - head.length - tail.length;
  if (gap < 0 ? missing !== 0 : missing < 1) {
    return undefined;
  }
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  return dotted.length === 0 ? groups : [...groups.slice(0, 6), ...dotted];
}

function listed(text: string): number[] | undefined {
  if (text === '') {
    return [];
  }
  const parts = text.split(':', 9);
  return parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part))
    ? parts.map((part) => Number.parseInt(part, 16))
    : undefined;
}

/** A CIDR or a single address; `undefined` when it is neither. */
export function rangeOf(text: string): AddressRange | undefined {
  const [address = '', bits, ...rest] = text.split('/', 3);
  const groups = addressGroups(address);
  if (groups === undefined || rest.length > 0) {
    return undefined;
  }
  // As many as a range of this family is written with; IPv4 is behind 96 bits that all of it has.
  const before = isMapped(groups) ? 96 : 0;
  if (bits === undefined) {
    return { groups, bits: 128 };
  }
  return /^\d{1,3}$/.test(bits) && Number(bits) + before <= 128 ? { groups, bits: Number(bits) + before } : undefined;
}

function isMapped(groups: readonly number[]): boolean {
  return groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
}

export function isIn({ groups: net, bits }: AddressRange, text: string): boolean {
  const groups = addressGroups(text);
  if (groups === undefined || isMapped(groups) !== isMapped(net)) {
    return false;
  }
  const whole = bits >> 4;
  for (let at = 0; at < whole; at++) {
    if (groups[at] !== net[at]) {
      return false;
    }
  }
  const shift = 16 - (bits & 15);
  return shift === 16 || (groups[whole] ?? 0) >> shift === (net[whole] ?? 0) >> shift;
}
