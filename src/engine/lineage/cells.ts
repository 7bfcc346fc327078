/**
 * Which callers and issuances can have to do with each other: those that share a name. A cell is all that hangs together by
 * keys, principals, role sessions and user names; linking looks at one cell, and at who made its issuing calls.
 *
 * A name counts at its time: sessions of one name that were created at other times have nothing to do with each other. It
 * counts for all times where some call of that name has no creation time of its own: one that a service forwarded, that
 * another account logged, that a sign-in refers to.
 *
 * Guarantee: two sessions that one issuance could be linked to, two issuances that one session could come from, and two
 * callers whose calls could be one session's are in one cell. Cells have numbers, never used again; one that has the members
 * it had before keeps its number. Cost: linear in callers and issuances; names are read once.
 */
import { Groups } from './groups';
import { IntMap } from './int-map';
import { isSignIn } from './issuances';
import type { EventTable } from './model';
import { CallerNames, nameIssuance, NamePool } from './names';
import { callerAt } from './table';
import type { IssuanceDraft } from './drafts';

export interface Division {
  /** Cells that kept their members: 1 by number. */
  readonly kept: Uint8Array;
  /** Callers of the other cells in the order of their first rows. */
  readonly callers: readonly number[];
  /** Issuances of the other cells in the order of their rows. */
  readonly issuances: readonly IssuanceDraft[];
  readonly work: { readonly linked: number; readonly cells: number };
}

/** What the members of a group say of the cell that they were in. */
const unasked = -2;
const several = -1;

export class Cells {
  private readonly pool = new NamePool();
  private names = new CallerNames(this.pool);
  /** Place of the names of each caller; -1 when they were not read yet. */
  private places = new Int32Array(0);
  private cellByCaller = new Int32Array(0);
  /** Callers of the dictionary whose names were read, or are not needed yet. */
  private known = 0;
  /** Members by number of cell. */
  private readonly sizes: number[] = [];
  /** Numbers in the pool when it was last made: of these most are still in use. */
  private livingNames = 0;

  /** Cell of a caller; -1 when it has none. */
  ofCaller(caller: number): number {
    return this.cellByCaller[caller] ?? -1;
  }

  /** Cells that there ever were. */
  get count(): number {
    return this.sizes.length;
  }

  /** What a copy of the call in another account has in common with it, as numbers. */
  namesOfCall({ names }: IssuanceDraft): Int32Array {
    return this.pool.call(names);
  }

  /**
   * `callers`: those that have rows, in the order of their first; `issuances`: all records that issue, in the order of rows.
   * `touched`: cells that lost a member or a row, 1 by number; `isFresh` tells of the rows that are new.
   */
  divide(
    table: EventTable,
    callers: readonly number[],
    issuances: readonly IssuanceDraft[],
    touched: Uint8Array,
    fresh: FreshMembers,
  ): Division {
    this.readNames(table, callers, issuances);
    const groups = this.group(table, callers, issuances);
    const members = callers.length + issuances.length;
    const before = new Int32Array(members).fill(unasked);
    const sizes = new Int32Array(members);
    const groupOf = new Int32Array(members);
    for (let member = 0; member < members; member++) {
      const group = groups.of(member);
      groupOf[member] = group;
      const index = callers[member];
      const issuance = index === undefined ? issuances[member - callers.length] : undefined;
      const cell =
        index === undefined
          ? issuance === undefined || fresh.issuance(issuance)
            ? several
            : issuance.cell
          : fresh.caller(index)
            ? several
            : this.ofCaller(index);
      before[group] = before[group] === unasked || before[group] === cell ? cell : several;
      sizes[group] = (sizes[group] ?? 0) + 1;
    }
    const kept = new Uint8Array(this.sizes.length);
    let cells = 0;
    let linked = 0;
    for (let group = 0; group < members; group++) {
      const size = sizes[group] ?? 0;
      if (size === 0) {
        continue;
      }
      cells++;
      const cell = before[group] ?? several;
      if (cell >= 0 && touched[cell] === 0 && this.sizes[cell] === size) {
        kept[cell] = 1;
      } else {
        linked++;
        before[group] = ~this.sizes.length;
        this.sizes.push(size);
      }
    }
    const openCallers: number[] = [];
    callers.forEach((caller, member) => {
      const cell = before[groupOf[member] ?? 0] ?? 0;
      if (cell < 0) {
        this.cellByCaller[caller] = ~cell;
        openCallers.push(caller);
      }
    });
    const openIssuances = issuances.filter((issuance, at) => {
      const cell = before[groupOf[callers.length + at] ?? 0] ?? 0;
      if (cell < 0) {
        issuance.cell = ~cell;
      }
      return cell < 0;
    });
    return { kept, callers: openCallers, issuances: openIssuances, work: { linked, cells } };
  }

