/**
 * Records to rows: reads as many ordinary records as follow each other, and writes their columns.
 *
 * Guarantee: a record read here gives the row, and the entries of dictionaries in the order, that
 * src/engine/cloudtrail/event-rows.ts gives it. A record that is not ordinary is left alone: what of it has been put into
 * dictionaries by then, the other puts there first too.
 */
import {
  CLOSE_BRACE,
  closingQuote,
  COLON,
  COMMA,
  escaped,
  isSpace,
  NONE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  skipNested,
  skipSpace,
  validScalar,
  validValue,
} from './scan-json';
import { beginTelling, endTelling, hasRoom, takeTold, tellMember } from './scan-tell';
import {
  added,
  allocate,
  beginTexts,
  CALLER,
  currentFile,
  find,
  firstBytes,
  is,
  isUtf8,
  NAME,
  numberOf,
  RAW,
  setTarget,
  STRING,
  targetOf,
} from './scan-texts';

/** Where the records stand: only elements of a `Records` list cannot be containers themselves. */
const IN_RECORDS = 0;
const AT_ROOT = 2;

// Fields, in the order of FIELD_NAMES in src/engine/cloudtrail/record-walker.ts.
const EVENT_TIME: usize = 0;
const EVENT_SOURCE: usize = 5;
const EVENT_NAME: usize = 6;
const REGION: usize = 7;
const SOURCE_ADDRESS: usize = 8;
const USER_AGENT: usize = 9;
const ERROR_CODE: usize = 10;
const RECIPIENT_ACCOUNT: usize = 11;
const VPC_ENDPOINT: usize = 12;
const EVENT_ID: usize = 13;
const READ_ONLY: usize = 14;
const FROM_CONSOLE: usize = 15;
const EVENT_TYPE: usize = 16;
const EVENT_CATEGORY: usize = 17;
const USER_IDENTITY: usize = 18;
const RESPONSE: usize = 19;
const REQUEST_ID: usize = 21;
const ADDENDUM: usize = 22;
const RECORDS: usize = 23;
/** Members of no interest. */
const OTHER: usize = 31;
const FIELDS = 32;

// Kinds of values, as `ValueKind` in src/engine/cloudtrail/json-bytes.ts.
const ABSENT: u8 = 0;
const PLAIN_STRING: u8 = 1;
const ESCAPED_STRING: u8 = 2;
const NUMBER: u8 = 3;
const TRUE: u8 = 4;
const FALSE: u8 = 5;
const NULL: u8 = 6;
const OBJECT: u8 = 7;
const ARRAY: u8 = 8;

const MAX_SCALAR: usize = 512;
const MAX_FIELD_LENGTH: usize = 4096;
const MAX_IDENTITY: usize = 16 * 1024;

// `EventFlag` in src/engine/cloudtrail/columns.ts.
const FLAG_READ_ONLY: u32 = 1;
const FLAG_FROM_CONSOLE: u32 = 4;
const FLAG_UUID: u32 = 16;
const FLAG_SERVICE_EVENT: u32 = 32;
const FLAG_NETWORK_ACTIVITY: u32 = 64;
const FLAG_DATA_EVENT: u32 = 128;

/** Kind, start and end of the record's fields. */
const kinds: usize = memory.data(FIELDS);
const spans: usize = memory.data(FIELDS * 8);
/** Entry that a column had last. */
const latest: usize = memory.data(FIELDS * 4);

// ---- The names of fields ----------------------------------------------------------------------------------------------

/** A hash table of: length, field, and from byte 16 on 32 bytes of name. A length of 0 is free. */
const NAME_SLOTS: u32 = 128;
const NAME_SIZE: usize = 48;
const MAX_NAME: usize = 32;
const names: usize = memory.data(6144);

function nameHead(at: usize, length: usize): v128 {
  return length < 16 ? firstBytes(at, length) : v128.load(at);
}

