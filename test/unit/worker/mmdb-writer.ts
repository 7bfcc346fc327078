/**
 * Small databases in the MaxMind format, written here after its specification ("MaxMind DB File Format Specification", 2.0): a
 * binary search tree of 24-bit records, a data section, and the metadata behind its marker.
 */
type Value = string | number | boolean | { readonly [key: string]: Value } | readonly Value[] | Uint | Double;
/** An unsigned number of so many bytes, of the types 5 (2), 6 (4) and 9 (8). */
interface Uint {
  readonly uint: number;
  readonly bytes: 2 | 4 | 8;
}
interface Double {
  readonly double: number;
}

export const uint16 = (uint: number): Uint => ({ uint, bytes: 2 });
export const uint32 = (uint: number): Uint => ({ uint, bytes: 4 });
export const double = (value: number): Double => ({ double: value });

interface Node {
  readonly children: [Node | undefined, Node | undefined];
  value: Value | undefined;
}

/** `networks`: bits of the prefix as text (`00000010…`), and the record. */
export function mmdb(
  type: string,
  version: 4 | 6,
  networks: readonly (readonly [bits: string, record: Value])[],
): Buffer {
  const root: Node = { children: [undefined, undefined], value: undefined };
  for (const [bits, record] of networks) {
    let node = root;
    for (const bit of bits) {
      const side = bit === '1' ? 1 : 0;
      const next: Node = node.children[side] ?? { children: [undefined, undefined], value: undefined };
      node.children[side] = next;
      node = next;
    }
    node.value = record;
  }
  const nodes: Node[] = [];
  const number = new Map<Node, number>();
  const visit = (node: Node): void => {
    if (node.value === undefined) {
      number.set(node, nodes.push(node) - 1);
      node.children.forEach((child) => child !== undefined && visit(child));
    }
  };
  visit(root);
  const data: Buffer[] = [];
  let length = 0;
  const offset = new Map<Node, number>();
  const place = (node: Node): void => {
    if (node.value !== undefined) {
      const bytes = encoded(node.value);
      offset.set(node, length);
      length += bytes.length;
      data.push(bytes);
    }
    node.children.forEach((child) => child !== undefined && place(child));
  };
  place(root);
  const tree = Buffer.alloc(nodes.length * 6);
  nodes.forEach(({ children }, index) => {
    children.forEach((child, side) => {
      const record =
        child === undefined ? nodes.length : (number.get(child) ?? nodes.length + 16 + (offset.get(child) ?? 0));
      tree.writeUIntBE(record, index * 6 + side * 3, 3);
    });
  });
  const metadata = encoded({
    binary_format_major_version: uint16(2),
    binary_format_minor_version: uint16(0),
    build_epoch: { uint: 1_790_000_000, bytes: 8 },
    database_type: type,
    description: { en: 'Written for a test' },
    ip_version: uint16(version),
    languages: ['en'],
    node_count: uint32(nodes.length),
    record_size: uint16(24),
  });
  return Buffer.concat([tree, Buffer.alloc(16), ...data, Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'), metadata]);
}

/** `8.8.8.0/24` → its 24 bits. */
export function bitsOf(cidr: string): string {
  const [address = '', length = '32'] = cidr.split('/');
  const bits = address.split('.').map((octet) => Number(octet).toString(2).padStart(8, '0'));
  return bits.join('').slice(0, Number(length));
}

function encoded(value: Value): Buffer {
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    return Buffer.concat([control(2, text.length), text]);
  }
  if (typeof value === 'boolean') {
    return control(14, value ? 1 : 0);
  }
  if (typeof value === 'number') {
    return encoded(uint32(value));
  }
  if (Array.isArray(value)) {
    const list = value as readonly Value[];
    return Buffer.concat([control(11, list.length), ...list.map(encoded)]);
  }
  if (isUint(value)) {
    const bytes = Buffer.alloc(value.bytes);
    bytes.writeUIntBE(value.uint, value.bytes - Math.min(6, value.bytes), Math.min(6, value.bytes));
    return Buffer.concat([control(value.bytes === 2 ? 5 : value.bytes === 4 ? 6 : 9, value.bytes), bytes]);
  }
  if (isDouble(value)) {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value.double);
    return Buffer.concat([control(3, 8), bytes]);
  }
  const entries = Object.entries(value as Readonly<Record<string, Value>>);
  return Buffer.concat([
    control(7, entries.length),
    ...entries.flatMap(([key, each]) => [encoded(key), encoded(each)]),
  ]);
}

function isUint(value: object): value is Uint {
  return 'uint' in value && 'bytes' in value;
}
function isDouble(value: object): value is Double {
  return 'double' in value;
}

/** The type and the size of what follows; sizes of 29 and more have a byte of their own. */
function control(type: number, size: number): Buffer {
  const [short, extra] = size < 29 ? [size, []] : [29, [size - 29]];
  return Buffer.from(type < 8 ? [(type << 5) | short, ...extra] : [short, type - 7, ...extra]);
}
