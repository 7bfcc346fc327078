/**
 * `rare-role-edge`: somebody who is known assumed a role that they never assumed before, once: abnormal compared to the rest of
 * the population.
 *
 * Guarantee: nothing is called rare before enough was seen; what goes on after its first day is no longer rare. One finding a
 * caller and role.
 */
import type { ActionClass } from '../cloudtrail/actions';
import { formatInstant } from '../cloudtrail/time';
import type { Severity } from '../contract';
import { succeeded, timeAt } from '../lineage/table';
import { actionClassesOf } from './action-classes';
import { roleLabel, sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, EvidenceRow, FindingDraft } from './detector';
import { knownPopulation } from './known-population';
import { learningOf } from './learning';
import { ownCallsOf } from './own-calls';
import { confidenceOf } from './paths';
import { populationOf, type RoleEdge } from './population';
import { sessionFinding } from './session-finding';
import { capital, clean, counted } from './text';

const id = 'rare-role-edge';

export const rareRoleEdge: Detector = {
  id,
  title: 'A role that this caller never assumed before',
  description:
    'Somebody who is known from before assumed a role for the first time, and on one day only: abnormal compared to the rest of the population.',
  severities: ['medium', 'low'],
  techniques: ['T1078.004'],
  detect,
};

const mostSessions = 3;
/** So many others have to assume the role before it tells that none is of the same kind. */
const tellingCallers = 3;
const tellingClasses: ReadonlySet<ActionClass> = new Set(['persistence', 'credential-access', 'defense-evasion']);

function detect(input: DetectionInput): Detection {
  const { until, lacks } = learningOf(input);
  if (until === undefined) {
    return {
      findings: [],
      notes: [{ id: `${id}-baseline`, message: `${id} was not evaluated: the logs have ${lacks}.` }],
    };
  }
  const { model, baseline, inWindow } = input;
  const known = knownPopulation(baseline);
  const findings: FindingDraft[] = [];
  for (const [key, edge] of populationOf(model).edges) {
    const first = edge.issuances[0];
    if (
      first !== undefined &&
      first.time >= until &&
      edge.days.size <= 1 &&
      edge.sessions <= mostSessions &&
      !known.edges.has(key) &&
      (edge.caller.firstSeen < until || known.callers.has(edge.caller.key)) &&
      edge.issuances.some(({ row, twinRows }) => [row, ...twinRows].some(inWindow))
    ) {
      findings.push(...draftOf(input, edge));
    }
  }
  return { findings, notes: [] };
}

function draftOf(input: DetectionInput, edge: RoleEdge): FindingDraft[] {
  const { model, baseline } = input;
  const { caller, roleArn, issuances } = edge;
  const made = issuances.flatMap(({ childSession }) => model.sessions[childSession ?? -1] ?? []);
  const by = issuances.flatMap(({ callerSession }) => model.sessions[callerSession ?? -1] ?? []);
  const session = made[0] ?? by[0];
  if (session === undefined) {
    return [];
  }
  const known = knownPopulation(baseline);
  const population = populationOf(model);
  const kinds = new Map<string, string>();
  for (const other of population.edgesTo.get(roleArn) ?? []) {
    kinds.set(other.caller.key, other.caller.kind);
  }
  for (const other of known.edgesTo.get(roleArn) ?? []) {
    kinds.set(other.caller, known.kindOf.get(other.caller) ?? '');
  }
  kinds.delete(caller.key);
  const others = [...kinds.values()];
  const unlikeOthers = others.length >= tellingCallers && !others.includes(caller.kind);
  const all = new Set([...population.edgesFrom.keys(), ...known.assumers]).size;
  const usual = new Set([
    ...(population.edgesFrom.get(caller.key) ?? []).map((each) => each.roleArn),
    ...(known.rolesOf.get(caller.key) ?? []),
  ]);
  usual.delete(roleArn);
  const telling = tellingRows(
    input,
    made.map(({ index }) => index),
  );
  const severity: Severity = unlikeOthers || telling.length > 0 ? 'medium' : 'low';
  const who = by[0] === undefined ? clean(caller.key, 128) : sessionLabel(by[0]);
  const role = roleLabel(roleArn);
  return [
    sessionFinding(input, session, {
      rule: id,
      keys: [`${caller.key}→${roleArn}`],
      severity,
      confidence: confidenceOf(made),
      title: `${capital(who)} assumed ${role} for the first time`,
      explanation: [
        `${capital(who)} is 1 of ${counted(others.length + 1, 'caller')} of role ${role}, of ${counted(all, 'caller')} of any role; first seen ${formatInstant(issuances[0]?.time ?? 0)}, ${counted(edge.sessions, 'session')}, on that day only.`,
        usual.size === 0
          ? 'This caller assumes no other role.'
          : `This caller assumes ${counted(usual.size, 'other role')} usually.`,
        ...(unlikeOthers ? [`None of the other callers of the role is of its kind (${caller.kind}).`] : []),
        ...(telling.length > 0
          ? [`The role was then used for ${counted(telling.length, 'call')} that last, read secrets or blind defences.`]
          : []),
      ].join(' '),
      techniques: rareRoleEdge.techniques,
      count: edge.sessions,
      sessions: [...made, ...by].map(({ index }) => index),
      roles: [roleArn],
      evidence: [
        ...issuances.map(({ row }): EvidenceRow => ({
          row,
          reason: `Assumed ${role}, which this caller never did before`,
          role: 'decisive',
        })),
        ...telling.map((row): EvidenceRow => ({
          row,
          reason: `Done with the role at ${formatInstant(timeAt(model.events, row))}`,
        })),
      ],
    }),
  ];
}

/** Successful calls of the sessions that make something lasting, read secrets or blind defences. */
function tellingRows({ model }: DetectionInput, sessions: readonly number[]): number[] {
  const { events } = model;
  const own = ownCallsOf(events);
  const classes = actionClassesOf(events);
  return [...new Set(sessions)].flatMap((index) =>
    [...(model.sessions[index]?.rows ?? [])].filter(
      (row) => tellingClasses.has(classes.at(row)) && own.has(row) && succeeded(events, row),
    ),
  );
}