function nameRest(at: usize, length: usize): v128 {
  return length > 16 ? (length == 32 ? v128.load(at, 16) : firstBytes(at + 16, length - 16)) : i64x2.splat(0);
}

function nameSlot(head: v128, length: usize): u32 {
  const mixed = <u64>i64x2.extract_lane(head, 0) * 0x9e3779b97f4a7c15;
  return (<u32>(mixed >> 57) + <u32>length) & (NAME_SLOTS - 1);
}

export function defineField(field: u32, at: usize, length: usize): void {
  const head = nameHead(at, length);
  let slot = nameSlot(head, length);
  while (load<u32>(names + <usize>slot * NAME_SIZE) != 0) slot = (slot + 1) & (NAME_SLOTS - 1);
  const entry = names + <usize>slot * NAME_SIZE;
  store<u32>(entry, <u32>length);
  store<u32>(entry, field, 4);
  v128.store(entry, head, 16);
  v128.store(entry, nameRest(at, length), 32);
}

function fieldOf(at: usize, length: usize): usize {
  const entry = length > MAX_NAME ? NONE : knownName(at, length);
  return entry == NONE ? OTHER : load<u32>(entry, 4);
}

/** The entry of a name; NONE where it is no field's. */
function knownName(at: usize, length: usize): usize {
  const head = nameHead(at, length);
  let slot = nameSlot(head, length);
  while (true) {
    const entry = names + <usize>slot * NAME_SIZE;
    const known = load<u32>(entry);
    if (known == 0) return NONE;
    if (known == <u32>length && !v128.any_true(v128.xor(head, v128.load(entry, 16)))) {
      if (!v128.any_true(v128.xor(nameRest(at, length), v128.load(entry, 32)))) return entry;
    }
    slot = (slot + 1) & (NAME_SLOTS - 1);
  }
}

/** Entries of `names` of the members that a notable record tells, in the order in which it does. */
const toldNames: usize = memory.data(16 * 4);
let toldCount: u32 = 0;

/** A notable record tells the member of this name, behind those named before. The name must be a field's. */
export function tellField(at: usize, length: usize): void {
  store<u32>(toldNames + ((<usize>toldCount) << 2), <u32>knownName(at, length));
  toldCount++;
}

// ---- Actions ----------------------------------------------------------------------------------------------------------

/** An action: what it is (bits below), the file that 8 and 12 are of, its number there, the next action of the file. */
const ACTION_NOTABLE: u32 = 1;
const ACTION_SIGN_IN: u32 = 2;

/** A hash table of the entries of a source and a name, and their action. */
const PAIR_SLOTS: u32 = 4096;
const pairs: usize = memory.data(4096 * 12);
let pairCount: u32 = 0;

let actionCount: u32 = 0;
let firstAction: usize = NONE;
let lastAction: usize = NONE;

export function defineAction(bits: u32): usize {
  const action = allocate(16);
  store<u32>(action, bits);
  return action;
}

function pairSlot(source: usize, name: usize): usize {
  let slot = ((<u32>source * 0x9e3779b1) ^ (<u32>name * 0x85ebca77)) >>> 20;
  while (true) {
    const pair = pairs + <usize>slot * 12;
    const known = <usize>load<u32>(pair);
    if (known == NONE || (known == source && <usize>load<u32>(pair, 4) == name)) return pair;
    slot = (slot + 1) & (PAIR_SLOTS - 1);
  }
}

/** Records with these bytes as source and name have this action from now on. */
export function definePair(source: usize, sourceLength: usize, name: usize, nameLength: usize, action: usize): void {
  if (pairCount * 2 >= PAIR_SLOTS) return;
  const sourceEntry = find(NAME, source, sourceLength);
  const nameEntry = find(NAME, name, nameLength);
  if (sourceEntry == NONE || nameEntry == NONE) return;
  const pair = pairSlot(sourceEntry, nameEntry);
  if (load<u32>(pair) == 0) pairCount++;
  store<u32>(pair, <u32>sourceEntry);
  store<u32>(pair, <u32>nameEntry, 4);
  store<u32>(pair, <u32>action, 8);
}

