/** DEFLATE blocks that no compressor writes: random Huffman codes with lengths up to fifteen bits, in subtables of decoders. */

class BitWriter {
  readonly bytes: number[] = [];
  private used = 8;

  /** The lowest bit first. */
  put(value: number, count: number): void {
    for (let bit = 0; bit < count; bit++) {
      if (this.used === 8) {
        this.bytes.push(0);
        this.used = 0;
      }
      const last = this.bytes.length - 1;
      this.bytes[last] = (this.bytes[last] ?? 0) | (((value >>> bit) & 1) << this.used);
      this.used += 1;
    }
  }
}

interface Code {
  readonly lengths: readonly number[];
  /** By symbol, the bits reversed: as they are put. */
  readonly codes: readonly number[];
}

/** A code for the symbols, complete unless there are fewer than two; deep where luck has it. */
function randomCode(symbols: readonly number[], size: number, random: () => number): Code {
  const leaves = symbols.length === 1 ? [1] : symbols.length === 0 ? [] : [0];
  while (leaves.length < symbols.length) {
    const deepest = leaves.length - 1;
    const chosen = random() < 0.4 ? deepest : Math.floor(random() * leaves.length);
    const at = (leaves[chosen] ?? 0) < 15 ? chosen : leaves.findIndex((depth) => depth < 15);
    const depth = (leaves[at] ?? 0) + 1;
    leaves.splice(at, 1, depth);
    leaves.push(depth);
  }
  const lengths = Array.from({ length: size }, () => 0);
  const order = [...symbols].sort(() => random() - 0.5);
  order.forEach((symbol, at) => (lengths[symbol] = leaves[at] ?? 0));
  const codes = Array.from({ length: size }, () => 0);
  let code = 0;
  for (let length = 1; length <= 15; length++) {
    lengths.forEach((of, symbol) => {
      if (of === length) {
        codes[symbol] = reversed(code, length);
        code += 1;
      }
    });
    code <<= 1;
  }
  return { lengths, codes };
}

function reversed(code: number, length: number): number {
  return Array.from({ length }, (_, bit) => ((code >>> bit) & 1) << (length - 1 - bit)).reduce((a, b) => a | b, 0);
}

function someOf(count: number, from: number, share: number, random: () => number): number[] {
  return Array.from({ length: count }, (_, at) => from + at).filter(() => random() < share);
}

/** Extra bits and base of the length code `index`, 257 being 0, and of distance codes (RFC 1951, 3.2.5). */
function lengthOf(index: number): readonly [extra: number, base: number] {
  if (index === 28) return [0, 258];
  const extra = index < 8 ? 0 : (index >> 2) - 1;
  return [extra, index < 8 ? 3 + index : 3 + ((4 + (index & 3)) << extra)];
}

function distanceOf(index: number): readonly [extra: number, base: number] {
  const extra = index < 4 ? 0 : (index >> 1) - 1;
  return [extra, index < 4 ? 1 + index : 1 + ((2 + (index & 1)) << extra)];
}

/** A sound stream of `blocks` blocks. */
export function randomStream(blocks: number, tokens: number, random: () => number): Uint8Array {
  const writer = new BitWriter();
  let written = 0;
  for (let block = 0; block < blocks; block++) {
    const literals = someOf(256, 0, random(), random);
    const matchShare = random();
    const distances = someOf(30, 0, random() < 0.2 ? 0.05 : random(), random);
    const lengths = distances.length === 0 ? [] : someOf(29, 257, random(), random);
    const litlenCode = randomCode([...literals, 256, ...lengths], 286, random);
    const distanceCode = randomCode(distances, 30, random);
    writer.put(block === blocks - 1 ? 1 : 0, 1);
    writer.put(2, 2);
    writer.put(286 - 257, 5);
    writer.put(30 - 1, 5);
    writer.put(19 - 4, 4);
    // The lengths 0 to 15 have codes of four bits, which are their values; nothing is repeated.
    for (const symbol of [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]) {
      writer.put(symbol < 16 ? 4 : 0, 3);
    }
    for (const length of [...litlenCode.lengths, ...distanceCode.lengths]) writer.put(reversed(length, 4), 4);
    const putSymbol = (code: Code, symbol: number): void => {
      writer.put(code.codes[symbol] ?? 0, code.lengths[symbol] ?? 0);
    };
    for (let token = 0; token < tokens; token++) {
      const reachable = distances.filter((index) => distanceOf(index)[1] <= written);
      const length = lengths[Math.floor(random() * lengths.length)];
      const index = reachable[Math.floor(random() * reachable.length)];
      const literal = literals[Math.floor(random() * literals.length)];
      if (length !== undefined && index !== undefined && (literal === undefined || random() < matchShare)) {
        const [lengthBits, lengthBase] = lengthOf(length - 257);
        const lengthExtra = Math.floor(random() * 2 ** lengthBits) % (length === 284 ? 31 : 32);
        putSymbol(litlenCode, length);
        writer.put(lengthExtra, lengthBits);
        const [distanceBits, distanceBase] = distanceOf(index);
        putSymbol(distanceCode, index);
        writer.put(Math.floor(random() * Math.min(2 ** distanceBits, written - distanceBase + 1)), distanceBits);
        written += lengthBase + lengthExtra;
      } else if (literal !== undefined) {
        putSymbol(litlenCode, literal);
        written += 1;
      }
    }
    putSymbol(litlenCode, 256);
  }
  return Uint8Array.from(writer.bytes);
}
