/** One session as a card of the lineage: who, which role, when, from where, what it did. */
import { sessionSummary, type Analysis } from '../analysis';
import { actionClass, type ActionClass } from '../cloudtrail/actions';
import { EventFlag } from '../cloudtrail/columns';
import { isDenied } from '../cloudtrail/outcome';
import { formatInstant } from '../cloudtrail/time';
import type { ContextFact, Finding } from '../contract';
import { roleLabel, sessionLabel } from '../detect/describe';
import { instanceFacts, instanceOf } from '../detect/instance-facts';
import type { EvidenceRow, FindingDraft } from '../detect/detector';
import { clean } from '../detect/text';
import type { EventTable, Issuance, Session } from '../lineage/model';
import { actionAt, eventIdAt, hasFlag, succeeded, textAt, timeAt } from '../lineage/table';
import { ruleWords } from './link-words';
import type { SliceAction, SliceEvidence, SliceNode, SliceOrigin, Tone } from './slice';

/** Rules that say of an address that it should not be there. */
const addressRules: ReadonlySet<string> = new Set(['ec2-credential-off-instance']);
const mostActions = 12;
const mostEvidence = 50;
const mostAgents = 10;

/** Most telling first. */
const classOrder: readonly ActionClass[] = [
  'persistence',
  'privilege',
  'defense-evasion',
  'credential-access',
  'exfiltration',
  'impact',
  'identity',
  'other-write',
  'read',
];

/** Findings, not suppressed, by the id of each session they concern. */
export function findingsBySession(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const bySession = new Map<string, Finding[]>();
  for (const finding of findings.filter(({ suppressed }) => !suppressed)) {
    for (const id of finding.sessions) {
      const list = bySession.get(id);
      if (list === undefined) {
        bySession.set(id, [finding]);
      } else {
        list.push(finding);
      }
    }
  }
  return bySession;
}

export function sessionNode(
  analysis: Analysis,
  session: Session,
  findings: readonly Finding[],
  drawn: { readonly focus: boolean; readonly moreChildren: number },
): SliceNode {
  const summary = sessionSummary(analysis, session.index);
  const suspicious = new Set(
    findings.filter(({ rule }) => addressRules.has(rule)).flatMap(({ entities }) => entities.addresses),
  );
  const tone = toneOf(analysis, session);
  return {
    id: session.id,
    type: 'session',
    kind: session.kind,
    tone,
    toneLabel: toneLabels(session)[tone],
    title: sessionTitle(session),
    subtitle: subtitleOf(session),
    depth: session.depth,
    depthText: session.depthIsMinimum ? `≥ ${String(session.depth)}` : String(session.depth),
    keys: session.keys,
    accountId: session.accountId,
    firstEventTime: summary.firstEventTime ?? summary.issuedAt ?? null,
    lastEventTime: summary.lastEventTime,
    events: summary.events,
    denied: summary.denied,
    locations: summary.locations.map(({ location, class: kind, events, network }) => ({
      location,
      class: kind,
      events,
      suspicious: suspicious.has(location) || suspicious.has(location.split(' ').at(-1) ?? ''),
      ...(network === undefined ? {} : { network }),
    })),
    userAgents: summary.userAgents.slice(0, mostAgents),
    actions: actionsOf(analysis, session),
    facts: factsOf(analysis, session),
    findings: findings.map(({ id, title, severity }) => ({ id, title, severity })),
    evidence: evidenceOf(analysis, session, findings),
    origin: originOf(analysis, session, analysis.model.issuances[session.issuances[0] ?? -1]),
    moreChildren: drawn.moreChildren,
    focus: drawn.focus,
  };
}

function toneLabels(session: Session): Readonly<Record<Tone, string>> {
  return {
    root: 'Start of the lineage',
    ok:
      session.via === 'created-key'
        ? 'Created in this lineage'
        : session.depth === 1
          ? 'First assumption'
          : 'Part of the lineage',
    orange: 'Possibly anomalous',
    red: session.via === 'created-key' ? 'Key left behind, in use' : 'Most likely anomalous',
    object: 'Left behind',
  };
}

/** A key that a chained session made carries the colour of whoever made it. */
function toneOf({ model }: Analysis, session: Session): Tone {
  if (session.parent === undefined && session.link !== 'ambiguous' && session.depth === 0) {
    return 'root';
  }
  if (session.via === 'created-key') {
    return (model.sessions[session.parent ?? -1]?.depth ?? 0) >= 2 ? 'red' : 'ok';
  }
  return session.depth >= 3 ? 'red' : session.depth === 2 ? 'orange' : 'ok';
}

/** Who: the short name that stands on the card. */
function sessionTitle(session: Session): string {
  switch (session.kind) {
    case 'ec2-instance':
    case 'ssm-hybrid':
      return clean(session.instanceId, 64);
    case 'role':
      return roleLabel(session.roleArn);
    case 'external-account':
      return `Account ${clean(session.accountId, 32)}`;
    default:
      return clean(session.name === '' ? session.principalId : session.name, 64);
  }
}

function subtitleOf(session: Session): string {
  switch (session.kind) {
    case 'long-term-key':
      return clean(session.keys[0] ?? 'access key not told', 64);
    case 'role':
      return `session ${clean(session.name, 64)}`;
    case 'ec2-instance':
    case 'ssm-hybrid':
      return `instance role ${roleLabel(session.roleArn)}`;
    case 'external-account':
      return clean(session.principalId, 64);
    default:
      return session.roleArn === '' ? sessionLabel(session) : `role ${roleLabel(session.roleArn)}`;
  }
}

