/**
 * The WebAssembly module's scanner (src/wasm) as the engine sees it: reads runs of ordinary records from its own memory, and
 * keeps the texts of all files it reads, numbered anew for each.
 *
 * Guarantee: a file's rows and dictionaries are those that `FileTexts` and `EventRows` give without it, whatever files were
 * read before. Whoever makes the instance hands in its exports: nothing is loaded here. Arrays that view its memory are
 * valid until the memory grows, which happens in `scan` and in `prepare` only while a record is read.
 */
import type { Action, FileColumns } from './columns';
import type { ColumnBuffers } from './column-buffers';
import { FIELD_NAMES } from './record-walker';
import { isJson, type KnownAction, MAX_IDENTITY, type RowTexts, whatIs } from './row-texts';
import { unescapeString } from './string-dictionary';
import { kept } from './telling-record';
import { cutText, decodeUtf8, MAX_FIELD_LENGTH } from './text';
import { bytesOfText, type Texts } from './texts';

/** What the module exports; addresses are bytes from the start of its memory, 0 is none. */
export interface ScanExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly inputStart: () => number;
  readonly inputCapacity: () => number;
  readonly defineField: (field: number, at: number, length: number) => void;
  readonly tellField: (at: number, length: number) => void;
  readonly toldStart: () => number;
  readonly columnTable: () => number;
  readonly beginFile: () => number;
  readonly emptyText: () => number;
  readonly absentCaller: () => number;
  readonly scanRecords: (from: number, end: number, place: number, maxRecord: number, origin: number) => number;
  readonly refusedAt: () => number;
  readonly rowsRead: () => number;
  readonly notableRead: () => number;
  readonly takeRows: () => void;
  readonly defineAction: (bits: number) => number;
  readonly definePair: (source: number, sourceLength: number, name: number, nameLength: number, action: number) => void;
  readonly actionNumber: (action: number) => number;
  readonly actionList: () => number;
  readonly find: (kind: number, at: number, length: number) => number;
  readonly create: (kind: number, at: number, length: number, hash: number) => number;
  readonly hashBytes: (at: number, length: number) => number;
  readonly setTarget: (entry: number, target: number) => void;
  readonly numberOf: (entry: number) => number;
  readonly dictionarySize: (kind: number) => number;
  readonly dictionaryBytes: (kind: number) => number;
  readonly packDictionary: (kind: number) => number;
  readonly arenaTop: () => number;
  readonly prepare: (bytes: number) => void;
  readonly reserve: (bytes: number) => void;
}

/** Where records stand: in a `Records` list, in another one, or at the root, with blanks only between them. */
export const ScanPlace = { records: 0, list: 1, root: 2 } as const;

const Kind = { string: 0, caller: 1, raw: 3 } as const;
const ActionBit = { notable: 1, signIn: 2 } as const;

/** Bytes read behind the end of what is scanned, so that they must be in the memory. */
const PADDING = 256;

interface StoredAction {
  readonly address: number;
  readonly action: Action;
  readonly notable: boolean;
  readonly signIn: boolean;
  /** Entries of its two names, once a file has asked for their numbers. */
  names: readonly [number, number] | undefined;
}

export class ScanKernel implements RowTexts {
  /** Where decompressed bytes go. */
  readonly inputStart: number;
  readonly inputCapacity: number;
  /** Room that the next file may need: what the last one did. */
  usual = { rows: 256, notableBytes: 1024 };
  private readonly columns: number;
  /** Where what notable records tell begins. */
  private readonly told: number;
  private view = new Uint8Array(0);
  private wordView = new Uint32Array(0);
  private readonly actions = new Map<string, StoredAction>();
  private readonly actionsByAddress = new Map<number, StoredAction>();
  /** Entries of texts that the module could not find a place for in its table. */
  private readonly overflow = new Map<string, number>();

