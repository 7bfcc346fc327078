/** Incidents as the sample's builders make them, and the findings that the plans under test start from. */
import { emptyCase, type CaseSettings } from '../../../../src/engine/case-settings';
import type { CreatedObject, Finding, Incident } from '../../../../src/engine/contract';
import type { FindingDraft } from '../../../../src/engine/detect/detector';
import type { LineageModel, Session } from '../../../../src/engine/lineage/model';
import { actionAt, eventIdAt, notableAt } from '../../../../src/engine/lineage/table';
import { responseElements, requestParameters, stringAt } from '../../../../src/engine/cloudtrail/record';
import { planFor } from '../../../../src/engine/remediate/plan';
import type { RemediationPlan } from '../../../../src/engine/remediate/remediation';
import {
  actions,
  assumeRole,
  createAccessKey,
  createUser,
  deliverToInstance,
  iamUser,
  role,
  Trail,
  user,
  utc,
  type Caller,
  type CloudTrailRecord,
  type Origin,
  type Role,
} from '../../../../scripts/sample/records';
import { modelOf, sessionWithKey } from '../support/files';

export const ACCOUNT = '111122223333';
export const INSTANCE = 'i-0123456789abcdef0';
const outside: Origin = { ip: '192.0.2.66', ua: 'aws-cli/2.15.30' };

export const leakedKey = 'AKIAEXAMPLELEAKED001';
export const newKey = 'AKIAEXAMPLEBOBSKEY01';

export interface ChainNames {
  readonly user?: string;
  readonly roles?: readonly [string, string, string];
  readonly sessions?: readonly [string, string, string];
  readonly created?: string;
}

/** A leaked key, three roles one after the other, and a new user with a key that acts. */
export function chainRecords(names: ChainNames = {}): CloudTrailRecord[] {
  const trail = new Trail('remediation chain');
  const owner = user(ACCOUNT, names.user ?? 'ci-legacy');
  const [r1, r2, r3] = (names.roles ?? ['R1', 'R2', 'R3']).map((name) => role(ACCOUNT, name)) as [Role, Role, Role];
  const [s1, s2, s3] = names.sessions ?? ['alpha', 'beta', 'gamma'];
  const created = user(ACCOUNT, names.created ?? 'Bob');
  const records: CloudTrailRecord[] = [];
  const start = utc('2023-07-10T12:00:00Z');
  const leaked = iamUser(owner, leakedKey);
  const hop = (minutes: number, caller: Caller, to: Role, name: string): Caller => {
    const grant = assumeRole(trail, { at: start + minutes * 60, caller, role: to, name, origin: outside });
    records.push(
      ...grant.records,
      trail.record(start + minutes * 60 + 30, grant.session, actions.getCallerIdentity, outside),
    );
    return grant.session;
  };
  const first = hop(0, leaked, r1, s1);
  const second = hop(5, first, r2, s2);
  const third = hop(10, second, r3, s3);
  records.push(createUser(trail, start + 900, third, created, outside));
  const made = createAccessKey(trail, { at: start + 930, caller: third, owner: created, key: newKey, origin: outside });
  records.push(
    ...made.records,
    trail.record(
      start + 960,
      third,
      actions.attachUserPolicy(created, 'arn:aws:iam::aws:policy/AdministratorAccess'),
      outside,
    ),
  );
  records.push(trail.record(start + 1000, made.session, actions.listBuckets, outside));
  return records;
}

/** An instance whose credentials assume a role, and another instance of the same role. */
export function instanceRecords(): {
  readonly records: CloudTrailRecord[];
  readonly role: Role;
  readonly target: Role;
  readonly otherInstance: string;
} {
  const trail = new Trail('remediation instance');
  const start = utc('2023-07-10T12:00:00Z');
  const web = role(ACCOUNT, 'web-role');
  const target = role(ACCOUNT, 'report-reader');
  const otherInstance = 'i-0fedcba9876543210';
  const stolen = deliverToInstance(trail, start, web, INSTANCE);
  const other = deliverToInstance(trail, start, web, otherInstance);
  const grant = assumeRole(trail, {
    at: start + 600,
    caller: stolen.v1,
    role: target,
    name: 'report',
    origin: outside,
  });
  return {
    records: [
      ...stolen.records,
      ...other.records,
      trail.record(start + 60, stolen.v1, actions.listBuckets, outside),
      trail.record(start + 61, other.v2, actions.listBuckets, outside),
      ...grant.records,
      trail.record(start + 700, grant.session, actions.listBuckets, outside),
    ],
    role: web,
    target,
    otherInstance,
  };
}

