/**
 * `active-after-containment`: a response was made (a key set inactive, everything denied to a role, an instance terminated …), and
 * what it should have stopped went on, or took it off again.
 *
 * Guarantee: one finding an identity at the start of a lineage, with everything that was done to contain it. Successes in the
 * first minute do not count, nor does GetCallerIdentity, nor what services do on behalf of a session. Where calls were only
 * refused since, the finding says so: the containment holds. What the lineage did to itself is no response.
 */
import { append } from '../append';
import { formatInstant } from '../cloudtrail/time';
import type { FindingConfidence, Severity } from '../contract';
import type { LineageModel, Session } from '../lineage/model';
import { actionAt, timeAt } from '../lineage/table';
import { severityRank, worst } from '../severity';
import { rowsOf, type Activity } from './containment/activity';
import { assessContainment, type Assessment } from './containment/assessment';
import { graceMs, raceMs } from './containment/step';
import { reversalsText, routinesOf, stepsText, summaryOf, wentOn, type Summary } from './containment/summary';
import { rootIdentity, sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, EvidenceRow, FindingDraft } from './detector';
import { confidenceOf } from './paths';
import { sessionFinding } from './session-finding';
import { capital, clean, counted, listed } from './text';

const id = 'active-after-containment';

export const activeAfterContainment: Detector = {
  id,
  title: 'Active after containment',
  description:
    'A response was made, and credentials that came of the contained identity still worked a minute later, or took it off again. Where all calls were refused since, it says that the containment holds.',
  severities: ['critical', 'high', 'medium', 'low', 'info'],
  techniques: ['T1078.004', 'T1098'],
  detect,
};

/** Successful calls of a session beyond these are counted, not listed. */
const mostRows = 40;

function detect(input: DetectionInput): Detection {
  const { model, settings } = input;
  const assessment = assessContainment(model, settings);
  const groups = new Map<string, Activity[]>();
  for (const activity of assessment.bySession.values()) {
    if (!isTold(activity)) {
      continue;
    }
    const root = model.sessions[activity.session.root] ?? activity.session;
    append(groups, rootIdentity(root), activity);
  }
  return {
    findings: [...groups].flatMap(([identity, activities]) => draftOf(input, assessment, identity, activities) ?? []),
    notes: earlyNote(model, assessment),
  };
}

function isTold({ successes, refused, moves, holds }: Activity): boolean {
  return (
    successes !== undefined ||
    refused !== undefined ||
    moves.length > 0 ||
    holds.some(({ reversal }) => reversal !== undefined)
  );
}

function draftOf(
  input: DetectionInput,
  { facts }: Assessment,
  identity: string,
  activities: readonly Activity[],
): FindingDraft | undefined {
  const { model } = input;
  const summary = summaryOf(activities);
  const severity = severityOf(activities, summary);
  const decisive =
    severity === 'info' ? activities.filter(({ refused }) => refused !== undefined) : activities.filter(wentOnOrBack);
  const what = severity === 'info' ? 'refused' : 'successes';
  const rows = decisive.map((activity) => ({ activity, rows: rowsOf(model, activity, facts, what, Infinity) }));
  const triggers = [...rows.flatMap((each) => each.rows), ...summary.reversals.map(({ row }) => row)];
  const routine = summary.steps.every((step) => step.routine !== '');
  if ((severity === 'info' && routine) || !triggers.some(input.inWindow)) {
    return undefined;
  }
  const [first] = [...decisive].sort(
    (a, b) => severityRank(a.level) - severityRank(b.level) || a.session.index - b.session.index,
  );
  if (first === undefined) {
    return undefined;
  }
  const root = model.sessions[first.session.root] ?? first.session;
  const sessions = decisive.map(({ session }) => session);
  return sessionFinding(input, first.session, {
    rule: id,
    keys: [identity],
    severity,
    confidence: confidence(model, severity, decisive),
    title: titleOf(root, severity, summary),
    explanation: explanationOf(model, severity, summary),
    sessions: sessions.map(({ index }) => index),
    roles: [...new Set(sessions.map(({ roleArn }) => roleArn).filter((arn) => arn !== ''))],
    instanceIds: [...new Set(sessions.map(({ instanceId }) => instanceId).filter((each) => each !== ''))],
    techniques: severity === 'critical' ? ['T1078.004', 'T1098'] : ['T1078.004'],
    count: severity === 'info' ? (summary.refused?.count ?? 0) : (summary.successes?.count ?? summary.reversals.length),
    evidence: [...stepEvidence(model, summary), ...rows.flatMap((each) => callEvidence(model, each, what))],
  });
}

function wentOnOrBack({ successes, moves, holds }: Activity): boolean {
  return successes !== undefined || moves.length > 0 || holds.some(({ reversal }) => reversal !== undefined);
}

function severityOf(activities: readonly Activity[], { reversals }: Summary): Severity {
  const raced = activities.some(
    ({ moves, holds }) =>
      moves.length > 0 ||
      holds.some(
        ({ reversal, start, step }) =>
          reversal !== undefined &&
          step.routine === '' &&
          // AWS asks to leave its quarantine on until the end: there is no time after which taking it off is ordinary.
          (reversal.time <= start + raceMs || step.strength === 'listed'),
      ),
  );
  if (raced) {
    return 'critical';
  }
  const levels = activities.filter(({ successes }) => successes !== undefined).map(({ level }) => level);
  return worst([...levels, ...(reversals.length > 0 && levels.length === 0 ? (['low'] as const) : [])]);
}