  constructor(private readonly module: ScanExports) {
    this.inputStart = module.inputStart() >>> 0;
    this.inputCapacity = module.inputCapacity() >>> 0;
    const fields: readonly string[] = FIELD_NAMES;
    const others = kept.filter((name) => !fields.includes(name));
    [...fields, ...others].forEach((name, field) => {
      module.defineField(field, this.placeName(name), name.length);
    });
    for (const name of kept) module.tellField(this.placeName(name), name.length);
    this.columns = module.columnTable() >>> 0;
    this.told = module.toldStart() >>> 0;
  }

  private placeName(name: string): number {
    for (let i = 0; i < name.length; i += 1) this.bytes[this.inputStart + i] = name.charCodeAt(i);
    return this.inputStart;
  }

  /** The module's memory as it is now. */
  get bytes(): Uint8Array {
    const { buffer } = this.module.memory;
    if (this.view.buffer !== buffer) {
      this.view = new Uint8Array(buffer);
      this.wordView = new Uint32Array(buffer);
    }
    return this.view;
  }

  private get words(): Uint32Array {
    return this.bytes.length === 0 ? new Uint32Array(0) : this.wordView;
  }

  /** True when these bytes can be scanned where they are. */
  owns(bytes: Uint8Array): boolean {
    return (
      bytes.buffer === this.module.memory.buffer && bytes.byteOffset + bytes.length + PADDING <= bytes.buffer.byteLength
    );
  }

  beginFile(): void {
    if (this.module.beginFile() === 0) return;
    this.actions.clear();
    this.actionsByAddress.clear();
    this.overflow.clear();
  }

  /**
   * Reads records from the opening brace at address `from` on; gives the address behind the last one read, `from` where
   * the first is not an ordinary one. `origin` is the offset in the file of address 0.
   */
  scan(from: number, end: number, place: number, maxRecord: number, origin: number): number {
    return this.module.scanRecords(from, end, place, maxRecord, origin) >>> 0;
  }

  /** The record that the last `scan` left to others; 0 when it stopped for another reason. */
  get refusedAt(): number {
    return this.module.refusedAt() >>> 0;
  }

  /**
   * Moves the rows read to where the others are; `notable` is told those of them that are notable, by row there, with the
   * place of what they tell in `bytes`: an empty one where the module leaves that to others.
   */
  takeRows(rows: ColumnBuffers, notable: (row: number, start: number, end: number) => void): void {
    const count = this.module.rowsRead();
    if (count === 0) return;
    const { words } = this;
    const table = words.subarray(this.columns >>> 2, (this.columns >>> 2) + 16);
    const first = rows.count;
    rows.addRows(this.module.memory.buffer, table, count);
    const rowsAt = (table[14] ?? 0) >>> 2;
    const lengthsAt = (table[15] ?? 0) >>> 2;
    let at = this.told;
    for (let i = 0; i < this.module.notableRead(); i += 1) {
      const end = at + (words[lengthsAt + i] ?? 0);
      notable(first + (words[rowsAt + i] ?? 0), at, end);
      at = end;
    }
    this.module.takeRows();
  }

  /** Sees to it that what is added of a record so long does not make the memory grow. */
  prepare(recordLength: number): void {
    // Escapes only shrink, but a byte that is no character becomes three; and a few texts have heads of their own.
    this.module.prepare(recordLength * 4 + 0x100000);
  }

  addString(bytes: Uint8Array, start: number, end: number, escaped: boolean): number | undefined {
    if (start === end) return 0;
    const text = escaped ? unescapeString(bytes, start, end) : decodeUtf8(bytes, start, end);
    if (text === undefined) return undefined;
    const entry = this.entryOfText(text);
    if (end - start <= MAX_FIELD_LENGTH) {
      // From now on the module knows itself what these bytes stand for.
      const raw = this.find(escaped ? Kind.raw : Kind.string, bytes.subarray(start, end));
      if (raw !== 0) this.module.setTarget(raw, entry);
    }
    return this.module.numberOf(entry);
  }

  addText(text: string): number {
    return this.module.numberOf(this.entryOfText(text));
  }

