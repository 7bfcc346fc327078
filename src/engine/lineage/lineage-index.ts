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
import type { FileResult, JsonObject } from '../cloudtrail/columns';
import { assembleModel } from './assemble-model';
import { Cells, type CellMembers } from './cells';
import { EventStore, type EventsUpdate } from './event-store';
import { isSignIn, mergeIssuances, type IssuanceDraft, type MergedIssuances } from './issuances';
import { JoinedCalls } from './joined-calls';
import { linkCell, type LinkedCell } from './linked-cell';
import type { EventTable, LineageModel } from './model';
import { RowsByCaller } from './rows-by-caller';
import type { SessionDraft } from './session-draft';
import { baseIdOf, draftSessions, KnownKeys, type SessionDrafts } from './session-drafts';

/** A cell that is being linked. */
interface OpenCell {
  readonly members: CellMembers;
  readonly merged: MergedIssuances;
  readonly keys: KnownKeys;
}

export class LineageIndex {
  private readonly store = new EventStore();
  private readonly cells = new Cells();
  private linked: readonly LinkedCell[] = [];
  private readonly cellOfCaller = new Map<number, LinkedCell>();
  private readonly cellOfRecord = new WeakMap<JsonObject, LinkedCell>();
  /** Of every caller, the id that its session would have alone. */
  private readonly baseIds: (string | undefined)[] = [];
  private events: EventsUpdate | undefined;
  /** Callers by row, before the change. */
  private callers: Uint32Array = new Uint32Array(0);
  private lastWork = { linked: 0, cells: 0 };

  /** Takes the place of a file of the same path. */
  add(file: FileResult): void {
    this.store.add(file);
    this.events = undefined;
  }

  remove(path: string): void {
    this.store.remove(path);
    this.events = undefined;
  }

  /** How many cells the last change linked, of how many there are: what tests and benchmarks look at. */
  get work(): { readonly linked: number; readonly cells: number } {
    return this.lastWork;
  }

  model(settings: CaseSettings): LineageModel {
    this.events ??= this.relink();
    return assembleModel(this.events, this.linked, settings);
  }

  private relink(): EventsUpdate {
    const update = this.store.update();
    const table = update.events;
    const rows = new RowsByCaller(table);
    const fresh = new Uint8Array(table.count);
    for (const row of update.inserted) {
      fresh[row] = 1;
    }
    const touched = this.follow(update);
    this.callers = table.caller;
    const open: OpenCell[] = [];
    const kept = new Map<LinkedCell, CellMembers>();
    for (const members of this.cells.divide(table, rows.callers, this.cells.issuances(table))) {
      const before = this.sameCell(table, members);
      const isFresh =
        members.issuances.some(({ row }) => fresh[row] === 1) ||
        members.callers.some((caller) => rows.of(caller).some((row) => fresh[row] === 1));
      if (before !== undefined && !touched.has(before) && !isFresh) {
        kept.set(before, members);
      } else {
        open.push(opened(table, members));
      }
    }
    this.nameSessions(table, open);
    this.link(table, rows, open, kept);
    return update;
  }

  /** Moves what was found before to the rows where it is now; gives the cells that lost a row. */
  private follow({ moved }: EventsUpdate): ReadonlySet<LinkedCell> {
    const touched = new Set<LinkedCell>();
    for (let row = 0; row < moved.length; row++) {
      const cell = moved[row] === -1 ? this.cellOfCaller.get(this.callers[row] ?? -1) : undefined;
      if (cell !== undefined) {
        touched.add(cell);
      }
    }
    const follow = (rows: number[]): boolean => {
      for (let at = 0; at < rows.length; at++) {
        const row = moved[rows[at] ?? 0] ?? -1;
        if (row < 0) {
          return false;
        }
        rows[at] = row;
      }
      return true;
    };
    for (const cell of this.linked) {
      const whole =
        cell.sessions.every(({ draft }) => follow(draft.rows)) &&
        cell.merged.drafts.every((issuance) => {
          issuance.row = moved[issuance.row] ?? -1;
          return issuance.row >= 0 && follow(issuance.twinRows);
        });
      if (!whole) {
        touched.add(cell);
      }
    }
    return touched;
  }