/** How surely the sessions that went on belong to what was contained: as surely as the surest of the worst. */
function confidence(model: LineageModel, severity: Severity, activities: readonly Activity[]): FindingConfidence {
  const all = activities
    .filter(({ level, moves }) => severity === 'critical' || level === severity || moves.length > 0)
    .map((activity) => linkOf(model, activity));
  return all.includes('exact') ? 'exact' : all.includes('session') ? 'session' : (all[0] ?? 'exact');
}

function linkOf(model: LineageModel, { session, holds }: Activity): FindingConfidence {
  const nearest = holds.filter(({ of, again }) => of === session && !again);
  if (nearest.length > 0) {
    return 'exact';
  }
  const above = new Set(holds.map(({ of }) => of.index));
  const links: Session[] = [];
  for (let at: Session | undefined = session; at !== undefined && links.length < 1000;) {
    links.push(at);
    at = model.sessions[at.parent ?? -1];
    if (at !== undefined && above.has(at.index)) {
      break;
    }
  }
  return links.some(({ link }) => link === 'inferred' || link === 'ambiguous') ? 'inferred' : confidenceOf(links);
}

function titleOf(root: Session, severity: Severity, { active, again, reversals, steps }: Summary): string {
  const who = sessionLabel(root);
  const [step] = steps;
  if (reversals.length > 0 && severity === 'critical') {
    return `Containment of ${who} reverted: ${reversals[0]?.words ?? ''}`;
  }
  if (severity === 'info') {
    return `Containment holds: only refused calls since ${step?.words ?? 'it'}`;
  }
  const sessions = counted(active.length, 'session');
  return again > 0 && again === active.length
    ? `Issued again after containment: ${sessions} of ${who}, after ${step?.words ?? ''}`
    : `Still active after containment: ${sessions} of ${who}, after ${step?.words ?? ''}`;
}

function explanationOf(model: LineageModel, severity: Severity, summary: Summary): string {
  const { steps, reversals, refused, lifts, again, active } = summary;
  const { events } = model;
  const sentences = [`${stepsText(steps)}.`];
  if (reversals.length > 0) {
    sentences.push(`Against it: ${reversalsText(model, reversals)}.`);
  }
  const on = wentOn(model, summary);
  if (on !== '') {
    sentences.push(`${capital(on)}.`);
  }
  if (refused !== undefined) {
    sentences.push(
      severity === 'info'
        ? `Since then ${counted(refused.count, 'call')} were refused and none succeeded, until ${formatInstant(timeAt(events, refused.last))}.`
        : `${capital(counted(refused.count, 'call'))} were refused.`,
    );
  }
  if (lifts.length > 0) {
    sentences.push(
      `Later taken off by others: ${listed(
        lifts.map(({ words, time }) => `${words} at ${formatInstant(time)}`),
        3,
      )}; what came after that is not counted.`,
    );
  }
  if (on !== '' && severity !== 'low') {
    sentences.push(
      again === active.length
        ? 'Whoever can still assume the role gets a new session: the way in is open.'
        : 'A temporary credential cannot be cancelled: only a deny on the identity behind each session stops it.',
    );
  }
  if (steps.some(({ strength }) => strength === 'listed')) {
    sentences.push('The quarantine policy of AWS denies some actions only.');
  }
  if (steps.some(({ strength }) => strength === 'unclear')) {
    sentences.push('A condition of the deny is not understood: it may be meant for others.');
  }
  sentences.push(...routinesOf(steps).map((routine) => `This may be no response: ${routine}.`));
  return sentences.join(' ');
}

function stepEvidence(model: LineageModel, { steps, reversals, lifts }: Summary): EvidenceRow[] {
  const by = (row: number): string => {
    const actor = model.sessions[model.events.session[row] ?? -1];
    return actor === undefined ? '' : `, by ${sessionLabel(actor)}`;
  };
  return [
    ...reversals.map(({ row, words }) => ({
      row,
      reason: `Against the containment: ${words}${by(row)}`,
      role: 'decisive' as const,
    })),
    ...steps.map(({ row, words }) => ({
      row,
      reason: `Containment: ${words}${by(row)}`,
      role: 'decisive' as const,
    })),
    ...lifts.map(({ row, words }) => ({
      row,
      reason: `Taken off by others: ${words}${by(row)}`,
      role: 'background' as const,
    })),
  ];
}

function callEvidence(
  model: LineageModel,
  { activity, rows }: { readonly activity: Activity; readonly rows: readonly number[] },
  what: 'successes' | 'refused',
): EvidenceRow[] {
  const who = sessionLabel(activity.session);
  const last = rows.at(-1);
  return [...rows.slice(0, mostRows), ...(last === undefined || rows.length <= mostRows ? [] : [last])].map(
    (row, index) => {
      const name = clean(actionAt(model.events, row).eventName, 64);
      return {
        row,
        reason:
          what === 'successes' ? `${capital(who)} still succeeds with ${name}` : `${capital(who)} is refused ${name}`,
        ...(index === 0 ? { role: 'decisive' as const } : {}),
      };
    },
  );
}

/** The end of the logs comes too soon after a step to tell. */
function earlyNote(model: LineageModel, { bySession }: Assessment): Detection['notes'] {
  const { events } = model;
  const end = timeAt(events, events.count - 1);
  const steps = new Set<number>();
  for (const { holds } of bySession.values()) {
    for (const { step } of holds) {
      if (step.time + graceMs > end) {
        steps.add(step.row);
      }
    }
  }
  return steps.size === 0
    ? []
    : [
        {
          id: `${id}-too-early`,
          message: `${id}: ${counted(steps.size, 'containment step')} in the last minute of these logs: whether they hold, later logs tell. Add them and analyse again.`,
        },
      ];
}