/** The number of the action in the file being read. */
export function actionNumber(action: usize): u32 {
  const file = currentFile();
  if (load<u32>(action, 4) == file) return load<u32>(action, 8);
  store<u32>(action, file, 4);
  store<u32>(action, actionCount, 8);
  store<u32>(action, 0, 12);
  if (lastAction == NONE) firstAction = action;
  else store<u32>(lastAction, <u32>action, 12);
  lastAction = action;
  return actionCount++;
}

/** The file's first action; the others follow by their fourth words. */
export function actionList(): usize {
  return firstAction;
}

// ---- Columns ----------------------------------------------------------------------------------------------------------

const ROWS: u32 = 8192;
const times: usize = memory.data(8192 * 8);
const starts: usize = memory.data(8192 * 8);
const lengths: usize = memory.data(8192 * 4);
const eventIds: usize = memory.data(8192 * 16);
const requestIds: usize = memory.data(8192 * 8);
const callers: usize = memory.data(8192 * 4);
const actions: usize = memory.data(8192 * 4);
const sourceAddresses: usize = memory.data(8192 * 4);
const userAgents: usize = memory.data(8192 * 4);
const errorCodes: usize = memory.data(8192 * 4);
const regions: usize = memory.data(8192 * 4);
const recipientAccounts: usize = memory.data(8192 * 4);
const vpcEndpoints: usize = memory.data(8192 * 4);
const flagBits: usize = memory.data(8192 * 2);
/** Rows whose action is notable. */
const notableRows: usize = memory.data(8192 * 4);
/** Lengths of what they tell, one after the other in the texts of scan-tell.ts; 0 where the text is made elsewhere. */
const notableLengths: usize = memory.data(8192 * 4);
const columns: usize = memory.data(16 * 4);

let rowCount: u32 = 0;
let notableCount: u32 = 0;

/** Addresses of the columns, in the order above. */
export function columnTable(): usize {
  store<u32>(columns, <u32>times, 0);
  store<u32>(columns, <u32>starts, 4);
  store<u32>(columns, <u32>lengths, 8);
  store<u32>(columns, <u32>eventIds, 12);
  store<u32>(columns, <u32>requestIds, 16);
  store<u32>(columns, <u32>callers, 20);
  store<u32>(columns, <u32>actions, 24);
  store<u32>(columns, <u32>sourceAddresses, 28);
  store<u32>(columns, <u32>userAgents, 32);
  store<u32>(columns, <u32>errorCodes, 36);
  store<u32>(columns, <u32>regions, 40);
  store<u32>(columns, <u32>recipientAccounts, 44);
  store<u32>(columns, <u32>vpcEndpoints, 48);
  store<u32>(columns, <u32>flagBits, 52);
  store<u32>(columns, <u32>notableRows, 56);
  store<u32>(columns, <u32>notableLengths, 60);
  return columns;
}

export function rowsRead(): u32 {
  return rowCount;
}

export function notableRead(): u32 {
  return notableCount;
}

/** Entries of the empty text and of the caller of records that name none: what else is in the table does not hide them. */
let emptyEntry: usize = NONE;
let absentEntry: usize = NONE;

export function emptyText(): usize {
  return emptyEntry;
}

/** The number of the caller of records that name none. */
export function absentCaller(): u32 {
  return numberOf(absentEntry);
}

