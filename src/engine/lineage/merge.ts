/**
 * Many files' columns into one event table: dictionaries unified, duplicates dropped and counted, rows sorted.
 *
 * Guarantee: the table depends on the set of events alone, not on the order in which files are given; the same event in
 * several files is kept from the file whose path sorts first. Two events are the same when event id and recipient account
 * (the caller's account where the record names no recipient) are equal: `sharedEventID` twins differ in event id and stay.
 * Cost: linear in events but for one sort.
 */
import type { Action, FileColumns, FileResult, JsonObject } from '../cloudtrail/columns';
import type { Caller } from '../cloudtrail/caller';
import { compareText } from '../cloudtrail/text';
import type { EventTable, ModelFile } from './model';

/** A dictionary shared by all files: the value's index by its key. */
class Dictionary<T> {
  readonly values: T[] = [];
  private readonly indexes = new Map<string, number>();

  /** Index of the value, which is added when its key is new. */
  intern(key: string, value: T): number {
    const known = this.indexes.get(key);
    if (known !== undefined) {
      return known;
    }
    const index = this.values.length;
    this.values.push(value);
    this.indexes.set(key, index);
    return index;
  }
}

interface Remap {
  readonly strings: Uint32Array;
  readonly callers: Uint32Array;
  readonly actions: Uint32Array;
}

/** Open addressing over (event id, account): finds a row with the same identity or takes the slot. */
class SeenEvents {
  private readonly slots: Int32Array;
  private readonly mask: number;

  constructor(
    capacity: number,
    private readonly ids: Uint32Array,
    private readonly accounts: Uint32Array,
  ) {
    let size = 16;
    while (size < capacity * 2) {
      size *= 2;
    }
    this.slots = new Int32Array(size).fill(-1);
    this.mask = size - 1;
  }

  /** True when `row` is new; false when an equal row was added before. */
  add(row: number): boolean {
    const { ids, accounts, slots, mask } = this;
    const base = row * 4;
    let hash = Math.imul((ids[base] ?? 0) ^ Math.imul(ids[base + 3] ?? 0, 0x9e3779b1), 0x85ebca6b);
    hash = Math.imul(hash ^ (ids[base + 1] ?? 0) ^ (hash >>> 15), 0xc2b2ae35) ^ (ids[base + 2] ?? 0);
    hash ^= hash >>> 13;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const other = slots[slot] ?? -1;
      if (other < 0) {
        slots[slot] = row;
        return true;
      }
      const otherBase = other * 4;
      if (
        accounts[other] === accounts[row] &&
        ids[otherBase] === ids[base] &&
        ids[otherBase + 1] === ids[base + 1] &&
        ids[otherBase + 2] === ids[base + 2] &&
        ids[otherBase + 3] === ids[base + 3]
      ) {
        return false;
      }
    }
  }
}

export interface MergedEvents {
  readonly files: readonly ModelFile[];
  readonly events: EventTable;
}

export function mergeFiles(results: readonly FileResult[]): MergedEvents {
  const files = [...results].sort((a, b) => compareText(a.path, b.path));
  const strings = new Dictionary<string>();
  strings.intern('', '');
  const callers = new Dictionary<Caller>();
  const actions = new Dictionary<Action>();

  const total = files.reduce((sum, file) => sum + (file.columns?.count ?? 0), 0);
  // Identity columns of all rows, duplicates included, in file order.
  const ids = new Uint32Array(total * 4);
  const accounts = new Uint32Array(total);
  const times = new Float64Array(total);
  const fileOf = new Uint32Array(total);
  const rowOf = new Uint32Array(total);

  const remaps: (Remap | undefined)[] = [];
  let offset = 0;
  files.forEach((file, fileIndex) => {
    const columns = file.columns;
    if (columns === undefined) {
      remaps.push(undefined);
      return;
    }
    const remap = unify(columns, strings, callers, actions);
    remaps.push(remap);
    ids.set(columns.eventId.subarray(0, columns.count * 4), offset * 4);
    times.set(columns.time.subarray(0, columns.count), offset);
    for (let row = 0; row < columns.count; row++) {
      const recipient = columns.recipientAccount[row] ?? 0;
      const caller = columns.callers[columns.caller[row] ?? 0];
      const account =
        recipient === 0
          ? strings.intern(caller?.accountId ?? '', caller?.accountId ?? '')
          : (remap.strings[recipient] ?? 0);
      accounts[offset + row] = account;
      fileOf[offset + row] = fileIndex;
      rowOf[offset + row] = row;
    }
    offset += columns.count;
  });

  const seen = new SeenEvents(total, ids, accounts);
  const kept = new Uint32Array(total);
  let count = 0;
  const duplicates = new Uint32Array(files.length);
  for (let index = 0; index < total; index++) {
    if (seen.add(index)) {
      kept[count++] = index;
    } else {
      const file = fileOf[index] ?? 0;
      duplicates[file] = (duplicates[file] ?? 0) + 1;
    }
  }
  const order = kept.subarray(0, count).sort((a, b) => {
    const byTime = (times[a] ?? 0) - (times[b] ?? 0);
    if (byTime !== 0) {
      return byTime;
    }
    for (let word = 0; word < 4; word++) {
      const byId = (ids[a * 4 + word] ?? 0) - (ids[b * 4 + word] ?? 0);
      if (byId !== 0) {
        return byId;
      }
    }
    return compareText(strings.values[accounts[a] ?? 0] ?? '', strings.values[accounts[b] ?? 0] ?? '');
  });

  const events = gather(files, remaps, order, fileOf, rowOf, {
    strings: strings.values,
    callers: callers.values,
    actions: actions.values,
  });
  return { files: describeFiles(files, events, duplicates), events };
}

