/**
 * What sessions of the lineage left behind: users, keys, passwords, attached policies, trust, and whatever else outlives a
 * session. Disabled rather than deleted, so that evidence stays.
 *
 * Guarantee: commands come from the record that made the object, not from its display name; without that record, or with values
 * AWS would not allow, the step says what to look for instead.
 */
import { step } from './command';
import { actionsByEvent } from './object-actions';
import type { Making } from './making';
import { shortHash } from './names';
import { outlineId, type Built, type Outline, type PlanContext } from './outline';
import { denyUserOutline } from './user-key';
import type { Step } from './remediation';
import { accountAt, actionAt, notableAt, textAt } from '../lineage/table';
import { accountOf, partitionOf, requestParameters, responseElements } from '../cloudtrail/record';

export function createdObjects(context: PlanContext): readonly Outline[] {
  const outlines = new Map<string, Outline>();
  const handled = new Set(context.scope.users.map(({ key }) => key));
  const handledKeys = new Set(context.scope.users.filter(({ foreign }) => !foreign).flatMap(({ keys }) => keys));
  for (const { object, row } of context.made) {
    if (object.accessKeyId !== undefined && handledKeys.has(object.accessKeyId)) {
      continue; // With its user.
    }
    const making = makingOf(context, row, object.kind, object.name, object.arn ?? '', object.accessKeyId ?? '');
    const id = outlineId(
      'created',
      `${making.accountId}:${object.kind}:${object.name}${object.accessKeyId === undefined ? '' : `:${object.accessKeyId}`}:${making.eventName}:${shortHash(object.eventID)}`,
    );
    const gone =
      object.deletedAt === undefined
        ? []
        : [`These logs show it deleted at ${object.deletedAt}: check that it is gone.`];
    outlines.set(id, {
      id,
      title: `${titleOf(making, object.kind)} ${object.name}`,
      phase: 'persistence',
      build: () => {
        const remedy = remedyFor(context, making, object.kind);
        return {
          steps: remedy.steps.map((each) => ({ ...each, notes: [...gone, ...each.notes] })),
          files: remedy.files,
        };
      },
    });
    // A user made here, even one that never acted, is denied everything; those that acted are in `users` already.
    const userName = making.action === 'iam:CreateUser' ? making.name : '';
    const key = `user:${making.accountId}:${userName}`;
    if (userName !== '' && !handled.has(key)) {
      handled.add(key);
      const outline = denyUserOutline(
        context,
        { type: 'user', key, name: userName, accountId: making.accountId, partition: making.partition },
        'persistence',
      );
      outlines.set(outline.id, outline);
    }
  }
  return [...outlines.values()];
}

const eventOfKind: Readonly<Record<string, string>> = {
  user: 'CreateUser',
  'access-key': 'CreateAccessKey',
  'login-profile': 'CreateLoginProfile',
  role: 'CreateRole',
};

function makingOf(
  context: PlanContext,
  row: number | undefined,
  kind: string,
  name: string,
  arn: string,
  accessKeyId: string,
): Making {
  const { events } = context.model;
  const record = row === undefined ? undefined : notableAt(events, row);
  const request = (record === undefined ? undefined : requestParameters(record)) ?? {};
  const response = (record === undefined ? undefined : responseElements(record)) ?? {};
  const accountId =
    row === undefined ? accountOf(arn) || (context.scope.sessions[0]?.accountId ?? '') : accountAt(events, row);
  const action = row === undefined ? undefined : actionAt(events, row);
  const eventName = action?.eventName ?? eventOfKind[kind] ?? '';
  const service = action === undefined ? 'iam' : action.eventSource.replace(/\.amazonaws\.com.*$/, '');
  return {
    eventName,
    action: `${service}:${eventName}`,
    accountId,
    region: row === undefined ? '' : textAt(events, 'region', row),
    partition: partitionOf(arn) || (context.scope.roles[0]?.partition ?? context.scope.users[0]?.partition ?? 'aws'),
    request,
    response,
    name,
    arn,
    accessKeyId,
    row,
  };
}

function titleOf(making: Making, kind: string): string {
  return actionsByEvent[making.action]?.title ?? `Undo ${making.eventName === '' ? kind : making.eventName}:`;
}

function remedyFor(context: PlanContext, making: Making, kind: string): Built {
  const action = actionsByEvent[making.action];
  if (action !== undefined) {
    return action.remedy(making, context);
  }
  return { steps: [byHand(making, kind)], files: [] };
}

function byHand(making: Making, kind: string): Step {
  return step({
    title: `Look at ${kind} ${making.name}`,
    refused: `There is no ready command for what ${making.eventName === '' ? 'made it' : making.eventName} made. Open the record, and disable the object in its service.`,
    notes: making.region === '' ? [] : [`Region ${making.region}, account ${making.accountId}.`],
  });
}
