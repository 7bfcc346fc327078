/**
 * The events of all files as one table: each event once, in instant order. Files can be added and taken away again.
 *
 * Two records are one event when event id and recipient account (the caller's account where the record names no
 * recipient) are equal; `sharedEventID` twins differ in event id and stay. Of copies that tell different things the one
 * that tells most is kept, of equal ones that of the file whose path sorts first; a record with an addendum stands for the
 * one that it replaces. A network-activity event is a copy of the call with the same requestID, where that was logged too.
 *
 * Guarantee: what the table holds is a function of the files held, not of the order in which they came or went. Dictionaries
 * only grow: they may hold values that no row has any more. Cost of an update: linear in rows with a small constant, and
 * n log n in the rows that came.
 */
import type { FileResult } from '../cloudtrail/columns';
import { compareText } from '../cloudtrail/text';
import { asideNotes, describeFiles, type Reason } from './describe-events';
import { Dictionaries } from './dictionaries';
import { Copies } from './event-copies';
import { EventColumns } from './event-columns';
import { EventIdentities, hashOfEventId, type IdentitySpace } from './event-identities';
import { eventTable } from './event-table';
import { inInstantOrder } from './instant-order';
import { mergedRows } from './merged-rows';
import type { EventTable, ModelFile, ModelNote } from './model';
import { callKey, isNetworkActivity, WantedCalls } from './network-activity';

export interface EventsUpdate {
  readonly files: readonly ModelFile[];
  readonly events: EventTable;
  /** By row of the table before: its row now, -1 where it is gone. */
  readonly moved: Int32Array;
  /** Rows that the table before did not have, in order. */
  readonly inserted: Uint32Array;
  /** By row of `arrivals`: its row now, -1 where it is not in the table. */
  readonly placed: Int32Array;
  readonly notes: readonly ModelNote[];
}

/** Code of the row that is looked for, which has no other code. */
const probe = 0x7fffffff;

const noSessions = new Int32Array(0);

export class EventStore implements IdentitySpace {
  private readonly dictionaries = new Dictionaries();
  private readonly copies = new Copies(this.dictionaries);

  /**
   * What the `file` columns hold numbers of: in the order of their paths those that the table was made of, behind them those
   * that came since.
   */
  private files: ModelFile['result'][] = [];
  /** Files to come that take the place of one in the table. */
  private readonly arriving = new Map<string, FileResult>();
  private readonly leaving = new Set<string>();
  private readonly numbers = new Map<string, number>();

  private table = new EventColumns();
  private readonly identities = new EventIdentities(this);
  /** Rows that are not in the table, in no order. */
  private aside = new EventColumns();
  private reasons: Reason[] = [];

  // Since the last update:
  /** Rows of `table` that are leaving it. */
  private gone = new Uint8Array(0);
  private incoming = new EventColumns();
  /** Rows of `incoming` that do not make it into the table. */
  private readonly declined = new Set<number>();
  private sought: readonly [EventColumns, number] = [this.table, 0];
  /** Some row took another's place: what is aside has to be compared anew. */
  private displaced = false;
  /** The table's places are not those of a table that was given out. */
  private ownPlaces = true;

  /** Takes the place of a file of the same path. What is new is taken in at once: tells from which row of `arrivals` on. */
  add(file: FileResult): number {
    const { count } = this.incoming;
    const held = this.numbers.get(file.path);
    if (held === undefined) {
      this.bringIn(file);
    } else {
      this.leaving.add(file.path);
      this.arriving.set(file.path, file);
    }
    return count;
  }

  /** What was taken in since the last update, also what will not make it into the table; valid until the next call. */
  arrivals(): EventTable {
    return eventTable(this.incoming, this.dictionaries, noSessions);
  }

  remove(path: string): void {
    if (this.numbers.has(path)) {
      this.leaving.add(path);
    }
    this.arriving.delete(path);
  }