function actionsOf({ model }: Analysis, session: Session): SliceAction[] {
  const { events } = model;
  const byAction = new Map<number, { count: number; denied: number; failed: number; readOnly: boolean }>();
  for (const row of session.rows) {
    const action = events.action[row] ?? 0;
    const entry = byAction.get(action) ?? {
      count: 0,
      denied: 0,
      failed: 0,
      readOnly: hasFlag(events, row, EventFlag.readOnly),
    };
    byAction.set(action, entry);
    entry.count++;
    if (!succeeded(events, row)) {
      entry[isDenied(textAt(events, 'errorCode', row)) ? 'denied' : 'failed']++;
    }
  }
  return [...byAction]
    .map(([action, { count, denied, failed, readOnly }]) => {
      const { eventSource, eventName } = events.actions[action] ?? { eventSource: '', eventName: '' };
      return {
        eventSource,
        eventName,
        count,
        denied,
        ...(failed === 0 ? {} : { failed }),
        class: actionClass(eventSource, eventName, readOnly),
      };
    })
    .sort(
      (a, b) =>
        classOrder.indexOf(a.class) - classOrder.indexOf(b.class) ||
        b.count - a.count ||
        (`${a.eventSource}/${a.eventName}` < `${b.eventSource}/${b.eventName}` ? -1 : 1),
    )
    .slice(0, mostActions);
}

function factsOf({ model }: Analysis, session: Session): ContextFact[] {
  const facts: ContextFact[] = [];
  const add = (label: string, value: string): void => {
    if (value !== '') {
      facts.push({ label, value: clean(value, 512) });
    }
  };
  add('Role', session.roleArn);
  add('ARN', session.arn);
  add('Principal', session.principalId);
  add('Source identity', session.sourceIdentity);
  add('Expires', session.expiresAt === undefined ? '' : formatInstant(session.expiresAt));
  const instance = instanceOf(model, session);
  return instance === undefined ? facts : [...facts, ...instanceFacts(model, instance, [...session.rows])];
}

/** How a session came by its credential, resting on one of the issuances that gave it one. */
export function originOf(analysis: Analysis, session: Session, issuance: Issuance | undefined): SliceOrigin {
  const { rule, text, useRow, requestRow } = session.explanation;
  const issued = issuance?.kind === 'created-key' ? 'Created the access key' : 'Issued the credential';
  return {
    rule: ruleWords(rule),
    confidence: session.link,
    explanation: text,
    evidence: [
      ...(issuance === undefined ? [] : [evidenceAt(analysis, issuance.row, issued)]),
      ...(issuance?.twinRows ?? []).map((row) =>
        evidenceAt(analysis, row, 'The same call, recorded in the other account'),
      ),
      ...(requestRow === undefined ? [] : [evidenceAt(analysis, requestRow, 'Asked for it')]),
      ...(useRow === undefined ? [] : [evidenceAt(analysis, useRow, 'First used it')]),
    ],
  };
}

/** Records of the session's findings that it made or that issued it, in time order. */
function evidenceOf(analysis: Analysis, session: Session, findings: readonly Finding[]): SliceEvidence[] {
  const { events } = analysis.model;
  const own = new Map<number, string>();
  for (const issuance of session.issuances.map((index) => analysis.model.issuances[index])) {
    if (issuance !== undefined) {
      own.set(issuance.row, 'Issued this session');
    }
  }
  const actors = new Set([session.index, ...[...own.keys()].map((row) => events.session[row] ?? -1)]);
  for (const { id } of findings) {
    const draft = analysis.drafts.get(id);
    const byActor = draft === undefined ? undefined : evidenceByActor(events, draft);
    for (const { row, reason } of [...actors].flatMap((actor) => byActor?.get(actor) ?? [])) {
      if (events.session[row] === session.index || own.has(row)) {
        own.set(row, reason);
      }
    }
  }
  return [...own]
    .sort(([a], [b]) => a - b)
    .slice(0, mostEvidence)
    .map(([row, reason]) => evidenceAt(analysis, row, reason));
}

const knownEvidence = new WeakMap<FindingDraft, ReadonlyMap<number, readonly EvidenceRow[]>>();

/** Evidence by the session that acted in it: looked up once for every session of the finding. */
function evidenceByActor(events: EventTable, draft: FindingDraft): ReadonlyMap<number, readonly EvidenceRow[]> {
  const known = knownEvidence.get(draft);
  if (known !== undefined) {
    return known;
  }
  const byActor = new Map<number, EvidenceRow[]>();
  for (const evidence of draft.evidence) {
    const actor = events.session[evidence.row] ?? -1;
    const list = byActor.get(actor) ?? [];
    byActor.set(actor, list);
    list.push(evidence);
  }
  knownEvidence.set(draft, byActor);
  return byActor;
}

export function evidenceAt({ model }: Analysis, row: number, reason: string): SliceEvidence {
  const { events } = model;
  return {
    eventID: eventIdAt(events, row),
    eventTime: formatInstant(timeAt(events, row)),
    eventName: actionAt(events, row).eventName,
    reason,
  };
}
