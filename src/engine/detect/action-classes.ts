/**
 * The class of the action of each row, for the rules that ask it of every row.
 *
 * Guarantee: the same answers as `actionClass`; each action is looked at once.
 */
import { actionClass, type ActionClass } from '../cloudtrail/actions';
import { EventFlag } from '../cloudtrail/columns';
import type { EventTable } from '../lineage/model';

export class ActionClasses {
  /** By index of action, and whether the record says that it only reads. */
  private readonly known: (ActionClass | undefined)[] = [];

  constructor(private readonly table: EventTable) {}

  at(row: number): ActionClass {
    const { action, actions, flags } = this.table;
    const index = action[row] ?? 0;
    const readOnly = ((flags[row] ?? 0) & EventFlag.readOnly) !== 0;
    const key = index * 2 + (readOnly ? 1 : 0);
    const known = this.known[key];
    if (known !== undefined) {
      return known;
    }
    const { eventSource = '', eventName = '' } = actions[index] ?? {};
    return (this.known[key] = actionClass(eventSource, eventName, readOnly));
  }
}

const perTable = new WeakMap<EventTable, ActionClasses>();

/** One for all who ask about a table. */
export function actionClassesOf(table: EventTable): ActionClasses {
  const classes = perTable.get(table) ?? new ActionClasses(table);
  perTable.set(table, classes);
  return classes;
}
