/**
 * The lineage of files that come and go.
 *
 * A file that is added or taken away touches the callers and issuances of its records. The cells that these are in are
 * linked again, and those that receive something from a session whose identity changed thereby; the others keep what was
 * found before.
 *
 * Guarantee: `model` is a function of the files held and the settings: adding one by one equals adding at once, removing
 * equals never having added.
 */
import type { CaseSettings } from '../case-settings';
import type { FileResult } from '../cloudtrail/columns';
import { compareText } from '../cloudtrail/text';
import { Actors } from './actors';
import { assembleModel, type Linked } from './assemble-model';
import { Cells, type Division } from './cells';
import { ActionClass, classesOf } from './classes';
import { EventStore, type EventsUpdate } from './event-store';
import { inInstantOrder } from './instant-order';
import { issuanceOf, isSignIn, mergeIssuances } from './issuances';
import { JoinedCalls } from './joined-calls';
import { linkSessions } from './link';
import { factsOf } from './linked-session';
import type { EventTable, LineageModel } from './model';
import { RowsByCaller } from './rows-by-caller';
import type { DraftsById } from './drafts-by-id';
import { baseIdOf, draftSessions, KnownKeys } from './session-drafts';
import type { IssuanceDraft, SessionDraft } from './drafts';

/** What the files held give. */
interface Now {
  readonly update: EventsUpdate;
  readonly calls: JoinedCalls;
}

type Found = Omit<Linked, 'calls'>;

/** Cells that are linked together, each with what is in it only. */
interface OpenCells {
  readonly issuances: readonly IssuanceDraft[];
  readonly drafts: DraftsById;
}

const nothing: Found = { sessions: [], issuances: [], callers: [] };

export class LineageIndex {
  private readonly store = new EventStore();
  private readonly cells = new Cells();
  /** What the files held give; `undefined` when some came or went since. */
  private now: Now | undefined;
  /** The events that were linked last. */
  private table: EventTable | undefined;
  private linked: Found = nothing;
  /** Records that hand out a credential, in the order of rows. */
  private records: readonly IssuanceDraft[] = [];
  /** Records that issue of files that came since, by their rows among the arrivals, of which so many have been looked at. */
  private arrived: IssuanceDraft[] = [];
  private announced = 0;
  /** Of every caller, the id that its session would have alone. */
  private readonly baseIds: (string | undefined)[] = [];
  private lastWork: Division['work'] = { linked: 0, cells: 0 };

  /** Takes the place of a file of the same path. */
  add(file: FileResult): void {
    const first = this.store.add(file);
    this.now = undefined;
    // Read while others are being parsed: what is left to do when all are there keeps somebody waiting.
    const arrivals = this.store.arrivals();
    const classes = classesOf(arrivals).ofActions(arrivals.actions);
    const before = this.arrived.length;
    for (let row = first; row < arrivals.count; row++) {
      const issuance = issuanceIn(arrivals, classes, row);
      if (issuance !== undefined) {
        this.arrived.push(issuance);
      }
    }
    this.cells.readNew(arrivals, this.arrived.slice(before));
    this.announced = arrivals.count;
  }

  remove(path: string): void {
    this.store.remove(path);
    this.now = undefined;
  }

  /** How many cells the last change linked, of how many there are: what tests and benchmarks look at. */
  get work(): { readonly linked: number; readonly cells: number } {
    return this.lastWork;
  }

  model(settings: CaseSettings): LineageModel {
    const { update, calls } = (this.now ??= this.relink());
    return assembleModel(update, { ...this.linked, calls }, settings);
  }

  private relink(): Now {
    const update = this.store.update();
    const { events: table, moved, inserted } = update;
    const rows = new RowsByCaller(table);
    const actors = this.follow(table, moved);
    const touched = this.touchedBy(moved);
    this.records = this.recordsNow(update);
    const freshCallers = new Uint8Array(table.callers.length);
    for (let at = 0; at < inserted.length; at++) {
      freshCallers[table.caller[inserted[at] ?? 0] ?? 0] = 1;
    }
    const division = this.cells.divide(table, rows.callers, this.records, touched, {
      caller: (index) => freshCallers[index] === 1,
      issuance: ({ cell }) => cell === -1,
    });
    this.table = table;
    const calls = new JoinedCalls(table);
    this.linked = this.link(table, rows, actors, division, calls);
    return { update, calls };
  }

  /** Who made each call, as far as that was found before. */
  private follow(table: EventTable, moved: Int32Array): Actors {
    const before = this.table?.session;
    const now = table.session.fill(-1);
    for (let row = 0; before !== undefined && row < moved.length; row++) {
      const to = moved[row] ?? -1;
      if (to !== -1) {
        now[to] = before[row] ?? -1;
      }
    }
    return new Actors(now, [...this.linked.sessions]);
  }

  /** Cells that lost a row, 1 by number. */
  private touchedBy(moved: Int32Array): Uint8Array {
    const touched = new Uint8Array(this.cells.count);
    const callers = this.table?.caller;
    for (let row = 0; callers !== undefined && row < moved.length; row++) {
      const cell = moved[row] === -1 ? this.cells.ofCaller(callers[row] ?? 0) : -1;
      if (cell !== -1) {
        touched[cell] = 1;
      }
    }
    for (const { row, cell } of this.records) {
      if (moved[row] === -1) {
        touched[cell] = 1;
      }
    }
    return touched;
  }

