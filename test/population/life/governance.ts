/**
 * The automation of the organisation: Control Tower, the landing zone, Cloud Custodian, backups across accounts, onboarding,
 * Identity Center's own providers, and the monthly audit of root credentials.
 */
import {
  actions,
  assumeRole,
  assumeRoot,
  createUser,
  deliver,
  HOUR,
  MINUTE,
  role,
  service,
  serviceOrigin,
  throughService,
  user,
  type Action,
  type Seconds,
  type Session,
} from '../../../scripts/sample/records';
import { call } from '../company/calls';
import { days, isWorkday, on } from '../company/calendar';
import type { Diary } from '../company/diary';
import {
  backupMember,
  controlTowerExecution,
  custodianSpoke,
  members,
  organizationAccess,
  PROD,
  roles,
  SECURITY,
  SHARED,
  ssoProvider,
  stages,
  STAGING,
} from '../company/estate';
import { agents, from, sharedNat } from '../company/networks';

function lambda(diary: Diary, at: Seconds, of: typeof roles.rootAudit, name: string): Session {
  return diary.keep(
    deliver(diary.trail, { at, service: 'lambda', role: of, name, minutes: 120, withAssumedRoleUser: false }),
    `lambda ${name}`,
  );
}

/** Control Tower checks each account once a day, and AWS's own service does the assuming. */
function controlTower(diary: Diary, at: Seconds): void {
  const admin = diary.keep(
    deliver(diary.trail, {
      at,
      service: 'controltower',
      role: roles.controlTowerAdmin,
      name: 'AWSControlTower',
      minutes: 60,
      withAssumedRoleUser: true,
    }),
  );
  const origin = serviceOrigin('controltower');
  const caller = throughService(admin, 'controltower');
  members.forEach((account, index) => {
    const execution = diary.keep(
      assumeRole(diary.trail, {
        at: at + 10 + index * 40,
        caller,
        role: controlTowerExecution(account),
        name: 'AWSControlTower-Execution',
        origin,
      }),
    );
    const reads = [
      'config:DescribeConfigurationRecorders',
      'cloudtrail:DescribeTrails',
      'cloudformation:DescribeStacks',
    ];
    diary.doesAll(
      at + 12 + index * 40,
      throughService(execution, 'controltower'),
      reads.map((name) => call(name)),
      origin,
      2,
    );
  });
  diary.shows('Control Tower execution role');
}

/** The pipeline of the landing zone: CodeBuild, its pipeline role, and the role that every new account has. */
function landingZone(diary: Diary, at: Seconds): void {
  const build = diary.keep(
    deliver(diary.trail, {
      at,
      service: 'codebuild',
      role: roles.codebuildZone,
      name: `AWSCodeBuild-${diary.random.uuid()}`,
      minutes: 60,
      withAssumedRoleUser: true,
    }),
    'codebuild landing zone',
  );
  const origin = from('18.153.60.4', agents.codeBuild);
  diary.does(at + 15, build, call('organizations:ListAccounts'), origin);
  const pipeline = diary.keep(
    assumeRole(diary.trail, { at: at + 20, caller: build, role: roles.zonePipeline, name: 'landing-zone', origin }),
  );
  members.forEach((account, index) => {
    const inside = diary.keep(
      assumeRole(diary.trail, {
        at: at + 30 + index * 25,
        caller: pipeline,
        role: organizationAccess(account),
        name: 'landing-zone',
        origin,
      }),
    );
    const reads = ['iam:ListAccountAliases', 'ec2:DescribeRegions', 's3:GetAccountPublicAccessBlock'];
    diary.doesAll(
      at + 32 + index * 25,
      inside,
      reads.map((name) => call(name)),
      origin,
      3,
    );
  });
  diary.shows('landing-zone pipeline > OrganizationAccountAccessRole');
}

/** Cloud Custodian: a function, its hub role, a spoke in every account; reads much, changes tags. */
function custodian(diary: Diary, at: Seconds): void {
  const origin = from(sharedNat, agents.custodian);
  const run = lambda(diary, at, roles.custodianLambda, 'custodian-daily');
  const hub = diary.keep(
    assumeRole(diary.trail, { at: at + 5, caller: run, role: roles.custodianHub, name: 'custodian', origin }),
  );
  stages.forEach((account, index) => {
    const started = at + 10 + index * 90;
    const spoke = diary.keep(
      assumeRole(diary.trail, { at: started, caller: hub, role: custodianSpoke(account), name: 'custodian', origin }),
      `custodian ${account}`,
    );
    const steps = [
      'ec2:DescribeInstances',
      'ec2:DescribeVolumes',
      'ec2:DescribeAddresses',
      'ec2:CreateTags',
      'ec2:DescribeSnapshots',
    ];
    diary.doesAll(
      started + 3,
      spoke,
      steps.map((name) => call(name)),
      origin,
      6,
    );
  });
  diary.shows('Cloud Custodian hub > spokes');
}