/** Begins a file; true when nothing is known any more of the actions and texts of earlier ones. */
export function beginFile(): bool {
  const forgotten = beginTexts();
  if (forgotten) {
    memory.fill(pairs, 0, PAIR_SLOTS * 12);
    pairCount = 0;
    memory.fill(latest, 0, FIELDS * 4);
    emptyEntry = find(STRING, 0, 0);
    absentEntry = find(CALLER, 0, 0);
  }
  actionCount = 0;
  firstAction = NONE;
  lastAction = NONE;
  takeRows();
  // The empty text is the first of its dictionary.
  numberOf(emptyEntry);
  return forgotten;
}

/** The rows have been taken over. */
export function takeRows(): void {
  rowCount = 0;
  notableCount = 0;
  takeTold();
}

// ---- One record -------------------------------------------------------------------------------------------------------

function kindOf(field: usize): u8 {
  return load<u8>(kinds + field);
}

function startOf(field: usize): usize {
  return load<u32>(spans + (field << 3));
}

function endOf(field: usize): usize {
  return load<u32>(spans + (field << 3), 4);
}

/** Finds the members of the object at `start`; gives what is behind it. */
function walk(start: usize, end: usize, mode: i32): usize {
  v128.store(kinds, i64x2.splat(0));
  v128.store(kinds, i64x2.splat(0), 16);
  let at = skipSpace(start + 1, end);
  while (at < end) {
    if (load<u8>(at) != QUOTE) return NONE;
    const name = at + 1;
    at = closingQuote(name, end);
    if (at == NONE || escaped) return NONE;
    const field = fieldOf(name, at - name);
    at++;
    if (load<u8>(at) != COLON) at = skipSpace(at, end);
    if (load<u8>(at) != COLON) return NONE;
    at++;
    if (isSpace(load<u8>(at))) at = skipSpace(at, end);
    if (at >= end) return NONE;
    const value = at;
    const byte = load<u8>(at);
    let kind: u8;
    if (byte == QUOTE) {
      at = closingQuote(at + 1, end);
      if (at == NONE) return NONE;
      at++;
      kind = escaped ? ESCAPED_STRING : PLAIN_STRING;
    } else if (byte == OPEN_BRACE || byte == OPEN_BRACKET) {
      if (byte == OPEN_BRACKET && field == RECORDS && mode != IN_RECORDS) return NONE;
      at = skipNested(at, end);
      if (at == NONE) return NONE;
      kind = byte == OPEN_BRACE ? OBJECT : ARRAY;
    } else {
      at = validScalar(at, end);
      if (at == NONE || at - value > MAX_SCALAR) return NONE;
      kind = byte == 0x74 ? TRUE : byte == 0x66 ? FALSE : byte == 0x6e ? NULL : NUMBER;
    }
    store<u8>(kinds + field, kind);
    store<u32>(spans + (field << 3), <u32>value);
    store<u32>(spans + (field << 3), <u32>at, 4);
    if (isSpace(load<u8>(at))) at = skipSpace(at, end);
    if (at >= end) return NONE;
    const behind = load<u8>(at++);
    if (behind == CLOSE_BRACE) return at;
    if (behind != COMMA) return NONE;
    if (load<u8>(at) != QUOTE) at = skipSpace(at, end);
  }
  return NONE;
}

const DAY: i64 = 86400000;
/** The day read last, and when it begins. */
let dayHead: u64 = 0;
let dayTail: u32 = 0;
let dayStart: i64 = 0;

/** Two digits, or -1. */
function two(at: usize): i32 {
  const tens = <i32>load<u8>(at) - 0x30;
  const ones = <i32>load<u8>(at, 1) - 0x30;
  return <u32>tens > 9 || <u32>ones > 9 ? -1 : tens * 10 + ones;
}

