/** §2.22, 2.23: accounts that nobody knows, and root of members. */
import {
  actions,
  assumeRole,
  assumeRoot,
  isoTime,
  longTermKey,
  role,
  seenFromOutside,
  type Action,
  type Caller,
} from '../../../scripts/sample/records';
import { on } from '../company/calendar';
import { call } from '../company/calls';
import { MANAGEMENT, OTHER_STRANGER, PROD, SECURITY, STAGING } from '../company/estate';
import { agents, from, intruder } from '../company/networks';
import type { OrdinaryLife } from '../life/ordinary-life';
import { Scene, type Attack } from './scene';
import { keyOf, target, victims } from './targets';

/** A key of ours assumes a role of an account that nobody knows. */
function outward(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'out: a role of a stranger assumed', on(12, '02:40'));
  const origin = from(intruder.laptop, agents.cliLinux);
  scene.keep(
    assumeRole(scene.trail, {
      at: scene.at(0),
      caller: keyOf(victims.probe2, ' out'),
      role: target.othersDrop,
      name: 'x1',
      origin,
    }),
  );
  return scene.expects('cross-account-unknown', 'medium', { account: OTHER_STRANGER }, '(out) not chained').done();
}

/** Somebody unknown assumes a role of ours: only our copy is logged. */
function inward(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'in: a stranger assumes our role', on(10, '04:00'));
  const account = '777766665555';
  const outside = seenFromOutside({ account, identity: { principalId: 'AROASTRANGERSTRANGER:x', accountId: account } });
  const origin = from(intruder.vps, agents.boto);
  const grant = assumeRole(scene.trail, { at: scene.at(0), caller: outside, role: target.dataLake, name: 'x', origin });
  scene.add(grant.records.slice(1));
  scene.does(30, grant.session, actions.listBuckets, origin);
  return scene
    .expects('cross-account-unknown', 'medium', { account }, '(in) the copy in the account of the role')
    .done();
}

interface Share {
  readonly name: string;
  readonly account: string;
  readonly atLeast: 'high' | 'medium';
  readonly action: Action;
}

const bucketPolicy = (principal: string): Action =>
  call('s3:PutBucketPolicy', {
    bucketName: 'company-exports',
    bucketPolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: principal },
          Action: 's3:GetObject',
          Resource: 'arn:aws:s3:::company-exports/*',
        },
      ],
    },
  });

const shares: readonly Share[] = [
  {
    name: 'a snapshot for everybody',
    account: 'all',
    atLeast: 'high',
    action: call('ec2:ModifySnapshotAttribute', {
      snapshotId: 'snap-0aa',
      attributeType: 'CREATE_VOLUME_PERMISSION',
      createVolumePermission: { add: { items: [{ group: 'all' }] } },
    }),
  },
  {
    name: 'an image for a stranger',
    account: '111100009999',
    atLeast: 'medium',
    action: call('ec2:ModifyImageAttribute', {
      imageId: 'ami-0aa',
      attributeType: 'launchPermission',
      launchPermission: { add: { items: [{ userId: '111100009999' }] } },
    }),
  },
  {
    name: 'a database snapshot for a stranger',
    account: '222200008888',
    atLeast: 'medium',
    action: call('rds:ModifyDBSnapshotAttribute', {
      dBSnapshotIdentifier: 'shop',
      attributeName: 'restore',
      valuesToAdd: ['222200008888'],
    }),
  },
  {
    name: 'a bucket for a stranger',
    account: '333300007777',
    atLeast: 'medium',
    action: bucketPolicy('arn:aws:iam::333300007777:root'),
  },
  {
    name: 'a function for a stranger',
    account: '444400006666',
    atLeast: 'medium',
    action: {
      ...call('lambda:AddPermission20150331v2', {
        functionName: 'order-indexer',
        statementId: 'x',
        action: 'lambda:InvokeFunction',
        principal: '444400006666',
      }),
      readOnly: false,
    },
  },
  {
    name: 'a key for a stranger',
    account: '555500005555',
    atLeast: 'medium',
    action: call('kms:PutKeyPolicy', {
      keyId: 'a0b1c2d3-0000-4000-8000-000000000001',
      policyName: 'default',
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::555500005555:root' },
            Action: 'kms:Decrypt',
            Resource: '*',
          },
        ],
      }),
    }),
  },
];

function share(life: OrdinaryLife, { name, account, atLeast, action }: Share, index: number): Attack {
  const scene = new Scene(life, `shared: ${name}`, on(8 + (index % 5), '01:35'));
  scene.does(0, keyOf(victims.backup, ' sharing'), action, from(intruder.other, agents.cliLinux));
  const entity = account === 'all' ? { key: longTermKey('backup-operator sharing') } : { account };
  return scene.expects('cross-account-unknown', atLeast, entity, `(share) ${name}`).done();
}

/** Root of a member account, for a bucket: by a chained session that nobody named for it. */
function rootOfMember(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'root of a member account', on(9, '00:15'));
  const origin = from(intruder.vps, agents.cliLinux);
  const session = scene.assumes(
    0,
    keyOf({
      ...victims.probe2,
      account: MANAGEMENT,
      name: 'payer-script',
      arn: `arn:aws:iam::${MANAGEMENT}:user/payer-script`,
    }),
    role(MANAGEMENT, 'org-admin'),
    origin,
  );
  const root = scene.keep(assumeRoot(scene.trail, scene.at(60), session, SECURITY, 'S3UnlockBucketPolicy', origin));
  scene.does(80, root, call('s3:DeleteBucketPolicy', { bucketName: 'locked' }), origin);
  return scene.expects('assume-root-use', 'high', { key: root.key }, 'caller not break-glass, depth ≥1').done();
}

function rootRefused(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'root of a member account, refused', on(8, '06:20'));
  const caller = keyOf(victims.archive, ' root');
  const action = call('sts:AssumeRoot', {
    targetPrincipal: PROD,
    taskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/IAMCreateRootUserPassword' },
  });
  scene.isRefused(0, caller, action, from(intruder.laptop, agents.cliLinux));
  return scene.expects('assume-root-use', 'low', { key: longTermKey('log-archiver root') }, 'denied AssumeRoot').done();
}

/** A temporary key of root that nobody issued in these logs. */
function strayRoot(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'temporary credentials of root from nowhere', on(11, '22:50'));
  const key = scene.trail.temporaryKey();
  const root: Caller = {
    account: STAGING,
    identity: {
      type: 'Root',
      principalId: STAGING,
      arn: `arn:aws:iam::${STAGING}:root`,
      accountId: STAGING,
      accessKeyId: key,
      sessionContext: { attributes: { creationDate: isoTime(scene.at(-300)), mfaAuthenticated: 'false' } },
    },
  };
  scene.doesAll(0, root, [actions.getCallerIdentity, actions.listBuckets], from(intruder.vps, agents.cliLinux), 30);
  return scene.expects('assume-root-use', 'medium', { key }, 'root temporary credentials of unknown origin').done();
}

export function otherAccounts(life: OrdinaryLife): Attack[] {
  return [
    outward(life),
    inward(life),
    ...shares.map((each, index) => share(life, each, index)),
    rootOfMember(life),
    rootRefused(life),
    strayRoot(life),
  ];
}