const kinds: Readonly<Record<string, string>> = {
  CreateUser: 'user',
  CreateAccessKey: 'access-key',
  AttachUserPolicy: 'policy',
  UpdateAssumeRolePolicy: 'role',
  CreateRole: 'role',
  PutRolePolicy: 'policy',
};

/** A finding about `subject`, with the objects that any session made. */
export function draftOf(model: LineageModel, subject: Session): FindingDraft {
  const evidence = [...subject.rows].map((row) => ({ row, reason: 'event of the session' }));
  const objects: CreatedObject[] = [];
  for (const { row } of evidence) {
    const { eventName } = actionAt(model.events, row);
    const record = notableAt(model.events, row);
    const kind = kinds[eventName];
    if (record === undefined || kind === undefined) {
      continue;
    }
    const parameters = requestParameters(record) ?? {};
    const key = stringAt(responseElements(record) ?? {}, 'accessKey', 'accessKeyId');
    objects.push({
      kind,
      name: stringAt(parameters, 'userName') || stringAt(parameters, 'roleName'),
      eventID: eventIdAt(model.events, row),
      ...(key === '' ? {} : { accessKeyId: key }),
    });
  }
  return {
    rule: 'role-chain-depth',
    keys: [subject.id],
    severity: 'high',
    confidence: 'exact',
    title: `Credentials assumed ${subject.name}`,
    explanation: 'A chain of roles.',
    sessions: [subject.index],
    roles: [],
    instanceIds: [],
    addresses: [],
    techniques: [],
    count: 1,
    evidence,
    context: [],
    createdObjects: objects,
  };
}

export function analysisOf(
  model: LineageModel,
  draft: FindingDraft,
  settings: CaseSettings = emptyCase,
): Parameters<typeof planFor>[0] {
  const finding: Finding = {
    id: 'finding-0123456789abcdef',
    rule: draft.rule,
    severity: draft.severity,
    confidence: draft.confidence,
    title: draft.title,
    explanation: draft.explanation,
    sessions: draft.sessions.map((index) => model.sessions[index]?.id ?? ''),
    entities: { accessKeyIds: [], roles: [], instanceIds: [], addresses: [] },
    techniques: [],
    firstEventTime: '2023-07-10T12:00:00Z',
    lastEventTime: '2023-07-10T12:16:40Z',
    count: 1,
    evidence: [],
    evidenceTotal: draft.evidence.length,
    context: [],
    createdObjects: draft.createdObjects,
    remediations: [],
    incident: 'incident-0123456789abcdef',
    suppressed: false,
  };
  const incident: Incident = {
    id: finding.incident,
    root: '',
    severity: 'high',
    title: finding.title,
    findings: [finding.id],
    sessions: finding.sessions,
  };
  return {
    model,
    settings,
    findings: [finding],
    drafts: new Map([[finding.id, draft]]),
    incidents: [incident],
  } as never;
}

export function planOf(model: LineageModel, subject: Session, settings: CaseSettings = emptyCase): RemediationPlan {
  const plan = planFor(analysisOf(model, draftOf(model, subject), settings), 'finding-0123456789abcdef');
  if (plan === undefined) {
    throw new Error('no plan');
  }
  return plan;
}

/** The plan for the third role session of the chain: the leaf, from which the whole lineage has to be found. */
export function chainPlan(
  names: ChainNames = {},
  settings: CaseSettings = emptyCase,
): { readonly model: LineageModel; readonly plan: RemediationPlan; readonly leaf: Session } {
  const model = modelOf(chainRecords(names), settings);
  const bob = sessionWithKey(model, newKey);
  const leaf = model.sessions[bob.parent ?? -1];
  if (leaf === undefined) {
    throw new Error('the new key has no parent');
  }
  return { model, leaf, plan: planOf(model, leaf, settings) };
}

export function fileText(plan: RemediationPlan, path: string): string {
  const file = plan.files.find((each) => each.path === path);
  if (file === undefined) {
    throw new Error(`no file ${path}; there are ${plan.files.map((each) => each.path).join(', ')}`);
  }
  return file.content;
}