/** Backups: a function assumes a role in each account, copies snapshots, and shares them with the account that keeps them. */
function backups(diary: Diary, at: Seconds): void {
  const origin = from(sharedNat, agents.lambdaPython);
  const run = lambda(diary, at, roles.backupOrchestrator, 'backup-orchestrator');
  [STAGING, PROD].forEach((account, index) => {
    const started = at + 8 + index * 120;
    const inside = diary.keep(
      assumeRole(diary.trail, { at: started, caller: run, role: backupMember(account), name: 'backup', origin }),
    );
    const snapshotId = `snap-${diary.random.hex(17)}`;
    const share: Action = call('ec2:ModifySnapshotAttribute', {
      snapshotId,
      attributeType: 'CREATE_VOLUME_PERMISSION',
      createVolumePermission: { add: { items: [{ userId: SHARED }] } },
    });
    const steps = [
      call('ec2:DescribeVolumes'),
      call('ec2:CreateSnapshot', { volumeId: `vol-${diary.random.hex(17)}` }, { snapshotId }),
      share,
      call('rds:DescribeDBSnapshots'),
      call('rds:ModifyDBSnapshotAttribute', {
        dBSnapshotIdentifier: `rds-${diary.random.hex(8)}`,
        attributeName: 'restore',
        valuesToAdd: [SHARED],
      }),
    ];
    diary.doesAll(started + 2, inside, steps, origin, 4);
    diary.doesAcross(
      started + 30,
      inside,
      actions.putObject(SHARED, 'company-backup-index', `${account}/index.json`),
      origin,
      SHARED,
    );
  });
  diary.shows('cross-account backup roles');
  diary.shows('a snapshot shared between own accounts');
  diary.shows('calls between own accounts');
}

/** A ticket makes a user for a machine that can do nothing else: the case file names the role that does it. */
function onboarding(diary: Diary, at: Seconds, ticket: number): void {
  const origin = from(sharedNat, agents.lambdaNode);
  const run = lambda(diary, at, roles.onboarding, 'onboarding');
  const inside = diary.keep(
    assumeRole(diary.trail, { at: at + 4, caller: run, role: roles.onboardingTarget, name: 'onboarding', origin }),
  );
  const made = user(PROD, `device-${ticket}`);
  diary.add([createUser(diary.trail, at + 6, inside, made, origin)]);
  diary.does(at + 7, inside, call('iam:AddUserToGroup', { userName: made.name, groupName: 'devices' }), origin);
  diary.does(
    at + 8,
    inside,
    call('iam:TagUser', { userName: made.name, tags: [{ key: 'ticket', value: String(ticket) }] }),
    origin,
  );
  diary.shows('onboarding automation makes users');
}

/** The audit of root credentials, account after account, by a role that the case file names for this. */
function rootAudit(diary: Diary, at: Seconds): void {
  const origin = from('3.64.201.7', agents.lambdaPython);
  const run = lambda(diary, at, roles.rootAudit, 'root-audit');
  members.forEach((account, index) => {
    const started = at + 5 + index * 12;
    const root = diary.keep(assumeRoot(diary.trail, started, run, account, 'IAMAuditRootUserCredentials', origin));
    const reads = ['iam:GetAccountSummary', 'iam:ListAccessKeys', 'iam:ListMFADevices', 'iam:GetLoginProfile'];
    diary.doesAll(
      started + 1,
      root,
      reads.map((name) => call(name)),
      origin,
      1,
    );
  });
  diary.shows('a scheduled audit of root credentials');
}

/** Identity Center gives a role to an account: it makes the provider and the roles itself. */
function identityCenter(diary: Diary): void {
  const at = on(8, '09:05');
  const caller = service(SECURITY, 'sso');
  const origin = serviceOrigin('sso');
  const provider = ssoProvider(SECURITY);
  diary.does(
    at,
    caller,
    call(
      'iam:CreateSAMLProvider',
      { name: provider, sAMLMetadataDocument: '<EntityDescriptor/>' },
      { sAMLProviderArn: `arn:aws:iam::${SECURITY}:saml-provider/${provider}` },
    ),
    origin,
  );
  const made = role(SECURITY, 'AWSReservedSSO_PlatformEngineer_2b0c1d2e3f4a5b6c', '/aws-reserved/sso.amazonaws.com/');
  const trust = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${SECURITY}:saml-provider/${provider}` },
        Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
      },
    ],
  });
  diary.does(
    at + 2,
    caller,
    call(
      'iam:CreateRole',
      { roleName: made.name, path: '/aws-reserved/sso.amazonaws.com/', assumeRolePolicyDocument: trust },
      { role: { roleName: made.name, arn: made.arn, roleId: made.id } },
    ),
    origin,
  );
  diary.shows('the SSO provider made by Identity Center');
}

export function governance(diary: Diary): void {
  const { random } = diary;
  for (const number of days) {
    controlTower(diary, on(number, '03:10') + random.int(0, 600));
    custodian(diary, on(number, '02:00') + random.int(0, 300));
    custodian(diary, on(number, '14:00') + random.int(0, 300));
    backups(diary, on(number, '01:00') + random.int(0, 300));
    if (isWorkday(number)) {
      landingZone(diary, on(number, '05:20') + random.int(0, HOUR));
      if (random.chance(0.7)) onboarding(diary, on(number, '09:00') + random.int(0, 6 * HOUR), 4100 + number);
    }
    // Weekly.
    if (number === 3 || number === 10) rootAudit(diary, on(number, '06:00') + random.int(0, 5 * MINUTE));
  }
  identityCenter(diary);
}
