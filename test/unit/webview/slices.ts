/**
 * Slices like the ones the extension sends: the three cases, and large ones. Built from short descriptions, so that a
 * test shows what matters to it.
 */
import type { LineageSlice, SliceEdge, SliceEvidence, SliceNode } from '../../../src/shared/panel-messages';

export function sessionNode(id: string, more: Partial<SliceNode> = {}): SliceNode {
  return {
    id,
    type: 'session',
    kind: 'role',
    tone: 'ok',
    toneLabel: '',
    title: id,
    subtitle: '',
    depth: 0,
    depthText: '0',
    keys: [],
    accountId: '111122223333',
    firstEventTime: '2024-03-05T02:40:00Z',
    lastEventTime: '2024-03-05T02:50:00Z',
    events: 1,
    denied: 0,
    locations: [],
    userAgents: [],
    actions: [],
    facts: [],
    findings: [],
    evidence: [],
    origin: null,
    moreChildren: 0,
    focus: false,
    ...more,
  };
}

export function edge(from: string, to: string, more: Partial<SliceEdge> = {}): SliceEdge {
  return {
    from,
    to,
    kind: 'assumed',
    label: 'AssumeRole · 02:41:09',
    rule: '',
    confidence: 'exact',
    explanation: '',
    evidence: [],
    ...more,
  };
}

export function slice(
  nodes: readonly SliceNode[],
  edges: readonly SliceEdge[],
  more: Partial<LineageSlice> = {},
): LineageSlice {
  return { title: 'A lineage', incident: null, finding: null, nodes, edges, omitted: 0, ...more };
}

const ACCOUNT = '111122223333';
const ATTACKER = '203.0.113.9';

function record(eventID: string, eventTime: string, eventName: string, reason: string): SliceEvidence {
  return { eventID, eventTime: `2024-03-05T${eventTime}Z`, eventName, reason };
}

function action(
  eventName: string,
  service: string,
  count: number,
  className: string,
  denied = 0,
): SliceNode['actions'][number] {
  return { eventName, eventSource: `${service}.amazonaws.com`, count, class: className, denied };
}

function place(location: string, events: number, suspicious = false): SliceNode['locations'][number] {
  return { location, class: 'public-v4', events, suspicious };
}

function hop(depth: number, role: string, from: string, until: string, more: Partial<SliceNode>): SliceNode {
  const tone = depth >= 3 ? 'red' : depth === 2 ? 'orange' : 'ok';
  const labels = { ok: 'First assumption', orange: 'Possibly anomalous', red: 'Most likely anomalous' };
  return sessionNode(`${ACCOUNT}|AROA${role.toUpperCase()}|2024-03-05T${from}Z`, {
    tone,
    toneLabel: labels[tone],
    title: role,
    subtitle: `session build-${depth}`,
    depth,
    depthText: String(depth),
    firstEventTime: `2024-03-05T${from}Z`,
    lastEventTime: `2024-03-05T${until}Z`,
    locations: [place(ATTACKER, more.events ?? 1)],
    userAgents: [
      'aws-cli/2.15.19 md/awscrt#0.19.19 ua/2.0 os/linux#6.5.0-kali3-amd64 lang/python#3.11.6 cfg/retry-mode#standard',
    ],
    ...more,
  });
}

function object(id: string, kind: SliceNode['kind'], title: string, subtitle: string, at: string): SliceNode {
  return sessionNode(`object:${id}`, {
    type: 'object',
    kind,
    tone: 'object',
    toneLabel: 'Left behind',
    title,
    subtitle,
    firstEventTime: `2024-03-05T${at}Z`,
    lastEventTime: `2024-03-05T${at}Z`,
    events: 0,
    evidence: [record(id, at, kind === 'user' ? 'CreateUser' : 'CreateAccessKey', 'made here')],
  });
}

const CHAIN = {
  id: 'role-chain-depth-1',
  title: 'Role chain of 3 assumptions from a long-term key',
  severity: 'high',
} as const;
const PERSISTENCE = {
  id: 'chain-then-persistence-1',
  title: 'A chained session created user bob with an access key',
  severity: 'critical',
} as const;