  /** Does what `add` and `remove` asked for since the last update. */
  update(): EventsUpdate {
    this.takeFilesAway();
    for (const file of [...this.arriving.values()].sort((a, b) => compareText(a.path, b.path))) {
      this.bringIn(file);
    }
    this.arriving.clear();
    if (this.displaced && this.reasons.includes('network-activity')) {
      // The call that it was a copy of may be gone.
      const { reasons } = this;
      this.sortAside((_, row) => (reasons[row] === 'network-activity' ? 'is offered' : 'stays'));
    }
    this.joinNetworkActivity();
    this.sortFiles();
    const { moved, inserted, placed } = this.rebuild();
    if (this.displaced) {
      this.compareAside(inserted);
    }
    const events = eventTable(this.table, this.dictionaries);
    const files = describeFiles(this.files, events, this.aside);
    this.gone = new Uint8Array(this.table.count);
    this.declined.clear();
    this.displaced = false;
    this.ownPlaces = false;
    return { files, events, moved, inserted, placed, notes: asideNotes(this.distinctReasons()) };
  }

  private takeFilesAway(): void {
    if (this.leaving.size === 0) {
      return;
    }
    const leaving = this.files.map(({ path }) => this.leaving.has(path));
    for (const path of this.leaving) {
      this.numbers.delete(path);
    }
    this.leaving.clear();
    const files = this.table.column('file');
    for (let row = 0; row < this.table.count; row++) {
      if (this.gone[row] === 0 && leaving[files[row] ?? 0] === true) {
        this.gone[row] = 1;
        this.identities.delete(row);
      }
    }
    const arrived = this.incoming.column('file');
    for (let row = 0; row < this.incoming.count; row++) {
      if (!this.declined.has(row) && leaving[arrived[row] ?? 0] === true) {
        this.declined.add(row);
        this.identities.delete(~row);
      }
    }
    this.sortAside((aside, row) => {
      if (leaving[aside.column('file')[row] ?? 0] === true) {
        return 'leaves';
      }
      // Offered too where another copy was: the better of the two stays.
      const kept = this.keptLike(aside, row);
      return kept === undefined || kept < 0 ? 'is offered' : 'stays';
    });
    this.displaced = true;
  }

  /** What becomes of each row that is aside. */
  private sortAside(fateOf: (aside: EventColumns, row: number) => 'leaves' | 'stays' | 'is offered'): void {
    const { aside, reasons } = this;
    this.aside = new EventColumns();
    this.reasons = [];
    for (let row = 0; row < aside.count; row++) {
      const fate = fateOf(aside, row);
      if (fate === 'is offered') {
        this.incoming.appendRow(aside, row);
        this.offer(this.incoming.count - 1);
      } else if (fate === 'stays') {
        this.setAside(aside, row, reasons[row] ?? 'copy');
      }
    }
  }

  private bringIn({ columns, ...file }: FileResult): void {
    const number = this.files.push(file) - 1;
    this.numbers.set(file.path, number);
    if (columns === undefined) {
      return;
    }
    const first = this.incoming.count;
    this.incoming.appendFile(columns, number, this.dictionaries.unify(columns));
    const ids = this.incoming.column('eventId');
    for (let row = first; row < this.incoming.count; row++) {
      this.offer(row, hashOfEventId(ids, row));
    }
  }

  /** Numbers of the files that are left, in the order of their paths. */
  private sortFiles(): void {
    const before = this.files;
    this.files = before
      .filter(({ path }, number) => this.numbers.get(path) === number)
      .sort((a, b) => compareText(a.path, b.path));
    const numbers = new Map(this.files.map(({ path }, number) => [path, number]));
    const renumbered = before.map(({ path }) => numbers.get(path) ?? 0);
    if (renumbered.some((number, index) => number !== index)) {
      this.disown();
      for (const columns of [this.table, this.aside, this.incoming]) {
        columns.renumberFiles(renumbered);
      }
      this.numbers.clear();
      numbers.forEach((number, path) => this.numbers.set(path, number));
    }
  }

  /** Tables that were given out stay as they are. */
  private disown(): void {
    if (!this.ownPlaces) {
      this.table = this.table.withOwnPlaces();
      this.ownPlaces = true;
    }
  }

