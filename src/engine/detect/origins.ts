/**
 * The network origin of rows, each distinct combination worked out once.
 *
 * Guarantee: same answers as `originOf`; a call forwarded by a service is never direct.
 */
import { EventFlag } from '../cloudtrail/columns';
import { originOf, type Origin } from '../cloudtrail/network';
import type { EventTable, Session } from '../lineage/model';
import { callerAt, hasFlag, textAt } from '../lineage/table';

export class Origins {
  private readonly plain = new Map<number, Origin>();
  private readonly behindEndpoint = new Map<string, Origin>();

  constructor(private readonly table: EventTable) {}

  at(row: number, consoleSession = false): Origin {
    const { table } = this;
    const source = table.sourceAddress[row] ?? 0;
    const forwarded = callerAt(table, row).invokedBy !== '';
    const endpoint = table.vpcEndpoint[row] ?? 0;
    if (endpoint === 0) {
      // Agent and console only matter behind an endpoint.
      const key = source * 2 + (forwarded ? 1 : 0);
      let origin = this.plain.get(key);
      if (origin === undefined) {
        origin = this.read(row, false);
        this.plain.set(key, origin);
      }
      return origin;
    }
    const fromConsole = consoleSession || hasFlag(table, row, EventFlag.fromConsole);
    const key = `${String(source)},${String(endpoint)},${String(table.userAgent[row] ?? 0)},${String(forwarded)},${String(fromConsole)}`;
    let origin = this.behindEndpoint.get(key);
    if (origin === undefined) {
      origin = this.read(row, fromConsole);
      this.behindEndpoint.set(key, origin);
    }
    return origin;
  }

  private read(row: number, consoleSession: boolean): Origin {
    return originOf({
      sourceAddress: textAt(this.table, 'sourceAddress', row),
      vpcEndpoint: textAt(this.table, 'vpcEndpoint', row),
      userAgent: textAt(this.table, 'userAgent', row),
      invokedBy: callerAt(this.table, row).invokedBy,
      consoleSession,
    });
  }

  /** Places that a session's own calls came from, in the order first seen. */
  directLocations(session: Session): string[] {
    const locations = new Set<string>();
    for (const row of session.rows) {
      const origin = this.at(row, session.kind === 'console');
      if (origin.direct) {
        locations.add(origin.location);
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
