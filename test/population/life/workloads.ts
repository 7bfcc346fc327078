/** Functions, tasks and pods: what runs without an instance of its own, and where each calls from. */
import {
  actions,
  assumeRole,
  assumeRoleForPodIdentity,
  assumeRoleWithWebIdentity,
  deliver,
  MINUTE,
  type Action,
  type Origin,
  type Role,
} from '../../../scripts/sample/records';
import { call } from '../company/calls';
import { days, moments, on } from '../company/calendar';
import type { Diary } from '../company/diary';
import { DEV, PROD, roles, STAGING } from '../company/estate';
import { agents, clusterNat, endpoints, from, prodNat } from '../company/networks';
import type { Life } from './machines';

interface FunctionShape {
  readonly name: string;
  readonly role: Role;
  readonly everyMinutes: number;
  readonly calls: (diary: Diary) => readonly Action[];
  readonly origin: (diary: Diary, action: Action) => Origin;
}

const awsAddress = (diary: Diary): string =>
  `3.${diary.random.int(64, 79)}.${diary.random.int(1, 250)}.${diary.random.int(1, 250)}`;

/** Outside a VPC one execution environment keeps its address; inside, calls go through endpoints or the gateways. */
const functions: readonly FunctionShape[] = [
  {
    name: 'order-indexer',
    role: roles.orderIndexer,
    everyMinutes: 55,
    calls: (diary) => [
      actions.getObject(PROD, 'company-orders', `done/orders/2025/06/${diary.random.int(100_000, 999_999)}.json`),
      actions.getItem(PROD, 'order-index'),
      actions.getItem(PROD, 'order-index'),
    ],
    origin: (diary, action) =>
      action.source === 's3'
        ? from('10.40.21.201', agents.lambdaPython, endpoints.s3)
        : from(diary.random.pick(prodNat.slice(0, 2)), agents.lambdaPython),
  },
  {
    name: 'mailer',
    role: roles.mailer,
    everyMinutes: 70,
    calls: () => [call('ses:SendEmail'), call('ses:SendEmail'), actions.getItem(PROD, 'mail-templates')],
    origin: (diary) => from(awsAddress(diary), agents.lambdaNode),
  },
  {
    name: 'staging-indexer',
    role: roles.stagingIndexer,
    everyMinutes: 150,
    calls: () => [actions.getItem(STAGING, 'order-index'), call('sqs:GetQueueAttributes')],
    origin: (diary) => from(awsAddress(diary), agents.lambdaPython),
  },
  {
    // Rust's SDK does not name the platform it runs on.
    name: 'thumbnails',
    role: roles.thumbnails,
    everyMinutes: 120,
    calls: (diary) => [
      actions.getObject(DEV, 'company-images', `${diary.random.hex(6)}.png`),
      actions.putObject(DEV, 'company-images', `t/${diary.random.hex(6)}.webp`),
    ],
    origin: (diary, action) =>
      from(`52.59.${diary.random.int(1, 2)}.10`, action.name === 'GetObject' ? agents.lambdaPython : agents.lambdaRust),
  },
];

function functionsAtWork(diary: Diary, shape: FunctionShape): void {
  for (const at of moments(diary.random, shape.everyMinutes)) {
    const session = diary.keep(
      deliver(diary.trail, {
        at,
        service: 'lambda',
        role: shape.role,
        name: shape.name,
        minutes: 120,
        withAssumedRoleUser: false,
      }),
      `lambda ${shape.name}`,
    );
    const list = shape.calls(diary);
    // Outside a VPC one environment has one address.
    const one = shape.origin(diary, list[0] ?? call('sts:GetCallerIdentity'));
    list.forEach((action, index) => {
      const origin =
        shape.name === 'order-indexer' ? shape.origin(diary, action) : { ...shape.origin(diary, action), ip: one.ip };
      diary.does(at + 2 + index * 4, session, action, origin);
    });
    if (shape.name === 'order-indexer') diary.shows('a Lambda function inside and outside a VPC');
    if (shape.name === 'thumbnails') diary.shows('a function whose SDK names no platform');
  }
}

