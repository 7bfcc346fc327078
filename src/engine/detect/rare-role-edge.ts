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
  const others = new Others(input);
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
      findings.push(...draftOf(input, edge, others));
    }
  }
  return { findings, notes: [] };
}

/** What the rest of the population does, worked out once a role and a caller. */
class Others {
  /** Everybody who assumes a role. */
  readonly callers: number;
  private readonly byRole = new Map<
    string,
    { readonly kinds: Map<string, string>; readonly counts: Map<string, number> }
  >();
  private readonly rolesOf = new Map<string, ReadonlySet<string>>();

  constructor(private readonly input: DetectionInput) {
    const known = knownPopulation(input.baseline);
    this.callers = new Set([...populationOf(input.model).edgesFrom.keys(), ...known.assumers]).size;
  }

  /** How many others assume the role, and how many of them are of the caller's kind. */
  of({ caller, roleArn }: RoleEdge): { readonly all: number; readonly alike: number } {
    const { kinds, counts } = this.kindsOf(roleArn);
    const own = kinds.get(caller.key);
    return {
      all: kinds.size - (own === undefined ? 0 : 1),
      alike: (counts.get(caller.kind) ?? 0) - (own === caller.kind ? 1 : 0),
    };
  }

  /** How many other roles the caller assumes. */
  otherRoles({ caller, roleArn }: RoleEdge): number {
    let roles = this.rolesOf.get(caller.key);
    if (roles === undefined) {
      roles = new Set([
        ...(populationOf(this.input.model).edgesFrom.get(caller.key) ?? []).map((each) => each.roleArn),
        ...(knownPopulation(this.input.baseline).rolesOf.get(caller.key) ?? []),
      ]);
      this.rolesOf.set(caller.key, roles);
    }
    return roles.size - (roles.has(roleArn) ? 1 : 0);
  }

  private kindsOf(roleArn: string): { readonly kinds: Map<string, string>; readonly counts: Map<string, number> } {
    const made = this.byRole.get(roleArn);
    if (made !== undefined) {
      return made;
    }
    const known = knownPopulation(this.input.baseline);
    const kinds = new Map<string, string>();
    for (const { caller } of populationOf(this.input.model).edgesTo.get(roleArn) ?? []) {
      kinds.set(caller.key, caller.kind);
    }
    for (const { caller } of known.edgesTo.get(roleArn) ?? []) {
      kinds.set(caller, known.kindOf.get(caller) ?? '');
    }
    const counts = new Map<string, number>();
    for (const kind of kinds.values()) {
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    const found = { kinds, counts };
    this.byRole.set(roleArn, found);
    return found;
  }
}

function draftOf(input: DetectionInput, edge: RoleEdge, population: Others): FindingDraft[] {
  const { model } = input;
  const { caller, roleArn, issuances } = edge;
  const made = issuances.flatMap(({ childSession }) => model.sessions[childSession ?? -1] ?? []);
  const by = issuances.flatMap(({ callerSession }) => model.sessions[callerSession ?? -1] ?? []);
  const session = made[0] ?? by[0];
  if (session === undefined) {
    return [];
  }
  const others = population.of(edge);
  const unlikeOthers = others.all >= tellingCallers && others.alike === 0;
  const usual = population.otherRoles(edge);
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
        `${capital(who)} is 1 of ${counted(others.all + 1, 'caller')} of role ${role}, of ${counted(population.callers, 'caller')} of any role; first seen ${formatInstant(issuances[0]?.time ?? 0)}, ${counted(edge.sessions, 'session')}, on that day only.`,
        usual === 0
          ? 'This caller assumes no other role.'
          : `This caller assumes ${counted(usual, 'other role')} usually.`,
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