  private entryOfText(text: string): number {
    const cut = text === '-' ? '' : cutText(text, MAX_FIELD_LENGTH);
    if (cut === '') return this.module.emptyText() >>> 0;
    const bytes = bytesOfText(cut);
    const found = this.find(Kind.string, bytes);
    if (found !== 0) return found;
    const known = this.overflow.get(cut);
    if (known !== undefined) return known;
    const entry = this.create(Kind.string, bytes);
    this.overflow.set(cut, entry);
    return entry;
  }

  addCaller(bytes: Uint8Array, start: number, end: number): number | undefined {
    if (!isJson(bytes, start, end)) return undefined;
    const identity = bytes.subarray(start, end);
    const found = end - start <= MAX_IDENTITY ? this.find(Kind.caller, identity) : 0;
    return this.module.numberOf(found === 0 ? this.create(Kind.caller, identity) : found);
  }

  absentCaller(): number {
    return this.module.absentCaller();
  }

  private find(kind: number, bytes: Uint8Array): number {
    return this.module.find(kind, this.place(bytes), bytes.length) >>> 0;
  }

  private create(kind: number, bytes: Uint8Array): number {
    const at = this.place(bytes);
    return this.module.create(kind, at, bytes.length, this.module.hashBytes(at, bytes.length)) >>> 0;
  }

  /** The address of these bytes: their own, or that of a copy behind everything, which the next entry may overwrite. */
  private place(bytes: Uint8Array): number {
    if (this.owns(bytes)) return bytes.byteOffset;
    // The entry that is made of the copy goes to the place before it, and may reach into it only where it is already read.
    const at = (this.module.arenaTop() >>> 0) + bytes.length + 4096;
    this.module.reserve(2 * bytes.length + 8192);
    this.bytes.set(bytes, at);
    return at;
  }

  actionOf(action: Action): KnownAction {
    const key = `${action.eventSource}\n${action.eventName}`;
    let stored = this.actions.get(key);
    if (stored === undefined) {
      const { notable, signIn } = whatIs(action);
      const bits = (notable ? ActionBit.notable : 0) | (signIn ? ActionBit.signIn : 0);
      stored = { address: this.module.defineAction(bits) >>> 0, action, notable, signIn, names: undefined };
      this.actions.set(key, stored);
      this.actionsByAddress.set(stored.address, stored);
    }
    return { ...stored, index: this.module.actionNumber(stored.address) };
  }

  learnAction(
    bytes: Uint8Array,
    source: readonly [number, number],
    name: readonly [number, number],
    action: KnownAction,
  ): void {
    if (!('address' in action) || typeof action.address !== 'number' || !this.owns(bytes)) return;
    const from = bytes.byteOffset;
    this.module.definePair(from + source[0], source[1] - source[0], from + name[0], name[1] - name[0], action.address);
  }

  finish(): Pick<FileColumns, 'callers' | 'actions' | 'strings'> {
    const actions: number[] = [];
    for (let at = this.module.actionList() >>> 0; at !== 0; at = this.words[(at >>> 2) + 3] ?? 0) {
      const stored = this.actionsByAddress.get(at);
      if (stored === undefined) continue;
      const { eventSource, eventName } = stored.action;
      stored.names ??= [this.entryOfText(eventSource), this.entryOfText(eventName)];
      actions.push(this.module.numberOf(stored.names[0]), this.module.numberOf(stored.names[1]));
    }
    return { callers: this.pack(Kind.caller), actions: Uint32Array.from(actions), strings: this.pack(Kind.string) };
  }

  private pack(kind: number): Texts {
    const size = this.module.dictionarySize(kind);
    const length = this.module.dictionaryBytes(kind) >>> 0;
    const at = this.module.packDictionary(kind) >>> 0;
    // As the module has them: bytes, their ends, their hashes. One copy of all, which all three are views of.
    const ends = (length + 3) & ~3;
    const { buffer } = this.bytes.slice(at, at + ends + 8 * size);
    return {
      bytes: new Uint8Array(buffer, 0, length),
      ends: new Uint32Array(buffer, ends, size),
      hashes: new Uint32Array(buffer, ends + 4 * size, size),
    };
  }
}