  /** Names of callers that the dictionary did not have before, and of these issuances; what is not read now is read later. */
  readNew(table: EventTable, issuances: readonly IssuanceDraft[]): void {
    this.reserve(table.callers.length);
    for (; this.known < table.callers.length; this.known++) {
      const caller = table.callers[this.known];
      if (caller !== undefined) {
        this.places[this.known] = this.names.add(caller);
      }
    }
    this.nameIssuances(table, issuances);
  }

  private readNames(table: EventTable, callers: readonly number[], issuances: readonly IssuanceDraft[]): void {
    if (this.livingNames > 0 && this.pool.size > 2 * this.livingNames + 4096) {
      // Of files that went, names stay behind.
      this.pool.clear();
      this.names = new CallerNames(this.pool);
      this.livingNames = 0;
      this.places.fill(-1);
      for (const issuance of issuances) {
        issuance.names = -1;
      }
    }
    this.reserve(table.callers.length);
    for (const index of callers) {
      const caller = table.callers[index];
      if (this.places[index] === -1 && caller !== undefined) {
        this.places[index] = this.names.add(caller);
      }
    }
    this.known = table.callers.length;
    this.nameIssuances(table, issuances);
    this.livingNames ||= this.pool.size;
  }

  private nameIssuances(table: EventTable, issuances: readonly IssuanceDraft[]): void {
    for (const issuance of issuances) {
      if (issuance.names === -1) {
        issuance.names = nameIssuance(this.pool, table, issuance);
      }
    }
  }

  private reserve(callers: number): void {
    if (this.places.length < callers) {
      this.places = grownTo(Math.max(callers, this.places.length * 2), this.places);
      this.cellByCaller = grownTo(this.places.length, this.cellByCaller);
    }
  }

  private group(table: EventTable, callers: readonly number[], issuances: readonly IssuanceDraft[]): Groups {
    const { pool } = this;
    const members = callers.length + issuances.length;
    const places = new Int32Array(members);
    for (let member = 0; member < callers.length; member++) {
      places[member] = this.places[callers[member] ?? 0] ?? 0;
    }
    for (let at = 0; at < issuances.length; at++) {
      places[callers.length + at] = issuances[at]?.names ?? 0;
    }
    const groups = new Groups(members);
    pool.join(places, groups);
    this.joinWithCallers(table, callers, issuances, groups);
    return groups;
  }

  /** The record of a sign-in is the session's own; a copy in another account goes where the call that it copies went. */
  private joinWithCallers(
    table: EventTable,
    callers: readonly number[],
    issuances: readonly IssuanceDraft[],
    groups: Groups,
  ): void {
    const memberOfCaller = new Int32Array(table.callers.length).fill(-1);
    callers.forEach((caller, member) => {
      memberOfCaller[caller] = member;
    });
    const copies = issuances.filter(({ row }) => callerAt(table, row).type === 'AWSAccount');
    const copied = new IntMap(16);
    for (const { names } of copies) {
      for (const name of this.pool.call(names)) {
        copied.set(name, 1);
      }
    }
    const isCopied = ({ names }: IssuanceDraft): boolean => this.pool.call(names).some((name) => copied.has(name));
    const areCopies = new Set(copies);
    issuances.forEach((issuance, at) => {
      if (isSignIn(issuance) || (copies.length > 0 && (areCopies.has(issuance) || isCopied(issuance)))) {
        const caller = memberOfCaller[table.caller[issuance.row] ?? -1] ?? -1;
        if (caller !== -1) {
          groups.join(caller, callers.length + at);
        }
      }
    });
  }
}

/** Members of which something is new. */
export interface FreshMembers {
  caller(index: number): boolean;
  issuance(issuance: IssuanceDraft): boolean;
}

function grownTo(length: number, from: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(length).fill(-1);
  grown.set(from);
  return grown;
}
