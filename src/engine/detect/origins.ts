/**
 * The network origin of rows, each distinct combination worked out once.
 *
 * Guarantee: same answers as `originOf`; a call forwarded by a service is never direct.
 */
import type { Caller } from '../cloudtrail/caller';
import { EventFlag } from '../cloudtrail/columns';
import { isConsoleAgent, originOf, type Origin } from '../cloudtrail/network';
import type { EventTable, Session } from '../lineage/model';
import { callerAt, textAt } from '../lineage/table';
import { Facts } from './facts';

const nowhere: Origin = { class: 'none', location: '', group: '', direct: false };

export class Origins {
  private readonly known: Origin[] = [];
  /** Positions in `known`, from one, of calls behind no endpoint: by source address, forwarded ones second. */
  private readonly plain: Uint32Array;
  /** The same of calls behind an endpoint. */
  private readonly behindEndpoint = new Map<number, number>();
  private readonly forwarded: Facts<Caller>;
  private readonly consoleAgents: Facts<string>;
  /** Many findings may be about one session. */
  private readonly locations = new WeakMap<Session, readonly string[]>();
  private lastKey = -1;
  private lastIndex = 0;

  constructor(private readonly table: EventTable) {
    this.plain = new Uint32Array(table.strings.length * 2);
    this.forwarded = new Facts(table.callers, ({ invokedBy }) => invokedBy !== '');
    this.consoleAgents = new Facts(table.strings, isConsoleAgent);
  }

  at(row: number, consoleSession = false): Origin {
    return this.known[this.indexAt(row, consoleSession)] ?? nowhere;
  }

  /** What `indexAt` gave. */
  get(index: number): Origin {
    return this.known[index] ?? nowhere;
  }

  /** A number for the origin of a row. Equal numbers are equal origins; an origin that is written in two ways has two. */
  indexAt(row: number, consoleSession = false): number {
    const { table } = this;
    const source = table.sourceAddress[row] ?? 0;
    const forwarded = this.forwarded.of(table.caller[row] ?? 0) ? 1 : 0;
    const endpoint = table.vpcEndpoint[row] ?? 0;
    if (endpoint === 0) {
      // Agent and console only matter behind an endpoint.
      const key = source * 2 + forwarded;
      const index = this.plain[key] ?? 0;
      return index === 0 ? (this.plain[key] = this.read(row, false)) - 1 : index - 1;
    }
    const fromConsole =
      consoleSession ||
      ((table.flags[row] ?? 0) & EventFlag.fromConsole) !== 0 ||
      this.consoleAgents.of(table.userAgent[row] ?? 0);
    const key = (endpoint * table.strings.length + source) * 4 + forwarded * 2 + (fromConsole ? 1 : 0);
    if (key !== this.lastKey) {
      let index = this.behindEndpoint.get(key);
      if (index === undefined) {
        index = this.read(row, fromConsole);
        this.behindEndpoint.set(key, index);
      }
      this.lastKey = key;
      this.lastIndex = index;
    }
    return this.lastIndex - 1;
  }

  /** How many origins there are then. */
  private read(row: number, consoleSession: boolean): number {
    return this.known.push(
      originOf({
        sourceAddress: textAt(this.table, 'sourceAddress', row),
        vpcEndpoint: textAt(this.table, 'vpcEndpoint', row),
        userAgent: textAt(this.table, 'userAgent', row),
        invokedBy: callerAt(this.table, row).invokedBy,
        consoleSession,
      }),
    );
  }

  /** Places that a session's own calls came from, in the order first seen. */
  directLocations(session: Session): readonly string[] {
    const known = this.locations.get(session) ?? this.findLocations(session);
    this.locations.set(session, known);
    return known;
  }

  private findLocations(session: Session): readonly string[] {
    const locations = new Set<string>();
    let last = -1;
    for (const row of session.rows) {
      const index = this.indexAt(row, session.kind === 'console');
      if (index !== last) {
        last = index;
        const origin = this.get(index);
        if (origin.direct) {
          locations.add(origin.location);
        }
      }
    }
    return [...locations];
  }
}

const perTable = new WeakMap<EventTable, Origins>();

/** One cache for all who ask about a table. */
export function originsOf(table: EventTable): Origins {
  let origins = perTable.get(table);
  if (origins === undefined) {
    origins = new Origins(table);
    perTable.set(table, origins);
  }
  return origins;
}
