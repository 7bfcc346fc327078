/**
 * Calls that are about something: a role, a user, an instance, any other thing that was made, changed or shared.
 *
 * Guarantee: whole names, ids and ARNs only; of the records whose requests are kept, failed calls too; one pass over them.
 */
import { actionClass } from '../cloudtrail/actions';
import type { JsonObject } from '../cloudtrail/columns';
import { accountOf, requestParameters, responseElements, stringAt } from '../cloudtrail/record';
import { resourceOfArn, resourcesOf, type ResourceRef } from '../cloudtrail/resources';
import { lastSegment } from '../cloudtrail/text';
import type { LineageModel } from '../lineage/model';
import { accountAt, actionAt, textAt } from '../lineage/table';
import { asked, found, sessionsAt, type AskedRow, type Finder, type Match } from './who-match';

export type IdentityKind = 'role' | 'user' | 'group';

const idShape = /^A[A-Z]{3}[A-Z0-9]{12,124}$/;

/** IAM calls about an identity, by its name, its ARN with or without path, or the id that it was given when it was made. */
export function callsAbout(model: LineageModel, kind: IdentityKind, name: string): number[] {
  const { events } = model;
  const [, arnKind = ''] = /^arn:[\w-]+:iam::\d*:(role|user|group)\//.exec(name) ?? [];
  if ((arnKind !== '' && arnKind !== kind) || (arnKind === '' && name.startsWith('arn:'))) {
    return [];
  }
  const wanted = idShape.test(name)
    ? madeWithId(model, kind, name)
    : { name: arnKind === '' ? name : lastSegment(name), accountId: accountOf(name) };
  const rows: number[] = [];
  for (const [row, record] of wanted === undefined || wanted.name === '' ? [] : events.notable) {
    if (
      actionAt(events, row).eventSource.startsWith('iam.') &&
      stringAt(requestParameters(record), `${kind}Name`) === wanted?.name &&
      (wanted.accountId === '' || accountAt(events, row) === wanted.accountId)
    ) {
      rows.push(row);
    }
  }
  return rows.sort((a, b) => a - b);
}

function madeWithId(
  { events }: LineageModel,
  kind: IdentityKind,
  id: string,
): { readonly name: string; readonly accountId: string } | undefined {
  for (const [row, record] of events.notable) {
    if (actionAt(events, row).eventSource.startsWith('iam.')) {
      const response = responseElements(record);
      const name = stringAt(response, kind, `${kind}Name`);
      if (name !== '' && stringAt(response, kind, `${kind}Id`) === id) {
        return { name, accountId: accountAt(events, row) };
      }
    }
  }
  return undefined;
}

/** A role, a user or a group that did nothing here: whoever made or changed it, or tried to. */
export function identityThatCallsWereAbout(kind: IdentityKind): Finder {
  return (model, name) => {
    const rows = callsAbout(model, kind, name);
    return found(`${kind} that calls were about`, sessionsAt(model, rows), asked(rows, `about this ${kind}`));
  };
}

/** Identities that one name leads to beyond these are looked up by that name alone. */
const mostIdentities = 4;

/** An answer with the calls about the identity; whoever made them in an account of which it has no session is added. */
export function withCallsAbout(kind: IdentityKind, find: Finder): Finder {
  return (model, name) => {
    const match = find(model, name);
    if (match === undefined) {
      return undefined;
    }
    const { events, sessions } = model;
    // An id or the ARN of a session names the identity, too.
    const arns = new Set(match.sessions.map((index) => sessions[index]?.identityArn ?? ''));
    const names = [name, ...[...arns].filter((arn) => arn !== '').slice(0, mostIdentities)];
    const rows = [...new Set(names.flatMap((each) => callsAbout(model, kind, each)))].sort((a, b) => a - b);
    const own = new Set(match.sessions.map((index) => sessions[index]?.accountId ?? ''));
    const elsewhere = rows.filter((row) => !own.has(accountAt(events, row)));
    const about: AskedRow[] = rows.slice(0, asked(rows, '').length).map((row) => ({
      row,
      role: `about this ${kind}${elsewhere.length === 0 ? '' : `, in account ${accountAt(events, row)}`}`,
    }));
    return found(match.matched, [...match.sessions, ...sessionsAt(model, elsewhere)], [...match.rows, ...about]);
  };
}

/** Calls whose record names a resource that passes the test. */
function callsNaming({ events }: LineageModel, test: (ref: ResourceRef, record: JsonObject) => boolean): number[] {
  const worth = new Map<number, boolean>();
  const rows: number[] = [];
  for (const [row, record] of events.notable) {
    const action = events.action[row] ?? 0;
    const { eventSource, eventName } = actionAt(events, row);
    let is = worth.get(action);
    if (is === undefined) {
      // Most of what is kept hands out credentials: other finders know that.
      is = actionClass(eventSource, eventName, false) !== 'identity';
      worth.set(action, is);
    }
    if (!is) {
      continue;
    }
    const whole = {
      ...record,
      eventSource,
      eventName,
      awsRegion: textAt(events, 'region', row),
      recipientAccountId: accountAt(events, row),
    };
    if (resourcesOf(whole).some((ref) => test(ref, record))) {
      rows.push(row);
    }
  }
  return rows.sort((a, b) => a - b);
}

/** Calls about an instance, also those that were refused. */
export function callsAboutInstance(model: LineageModel, instanceId: string): number[] {
  return callsNaming(model, ({ type, name }) => type === 'AWS::EC2::Instance' && name === instanceId);
}

/** Anything else that a kept request names: a policy, a function, a key pair, a snapshot that was shared. */
export function resourceThatCallsWereAbout(model: LineageModel, name: string): Match | undefined {
  const key = name.startsWith('arn:') ? resourceOfArn(name).key : '';
  const rows = callsNaming(
    model,
    (ref, record) =>
      ref.name === name ||
      ref.arn === name ||
      ref.key === key ||
      (key !== '' && stringAt(requestParameters(record), 'policyArn') === name),
  );
  return found('resource that calls were about', sessionsAt(model, rows), asked(rows, 'about this resource'));
}