function readDay(at: usize): bool {
  const century = two(at);
  const years = two(at + 2);
  const month = two(at + 5);
  const day = two(at + 8);
  if (century < 0 || years < 0 || month < 1 || month > 12 || day < 1) return false;
  if (load<u8>(at, 4) != 0x2d || load<u8>(at, 7) != 0x2d) return false;
  const year = century * 100 + years;
  if (year < 1970) return false;
  const leap = (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0);
  // Bits of the months with 31 days, the first being January.
  const longest = month == 2 ? (leap ? 29 : 28) : ((0xad5 >>> (month - 1)) & 1) == 1 ? 31 : 30;
  if (day > longest) return false;
  // Years that begin in March: the day that leap years add is their last.
  const shifted = month <= 2 ? year - 1 : year;
  const era = shifted / 400;
  const yearOfEra = shifted - era * 400;
  const dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  dayStart = <i64>(era * 146097 + dayOfEra - 719468) * DAY;
  dayHead = load<u64>(at);
  dayTail = load<u16>(at, 8);
  return true;
}

/** `2023-07-10T12:00:00Z` in milliseconds; -1 for anything else. */
function readTime(): i64 {
  const at = startOf(EVENT_TIME) + 1;
  if (kindOf(EVENT_TIME) != PLAIN_STRING || endOf(EVENT_TIME) - at != 21) return -1;
  if (load<u8>(at, 10) != 0x54 || load<u8>(at, 13) != 0x3a || load<u8>(at, 16) != 0x3a || load<u8>(at, 19) != 0x5a) {
    return -1;
  }
  const hour = two(at + 11);
  const minute = two(at + 14);
  const second = two(at + 17);
  if (<u32>hour > 23 || <u32>minute > 59 || <u32>second > 59) return -1;
  if ((load<u64>(at) != dayHead || load<u16>(at, 8) != dayTail) && !readDay(at)) return -1;
  return dayStart + <i64>((hour * 3600 + minute * 60 + second) * 1000);
}

/** True for `"true"` however it is capitalised. */
function saysTrue(field: usize): bool {
  const at = startOf(field);
  return endOf(field) - at == 6 && (load<u32>(at, 1) | 0x20202020) == 0x65757274;
}

/** The field is the string of these bytes, 16 or fewer, padded with zeros. */
function says(field: usize, head: u64, rest: u64, length: usize): bool {
  const at = startOf(field) + 1;
  if (endOf(field) - 1 - at != length) return false;
  const text = firstBytes(at, length);
  return <u64>i64x2.extract_lane(text, 0) == head && <u64>i64x2.extract_lane(text, 1) == rest;
}

/** `AwsServ`, `iceEvent` and the like, as words. */
const AWS_SERVI: u64 = 0x6976726553737741;
const CE_EVENT: u64 = 0x00746e6576456563;
const AWS_VPCEE: u64 = 0x4565637056737741;
const VENT: u64 = 0x00000000746e6576;
const NETWORK: u64 = 0x416b726f7774654e;
const ACTIVITY: u64 = 0x0079746976697463;
const DATA: u64 = 0x0000000061746144;
const INSIGHT: u64 = 0x0074686769736e49;

/** Flags of the fields whose few values mean something; -1 for records with others than plain ones, and for insights. */
function readFlags(): i32 {
  let flags: u32 = 0;
  const readOnly = kindOf(READ_ONLY);
  if (readOnly == TRUE || (readOnly == PLAIN_STRING && saysTrue(READ_ONLY))) flags |= FLAG_READ_ONLY;
  const fromConsole = kindOf(FROM_CONSOLE);
  if (fromConsole == TRUE || (fromConsole == PLAIN_STRING && saysTrue(FROM_CONSOLE))) flags |= FLAG_FROM_CONSOLE;
  const type = kindOf(EVENT_TYPE);
  if (type == PLAIN_STRING) {
    if (says(EVENT_TYPE, AWS_SERVI, CE_EVENT, 15)) flags |= FLAG_SERVICE_EVENT;
    else if (says(EVENT_TYPE, AWS_VPCEE, VENT, 12)) flags |= FLAG_NETWORK_ACTIVITY;
    // `AwsCloudTrailInsight` is the only other one that means something.
    else if (endOf(EVENT_TYPE) - startOf(EVENT_TYPE) == 22) return -1;
  }
  const category = kindOf(EVENT_CATEGORY);
  if (category == PLAIN_STRING) {
    if (says(EVENT_CATEGORY, NETWORK, ACTIVITY, 15)) flags |= FLAG_NETWORK_ACTIVITY;
    else if (says(EVENT_CATEGORY, DATA, 0, 4)) flags |= FLAG_DATA_EVENT;
    else if (says(EVENT_CATEGORY, INSIGHT, 0, 7)) return -1;
  }
  const odd =
    readOnly == ESCAPED_STRING || fromConsole == ESCAPED_STRING || type == ESCAPED_STRING || category == ESCAPED_STRING;
  return odd ? -1 : <i32>flags;
}

