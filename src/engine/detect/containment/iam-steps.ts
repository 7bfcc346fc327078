/**
 * Containment of users and roles, by call of IAM. The names of the plan's own policies are read where the log left the
 * document out; with the document, that decides.
 *
 * Source: IAM API Reference; IAM User Guide, "AWS managed policies": AWSDenyAll, AWSCompromisedKeyQuarantine…
 */
import type { JsonValue } from '../../cloudtrail/columns';
import { stringAt } from '../../cloudtrail/record';
import { formatInstant } from '../../cloudtrail/time';
import { lastSegment } from '../../cloudtrail/text';
import type { Session } from '../../lineage/model';
import { revokePolicyName } from '../../remediate/names';
import { readPolicy } from '../policy-document';
import { isQuarantine } from '../quarantine-policies';
import { clean } from '../text';
import { deniesOf, type Deny } from './deny-documents';
import { keyPlace, rolePlace, userPlace } from './places';
import { hitBy, type Off, type Put, type ReadCall, type Reader } from './reader';

type Kind = 'user' | 'role' | 'group';

const everything: Deny = {
  before: undefined,
  fits: undefined,
  principalArns: [],
  userIds: [],
  storeUsers: [],
  unclear: false,
};

/** Who a policy of a user, role or group is about. */
function holdersOf(kind: Kind, name: string, { account, memory }: ReadCall): string[] {
  switch (kind) {
    case 'user':
      return [userPlace(account, name)];
    case 'role':
      return [rolePlace(account, name)];
    case 'group':
      return [...(memory.members.get(`${account}|${name}`) ?? [])].map((user) => userPlace(account, user));
  }
}

/** What an inline policy denies; by its name alone where the log has no document. */
function inlineDenies(name: string, document: JsonValue | undefined, time: number): Deny[] {
  const read = readPolicy(document);
  if (read.state === 'read' && read.complete) {
    return deniesOf(read.statements);
  }
  if (name === revokePolicyName) {
    return [{ ...everything, before: time }];
  }
  if (name.startsWith('IncidentDenyAll-')) {
    return [everything];
  }
  return /^Incident(Deny|Revoke)/.test(name) ? [{ ...everything, unclear: true }] : [];
}

const putInline =
  (kind: Kind): Reader =>
  (call) => {
    const name = stringAt(call.request, `${kind}Name`);
    const policy = stringAt(call.request, 'policyName');
    const mechanism = `inline|${kind}|${call.account}|${name}|${policy}`;
    const denies = inlineDenies(policy, call.request['policyDocument'], call.time);
    const of = `${kind} ${clean(name, 64)}`;
    const places = holdersOf(kind, name, call);
    if (denies.length === 0) {
      return isQuarantine(policy)
        ? [{ type: 'put', mechanism, places, strength: 'listed', words: `${clean(policy)} put on ${of}` }]
        : [{ type: 'off', mechanism, words: `policy ${clean(policy)} of ${of} overwritten` }];
    }
    return [{ type: 'put', mechanism, places, ...hitBy(denies, call.model), words: denyWords(denies, of, policy) }];
  };

function denyWords(denies: readonly Deny[], of: string, policy: string): string {
  const named = `policy ${clean(policy)}`;
  const [deny] = denies;
  if (deny === undefined || denies.every(({ unclear }) => unclear)) {
    return `${named} with a condition that is not understood put on ${of}`;
  }
  const sessions = deny.fits === undefined ? `sessions of ${of}` : `single sessions of ${of}`;
  return deny.before === undefined
    ? deny.fits === undefined
      ? `everything denied to ${of} (${named})`
      : `everything denied to ${sessions} (${named})`
    : `${sessions} issued before ${formatInstant(deny.before)} revoked (${named})`;
}

const deleteInline =
  (kind: Kind): Reader =>
  ({ request, account }) => {
    const name = stringAt(request, `${kind}Name`);
    const policy = stringAt(request, 'policyName');
    return [
      {
        type: 'off',
        mechanism: `inline|${kind}|${account}|${name}|${policy}`,
        words: `policy ${clean(policy)} deleted from ${kind} ${clean(name, 64)}`,
      },
    ];
  };

const attach =
  (kind: Kind): Reader =>
  (call) => {
    const name = stringAt(call.request, `${kind}Name`);
    const arn = stringAt(call.request, 'policyArn');
    const policy = lastSegment(arn);
    const denies =
      policy === 'AWSDenyAll' && arn.includes(':iam::aws:policy/')
        ? [everything]
        : deniesOf(call.memory.policies.get(arn) ?? []);
    const listed = denies.length === 0 && isQuarantine(policy);
    if (denies.length === 0 && !listed) {
      return [];
    }
    const of = `${kind} ${clean(name, 64)}`;
    return [
      {
        type: 'put',
        mechanism: `attached|${kind}|${call.account}|${name}|${arn}`,
        places: holdersOf(kind, name, call),
        ...(listed
          ? { strength: 'listed' as const, words: `${clean(policy)} attached to ${of}` }
          : { ...hitBy(denies, call.model), words: denyWords(denies, of, policy) }),
      },
    ];
  };

const detach =
  (kind: Kind): Reader =>
  ({ request, account }) => {
    const name = stringAt(request, `${kind}Name`);
    const arn = stringAt(request, 'policyArn');
    return [
      {
        type: 'off',
        mechanism: `attached|${kind}|${account}|${name}|${arn}`,
        words: `policy ${clean(lastSegment(arn))} detached from ${kind} ${clean(name, 64)}`,
      },
    ];
  };

