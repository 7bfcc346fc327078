/**
 * `aws-quarantine-signal`: AWS, or somebody who does as AWS does, put the quarantine policy on a user, because a key of that user
 * was found in public.
 *
 * Guarantee: one finding a user; everything that came of the user's keys since the first of their calls is in it. What AWS tells
 * by mail, in Health or GuardDuty is not in CloudTrail.
 */
import { requestParameters, stringAt } from '../cloudtrail/record';
import { formatInstant } from '../cloudtrail/time';
import { lastSegment } from '../cloudtrail/text';
import { EventFlag } from '../cloudtrail/columns';
import type { LineageModel, Session } from '../lineage/model';
import { accountAt, callerAt, hasFlag, notableAt, succeeded, timeAt } from '../lineage/table';
import { sessionsByPlace, userPlace } from './containment/places';
import { sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, EvidenceRow, FindingDraft } from './detector';
import { rowsOfActions } from './facts';
import { inTimeOrder } from './hop-evidence';
import { originsOf } from './origins';
import { isQuarantine } from './quarantine-policies';
import { clean, counted, listed } from './text';

const id = 'aws-quarantine-signal';

export const awsQuarantineSignal: Detector = {
  id,
  title: 'Key quarantined by AWS',
  description:
    'The quarantine policy of AWS was put on a user: AWS does that when it finds a key of the user in public. Everything that came of the user since is suspect.',
  severities: ['high'],
  techniques: ['T1552.001'],
  detect,
};

interface Signal {
  readonly row: number;
  readonly policy: string;
}

interface Quarantined {
  readonly account: string;
  readonly user: string;
  readonly signals: Signal[];
}

function detect(input: DetectionInput): Detection {
  const { model } = input;
  const byPlace = new Map<string, Quarantined>();
  const rows = rowsOfActions(
    model.events,
    ({ eventSource, eventName }) =>
      eventSource.startsWith('iam.') && (eventName === 'AttachUserPolicy' || eventName === 'PutUserPolicy'),
  );
  for (const row of rows) {
    const record = notableAt(model.events, row);
    if (
      record === undefined ||
      !succeeded(model.events, row) ||
      hasFlag(model.events, row, EventFlag.networkActivity | EventFlag.insight) ||
      callerAt(model.events, row).type === 'AWSAccount'
    ) {
      continue;
    }
    const request = requestParameters(record);
    const user = stringAt(request, 'userName');
    const policy = lastSegment(stringAt(request, 'policyArn')) || stringAt(request, 'policyName');
    if (user === '' || !isQuarantine(policy)) {
      continue;
    }
    const account = accountAt(model.events, row);
    const place = userPlace(account, user);
    const known = byPlace.get(place) ?? { account, user, signals: [] };
    byPlace.set(place, known);
    known.signals.push({ row, policy });
  }
  const sessions = sessionsByPlace(model, new Set(byPlace.keys()));
  return {
    findings: [...byPlace].flatMap(([place, quarantined]) =>
      quarantined.signals.some(({ row }) => input.inWindow(row))
        ? [draftOf(model, quarantined, sessions.get(place) ?? [])]
        : [],
    ),
    notes: [],
  };
}

function draftOf(model: LineageModel, { account, user, signals }: Quarantined, own: readonly Session[]): FindingDraft {
  const name = clean(user, 64);
  const lineage = lineageOf(model, own);
  const descendants = lineage.slice(own.length);
  const keys = own.filter(({ kind }) => kind === 'long-term-key');
  const [first] = signals;
  const policies = [...new Set(signals.map(({ policy }) => policy))].sort();
  const events = lineage.reduce((sum, { rows }) => sum + rows.length, 0);
  const times = lineage.flatMap(({ firstEventTime }) => firstEventTime ?? []);
  const since = times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b));
  return {
    rule: id,
    keys: [`${account}|${user}`],
    severity: 'high',
    confidence: 'exact',
    title: `AWS quarantined user ${name}: a key of it was found in public`,
    explanation: [
      `${listed(policies.map((policy) => clean(policy)))} was put on user ${name} at ${formatInstant(timeAt(model.events, first?.row ?? 0))}: AWS does that when it finds an access key in public, in a repository for example.`,
      since === undefined
        ? 'No call of this user is in these logs.'
        : `Since ${formatInstant(since)} ${keys.length === 0 ? 'the user' : listed(keys.map(sessionLabel), 3)} and ${counted(descendants.length, 'session')} that came of it made ${counted(events, 'call')}.`,
      'The policy denies some actions only, and nothing to the sessions of roles that were assumed before: contain the whole lineage.',
    ].join(' '),
    sessions: lineage.map(({ index }) => index),
    roles: [...new Set(lineage.map(({ roleArn }) => roleArn).filter((arn) => arn !== ''))],
    instanceIds: [],
    addresses: [...new Set(own.flatMap((session) => originsOf(model.events).directLocations(session)))],
    techniques: ['T1552.001'],
    count: signals.length,
    evidence: inTimeOrder([
      ...signals.map(({ row, policy }): EvidenceRow => ({
        row,
        reason: `${clean(policy)} put on user ${name}`,
        role: 'decisive',
      })),
      ...lineage.flatMap((session): EvidenceRow[] => {
        const row = session.rows[0];
        return row === undefined ? [] : [{ row, reason: `First call of ${sessionLabel(session)}`, role: 'background' }];
      }),
    ]),
    context: [],
    createdObjects: [],
  };
}

/** The user's own sessions, keys first, then everything that came of them, nearest first. */
function lineageOf({ sessions }: LineageModel, own: readonly Session[]): Session[] {
  const keysFirst = [...own].sort(
    (a, b) =>
      Number(b.kind === 'long-term-key') - Number(a.kind === 'long-term-key') ||
      (a.firstEventTime ?? Infinity) - (b.firstEventTime ?? Infinity) ||
      a.index - b.index,
  );
  const all = new Set(keysFirst);
  for (const session of all) {
    for (const child of session.children) {
      const next = sessions[child];
      if (next !== undefined) {
        all.add(next);
      }
    }
  }
  return [...all];
}
