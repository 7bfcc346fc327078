/**
 * `defense-evasion-in-session`: a session took away what would have shown it: logging, detection, alarms.
 *
 * Guarantee: one finding a session; what failed is an attempt and weighs less. Calls that a service made for the session count
 * where they change a trail: everything else goes with what a stack or a scaling group is made of. Throttled calls are neither.
 */
import { append } from '../append';
import { isThrottled } from '../cloudtrail/outcome';
import { formatInstant } from '../cloudtrail/time';
import type { Severity } from '../contract';
import type { Session } from '../lineage/model';
import { accountAt, actionAt, callerAt, notableAt, succeeded, textAt, timeAt } from '../lineage/table';
import { lowered, raised, severityRank, worst } from '../severity';
import { blindSpans, blindWords, type BlindSpan } from './blind-spans';
import { sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, FindingDraft } from './detector';
import { contextOf, evasionCalls } from './evasion-actions';
import { rowsOfActions } from './facts';
import { actionKey } from './persistence-objects';
import { sessionFinding } from './session-finding';
import { isCall, isChainedOrInstance, isForwarded, standingConfidence, standingWords, withOrigins } from './standing';
import { capital, clean, counted, listed } from './text';
import { thresholdOf } from './thresholds';
import { TrailFacts } from './trail-facts';

const id = 'defense-evasion-in-session';

export const defenseEvasionInSession: Detector = {
  id,
  title: 'Defenders made blind',
  description:
    'A session stopped or narrowed logging, detection or alarms, or tried to: trails, GuardDuty, Config, flow logs, Security Hub, the keys and buckets of trails.',
  severities: ['critical', 'high', 'medium', 'low'],
  techniques: ['T1562.008', 'T1685.002', 'T1562.001', 'T1685', 'T1562.007', 'T1686.001'],
  detect,
};

/** Calls beyond this are counted in the explanation, not told one by one. */
const mostTold = 6;

interface Blinding {
  readonly row: number;
  /** `StopLogging of trail main`. */
  readonly words: string;
  readonly effect: string;
  readonly severity: Severity;
  readonly isAttempt: boolean;
  readonly techniques: readonly string[];
}

function detect(input: DetectionInput): Detection {
  const { events, sessions } = input.model;
  const rows = rowsOfActions(
    events,
    ({ eventSource, eventName }) => evasionCalls[actionKey(eventSource, eventName)] !== undefined,
  );
  if (rows.length === 0) {
    return { findings: [], notes: [] };
  }
  const trails = new TrailFacts(events);
  const bySession = new Map<Session, Blinding[]>();
  let unjudged = 0;
  for (const row of rows) {
    const session = sessions[events.session[row] ?? -1];
    if (session === undefined || !input.inWindow(row) || !mayCount(input, row)) {
      continue;
    }
    const blinding = judged(input, row, session, trails);
    if (blinding === 'unknown') {
      unjudged++;
    } else if (blinding !== undefined) {
      append(bySession, session, blinding);
    }
  }
  const spans = bySession.size === 0 ? [] : blindSpans(events);
  return {
    findings: [...bySession].map(([session, blindings]) => draftOf(input, session, blindings, spans)),
    notes:
      unjudged === 0
        ? []
        : [
            {
              id: `${id}-targets`,
              message: `${id}: ${counted(unjudged, 'call')} not judged: the records do not show the request, or the logs do not show which buckets and keys the trails use.`,
            },
          ],
  };
}

function mayCount({ model: { events } }: DetectionInput, row: number): boolean {
  const isTrail = actionAt(events, row).eventSource.startsWith('cloudtrail.');
  return (
    isCall(events, row) &&
    (isTrail || !isForwarded(callerAt(events, row))) &&
    !isThrottled(textAt(events, 'errorCode', row))
  );
}