function unify(
  columns: FileColumns,
  strings: Dictionary<string>,
  callers: Dictionary<Caller>,
  actions: Dictionary<Action>,
): Remap {
  return {
    strings: Uint32Array.from(columns.strings, (text) => strings.intern(text, text)),
    callers: Uint32Array.from(columns.callers, (caller) => callers.intern(JSON.stringify(caller), caller)),
    actions: Uint32Array.from(columns.actions, (action) =>
      actions.intern(`${action.eventSource}\n${action.eventName}`, action),
    ),
  };
}

function gather(
  files: readonly FileResult[],
  remaps: readonly (Remap | undefined)[],
  order: Uint32Array,
  fileOf: Uint32Array,
  rowOf: Uint32Array,
  dictionaries: Pick<EventTable, 'strings' | 'callers' | 'actions'>,
): EventTable {
  const count = order.length;
  const textIds = new Map<number, string>();
  const notable = new Map<number, JsonObject>();
  const table = {
    count,
    time: new Float64Array(count),
    file: new Uint32Array(count),
    start: new Float64Array(count),
    length: new Uint32Array(count),
    eventId: new Uint32Array(count * 4),
    caller: new Uint32Array(count),
    action: new Uint32Array(count),
    sourceAddress: new Uint32Array(count),
    userAgent: new Uint32Array(count),
    errorCode: new Uint32Array(count),
    region: new Uint32Array(count),
    recipientAccount: new Uint32Array(count),
    vpcEndpoint: new Uint32Array(count),
    flags: new Uint16Array(count),
    session: new Int32Array(count).fill(-1),
    ...dictionaries,
    textIds,
    notable,
  };
  for (let row = 0; row < count; row++) {
    const index = order[row] ?? 0;
    const file = fileOf[index] ?? 0;
    const source = rowOf[index] ?? 0;
    const columns = files[file]?.columns;
    const remap = remaps[file];
    if (columns === undefined || remap === undefined) {
      continue;
    }
    const text = (column: Uint32Array): number => remap.strings[column[source] ?? 0] ?? 0;
    table.time[row] = columns.time[source] ?? 0;
    table.file[row] = file;
    table.start[row] = columns.start[source] ?? 0;
    table.length[row] = columns.length[source] ?? 0;
    for (let word = 0; word < 4; word++) {
      table.eventId[row * 4 + word] = columns.eventId[source * 4 + word] ?? 0;
    }
    table.caller[row] = remap.callers[columns.caller[source] ?? 0] ?? 0;
    table.action[row] = remap.actions[columns.action[source] ?? 0] ?? 0;
    table.sourceAddress[row] = text(columns.sourceAddress);
    table.userAgent[row] = text(columns.userAgent);
    table.errorCode[row] = text(columns.errorCode);
    table.region[row] = text(columns.region);
    table.recipientAccount[row] = text(columns.recipientAccount);
    table.vpcEndpoint[row] = text(columns.vpcEndpoint);
    table.flags[row] = columns.flags[source] ?? 0;
    const textId = columns.textIds.get(source);
    if (textId !== undefined) {
      textIds.set(row, textId);
    }
    const record = columns.notable.get(source);
    if (record !== undefined) {
      notable.set(row, record);
    }
  }
  return table;
}

/** Per file: events it brought, those dropped as duplicates, and its time span (duplicates included in neither). */
function describeFiles(files: readonly FileResult[], events: EventTable, duplicates: Uint32Array): ModelFile[] {
  const first = new Float64Array(files.length).fill(Infinity);
  const last = new Float64Array(files.length).fill(-Infinity);
  const counts = new Uint32Array(files.length);
  for (let row = 0; row < events.count; row++) {
    const file = events.file[row] ?? 0;
    const time = events.time[row] ?? 0;
    counts[file] = (counts[file] ?? 0) + 1;
    first[file] = Math.min(first[file] ?? Infinity, time);
    last[file] = Math.max(last[file] ?? -Infinity, time);
  }
  return files.map((file, index) => {
    const { columns: _columns, ...result } = file;
    const kept = counts[index] ?? 0;
    return {
      result,
      events: kept,
      duplicates: duplicates[index] ?? 0,
      firstEventTime: kept === 0 ? undefined : first[index],
      lastEventTime: kept === 0 ? undefined : last[index],
    };
  });
}