function readAction(): usize {
  const source = nameEntry(EVENT_SOURCE);
  if (source == NONE) return NONE;
  const name = nameEntry(EVENT_NAME);
  if (name == NONE) return NONE;
  return <usize>load<u32>(pairSlot(source, name), 8);
}

function nameEntry(field: usize): usize {
  if (kindOf(field) != PLAIN_STRING) return NONE;
  const at = startOf(field) + 1;
  const length = endOf(field) - 1 - at;
  if (length == 0 || length > MAX_FIELD_LENGTH) return NONE;
  return guessed(NAME, field, at, length);
}

/** The entry of these bytes: first compared with the one that the column had last. */
function guessed(kind: u32, field: usize, at: usize, length: usize): usize {
  const guess = <usize>load<u32>(latest + (field << 2));
  if (guess != NONE && load<u32>(guess, 20) == kind && is(guess, at, length)) {
    isNew = false;
    return guess;
  }
  const entry = find(kind, at, length);
  isNew = added;
  if (entry != NONE) store<u32>(latest + (field << 2), <u32>entry);
  return entry;
}

/** `guessed` has made a new entry. */
let isNew: bool = false;

/** The number of the caller; -1 when the other way must be gone. */
function readCaller(end: usize): i32 {
  const kind = kindOf(USER_IDENTITY);
  if (kind == PLAIN_STRING || kind == ESCAPED_STRING) return -1;
  if (kind != OBJECT) return <i32>absentCaller();
  const at = startOf(USER_IDENTITY);
  const length = endOf(USER_IDENTITY) - at;
  if (length > MAX_IDENTITY) return -1;
  const entry = guessed(CALLER, USER_IDENTITY, at, length);
  if (entry == NONE) return -1;
  if (isNew && validValue(at, end) == NONE) setTarget(entry, NONE);
  return targetOf(entry) == NONE ? -1 : <i32>numberOf(entry);
}

/** The number of the field's text, 0 where it has none; -1 when the other way must be gone. */
function readString(field: usize): i32 {
  const kind = kindOf(field);
  if (kind != PLAIN_STRING && kind != ESCAPED_STRING) return 0;
  const at = startOf(field) + 1;
  const length = endOf(field) - 1 - at;
  if (length == 0 || (length == 1 && load<u8>(at) == 0x2d)) return 0;
  if (length > MAX_FIELD_LENGTH) return -1;
  const raw = kind == ESCAPED_STRING;
  const entry = guessed(raw ? RAW : STRING, field, at, length);
  if (entry == NONE) return -1;
  if (isNew && (raw || !isUtf8(at, length))) setTarget(entry, NONE);
  const target = targetOf(entry);
  return target == NONE ? -1 : <i32>numberOf(target);
}

