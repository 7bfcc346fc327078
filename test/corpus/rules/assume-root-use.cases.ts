/** The cases of `assume-root-use`: by whom, for which task, refused, and of unknown origin. Shaped after the AWS STS reference. */
import { actions, assumeRoot, isoTime, role, type Caller, type Session } from '../../../scripts/sample/records';
import {
  account,
  day,
  from,
  hour,
  minute,
  office,
  other,
  R1,
  start,
  type World,
} from '../../unit/engine/support/world';
import { told } from './instance-worlds';
import type { RuleCase } from './rule-case';

const audit = 'IAMAuditRootUserCredentials';
const unlock = 'S3UnlockBucketPolicy';
const third = '777788889999';
const breaker = role(account, 'break-glass');

function asRoot(world: World, at: number, caller: Caller, task = unlock, member = other, uses = 1): Session {
  const grant = assumeRoot(world.trail, start + at, caller, member, task, office);
  world.records.push(...grant.records);
  for (let use = 0; use < uses; use++) {
    world.does(at + minute + use, grant.session, actions.plain('s3', 'DeleteBucketPolicy', { bucketName: 'b' }));
  }
  return grant.session;
}

function refused(world: World, at: number, caller: Caller, member: string, code = 'AccessDenied'): void {
  const resource = `arn:aws:iam::${member}:root`;
  const message = `User: ${caller.identity.arn ?? ''} is not authorized to perform: sts:AssumeRoot on resource: ${resource}`;
  world.does(at, caller, { source: 'sts', name: 'AssumeRoot', error: { code, message } });
}

/** Root of the member account with a temporary key. */
function root(world: World, at: number, issuedBy = '', fromConsole = false): void {
  const caller: Caller = {
    account: other,
    identity: {
      type: 'Root',
      principalId: other,
      arn: `arn:aws:iam::${other}:root`,
      accountId: other,
      accessKeyId: issuedBy === '' ? 'ASIAROOTUNKNOWN12345' : issuedBy,
      sessionContext: { attributes: { creationDate: isoTime(start + at), mfaAuthenticated: 'false' } },
    },
  };
  world.does(at + minute, caller, actions.listBuckets, {
    ...from('198.51.100.9'),
    ...(fromConsole ? { fromConsole: true } : {}),
  });
}

/** Root with its long-term key. */
const rootKey: Caller = {
  account: other,
  identity: {
    type: 'Root',
    principalId: other,
    arn: `arn:aws:iam::${other}:root`,
    accountId: other,
    accessKeyId: 'AKIAROOTLONGTERM1234',
  },
};