  /** A row of `incoming` that may be an event already known. */
  private offer(row: number, hash = this.hash(~row)): void {
    const code = ~row;
    const known = this.identities.findOrPut(code, hash);
    if (known === undefined) {
      return;
    }
    const [columns, at] = this.place(known);
    const order = this.copies.compare(columns, at, this.incoming, row);
    if (order < 0) {
      this.declined.add(row);
      this.setAside(this.incoming, row, this.reasonOf(known, this.incoming, row));
      return;
    }
    if (order === 0) {
      if (this.comesFirst(this.incoming, row, columns, at)) {
        this.disown();
        this.columnsOf(known).swapPlaces(at, this.incoming, row);
      }
      this.declined.add(row);
      this.setAside(this.incoming, row, 'copy');
      return;
    }
    this.identities.put(code);
    if (known >= 0) {
      this.gone[known] = 1;
    } else {
      this.declined.add(~known);
    }
    this.setAside(columns, at, 'copy');
    this.displaced = true;
  }

  private setAside(columns: EventColumns, row: number, reason: Reason): void {
    this.aside.appendRow(columns, row);
    this.reasons.push(reason);
  }

  /** What the row is beside the one that is kept. */
  private reasonOf(kept: number, columns: EventColumns, row: number): Reason {
    const [of, at] = this.place(kept);
    if (of.replacing.has(at) && !columns.replacing.has(row)) {
      return 'replaced';
    }
    return this.copies.contradict(of, at, columns, row) ? 'other-content' : 'copy';
  }

  /** Rows that are aside with those that are kept instead, where these are not what they were. */
  private compareAside(inserted: Uint32Array): void {
    const isNew = new Uint8Array(this.table.count);
    for (let at = 0; at < inserted.length; at++) {
      isNew[inserted[at] ?? 0] = 1;
    }
    for (let row = 0; row < this.aside.count; row++) {
      if (this.reasons[row] !== 'network-activity') {
        const kept = this.keptLike(this.aside, row);
        if (kept === undefined || isNew[kept] !== 0) {
          this.reasons[row] = kept === undefined ? 'copy' : this.reasonOf(kept, this.aside, row);
        }
      }
    }
  }

  /** Reasons, of network activity once an event: how often it was logged depends on the order in which its copies came. */
  private distinctReasons(): Reason[] {
    const seen = new Set<string>();
    return this.reasons.filter((reason, row) => {
      if (reason !== 'network-activity') {
        return true;
      }
      const ids = this.aside.column('eventId').subarray(row * 4, row * 4 + 4);
      const identity = [...ids, this.accountOf(this.aside, row)].join('|');
      const isNew = !seen.has(identity);
      seen.add(identity);
      return isNew;
    });
  }

  /** The file whose path sorts first; in one file what comes first. */
  private comesFirst(a: EventColumns, aRow: number, b: EventColumns, bRow: number): boolean {
    const path = (columns: EventColumns, row: number): string =>
      this.files[columns.column('file')[row] ?? -1]?.path ?? '';
    const files = compareText(path(a, aRow), path(b, bRow));
    return files < 0 || (files === 0 && (a.column('start')[aRow] ?? 0) < (b.column('start')[bRow] ?? 0));
  }

  /** Of a call that was logged as network activity too, the other record is kept: it tells more. */
  private joinNetworkActivity(): void {
    const candidates: number[] = [];
    this.eachKept((code, columns, row) => {
      if (isNetworkActivity(columns, row)) {
        candidates.push(code);
      }
    });
    if (candidates.length === 0) {
      return;
    }
    const wanted = new WantedCalls();
    for (const code of candidates) {
      wanted.add(...this.place(code));
    }
    const logged = new Set<string>();
    this.eachKept((_, columns, row) => {
      if (wanted.mayHave(columns, row) && !isNetworkActivity(columns, row)) {
        const key = callKey(columns, row);
        if (wanted.has(key)) {
          logged.add(key);
        }
      }
    });
    for (const code of candidates) {
      const [columns, row] = this.place(code);
      if (logged.has(callKey(columns, row))) {
        this.identities.delete(code);
        if (code >= 0) {
          this.gone[code] = 1;
        } else {
          this.declined.add(row);
        }
        this.setAside(columns, row, 'network-activity');
        this.displaced = true;
      }
    }
  }