const SAME_KEY = 'the access key that was issued is the one that was used';

/** Case 1: a long-term key, three roles, then a new user whose key is used. */
export function roleChain(): LineageSlice {
  const key = sessionNode(`${ACCOUNT}|AIDACI|AKIAIOSFODNN7EXAMPLE`, {
    kind: 'long-term-key',
    tone: 'root',
    toneLabel: 'Start of the lineage',
    title: 'ci-legacy',
    subtitle: 'AKIAIOSFODNN7EXAMPLE',
    keys: ['AKIAIOSFODNN7EXAMPLE'],
    firstEventTime: '2024-03-05T02:38:51Z',
    lastEventTime: '2024-03-05T02:41:09Z',
    events: 14,
    denied: 2,
    locations: [place(ATTACKER, 11), place('198.51.100.24', 3)],
    userAgents: ['aws-cli/2.15.19', 'Boto3/1.34.51 md/Botocore#1.34.51'],
    actions: [
      action('AssumeRole', 'sts', 1, 'identity'),
      action('GetCallerIdentity', 'sts', 2, 'identity'),
      action('ListRoles', 'iam', 4, 'read', 2),
    ],
  });
  const r1 = hop(1, 'DeployRole', '02:41:09', '02:43:30', {
    keys: ['ASIAR1EXAMPLE0000001'],
    events: 9,
    actions: [
      action('AssumeRole', 'sts', 1, 'identity'),
      action('ListBuckets', 's3', 1, 'read'),
      action('DescribeInstances', 'ec2', 7, 'read'),
    ],
  });
  const r2 = hop(2, 'AuditRole', '02:43:30', '02:44:58', {
    keys: ['ASIAR2EXAMPLE0000002'],
    events: 12,
    denied: 3,
    focus: true,
    findings: [CHAIN],
    actions: [
      action('AssumeRole', 'sts', 2, 'identity', 1),
      action('GetAccountAuthorizationDetails', 'iam', 1, 'credential-access'),
      action('ListUsers', 'iam', 3, 'read', 2),
    ],
    evidence: [
      record('e2', '02:43:30', 'AssumeRole', 'second assumption of the chain'),
      record('e3', '02:44:58', 'AssumeRole', 'third assumption of the chain'),
    ],
  });
  const r3 = hop(3, 'OrganizationAccountAccessRole', '02:44:58', '02:52:17', {
    keys: ['ASIAR3EXAMPLE0000003'],
    events: 31,
    findings: [CHAIN, PERSISTENCE],
    actions: [
      action('CreateUser', 'iam', 1, 'persistence'),
      action('CreateAccessKey', 'iam', 1, 'persistence'),
      action('AttachUserPolicy', 'iam', 1, 'privilege'),
      action('ListUsers', 'iam', 2, 'read'),
    ],
    evidence: [
      record('e4', '02:50:02', 'CreateUser', 'a user that outlives the session'),
      record('e5', '02:50:11', 'CreateAccessKey', 'a key that outlives the session'),
    ],
  });
  const bob = object('e4', 'user', 'bob', 'arn:aws:iam::111122223333:user/bob', '02:50:02');
  const bobKey = object('e5', 'access-key', 'AKIABOBEXAMPLE000001', 'of user bob', '02:50:11');
  const used = sessionNode(`${ACCOUNT}|AIDABOB|AKIABOBEXAMPLE000001`, {
    kind: 'long-term-key',
    tone: 'red',
    toneLabel: 'Most likely anomalous',
    title: 'bob',
    subtitle: 'AKIABOBEXAMPLE000001',
    keys: ['AKIABOBEXAMPLE000001'],
    firstEventTime: '2024-03-06T11:02:40Z',
    lastEventTime: '2024-03-07T09:15:03Z',
    events: 118,
    locations: [place('192.0.2.77', 118)],
    actions: [action('GetObject', 's3', 92, 'exfiltration'), action('ListObjects', 's3', 26, 'read')],
  });
  return slice(
    [key, r1, r2, r3, bob, bobKey, used],
    [
      edge(key.id, r1.id, {
        label: 'AssumeRole · 02:41:09',
        rule: SAME_KEY,
        explanation: 'AssumeRole at 02:41:09 issued ASIAR1EXAMPLE0000001, first used at 02:41:20.',
        evidence: [
          record('e1', '02:41:09', 'AssumeRole', 'issued the key'),
          record('u1', '02:41:20', 'ListBuckets', 'first use of the key'),
        ],
      }),
      edge(r1.id, r2.id, {
        label: 'AssumeRole · 02:43:30',
        rule: SAME_KEY,
        explanation: 'AssumeRole at 02:43:30 issued ASIAR2EXAMPLE0000002, first used at 02:43:41.',
        evidence: [
          record('e2', '02:43:30', 'AssumeRole', 'issued the key'),
          record('u2', '02:43:41', 'ListUsers', 'first use of the key'),
        ],
      }),
      edge(r2.id, r3.id, {
        label: 'AssumeRole · 02:44:58',
        confidence: 'session',
        rule: 'same role session, created when the call was made',
        explanation: 'The key is masked in the answer; role session and creation time are the same.',
        evidence: [record('e3', '02:44:58', 'AssumeRole', 'issued the session')],
      }),
      edge(r3.id, bob.id, {
        kind: 'created',
        label: 'CreateUser · 02:50:02',
        evidence: [record('e4', '02:50:02', 'CreateUser', 'made the user')],
      }),
      edge(r3.id, bobKey.id, { kind: 'created', label: 'CreateAccessKey · 02:50:11' }),
      edge(bobKey.id, used.id, {
        kind: 'used-key',
        label: 'first use · 2024-03-06 11:02:40',
        explanation: 'The key made at 02:50:11 is the key used.',
      }),
    ],
    { title: 'Role chain to persistence: ci-legacy → bob', incident: 'incident-1', finding: CHAIN.id },
  );
}