export const cases: readonly RuleCase[] = [
  {
    name: 'a person of Identity Center unlocks a bucket',
    kind: 'positive',
    world: told('person', (world) => {
      asRoot(world, 10 * minute, world.signsOn(0, 'ana'));
    }),
    expect: [
      {
        severity: 'medium',
        count: 1,
        confidence: 'exact',
        title: `Root of account ${other} assumed by SSO user ana (Engineer), S3UnlockBucketPolicy (delete the policy of a locked bucket)`,
        says: ['1 time', '1 call with them'],
        techniques: ['T1548.005', 'T1078.004'],
        evidence: ['AssumeRoot', 'DeleteBucketPolicy'],
      },
    ],
  },
  {
    name: 'a session that was reached by assuming a role',
    kind: 'positive',
    world: told('chained', (world) => {
      asRoot(world, 10 * minute, world.assumes(0, world.alice, R1));
    }),
    expect: [
      {
        severity: 'high',
        says: ['1 role assumption', 'break-glass'],
        evidence: ['AssumeRole', 'AssumeRoot', 'DeleteBucketPolicy'],
      },
    ],
  },
  {
    name: 'a break-glass role that was assumed',
    kind: 'positive',
    world: told('break glass', (world) => {
      asRoot(world, 10 * minute, world.assumes(0, world.alice, breaker));
    }),
    settings: { breakGlassRoles: ['break-glass'] },
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'an audit of root credentials, by whatever session',
    kind: 'positive',
    world: told('audit', (world) => {
      asRoot(world, 10 * minute, world.assumes(0, world.alice, R1), audit);
    }),
    expect: [{ severity: 'info', says: ['an audit'] }],
  },
  {
    name: 'an audit, and then the password of root: the worse decides',
    kind: 'positive',
    world: told('audit and password', (world) => {
      const session = world.assumes(0, world.alice, R1);
      asRoot(world, 10 * minute, session, audit);
      asRoot(world, 20 * minute, session, 'IAMCreateRootUserPassword');
    }),
    expect: [
      {
        severity: 'high',
        count: 2,
        says: ['IAMAuditRootUserCredentials', 'IAMCreateRootUserPassword', '2 times', '2 calls'],
      },
    ],
  },
  {
    name: 'two member accounts are two findings',
    kind: 'positive',
    world: told('two accounts', (world) => {
      const session = world.signsOn(0, 'ana');
      asRoot(world, 10 * minute, session);
      asRoot(world, 20 * minute, session, unlock, third);
    }),
    expect: [{ severity: 'medium' }, { severity: 'medium' }],
  },
  {
    name: 'made and not used',
    kind: 'positive',
    world: told('unused', (world) => {
      asRoot(world, 10 * minute, world.signsOn(0, 'ana'), unlock, other, 0);
    }),
    expect: [{ severity: 'medium', says: ['do not show them used'] }],
  },
  {
    name: 'made before the period asked for, used within it',
    kind: 'positive',
    world: told('used in the period', (world) => {
      asRoot(world, 10 * minute, world.signsOn(0, 'ana'));
    }),
    options: { since: '2025-05-12T08:10:30Z' },
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'made and used before the period asked for',
    kind: 'negative',
    world: told('before the period', (world) => {
      asRoot(world, 10 * minute, world.signsOn(0, 'ana'));
      world.does(day, world.alice, actions.listBuckets);
    }),
    options: { since: '2025-05-12T20:00:00Z' },
    expect: [],
  },
  {
    name: 'refused in two accounts',
    kind: 'positive',
    world: told('refused', (world) => {
      const session = world.assumes(0, world.alice, R1);
      refused(world, minute, session, other);
      refused(world, 2 * minute, session, third);
    }),
    expect: [{ severity: 'low', count: 2, says: [`account ${other} and account ${third}`, 'refused 2 times'] }],
  },
  {
    name: 'refused, and then granted: one finding, of the grant',
    kind: 'positive',
    world: told('refused and granted', (world) => {
      const session = world.signsOn(0, 'ana');
      refused(world, minute, session, other);
      asRoot(world, 10 * minute, session);
    }),
    expect: [{ severity: 'medium', count: 1 }],
  },
  {
    name: 'failed for another reason than a refusal',
    kind: 'negative',
    world: told('failed', (world) => {
      refused(world, minute, world.signsOn(0, 'ana'), other, 'ValidationError');
    }),
    expect: [],
  },
  {
    name: 'root in the console',
    kind: 'negative',
    world: told('console', (world) => {
      root(world, hour, '', true);
    }),
    expect: [],
  },
  {
    name: 'root with its long-term key: another matter',
    kind: 'negative',
    world: told('long-term', (world) => {
      world.does(hour, rootKey, actions.listBuckets);
    }),
    expect: [],
  },
  {
    name: 'root with temporary credentials of which nothing tells the origin',
    kind: 'ambiguous',
    world: told('unknown origin', (world) => {
      root(world, hour);
    }),
    expect: [
      {
        severity: 'medium',
        count: 1,
        title: `Root temporary credentials of unknown origin in account ${other}`,
        addresses: ['198.51.100.9'],
      },
    ],
  },
];