  private eachKept(visit: (code: number, columns: EventColumns, row: number) => void): void {
    for (let row = 0; row < this.table.count; row++) {
      if (this.gone[row] === 0) {
        visit(row, this.table, row);
      }
    }
    for (let row = 0; row < this.incoming.count; row++) {
      if (!this.declined.has(row)) {
        visit(~row, this.incoming, row);
      }
    }
  }

  /** The table without what is gone and with what came in. */
  private rebuild(): Pick<EventsUpdate, 'moved' | 'inserted' | 'placed'> {
    const { table, incoming, gone, declined } = this;
    const coming = new Uint32Array(incoming.count - declined.size);
    let arrivals = 0;
    for (let row = 0; row < incoming.count; row++) {
      if (declined.size === 0 || !declined.has(row)) {
        coming[arrivals] = row;
        arrivals++;
      }
    }
    inInstantOrder(coming, incoming.column('time'), (a, b) => this.order(incoming, a, incoming, b));
    const { sources, moved, placed, inserted } = mergedRows(
      { count: table.count, gone },
      { count: incoming.count, coming },
      (arrival, row) => this.order(incoming, arrival, table, row) < 0,
    );
    if (coming.length > 0 || sources.length < table.count) {
      this.identities.recode(moved, placed);
      this.table = EventColumns.merged(table, incoming, sources, moved, placed);
    }
    this.incoming = new EventColumns();
    return { moved, inserted, placed };
  }

  /** Instant order; within an instant by event id, which says nothing, but is the same in every run. */
  private order(a: EventColumns, aRow: number, b: EventColumns, bRow: number): number {
    const byTime = (a.column('time')[aRow] ?? 0) - (b.column('time')[bRow] ?? 0);
    if (byTime !== 0) {
      return byTime;
    }
    const aIds = a.column('eventId');
    const bIds = b.column('eventId');
    for (let word = 0; word < 4; word++) {
      const byId = (aIds[aRow * 4 + word] ?? 0) - (bIds[bRow * 4 + word] ?? 0);
      if (byId !== 0) {
        return byId;
      }
    }
    const text = (index: number): string => this.dictionaries.strings[index] ?? '';
    return compareText(text(this.accountOf(a, aRow)), text(this.accountOf(b, bRow)));
  }

  private accountOf(columns: EventColumns, row: number): number {
    const recipient = columns.column('recipientAccount')[row] ?? 0;
    return recipient === 0 ? (this.dictionaries.callerAccounts[columns.column('caller')[row] ?? 0] ?? 0) : recipient;
  }

  /** Code of the kept row of the same event. */
  private keptLike(columns: EventColumns, row: number): number | undefined {
    this.sought = [columns, row];
    return this.identities.find(probe);
  }

  hash(code: number): number {
    return hashOfEventId(this.columnsOf(code).column('eventId'), this.rowOf(code));
  }

  same(a: number, b: number): boolean {
    const columns = this.columnsOf(a);
    const others = this.columnsOf(b);
    const row = this.rowOf(a);
    const other = this.rowOf(b);
    const ids = columns.column('eventId');
    const otherIds = others.column('eventId');
    for (let word = 0; word < 4; word++) {
      if (ids[row * 4 + word] !== otherIds[other * 4 + word]) {
        return false;
      }
    }
    return this.accountOf(columns, row) === this.accountOf(others, other);
  }

  text(code: number): string {
    const [columns, row] = this.place(code);
    return [...columns.column('eventId').subarray(row * 4, row * 4 + 4), this.accountOf(columns, row)].join('|');
  }

  private place(code: number): [EventColumns, number] {
    return [this.columnsOf(code), this.rowOf(code)];
  }

  /** A code is a row of the table or, negative, of what came in. */
  private columnsOf(code: number): EventColumns {
    return code === probe ? this.sought[0] : code >= 0 ? this.table : this.incoming;
  }

  private rowOf(code: number): number {
    return code === probe ? this.sought[1] : code >= 0 ? code : ~code;
  }
}