function judged(
  { model, settings }: DetectionInput,
  row: number,
  session: Session,
  trails: TrailFacts,
): Blinding | 'unknown' | undefined {
  const { events } = model;
  const { eventSource, eventName } = actionAt(events, row);
  const call = evasionCalls[actionKey(eventSource, eventName)];
  if (call === undefined) {
    return undefined;
  }
  const context = contextOf(notableAt(events, row) ?? {}, {
    row,
    time: timeAt(events, row),
    account: accountAt(events, row),
    trails,
    retentionDays: thresholdOf(settings, id, 'trailRetentionDays'),
  });
  const { verdict, effect } = call.judge?.(context) ?? { verdict: 'yes', effect: '' };
  const isAttempt = !succeeded(events, row);
  if (verdict === 'no' || (verdict === 'unknown' && isAttempt && call.needsTarget === true)) {
    return undefined;
  }
  if (verdict === 'unknown' && !isAttempt) {
    return 'unknown';
  }
  const base: Severity = isAttempt ? 'low' : verdict === 'suspect' ? lowered('high') : 'high';
  return {
    row,
    words: clean(`${eventName}${call.of(context)}`, 128),
    effect: clean(effect === '' ? call.effect : effect, 160),
    severity: isChainedOrInstance(model, session) ? raised(base) : base,
    isAttempt,
    techniques: call.techniques,
  };
}

function draftOf(
  input: DetectionInput,
  session: Session,
  blindings: readonly Blinding[],
  spans: readonly BlindSpan[],
): FindingDraft {
  const { model } = input;
  const label = sessionLabel(session);
  const done = blindings.filter(({ isAttempt }) => !isAttempt);
  const tried = blindings.filter(({ isAttempt }) => isAttempt);
  const standing = standingWords(model, session);
  const rows = new Set(done.map(({ row }) => row));
  const blind = spans.filter(({ row }) => rows.has(row)).map(blindWords);
  const told = distinct(done.length > 0 ? done : tried);
  return sessionFinding(input, session, {
    rule: id,
    severity: worst(blindings.map(({ severity }) => severity)),
    confidence: standing === '' ? 'exact' : standingConfidence(model, session),
    title: `${listed(
      told.map(({ words }) => words),
      3,
    )} ${done.length > 0 ? 'by' : 'tried in vain by'} ${label}`,
    explanation: [
      `${capital(label)} made ${counted(done.length, 'successful call')} that ${done.length === 1 ? 'blinds' : 'blind'} the defenders, and ${counted(tried.length, 'failed one')}.`,
      ...told
        .slice(0, mostTold)
        .map(
          ({ row, words, effect }) =>
            `${words} at ${formatInstant(timeAt(model.events, row))}: ${done.length > 0 ? '' : 'had it worked, '}${effect}.`,
        ),
      ...(told.length > mostTold ? [`${String(told.length - mostTold)} more like these.`] : []),
      ...(blind.length === 0 ? [] : [`Logging may be blind: ${listed(blind)}.`]),
      ...(standing === '' ? [] : [`The session was ${standing}: one step more severe.`]),
    ].join(' '),
    ...withOrigins(model, [session]),
    techniques: techniquesOf(blindings),
    count: blindings.length,
    evidence: blindings.map(({ row, words, effect, isAttempt }) => ({
      row,
      reason: isAttempt
        ? `Tried ${words}: ${clean(textAt(model.events, 'errorCode', row), 64) || 'failed'}`
        : `${words}: ${effect}`,
      ...(isAttempt ? {} : { role: 'decisive' as const }),
    })),
  });
}

/** The worst first, each once. */
function distinct(blindings: readonly Blinding[]): Blinding[] {
  const byWords = new Map<string, Blinding>();
  for (const each of [...blindings].sort(
    (a, b) => severityRank(a.severity) - severityRank(b.severity) || a.row - b.row,
  )) {
    byWords.set(each.words, byWords.get(each.words) ?? each);
  }
  return [...byWords.values()];
}

function techniquesOf(blindings: readonly Blinding[]): string[] {
  const found = new Set(blindings.flatMap(({ techniques }) => techniques));
  return defenseEvasionInSession.techniques.filter((technique) => found.has(technique));
}
