/**
 * Trust policies that calls in the logs wrote, in the order of time, each compared with the one before it.
 *
 * Guarantee: successful calls only. A comparison is made only where both documents are there in full: what was cut off or
 * could not be read is told, not guessed.
 */
import type { Action } from '../cloudtrail/columns';
import { partitionOf, requestParameters, responseElements, stringAt, valueAt } from '../cloudtrail/record';
import type { EventTable } from '../lineage/model';
import { accountAt, actionAt, callerAt, notableAt, succeeded, timeAt } from '../lineage/table';
import { assumptions, grantsOf, type Grant } from './external-trust';
import { rowsOfActions } from './facts';
import { allows, readPolicy } from './policy-document';
import { isCall } from './standing';

export interface TrustChange {
  readonly row: number;
  readonly account: string;
  /** Name of the role. */
  readonly role: string;
  readonly roleArn: string;
  readonly grants: readonly Grant[];
  /** Principals that the document before did not let in; none where that is not known. */
  readonly added: ReadonlySet<string>;
  /** Row of the document before, where it was compared with. */
  readonly before: number | undefined;
  /** What is wrong with the text: `''` for one that was read in full. */
  readonly unread: '' | 'could not be read' | 'was cut off';
  /** The first later change of the role that no longer has a principal, or its deletion. */
  readonly endOf: (principal: string) => number | undefined;
}

export interface TrustChanges {
  readonly changes: readonly TrustChange[];
  /** Changes whose record has no document. */
  readonly absent: number;
}

/** What the documents of one role let in, one after the other; undefined where that cannot be told. */
interface History {
  readonly row: number;
  readonly principals: ReadonlySet<string> | undefined;
  /** Of principals that it lets in, the row after which that is over: what `endIn` found. */
  readonly ends: Map<string, number | undefined>;
}

const writes = new Set(['CreateRole', 'UpdateAssumeRolePolicy']);

/** `ownAndTrusted`: accounts that are no strangers, beside the role's own. */
export function trustChanges(events: EventTable, ownAndTrusted: ReadonlySet<string>): TrustChanges {
  const changes: TrustChange[] = [];
  const histories = new Map<string, History[]>();
  let absent = 0;
  for (const row of inOrder(events, rowsOfActions(events, isTrustCall))) {
    if (!succeeded(events, row) || !isCall(events, row)) {
      continue;
    }
    const { eventName } = actionAt(events, row);
    const record = notableAt(events, row) ?? {};
    const request = requestParameters(record);
    const response = responseElements(record);
    const account = accountAt(events, row);
    const role = stringAt(request, 'roleName') || stringAt(response, 'role', 'roleName');
    const key = `${account}|${role}`;
    const history = histories.get(key) ?? [];
    histories.set(key, history);
    if (eventName === 'DeleteRole') {
      history.push({ row, principals: new Set(), ends: new Map() });
      continue;
    }
    const document =
      valueAt(request, eventName === 'CreateRole' ? 'assumeRolePolicyDocument' : 'policyDocument') ??
      valueAt(response, 'role', 'assumeRolePolicyDocument');
    const read = readPolicy(document);
    if (read.state === 'absent' || role === '') {
      absent++;
      history.push({ row, principals: undefined, ends: new Map() });
      continue;
    }
    const known = new Set([...ownAndTrusted, account]);
    const grants = (read.state === 'read' ? read.statements : [])
      .filter((statement) => allows(statement, assumptions))
      .flatMap((statement) => grantsOf(statement, known));
    const whole = read.state === 'read' && read.complete;
    const principals = whole ? new Set(grants.map(({ principal }) => principal)) : undefined;
    // A role that is made has no former document, whatever one of its name had.
    const last = eventName === 'CreateRole' ? undefined : history.at(-1);
    const before = last?.principals === undefined || isDeletion(events, last.row) ? undefined : last;
    history.push({ row, principals, ends: new Map() });
    changes.push({
      row,
      account,
      role,
      roleArn: stringAt(response, 'role', 'arn') || roleArnOf(events, row, account, role),
      grants,
      added: new Set(
        before === undefined ? [] : [...(principals ?? [])].filter((each) => before.principals?.has(each) !== true),
      ),
      before: before?.row,
      unread: whole ? '' : read.state === 'read' ? 'was cut off' : 'could not be read',
      endOf: endIn(history, history.length),
    });
  }
  return { changes, absent };
}

/** Looks at what comes after position `at` of a history, also at what is added to it later. */
function endIn(history: readonly History[], at: number): (principal: string) => number | undefined {
  return (principal) => {
    // Documents on the way that still let it in share the answer: each is looked at once a principal.
    const passed: History[] = [];
    let end: number | undefined;
    for (let next = at; next < history.length; next++) {
      const each = history[next];
      if (each?.principals === undefined) {
        continue;
      }
      if (each.ends.has(principal)) {
        end = each.ends.get(principal);
        break;
      }
      if (!each.principals.has(principal)) {
        end = each.row;
        break;
      }
      passed.push(each);
    }
    passed.forEach(({ ends }) => ends.set(principal, end));
    return end;
  };
}

function isTrustCall({ eventSource, eventName }: Action): boolean {
  return eventSource.startsWith('iam.') && (writes.has(eventName) || eventName === 'DeleteRole');
}

function isDeletion(events: EventTable, row: number): boolean {
  return actionAt(events, row).eventName === 'DeleteRole';
}

/** Of one second, a role of that name goes before one is made, which comes before it is changed: a record has no finer time. */
const ranks = ['DeleteRole', 'CreateRole', 'UpdateAssumeRolePolicy'];

function inOrder(events: EventTable, rows: readonly number[]): number[] {
  const rank = (row: number): number => ranks.indexOf(actionAt(events, row).eventName);
  return [...rows].sort((a, b) => timeAt(events, a) - timeAt(events, b) || rank(a) - rank(b) || a - b);
}

/** Without its path, which only the answer to its making has. */
function roleArnOf(events: EventTable, row: number, account: string, role: string): string {
  return `arn:${partitionOf(callerAt(events, row).arn) || 'aws'}:iam::${account}:role/${role}`;
}
