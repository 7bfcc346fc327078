/**
 * Containment from above an account: service control policies, permission sets and users of IAM Identity Center, trust anchors
 * of Roles Anywhere.
 *
 * Guarantee: a policy whose text is not in the logs, or that names nobody we understand, contains nobody.
 * Source: API references of AWS Organizations, IAM Identity Center, IAM Roles Anywhere.
 */
import { objectAt, requestParameters, stringAt } from '../../cloudtrail/record';
import { lastSegment } from '../../cloudtrail/text';
import type { LineageModel, Session } from '../../lineage/model';
import { notableAt } from '../../lineage/table';
import { permissionSetOf } from '../../remediate/sso';
import { readPolicy } from '../policy-document';
import { clean } from '../text';
import { deniesOf, storeUserOf } from './deny-documents';
import { accountPlace, everyAccount, signOnPlace } from './places';
import { hitBy, type Off, type Put, type ReadCall, type Reader } from './reader';

const isAccount = (target: string): boolean => /^\d{12}$/.test(target);

const scpWritten: Reader = (call) => {
  const { request, response, memory } = call;
  const id = stringAt(request, 'policyId') || stringAt(response, 'policy', 'policySummary', 'id');
  const read = readPolicy(request['content']);
  const type = stringAt(request, 'type');
  if (id === '' || (type !== '' && type !== 'SERVICE_CONTROL_POLICY') || read.state !== 'read' || !read.complete) {
    return [];
  }
  memory.policies.set(id, read.statements);
  // Where it is attached already, the new text counts from now on.
  return [...(memory.attachments.get(id) ?? [])].map((target) => scpAt(call, id, target));
};

function scpAt({ memory, model }: ReadCall, id: string, target: string): Put | Off {
  const mechanism = `scp|${id}|${target}`;
  // Which accounts are in an organizational unit the logs do not tell: there, only those count whom the policy names.
  const isUnit = target.startsWith('ou-');
  const denies = deniesOf(memory.policies.get(id) ?? []).filter(
    ({ unclear, fits }) => !unclear && !(isUnit && fits === undefined),
  );
  const where = isAccount(target) ? `account ${target}` : clean(target, 64);
  const everybody = denies.some(({ fits }) => fits === undefined);
  return denies.length === 0
    ? { type: 'off', mechanism, words: `service control policy ${clean(id, 64)} at ${where} written anew` }
    : {
        type: 'put',
        mechanism,
        places: [accountPlace(isAccount(target) ? target : everyAccount)],
        ...hitBy(denies, model),
        words: `everything denied to ${everybody ? 'everybody' : 'the principals it names'} in ${where} (service control policy ${clean(id, 64)})`,
      };
}

const scpAttached: Reader = (call) => {
  const id = stringAt(call.request, 'policyId');
  const target = stringAt(call.request, 'targetId');
  const targets = call.memory.attachments.get(id) ?? new Set<string>();
  targets.add(target);
  call.memory.attachments.set(id, targets);
  const at = scpAt(call, id, target);
  return at.type === 'put' ? [at] : [];
};

const scpDetached: Reader = ({ request, memory }) => {
  const id = stringAt(request, 'policyId');
  const target = stringAt(request, 'targetId');
  memory.attachments.get(id)?.delete(target);
  return [
    {
      type: 'off',
      mechanism: `scp|${id}|${target}`,
      words: `service control policy ${clean(id, 64)} detached from ${clean(target, 64)}`,
    },
  ];
};

const permissionSetMade: Reader = ({ response, memory }) => {
  const arn = stringAt(response, 'permissionSet', 'permissionSetArn');
  const name = stringAt(response, 'permissionSet', 'name');
  if (arn !== '' && name !== '') {
    memory.permissionSets.set(arn, name);
  }
  return [];
};

/** True where it cannot be told: the logs rarely have the name of a permission set. */
function mayHave(session: Session, permissionSet: string | undefined): boolean {
  return permissionSet === undefined || permissionSetOf(lastSegment(session.roleArn)) === permissionSet;
}

const permissionSetDenies: Reader = ({ request, memory, model }) => {
  const arn = stringAt(request, 'permissionSetArn');
  const mechanism = `permission-set|${arn}`;
  const name = memory.permissionSets.get(arn);
  const read = readPolicy(request['inlinePolicy']);
  if (read.state !== 'read' || !read.complete) {
    return [];
  }
  const set = `permission set ${clean(name ?? lastSegment(arn), 64)}`;
  const denies = deniesOf(read.statements).filter(({ fits }) => fits !== undefined || name !== undefined);
  if (denies.length === 0) {
    return [{ type: 'off', mechanism, words: `inline policy of ${set} overwritten` }];
  }
  const hit = hitBy(denies, model);
  return [
    {
      type: 'put',
      mechanism,
      places: [signOnPlace(everyAccount)],
      strength: hit.strength,
      covers: (session) => (mayHave(session, name) ? hit.covers(session) : 'no'),
      words: `sessions of ${denies.some(({ fits }) => fits !== undefined) ? 'single users of ' : ''}${set} denied everything`,
    },
  ];
};

const permissionSetCleared: Reader = ({ request }) => {
  const arn = stringAt(request, 'permissionSetArn');
  return [
    {
      type: 'off',
      mechanism: `permission-set|${arn}`,
      words: `inline policy of permission set ${clean(lastSegment(arn), 64)} deleted`,
    },
  ];
};