/** Case 2: the chain rooted in an instance, with what the logs tell about it. */
export function instanceChain(): LineageSlice {
  const instance = sessionNode(`${ACCOUNT}|AROAWEB:i-0abc|2024-03-05T01:00:00Z`, {
    kind: 'ec2-instance',
    tone: 'root',
    toneLabel: 'Start of the lineage',
    title: 'i-0abc1234def567890',
    subtitle: 'role web-instance-role',
    keys: ['ASIAEC2EXAMPLE000001', 'ASIAEC2EXAMPLE000002'],
    origin: {
      rule: SAME_KEY,
      confidence: 'exact',
      explanation: 'The key used here is the key issued at 2024-03-05T01:00:00Z.',
      evidence: [
        record('deliver-1', '01:00:00', 'AssumeRole', 'Issued the credential'),
        record('first-1', '01:00:09', 'DescribeInstances', 'First used it'),
      ],
    },
    events: 212,
    locations: [place('2.2.2.2', 212)],
    findings: [{ id: 'ec2-credential-chain-1', title: 'Role chain from an EC2 instance', severity: 'high' }],
    facts: [
      { label: 'Launched', value: '2024-02-11 09:12:44 UTC by terraform', eventID: 'launch-1' },
      { label: 'Image', value: 'ami-0c02fb55956c7d316' },
      { label: 'Subnet', value: 'subnet-0a1b2c3d (vpc-11aa22bb)' },
      { label: 'IMDS tokens', value: 'optional (IMDSv1 allowed)', eventID: 'launch-1' },
      { label: 'Addresses', value: '10.0.1.25, 2.2.2.2', eventID: 'eip-1' },
      { label: 'Last SSM command', value: 'AWS-RunShellScript by ops-anna', eventID: 'ssm-1' },
    ],
    focus: true,
    moreChildren: 3,
  });
  const r1 = hop(1, 'BackupRole', '03:10:00', '03:12:00', { events: 4, locations: [place('2.2.2.2', 4)] });
  const r2 = hop(2, 'CrossAccountOps', '03:12:00', '03:15:10', {
    accountId: '444455556666',
    events: 8,
    locations: [place('2.2.2.2', 8)],
  });
  const r3 = hop(3, 'AdminRole', '03:15:10', '03:40:55', {
    accountId: '444455556666',
    events: 40,
    denied: 6,
    locations: [place('2.2.2.2', 40)],
  });
  const tried = sessionNode('object:attempt-1', {
    type: 'object',
    kind: 'role',
    tone: 'object',
    toneLabel: 'Not obtained',
    title: 'BreakGlassRole',
    subtitle: 'arn:aws:iam::444455556666:role/BreakGlassRole',
    events: 0,
  });
  return slice(
    [r3, tried, instance, r2, r1],
    [
      edge(r2.id, r3.id, {
        confidence: 'ambiguous',
        label: 'AssumeRole · 03:15:10',
        explanation: 'Two sessions could have made the call.',
      }),
      edge(r1.id, r3.id, {
        confidence: 'ambiguous',
        label: 'AssumeRole · 03:15:10',
        explanation: 'Two sessions could have made the call.',
      }),
      edge(instance.id, r1.id, { label: 'AssumeRole · 03:10:00' }),
      edge(r1.id, r2.id, { confidence: 'twin', label: 'AssumeRole · 03:12:00' }),
      edge(r1.id, tried.id, { kind: 'attempted', label: 'AssumeRole denied ×4 · 03:11:20' }),
    ],
    { title: 'Role chain from EC2 instance i-0abc1234def567890', finding: 'ec2-credential-chain-1' },
  );
}