const userOf = ({ request, self }: ReadCall): string => stringAt(request, 'userName') || self;

function keyPut(call: ReadCall, what: 'set inactive' | 'deleted'): Put[] {
  const key = stringAt(call.request, 'accessKeyId');
  const user = userOf(call);
  return key === ''
    ? []
    : [
        {
          type: 'put',
          mechanism: `key|${key}`,
          places: [keyPlace(key)],
          // A long-term key alone: temporary ones cannot be deactivated.
          covers: ({ keys, creationDate }) => (creationDate === undefined && keys.includes(key) ? 'yes' : 'no'),
          words: `access key ${clean(key, 64)}${user === '' ? '' : ` of user ${clean(user, 64)}`} ${what}`,
        },
      ];
}

const updateAccessKey: Reader = (call) => {
  const status = stringAt(call.request, 'status').toLowerCase();
  const key = stringAt(call.request, 'accessKeyId');
  if (status === 'inactive') {
    return keyPut(call, 'set inactive');
  }
  return status === 'active' && key !== ''
    ? [{ type: 'off', mechanism: `key|${key}`, words: `access key ${clean(key, 64)} set active again` }]
    : [];
};

const userDeleted: Reader = (call) => {
  const name = userOf(call);
  return [
    {
      type: 'put',
      mechanism: `user|${call.account}|${name}`,
      places: [userPlace(call.account, name)],
      words: `user ${clean(name, 64)} deleted`,
    },
  ];
};

const userCreated: Reader = ({ request, account }) => {
  const name = stringAt(request, 'userName');
  return [{ type: 'off', mechanism: `user|${account}|${name}`, words: `user ${clean(name, 64)} created again` }];
};

const roleDeleted: Reader = ({ request, account, time }) => {
  const name = stringAt(request, 'roleName');
  return [
    {
      type: 'put',
      mechanism: `role|${account}|${name}`,
      places: [rolePlace(account, name)],
      // One of the same name that is made later is another role.
      covers: (session) => (begunBefore(session, time) ? 'yes' : 'no'),
      words: `role ${clean(name, 64)} deleted`,
    },
  ];
};

function begunBefore({ creationDate, firstEventTime }: Session, time: number): boolean {
  return (creationDate ?? firstEventTime ?? Infinity) <= time;
}

const passwordDeleted: Reader = (call) => {
  const name = userOf(call);
  return [
    {
      type: 'put',
      mechanism: `password|${call.account}|${name}`,
      places: [userPlace(call.account, name)],
      covers: ({ kind }) => (kind === 'console' ? 'yes' : 'no'),
      strength: 'cut',
      words: `console password of user ${clean(name, 64)} deleted`,
    },
  ];
};

const passwordCreated: Reader = (call): Off[] => {
  const name = userOf(call);
  return [
    {
      type: 'off',
      mechanism: `password|${call.account}|${name}`,
      words: `console password of user ${clean(name, 64)} created again`,
    },
  ];
};

/** Documents of managed policies: a deny may be attached by name alone. */
const policyMade: Reader = ({ request, response, memory }) => {
  const arn = stringAt(response, 'policy', 'arn') || stringAt(request, 'policyArn');
  const isDefault = request['setAsDefault'] !== false;
  const read = readPolicy(request['policyDocument']);
  if (arn !== '' && isDefault && read.state === 'read' && read.complete) {
    memory.policies.set(arn, read.statements);
  }
  return [];
};

const membership =
  (joins: boolean): Reader =>
  ({ request, account, memory }) => {
    const key = `${account}|${stringAt(request, 'groupName')}`;
    const members = memory.members.get(key) ?? new Set<string>();
    memory.members.set(key, members);
    const user = stringAt(request, 'userName');
    if (joins) {
      members.add(user);
    } else {
      members.delete(user);
    }
    return [];
  };

export const iamSteps: Readonly<Record<string, Reader>> = {
  'iam:UpdateAccessKey': updateAccessKey,
  'iam:DeleteAccessKey': (call) => keyPut(call, 'deleted'),
  'iam:DeleteUser': userDeleted,
  'iam:CreateUser': userCreated,
  'iam:DeleteRole': roleDeleted,
  'iam:DeleteLoginProfile': passwordDeleted,
  'iam:CreateLoginProfile': passwordCreated,
  'iam:PutUserPolicy': putInline('user'),
  'iam:PutRolePolicy': putInline('role'),
  'iam:PutGroupPolicy': putInline('group'),
  'iam:DeleteUserPolicy': deleteInline('user'),
  'iam:DeleteRolePolicy': deleteInline('role'),
  'iam:DeleteGroupPolicy': deleteInline('group'),
  'iam:AttachUserPolicy': attach('user'),
  'iam:AttachRolePolicy': attach('role'),
  'iam:AttachGroupPolicy': attach('group'),
  'iam:DetachUserPolicy': detach('user'),
  'iam:DetachRolePolicy': detach('role'),
  'iam:DetachGroupPolicy': detach('group'),
  'iam:CreatePolicy': policyMade,
  'iam:CreatePolicyVersion': policyMade,
  'iam:AddUserToGroup': membership(true),
  'iam:RemoveUserFromGroup': membership(false),
};