const assignment = ({
  request,
}: ReadCall): { readonly user: string; readonly target: string; readonly set: string } => ({
  user: stringAt(request, 'principalId'),
  target: stringAt(request, 'targetId'),
  set: stringAt(request, 'permissionSetArn'),
});

const assignmentDeleted: Reader = (call) => {
  const { user, target, set } = assignment(call);
  const name = call.memory.permissionSets.get(set);
  return user === ''
    ? []
    : [
        {
          type: 'put',
          mechanism: `assignment|${set}|${user}|${target}`,
          places: [signOnPlace(target)],
          strength: 'cut',
          covers: (session) =>
            storeUserOf(session, call.model.events) === user && mayHave(session, name) ? 'yes' : 'no',
          words: `assignment of account ${clean(target, 64)} to user ${clean(user, 64)} of IAM Identity Center deleted`,
        },
      ];
};

const assignmentCreated: Reader = (call) => {
  const { user, target, set } = assignment(call);
  return [
    {
      type: 'off',
      mechanism: `assignment|${set}|${user}|${target}`,
      words: `account ${clean(target, 64)} assigned to user ${clean(user, 64)} again`,
    },
  ];
};

const signOnUser =
  (what: 'disabled' | 'deleted'): Reader =>
  ({ request, model }) => {
    const user = stringAt(request, 'userId');
    return user === ''
      ? []
      : [
          {
            type: 'put',
            mechanism: `sso-user|${user}`,
            places: [signOnPlace(everyAccount)],
            strength: 'cut',
            covers: (session) => (storeUserOf(session, model.events) === user ? 'yes' : 'no'),
            words: `user ${clean(user, 64)} of IAM Identity Center ${what}`,
          },
        ];
  };

const signOnUserEnabled: Reader = ({ request }) => {
  const user = stringAt(request, 'userId');
  return [
    {
      type: 'off',
      mechanism: `sso-user|${user}`,
      words: `user ${clean(user, 64)} of IAM Identity Center enabled again`,
    },
  ];
};

/** What a session of Roles Anywhere was opened with: the ARN of its trust anchor or profile. */
function openedWith(model: LineageModel, session: Session, field: string): string {
  const row = model.issuances[session.issuances[0] ?? -1]?.row;
  const record = row === undefined ? undefined : notableAt(model.events, row);
  return record === undefined ? '' : lastSegment(stringAt(requestParameters(record), field));
}

const anywhere =
  (thing: 'trust anchor' | 'profile', id: string, field: string, what: 'disabled' | 'deleted'): Reader =>
  ({ request, response, account, model }) => {
    const name = stringAt(request, id) || stringAt(objectAt(response, 'trustAnchor') ?? {}, id);
    return name === ''
      ? []
      : [
          {
            type: 'put',
            mechanism: `${field}|${account}|${name}`,
            places: [accountPlace(account)],
            strength: 'cut',
            covers: (session) =>
              session.kind === 'roles-anywhere' && openedWith(model, session, field) === name ? 'yes' : 'no',
            words: `${thing} ${clean(name, 64)} of Roles Anywhere ${what}`,
          },
        ];
  };

const anywhereEnabled =
  (thing: string, id: string, field: string): Reader =>
  ({ request, account }) => {
    const name = stringAt(request, id);
    return [
      {
        type: 'off',
        mechanism: `${field}|${account}|${name}`,
        words: `${thing} ${clean(name, 64)} of Roles Anywhere enabled again`,
      },
    ];
  };

export const organizationSteps: Readonly<Record<string, Reader>> = {
  'organizations:CreatePolicy': scpWritten,
  'organizations:UpdatePolicy': scpWritten,
  'organizations:AttachPolicy': scpAttached,
  'organizations:DetachPolicy': scpDetached,
  'sso:CreatePermissionSet': permissionSetMade,
  'sso:PutInlinePolicyToPermissionSet': permissionSetDenies,
  'sso:DeleteInlinePolicyFromPermissionSet': permissionSetCleared,
  'sso:DeleteAccountAssignment': assignmentDeleted,
  'sso:CreateAccountAssignment': assignmentCreated,
  'sso-directory:DisableUser': signOnUser('disabled'),
  'sso-directory:DeleteUser': signOnUser('deleted'),
  'identitystore:DeleteUser': signOnUser('deleted'),
  'sso-directory:EnableUser': signOnUserEnabled,
  'rolesanywhere:DisableTrustAnchor': anywhere('trust anchor', 'trustAnchorId', 'trustAnchorArn', 'disabled'),
  'rolesanywhere:DeleteTrustAnchor': anywhere('trust anchor', 'trustAnchorId', 'trustAnchorArn', 'deleted'),
  'rolesanywhere:EnableTrustAnchor': anywhereEnabled('trust anchor', 'trustAnchorId', 'trustAnchorArn'),
  'rolesanywhere:DisableProfile': anywhere('profile', 'profileId', 'profileArn', 'disabled'),
  'rolesanywhere:DeleteProfile': anywhere('profile', 'profileId', 'profileArn', 'deleted'),
  'rolesanywhere:EnableProfile': anywhereEnabled('profile', 'profileId', 'profileArn'),
};