/** Case 3: credentials of an instance used from another address. */
export function instanceElsewhere(): LineageSlice {
  const service = sessionNode('service', {
    kind: 'service',
    tone: 'root',
    toneLabel: 'Delivery by a service',
    title: 'ec2.amazonaws.com',
    subtitle: 'delivered web-instance-role',
    events: 2,
  });
  const instance = sessionNode(`${ACCOUNT}|AROAWEB:i-0abc|2024-03-05T01:00:00Z`, {
    kind: 'ec2-instance',
    tone: 'red',
    toneLabel: 'Most likely anomalous',
    title: 'i-0abc1234def567890',
    subtitle: 'role web-instance-role',
    keys: ['ASIAEC2EXAMPLE000001'],
    events: 61,
    denied: 9,
    locations: [place('2.2.2.2', 42), place('8.8.8.8', 19, true)],
    userAgents: ['aws-sdk-go/1.44.300 (go1.20; linux; amd64)', 'aws-cli/2.15.19 os/macos \u202Egnp.exe'],
    findings: [{ id: 'ec2-off-1', title: 'Instance credentials used from 8.8.8.8', severity: 'high' }],
    facts: [{ label: 'Addresses', value: '10.0.1.25, 2.2.2.2', eventID: 'eip-1' }],
    actions: [
      action('GetSecretValue', 'secretsmanager', 3, 'credential-access'),
      action('GetCallerIdentity', 'sts', 1, 'identity'),
      action('PutObject', 's3', 40, 'other-write'),
      action('DescribeInstances', 'ec2', 17, 'read', 9),
    ],
    evidence: [record('off-1', '04:00:12', 'GetCallerIdentity', 'from 8.8.8.8, which is no address of the instance')],
    focus: true,
  });
  return slice(
    [service, instance],
    [edge('service', instance.id, { kind: 'delivered', label: 'AssumeRole · 01:00:00', confidence: 'inferred' })],
    {
      title: 'Instance credentials used off the instance',
      finding: 'ec2-off-1',
    },
  );
}

/** A tree with this many nodes; each parent has `fan` children, every seventh is orange. */
export function largeTree(count: number, fan: number): LineageSlice {
  const nodes = Array.from({ length: count }, (_, i) =>
    sessionNode(`n${i}`, {
      title: `worker-session-${i}`,
      subtitle: `role batch-${i % 7}`,
      tone: i === 0 ? 'root' : i % 7 === 0 ? 'orange' : 'ok',
      toneLabel: i % 7 === 0 && i > 0 ? 'Possibly anomalous' : '',
      depth: i === 0 ? 0 : 1,
      depthText: i === 0 ? '0' : '1',
      locations: [place('198.51.100.7', 1)],
    }),
  );
  const edges = nodes.slice(1).map((node, i) => edge(`n${Math.floor(i / fan)}`, node.id));
  return slice(nodes, edges, { title: `A lineage of ${count} sessions`, omitted: 17 });
}
