/**
 * A file's result as one run of bytes that is read back without parsing: its arrays are views of the bytes.
 *
 * Layout, little-endian: two words of magic; two words of checksum over everything behind them; format version; length of the
 * whole in bytes; a label of 64 bytes, which says what the bytes are the result of; the length of each section in elements;
 * the sections, each beginning at a multiple of 16 bytes, zeros between them. The first section is JSON: what is no array.
 *
 * Guarantee: what `unpackResult` gives equals what was packed, under the path it is told; bytes that were changed, cut off,
 * written in another version of the format or with another label give nothing, never an exception. The path of the file
 * is not in the bytes.
 */
import type { FileColumns, FileResult } from './columns';
import { decodeUtf8 } from './text';
import type { Texts } from './texts';

/** To be raised with every change of the layout or of `FileColumns`. */
const FORMAT_VERSION = 1;

/** `CTLINEAG` */
const MAGIC = [0x49_4c_54_43, 0x47_41_45_4e] as const;

const Word = { magic: 0, checksum: 2, version: 4, length: 5, label: 6, sections: 22 } as const;
export const LABEL_BYTES = (Word.sections - Word.label) * 4;

/** Views of these bytes are what they are on little-endian machines only. */
export const CAN_PACK = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

type Column = Float64Array | Uint32Array | Uint16Array | Uint8Array;

/** Arrays of a result, and what is no array. */
const SECTIONS = 26;
const HEADER_BYTES = aligned((Word.sections + SECTIONS) * 4);

/** What is no array. */
interface Rest extends Omit<FileResult, 'path' | 'columns'> {
  readonly count: number;
  readonly textIds: readonly (readonly [number, string])[];
  readonly replacing: readonly (readonly [number, string])[];
}

/** Part of the language's host everywhere (Node, browsers, workers), but of no `lib` the engine is compiled with. */
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

const encoder = new TextEncoder();

/** In the order in which `resultIn` reads them. */
function arraysOf(columns: FileColumns): Column[] {
  const texts = ({ bytes, ends, hashes }: Texts): Column[] => [bytes, ends, hashes];
  return [
    columns.time,
    columns.start,
    columns.length,
    columns.eventId,
    columns.requestId,
    columns.caller,
    columns.action,
    columns.sourceAddress,
    columns.userAgent,
    columns.errorCode,
    columns.region,
    columns.recipientAccount,
    columns.vpcEndpoint,
    columns.flags,
    columns.actions,
    ...texts(columns.callers),
    ...texts(columns.strings),
    columns.notable.rows,
    ...texts(columns.notable.records),
  ];
}

/** What the columns come to, packed: nearly all of a result. */
export function columnBytes(columns: FileColumns): number {
  return lengthOf(arraysOf(columns));
}

/** `label`: LABEL_BYTES bytes. `room`: what may be overwritten, and is used when it is large enough. */
export function packResult(
  result: FileResult,
  columns: FileColumns,
  label: Uint8Array,
  room?: ArrayBuffer,
): Uint8Array<ArrayBuffer> {
  const { format, verdict, reason, rejected, rejections, bytes } = result;
  const rest: Rest = {
    ...{ format, verdict, rejected, rejections, bytes, count: columns.count },
    ...(reason === undefined ? {} : { reason }),
    textIds: [...columns.textIds],
    replacing: [...columns.replacing],
  };
  const sections = [encoder.encode(JSON.stringify(rest)), ...arraysOf(columns)];
  const length = lengthOf(sections);
  const packed = new Uint8Array(
    room !== undefined && room.byteLength >= length ? room : new ArrayBuffer(length),
    0,
    length,
  );
  const words = new Uint32Array(packed.buffer, 0, length / 4);
  words.fill(0, 0, HEADER_BYTES / 4);
  words.set(MAGIC, Word.magic);
  words[Word.version] = FORMAT_VERSION;
  words[Word.length] = length;
  packed.set(label, Word.label * 4);
  let at = HEADER_BYTES;
  sections.forEach((section, index) => {
    words[Word.sections + index] = section.length;
    const end = at + section.byteLength;
    packed.set(new Uint8Array(section.buffer, section.byteOffset, section.byteLength), at);
    at += aligned(section.byteLength);
    packed.fill(0, end, at);
  });
  words.set(checksumOf(words), Word.checksum);
  return packed;
}