  /** Records that issue, in the order of rows; what was made of several follows the rows of these. */
  private recordsNow({ events: table, moved, placed }: EventsUpdate): IssuanceDraft[] {
    const records: IssuanceDraft[] = [];
    for (const [before, rows] of [
      [this.records, moved],
      [this.arrived, placed],
    ] as const) {
      for (const record of before) {
        record.row = rows[record.row] ?? -1;
        if (record.row !== -1) {
          records.push(record);
        }
      }
    }
    for (const issuance of this.linked.issuances) {
      if (issuance.isOfSeveral) {
        issuance.row = moved[issuance.row] ?? -1;
        issuance.twinRows.forEach((row, at) => {
          issuance.twinRows[at] = moved[row] ?? -1;
        });
      }
    }
    const classes = classesOf(table).ofActions(table.actions);
    for (let arrival = this.announced; arrival < placed.length; arrival++) {
      const row = placed[arrival] ?? -1;
      const issuance = row === -1 ? undefined : issuanceIn(table, classes, row);
      if (issuance !== undefined) {
        records.push(issuance);
      }
    }
    this.arrived = [];
    this.announced = 0;
    return records.sort((a, b) => a.row - b.row);
  }

  private link(table: EventTable, rows: RowsByCaller, actors: Actors, division: Division, calls: JoinedCalls): Found {
    const { kept } = division;
    const issuerOf = (issuance: IssuanceDraft): SessionDraft | undefined => actors.at(calls.callerRow(issuance));
    const open = (callers: readonly number[], records: readonly IssuanceDraft[]): OpenCells => {
      const issuances = mergeIssuances(table, records, (record) => this.cells.namesOfCall(record));
      const keys = new KnownKeys(table, callers, issuances);
      // Before any session is split or linked: what issued a session is told by the name of whoever called.
      for (const index of callers) {
        const caller = table.callers[index];
        this.baseIds[index] = caller === undefined ? undefined : baseIdOf(caller, keys.issuanceTo(index), keys);
      }
      const drafts = draftSessions({
        table,
        callers,
        cellOf: (caller) => this.cells.ofCaller(caller),
        rowsOf: (caller) => rows.of(caller),
        issuances,
        keys,
        baseIds: this.baseIds,
        actors,
      });
      return { issuances, drafts };
    };
    const opened = [open(division.callers, division.issuances)];
    const isKept = ({ cell }: { readonly cell: number }): boolean => kept[cell] === 1;
    let { linked } = division.work;
    for (;;) {
      const changed = this.cellsOfOtherCallers(isKept, issuerOf);
      if (changed.size === 0) {
        break;
      }
      linked += changed.size;
      for (const cell of changed) {
        kept[cell] = 0;
      }
      opened.push(
        open(
          rows.callers.filter((caller) => changed.has(this.cells.ofCaller(caller))),
          this.records.filter(({ cell }) => changed.has(cell)),
        ),
      );
    }
    const sessions = this.linked.sessions.filter(isKept);
    const issuances = this.linked.issuances.filter(isKept);
    for (const cells of opened) {
      linkSessions(table, cells.drafts, cells.issuances, actors, issuerOf);
      for (const draft of cells.drafts.values()) {
        draft.facts = factsOf(table, draft);
        sessions.push(draft);
      }
      for (const issuance of cells.issuances) {
        issuances.push(issuance);
      }
    }
    this.lastWork = { linked, cells: division.work.cells };
    issuances.sort((a, b) => a.row - b.row);
    const ordered = inOrder(sessions);
    actors.renumber(ordered);
    return { sessions: ordered, issuances, callers: rows.callers };
  }

  /** Cells that keep their members and received something from a session that has another id now. */
  private cellsOfOtherCallers(
    isKept: (issuance: IssuanceDraft) => boolean,
    issuerOf: (issuance: IssuanceDraft) => SessionDraft | undefined,
  ): ReadonlySet<number> {
    const changed = new Set<number>();
    for (const issuance of this.linked.issuances) {
      if (issuance.kind !== 'service-delivery' && !isSignIn(issuance) && isKept(issuance)) {
        const issuer = issuerOf(issuance);
        if (issuer?.id === issuance.caller?.id) {
          issuance.caller = issuer;
        } else {
          changed.add(issuance.cell);
        }
      }
    }
    return changed;
  }
}

function issuanceIn(table: EventTable, classes: Uint8Array, row: number): IssuanceDraft | undefined {
  const issues = ((classes[table.action[row] ?? 0] ?? 0) & ActionClass.issues) !== 0;
  const record = issues ? table.notable.get(row) : undefined;
  return record === undefined ? undefined : issuanceOf(table, row, record);
}

/** By their creation or first call; of one instant by their ids. */
function inOrder(sessions: readonly SessionDraft[]): SessionDraft[] {
  const starts = new Float64Array(sessions.length);
  const order = new Uint32Array(sessions.length);
  sessions.forEach((session, at) => {
    starts[at] = startOf(session);
    order[at] = at;
  });
  inInstantOrder(order, starts, (a, b) => compareText(sessions[a]?.id ?? '', sessions[b]?.id ?? ''));
  const ordered: SessionDraft[] = [];
  for (let at = 0; at < order.length; at++) {
    const session = sessions[order[at] ?? 0];
    if (session !== undefined) {
      ordered.push(session);
    }
  }
  return ordered;
}

/** The last instant that a date can be, for what has no time at all. */
const endOfTime = 8.64e15;

function startOf({ creationDate, facts }: SessionDraft): number {
  return Math.min(creationDate ?? endOfTime, facts?.firstEventTime ?? endOfTime);
}