  /** The cell that had these members, no more and no fewer, if none of them changed. */
  private sameCell(table: EventTable, { callers, issuances }: CellMembers): LinkedCell | undefined {
    const first = callers[0];
    const record = table.notable.get(issuances[0]?.row ?? -1);
    const before =
      first !== undefined
        ? this.cellOfCaller.get(first)
        : record === undefined
          ? undefined
          : this.cellOfRecord.get(record);
    const same =
      before?.callers.length === callers.length &&
      before.records.length === issuances.length &&
      callers.every((caller) => this.cellOfCaller.get(caller) === before);
    return same ? before : undefined;
  }

  /** Before any session is split or linked: what issued a session is told by the name of whoever called. */
  private nameSessions(table: EventTable, open: readonly OpenCell[]): void {
    for (const { members, keys } of open) {
      for (const index of members.callers) {
        const caller = table.callers[index];
        this.baseIds[index] = caller === undefined ? undefined : baseIdOf(caller, keys);
      }
    }
  }

  private link(
    table: EventTable,
    rows: RowsByCaller,
    open: readonly OpenCell[],
    kept: ReadonlyMap<LinkedCell, CellMembers>,
  ): void {
    const actors: (SessionDraft | undefined)[] = new Array<SessionDraft | undefined>(table.count).fill(undefined);
    const calls = new JoinedCalls(table);
    const issuerOf = (issuance: IssuanceDraft): SessionDraft | undefined => actors[calls.callerRow(issuance)];
    for (const { sessions } of kept.keys()) {
      for (const { draft } of sessions) {
        for (const row of draft.rows) {
          actors[row] = draft;
        }
      }
    }
    const drafted = (cell: OpenCell): readonly [OpenCell, SessionDrafts] => {
      const sessions = draftSessions({
        table,
        callers: cell.members.callers,
        rowsOf: (caller) => rows.of(caller),
        issuances: cell.merged.drafts,
        keys: cell.keys,
        baseIds: this.baseIds,
      });
      sessions.draftOfRow.forEach((draft, row) => {
        actors[row] = draft;
      });
      return [cell, sessions];
    };
    const ready = open.map(drafted);
    const linked: LinkedCell[] = [];
    for (const [cell, members] of kept) {
      const sameCallers = cell.merged.drafts.every(
        (issuance) =>
          issuance.kind === 'service-delivery' ||
          isSignIn(issuance) ||
          issuerOf(issuance)?.id === cell.links.callerOf.get(issuance),
      );
      if (sameCallers) {
        linked.push(cell);
      } else {
        ready.push(drafted(opened(table, members)));
      }
    }
    const again = ready.map(([{ members, merged }, sessions]) => linkCell(table, members, merged, sessions, issuerOf));
    const stay = new Set(linked);
    for (const cell of this.linked) {
      for (const caller of stay.has(cell) ? [] : cell.callers) {
        this.cellOfCaller.delete(caller);
      }
    }
    for (const cell of again) {
      for (const caller of cell.callers) {
        this.cellOfCaller.set(caller, cell);
      }
      for (const record of cell.records) {
        this.cellOfRecord.set(record, cell);
      }
    }
    this.lastWork = { linked: again.length, cells: linked.length + again.length };
    this.linked = [...linked, ...again];
  }
}

function opened(table: EventTable, members: CellMembers): OpenCell {
  const merged = mergeIssuances(table, members.issuances);
  return {
    members,
    merged,
    keys: new KnownKeys(
      merged.drafts,
      members.callers.map((index) => table.callers[index]),
    ),
  };
}