function lengthOf(sections: readonly Column[]): number {
  return sections.reduce((sum, { byteLength }) => sum + aligned(byteLength), HEADER_BYTES);
}

/** The arrays are views of `packed`, but for those of the notable records, which are kept longer than the others. */
export function unpackResult(packed: ArrayBuffer, path: string, label: Uint8Array): FileResult | undefined {
  const { byteLength } = packed;
  if (byteLength < HEADER_BYTES || byteLength % 16 !== 0) {
    return undefined;
  }
  const words = new Uint32Array(packed);
  const bytes = new Uint8Array(packed);
  if (
    !MAGIC.every((word, index) => words[Word.magic + index] === word) ||
    words[Word.version] !== FORMAT_VERSION ||
    words[Word.length] !== byteLength ||
    !label.every((byte, index) => bytes[Word.label * 4 + index] === byte) ||
    !checksumOf(words).every((word, index) => words[Word.checksum + index] === word)
  ) {
    return undefined;
  }
  try {
    return resultIn(new Sections(packed, words), path);
  } catch {
    // Sound, and yet not ours: lengths that lead out of it, or JSON that is none.
    return undefined;
  }
}

function resultIn(sections: Sections, path: string): FileResult {
  const json = sections.bytes();
  const { count, textIds, replacing, ...told } = JSON.parse(decodeUtf8(json, 0, json.length)) as Rest;
  const columns: FileColumns = {
    count,
    time: sections.doubles(),
    start: sections.doubles(),
    length: sections.words(),
    eventId: sections.words(),
    requestId: sections.words(),
    caller: sections.words(),
    action: sections.words(),
    sourceAddress: sections.words(),
    userAgent: sections.words(),
    errorCode: sections.words(),
    region: sections.words(),
    recipientAccount: sections.words(),
    vpcEndpoint: sections.words(),
    flags: sections.shorts(),
    actions: sections.words(),
    callers: sections.texts(),
    strings: sections.texts(),
    textIds: new Map(textIds),
    replacing: new Map(replacing),
    notable: { rows: sections.words().slice(), records: ownTexts(sections.texts()) },
  };
  return { path, ...told, columns };
}

function ownTexts({ bytes, ends, hashes }: Texts): Texts {
  return { bytes: bytes.slice(), ends: ends.slice(), hashes: hashes.slice() };
}

/** One after the other. */
class Sections {
  private at = HEADER_BYTES;
  private index = Word.sections;

  constructor(
    private readonly packed: ArrayBuffer,
    private readonly header: Uint32Array,
  ) {}

  bytes(): Uint8Array {
    return new Uint8Array(this.packed, ...this.next(1));
  }

  shorts(): Uint16Array {
    return new Uint16Array(this.packed, ...this.next(2));
  }

  words(): Uint32Array {
    return new Uint32Array(this.packed, ...this.next(4));
  }

  doubles(): Float64Array {
    return new Float64Array(this.packed, ...this.next(8));
  }

  texts(): Texts {
    return { bytes: this.bytes(), ends: this.words(), hashes: this.words() };
  }

  /** Where it begins, and how many elements it has. */
  private next(elementBytes: number): readonly [number, number] {
    const length = this.header[this.index++] ?? 0;
    const start = this.at;
    this.at += aligned(length * elementBytes);
    return [start, length];
  }
}

/** Every change of one word changes it, as each step can be undone. */
function checksumOf(words: Uint32Array): readonly [number, number] {
  let a = 1;
  let b = 2;
  let c = 3;
  let d = 4;
  for (let at = Word.version; at < words.length; at += 4) {
    a = Math.imul(a ^ (words[at] ?? 0), 0x9e3779b1);
    b = Math.imul(b ^ (words[at + 1] ?? 0), 0x85ebca6b);
    c = Math.imul(c ^ (words[at + 2] ?? 0), 0xc2b2ae35);
    d = Math.imul(d ^ (words[at + 3] ?? 0), 0x27d4eb2f);
    a ^= a >>> 15;
    b ^= b >>> 15;
    c ^= c >>> 15;
    d ^= d >>> 15;
  }
  return [(a ^ b) >>> 0, (c ^ d) >>> 0];
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}