/** Fargate: two exits, secrets through an endpoint; each day one old task assumes its own role, as it always did. */
function tasks(diary: Diary, of: Role, everyMinutes: number, ownRole: boolean): void {
  let lastSelf = -1;
  for (const at of moments(diary.random, everyMinutes)) {
    const task = diary.random.hex(32);
    const session = diary.keep(
      deliver(diary.trail, { at, service: 'ecs-tasks', role: of, name: task, minutes: 360, withAssumedRoleUser: true }),
      `task ${of.name}`,
    );
    diary.does(
      at + 30,
      session,
      actions.getSecretValue(PROD, 'shop/payment'),
      from(`10.40.31.${diary.random.int(20, 90)}`, agents.fargate, endpoints.secrets),
    );
    for (let step = 0; step < 9; step++) {
      const when = at + 40 + step * diary.random.int(60, 1500);
      diary.does(when, session, actions.getItem(PROD, 'shop-carts'), from(diary.random.pick(prodNat), agents.fargate));
    }
    diary.shows('a Fargate task through two exits');
    const day = Math.floor(at / 86_400);
    if (ownRole && day !== lastSelf) {
      lastSelf = day;
      const origin = from(prodNat[0], agents.fargate);
      const again = diary.keep(
        assumeRole(diary.trail, { at: at + 45 * MINUTE, caller: session, role: of, name: 'refresh', origin }),
      );
      diary.doesAll(
        at + 46 * MINUTE,
        again,
        [call('sqs:GetQueueAttributes'), actions.getItem(PROD, 'queue')],
        origin,
        60,
      );
      diary.shows('a role that assumes itself once');
    }
  }
}

/** Nightly jobs of Glue: a dozen executors with one session, each behind the gateway of its zone. */
function jobs(diary: Diary): void {
  for (const number of days) {
    const at = on(number, '02:15') + diary.random.int(0, 1800);
    const session = diary.keep(
      deliver(diary.trail, {
        at,
        service: 'glue',
        role: roles.glue,
        name: 'GlueJobRunnerSession',
        minutes: 60,
        withAssumedRoleUser: true,
      }),
      'glue nightly',
    );
    for (let step = 0; step < 24; step++) {
      const part = actions.getObject(PROD, 'company-analytics', `events/part-${diary.random.int(0, 63)}.parquet`);
      diary.does(at + 30 + step * 40, session, part, from(diary.random.pick(prodNat), agents.spark));
    }
    diary.shows('a job of many executors behind several exits');
  }
}

const cluster = 'oidc.eks.eu-central-1.amazonaws.com/id/1D9C7B5A3F1E0D2C4B6A8F7E5D3C1B0A';

/** Pods that sign in with the token of their service account, behind the two exits of the cluster. */
function irsa(diary: Diary, of: Role, namespace: string, everyMinutes: number): void {
  for (const at of moments(diary.random, everyMinutes)) {
    const exit = diary.random.pick(clusterNat);
    const session = diary.keep(
      assumeRoleWithWebIdentity(diary.trail, {
        at,
        role: of,
        name: `botocore-session-${String(at)}`,
        issuer: cluster,
        audience: 'sts.amazonaws.com',
        subject: `system:serviceaccount:${namespace}:api`,
        origin: from(exit, agents.podGo),
      }),
      `pod ${namespace}`,
    );
    for (let step = 0; step < 8; step++) {
      const moved = diary.random.chance(0.2) ? diary.random.pick(clusterNat) : exit;
      diary.does(
        at + 5 + step * diary.random.int(40, 400),
        session,
        actions.getItem(PROD, `${namespace}-items`),
        from(moved, agents.podGo),
      );
    }
    diary.shows('pods with OIDC behind the exits of their cluster');
  }
}

/** Pods that get their role from the agent of EKS: the node asks, EKS delivers. */
function podIdentity(diary: Diary, node: Life): void {
  for (const at of moments(diary.random, 200)) {
    const origin = from(node.machine.exit(at), agents.podGo);
    const grant = assumeRoleForPodIdentity(
      diary.trail,
      at,
      node.sessionAt(at).v2,
      roles.podCatalog,
      'shop',
      `catalog-${diary.random.hex(5)}`,
      origin,
    );
    const session = diary.keep(grant, 'pod catalog');
    for (let step = 0; step < 8; step++) {
      diary.does(
        at + 5 + step * diary.random.int(60, 900),
        session,
        actions.getItem(PROD, 'catalog'),
        from(diary.random.pick(clusterNat), agents.podGo),
      );
    }
    diary.shows('pods with Pod Identity');
  }
}

export function workloads(diary: Diary, fleet: ReadonlyMap<string, Life>): void {
  for (const shape of functions) functionsAtWork(diary, shape);
  tasks(diary, roles.checkoutTask, 95, false);
  tasks(diary, roles.queueTask, 240, true);
  jobs(diary);
  irsa(diary, roles.irsaPayments, 'payments', 75);
  irsa(diary, roles.irsaSearch, 'search', 95);
  const node = fleet.get('kube-1');
  if (node === undefined) throw new Error('the cluster has no node');
  podIdentity(diary, node);
}