/** Writes the four words of a UUID in lower case; false for any other id. */
function readEventId(row: usize): bool {
  const at = startOf(EVENT_ID) + 1;
  if (kindOf(EVENT_ID) != PLAIN_STRING || endOf(EVENT_ID) - at != 37) return false;
  if (load<u8>(at, 8) != 0x2d || load<u8>(at, 13) != 0x2d) return false;
  if (load<u8>(at, 18) != 0x2d || load<u8>(at, 23) != 0x2d) return false;
  const a = v128.load(at);
  const b = v128.load(at, 16);
  const c = v128.load(at, 20);
  const low = v128.shuffle<u8>(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 14, 15, 16, 17);
  const high = v128.shuffle<u8>(b, c, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 28, 29, 30, 31);
  if (!i8x16.all_true(v128.and(hexDigits(low), hexDigits(high)))) return false;
  const bytes = i8x16.narrow_i16x8_u(pairsOf(nibbles(low)), pairsOf(nibbles(high)));
  // All zeros is a mask, not an id.
  if (!v128.any_true(bytes)) return false;
  v128.store(
    eventIds + (row << 4),
    v128.shuffle<u8>(bytes, bytes, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12),
  );
  return true;
}

function hexDigits(text: v128): v128 {
  return v128.or(
    i8x16.lt_u(i8x16.sub(text, i8x16.splat(0x30)), i8x16.splat(10)),
    i8x16.lt_u(i8x16.sub(text, i8x16.splat(0x61)), i8x16.splat(6)),
  );
}

function nibbles(text: v128): v128 {
  const letters = i8x16.gt_u(text, i8x16.splat(0x39));
  return i8x16.add(v128.and(text, i8x16.splat(15)), v128.and(letters, i8x16.splat(9)));
}

/** Two nibbles to a byte, in the lower half of each 16-bit lane. */
function pairsOf(digits: v128): v128 {
  return v128.and(v128.or(i16x8.shl(digits, 4), i16x8.shr_u(digits, 8)), i16x8.splat(0xff));
}

/** Writes the fingerprint of the requestID, as event-id.ts has it; false when it might be a mask, or has escapes. */
function readRequestId(row: usize): bool {
  const kind = kindOf(REQUEST_ID);
  const words = requestIds + (row << 3);
  store<u64>(words, 0);
  if (kind == ESCAPED_STRING) return false;
  if (kind != PLAIN_STRING) return true;
  const at = startOf(REQUEST_ID) + 1;
  const end = endOf(REQUEST_ID) - 1;
  if (at == end) return true;
  if (mayBeMask(at, end)) return false;
  let a: u32 = 0x811c9dc5;
  let b: u32 = 0x9e3779b9;
  for (let byte = at; byte < end; byte++) {
    const value = <u32>load<u8>(byte);
    a = (a ^ value) * 0x01000193;
    b = ((b ^ value) * 0x85ebca6b) ^ (b >>> 15);
  }
  store<u32>(words, a);
  store<u32>(words, b | 1, 4);
  return true;
}

/** Masks repeat one character, or are a word of one of four lengths. */
function mayBeMask(at: usize, end: usize): bool {
  const first = load<u8>(at);
  const length = end - at;
  const letter = first | 0x20;
  if ((length == 4 || length == 8 || length == 30) && (letter == 0x6e || letter == 0x72 || letter == 0x68)) return true;
  if (length > 1 && first != load<u8>(at, 1)) return false;
  for (let byte = at; byte < end; byte++) {
    const value = load<u8>(byte);
    if ((value | 0x20) != 0x78 && value != 0x30 && value != 0x2a && value != 0x23 && value != 0x2d) return false;
  }
  return true;
}

/** The record was not read because those before it are to be taken over first. */
let isFull: bool = false;

/** Writes what the record tells; gives the length, 0 when another must. */
function tell(end: usize): u32 {
  beginTelling(end);
  for (let index: u32 = 0; index < toldCount; index++) {
    const name = <usize>load<u32>(toldNames + ((<usize>index) << 2));
    const field = <usize>load<u32>(name, 4);
    if (kindOf(field) == ABSENT) continue;
    if (!tellMember(name + 16, load<u32>(name), startOf(field), field == RESPONSE)) return 0;
  }
  return endTelling();
}

