/** Small findings, sessions and summaries for the tests of the views. */
import type { Coverage, CoverageFile, Evidence, Finding, Incident } from '../../../src/engine/contract';
import type { SessionRow } from '../../../src/worker/protocol';

export function evidence(eventID: string, more: Partial<Evidence> = {}): Evidence {
  return {
    eventID,
    eventTime: '2025-05-16T01:06:02Z',
    eventName: 'AssumeRole',
    file: 'logs/a.json.gz',
    reason: 'issued the key',
    ...more,
  };
}

export function finding(id: string, more: Partial<Finding> = {}): Finding {
  return {
    id,
    rule: 'role-chain-depth',
    severity: 'high',
    confidence: 'exact',
    title: `Finding ${id}`,
    explanation: 'Because.',
    sessions: [],
    entities: { accessKeyIds: [], roles: [], instanceIds: [], addresses: [] },
    techniques: ['T1550.001'],
    firstEventTime: '2025-05-16T00:53:13Z',
    lastEventTime: '2025-05-16T01:06:02Z',
    count: 1,
    evidence: [],
    evidenceTotal: 0,
    context: [],
    createdObjects: [],
    remediations: [],
    incident: 'incident-1',
    suppressed: false,
    ...more,
  };
}

export function incident(id: string, more: Partial<Incident> = {}): Incident {
  return { id, root: 'root', severity: 'high', title: `Incident ${id}`, findings: [], sessions: ['root'], ...more };
}

export function session(id: string, more: Partial<SessionRow> = {}): SessionRow {
  return {
    id,
    kind: 'role',
    arn: 'arn:aws:sts::111122223333:assumed-role/platform-admin/build-1',
    principalId: 'AROA:build-1',
    accountId: '111122223333',
    name: 'build-1',
    keys: ['ASIAEXAMPLE'],
    parent: null,
    link: 'exact',
    linkExplanation: { rule: 'issued-key', text: 'The issued key is the used key.' },
    depth: 3,
    depthIsMinimum: false,
    root: 'root',
    firstEventTime: '2025-05-16T01:06:05Z',
    lastEventTime: '2025-05-16T01:20:00Z',
    events: 12,
    denied: 2,
    locations: [{ location: '192.0.2.66', class: 'public-v4', events: 12 }],
    userAgents: ['aws-cli/2'],
    children: 0,
    severity: 'high',
    ...more,
  };
}

export function coverageFile(path: string, more: Partial<CoverageFile> = {}): CoverageFile {
  return {
    path,
    format: 'records',
    verdict: 'read',
    events: 10,
    duplicates: 0,
    rejected: 0,
    firstEventTime: '2025-05-16T00:00:00Z',
    lastEventTime: '2025-05-16T01:00:00Z',
    ...more,
  };
}

export function coverage(more: Partial<Coverage> = {}): Coverage {
  return {
    files: [],
    events: 0,
    duplicates: 0,
    rejected: 0,
    firstEventTime: null,
    lastEventTime: null,
    accounts: [],
    regions: [],
    notes: [],
    ...more,
  };
}