/** Writes the row of the record that `walk` has been through; false when it is not an ordinary one, or there is no room. */
function writeRow(start: usize, end: usize, origin: f64): bool {
  const row = <usize>rowCount;
  const time = readTime();
  if (time < 0) return false;
  const flags = readFlags();
  if (flags < 0) return false;
  const action = readAction();
  if (action == NONE || kindOf(ADDENDUM) == OBJECT) return false;
  const bits = load<u32>(action);
  if ((bits & ACTION_SIGN_IN) != 0) {
    const response = kindOf(RESPONSE);
    if (response == OBJECT || response == PLAIN_STRING || response == ESCAPED_STRING) return false;
  }
  const notable = (bits & ACTION_NOTABLE) != 0;
  if (notable) {
    isFull = notableCount != 0 && !hasRoom(end - start);
    if (isFull || validValue(start, end) == NONE) return false;
  }
  if (!readEventId(row) || !readRequestId(row)) return false;
  const number = actionNumber(action);
  const caller = readCaller(end);
  if (caller < 0) return false;
  const errorCode = readString(ERROR_CODE);
  if (errorCode < 0) return false;
  const sourceAddress = readString(SOURCE_ADDRESS);
  if (sourceAddress < 0) return false;
  const userAgent = readString(USER_AGENT);
  if (userAgent < 0) return false;
  const region = readString(REGION);
  if (region < 0) return false;
  if (kindOf(RECIPIENT_ACCOUNT) == NUMBER) return false;
  const recipientAccount = readString(RECIPIENT_ACCOUNT);
  if (recipientAccount < 0) return false;
  const vpcEndpoint = readString(VPC_ENDPOINT);
  if (vpcEndpoint < 0) return false;

  store<f64>(times + (row << 3), <f64>time);
  store<f64>(starts + (row << 3), origin + <f64>start);
  store<u32>(lengths + (row << 2), <u32>(end - start));
  store<u32>(callers + (row << 2), caller);
  store<u32>(actions + (row << 2), number);
  store<u32>(sourceAddresses + (row << 2), sourceAddress);
  store<u32>(userAgents + (row << 2), userAgent);
  store<u32>(errorCodes + (row << 2), errorCode);
  store<u32>(regions + (row << 2), region);
  store<u32>(recipientAccounts + (row << 2), recipientAccount);
  store<u32>(vpcEndpoints + (row << 2), vpcEndpoint);
  store<u16>(flagBits + (row << 1), <u16>((<u32>flags) | FLAG_UUID));
  if (notable) {
    store<u32>(notableRows + ((<usize>notableCount) << 2), <u32>row);
    store<u32>(notableLengths + ((<usize>notableCount) << 2), hasRoom(end - start) ? tell(end) : 0);
    notableCount++;
  }
  rowCount++;
  return true;
}

/** The record that the last `scanRecords` would not read; NONE when it stopped for another reason. */
let refused: usize = NONE;

export function refusedAt(): usize {
  return refused;
}

/**
 * Reads records from the opening brace at `from` on, with what stands between them; gives the position behind the last one
 * that it has read, `from` where it has read none. `origin` is the offset in the file of address 0.
 */
export function scanRecords(from: usize, end: usize, mode: i32, maxRecord: usize, origin: f64): usize {
  let start = from;
  let behind = from;
  refused = NONE;
  isFull = false;
  while (rowCount < ROWS) {
    const next = walk(start, end, mode);
    if (next == NONE || next - start > maxRecord || !writeRow(start, next, origin)) {
      if (!isFull) refused = start;
      break;
    }
    behind = next;
    start = skipSpace(next, end);
    if (mode != AT_ROOT) {
      if (start >= end || load<u8>(start) != COMMA) break;
      start = skipSpace(start + 1, end);
    }
    if (start >= end || load<u8>(start) != OPEN_BRACE) break;
  }
  return behind;
}
