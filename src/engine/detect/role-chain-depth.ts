/**
 * `role-chain-depth`: credentials were used to assume a role, those to assume the next, and so on. The second assumption
 * is possibly anomalous (orange), the third and every later one most likely (red).
 *
 * Guarantee: one finding a start and sequence of roles; repeats are counted. Failed assumptions are shown, never counted.
 */
import { accountOf } from '../cloudtrail/record';
import type { ContextFact, CoverageNote, Severity } from '../contract';
import type { Attempt, LineageModel } from '../lineage/model';
import { eventIdAt } from '../lineage/table';
import { lowered, raised } from '../severity';
import { allowedBy as chainAllowedBy } from './case-notes';
import { baselineDays, CommonEdges, isEveryday, spanDays } from './common-edges';
import { assumedArn, chainLabel, imitatesInstance, roleLabel, sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, EvidenceRow, FindingDraft } from './detector';
import { chainMatches } from './globs';
import { hopEvidence, inTimeOrder } from './hop-evidence';
import { knownAccounts } from './known-accounts';
import { originsOf } from './origins';
import {
  callerOf,
  confidenceOf,
  endsInWindow,
  isCut,
  maximalPaths,
  timesMade,
  warnDepth,
  type RolePath,
} from './paths';
import { capital, clean, counted, listed, ordinal } from './text';

const id = 'role-chain-depth';
const techniques = ['T1550.001', 'T1078.004', 'T1548.005'];

export const roleChainDepth: Detector = {
  id,
  title: 'Chain of role assumptions',
  description:
    'Credentials were used to assume a role, those to assume the next, and so on: the second assumption is possibly anomalous (orange), the third and every later one most likely (red).',
  severities: ['critical', 'high', 'medium', 'low'],
  techniques,
  detect,
};

function detect(input: DetectionInput): Detection {
  const { model, settings } = input;
  const groups = new Map<string, RolePath[]>();
  let cut = 0;
  for (const path of maximalPaths(model, warnDepth(settings.roleChain))) {
    if (endsInWindow(input, path)) {
      cut += isCut(path) ? 1 : 0;
      const key = [path.start.id, ...path.roles].join('\n');
      const group = groups.get(key);
      if (group === undefined) {
        groups.set(key, [path]);
      } else {
        group.push(path);
      }
    }
  }
  const days = spanDays(model, input.baseline);
  const hops = [...groups.values()].flatMap((paths) => tellingPath(paths).hops);
  const edges =
    days >= baselineDays
      ? new CommonEdges(
          model,
          hops.map(({ roleArn }) => roleArn),
          input.baseline,
        )
      : undefined;
  const refused = refusedOf(model);
  const findings = [...groups.values()].map((paths) => draftOf(input, paths, edges, refused));
  const notes: CoverageNote[] =
    edges === undefined && findings.length > 0
      ? [
          {
            id: `${id}-baseline`,
            message: `${id}: which chains are everyday ones was not evaluated: the logs span ${days.toFixed(1)} days, it needs ${String(baselineDays)}.`,
          },
        ]
      : [];
  if (cut > 0) {
    notes.push({
      id: `${id}-long`,
      message: `${counted(cut, 'chain')} of more than a hundred sessions: only the start and the end of each is told. Nobody chains so many roles: logs were edited or damaged.`,
    });
  }
  return { findings, notes };
}

function draftOf(
  input: DetectionInput,
  paths: readonly RolePath[],
  edges: CommonEdges | undefined,
  refused: Refused,
): FindingDraft {
  const path = tellingPath(paths);
  const { start, leaf, roles } = path;
  const count = timesMade(paths);
  const everyday = edges !== undefined && isEveryday(path, edges);
  const allowed = allowedBy(input, path);
  const foreign = foreignAccounts(input, path);
  const imitators = path.sessions.filter(imitatesInstance);
  let severity: Severity = leaf.depth >= 3 ? 'high' : leaf.depth === 2 ? 'medium' : 'low';
  severity = foreign.length > 0 ? raised(severity) : severity;
  severity = everyday || allowed !== undefined ? lowered(severity) : severity;

  const sessions = new Set([leaf.index, ...path.sessions.map(({ index }) => index)]);
  for (const { sessions: more } of paths) {
    more.forEach(({ index }) => sessions.add(index));
  }
  return {
    rule: id,
    // The sequence is one key: keys are sorted, and R1 → R2 is not R2 → R1.
    keys: [start.id, roles.join('\n')],
    severity,
    confidence: confidenceOf(path.sessions.slice(1)),
    title: titleOf(path),
    explanation: [
      `${capital(sessionLabel(start))} was used to assume ${roles.length === 1 ? 'a role' : `${String(roles.length)} roles, each with the credentials of the one before`}: ${chainLabel(roles)}.`,
      meaningOf(leaf.depth),
      ...(count > 1 ? [`The same chain was made ${String(count)} times.`] : []),
      ...ambiguityOf(path),
      ...(foreign.length > 0
        ? [
            `It leads into ${listed(foreign.map((account) => `account ${clean(account, 64)}`))}, which is neither your own nor trusted: one step more severe.`,
          ]
        : []),
      ...(everyday ? ['Each of its assumptions is an everyday one in these logs: one step less severe.'] : []),
      ...(allowed === undefined ? [] : ['The case file allows this chain: one step less severe.']),
      ...imitators.map(
        (session) =>
          `The session name ${clean(session.name, 64)} imitates an instance: EC2 did not issue it, its caller chose it.`,
      ),
    ].join(' '),
    sessions: [...sessions],
    roles,
    instanceIds: [...new Set(path.sessions.map(({ instanceId }) => instanceId).filter((instance) => instance !== ''))],
    addresses: [...new Set(path.sessions.flatMap((session) => originsOf(input.model.events).directLocations(session)))],
    techniques: imitators.length > 0 ? [...techniques, 'T1036'] : techniques,
    count,
    evidence: inTimeOrder([...attemptsOf(paths, refused), ...paths.flatMap((each) => evidenceOf(input, each))]),
    context: factsOf(input, path, edges),
    createdObjects: [],
    ...(allowed === undefined ? {} : { allowedBy: chainAllowedBy(allowed) }),
  };
}

/** Of equal paths the one whose end was used; else the first. */
function tellingPath(paths: readonly RolePath[]): RolePath {
  const path = paths.find(({ leaf }) => leaf.rows.length > 0) ?? paths[0];
  if (path === undefined) {
    throw new Error('a finding needs a path');
  }
  return path;
}

function titleOf({ start, leaf, roles, candidates }: RolePath): string {
  const count = leaf.depthIsMinimum
    ? `Role assumption ≥${String(leaf.depth)}`
    : `${ordinal(leaf.depth)} role assumption`;
  const from = candidates.length > 0 ? `one of ${String(candidates.length)} possible callers` : sessionLabel(start);
  return `${count}: ${chainLabel(roles)}, from ${from}`;
}

function meaningOf(depth: number): string {
  return depth >= 3
    ? 'A third assumption in a row is most likely anomalous: it reaches roles that the first credential cannot, and hides who acts.'
    : depth === 2
      ? 'A second assumption in a row is possibly anomalous: it reaches a role that the first credential may not assume itself.'
      : 'The case file asks to see chains of this length.';
}

function ambiguityOf({ leaf, candidates }: RolePath): string[] {
  if (candidates.length > 0) {
    return [
      `Its origin is ambiguous: ${String(candidates.length)} callers (${listed(candidates.map(sessionLabel))}) could have issued one of its sessions, and the shortest way is counted.`,
    ];
  }
  return leaf.depthIsMinimum
    ? [`Its origin is outside these logs: the true depth is ${String(leaf.depth)} or more.`]
    : [];
}

/** The pattern of the case file that covers the roles, or the start and the roles. */
function allowedBy({ settings }: DetectionInput, { start, hops, roles }: RolePath): string | undefined {
  const withStart = hops[0] === start ? roles : [start.identityArn || start.name, ...roles];
  return settings.allowedChains.find((pattern) => chainMatches(pattern, roles) || chainMatches(pattern, withStart));
}

function foreignAccounts(input: DetectionInput, path: RolePath): string[] {
  const known = knownAccounts(input);
  const accounts = path.hops.map((hop) => accountOf(assumedArn(hop)) || hop.accountId);
  return [...new Set(accounts)].filter((account) => account !== '' && !known.has(account));
}

function evidenceOf({ model }: DetectionInput, path: RolePath): EvidenceRow[] {
  const first = path.leaf.rows[0];
  const use: EvidenceRow[] =
    first === undefined
      ? []
      : [{ row: first, reason: `First call with the credentials of ${roleLabel(assumedArn(path.leaf))}` }];
  return [...hopEvidence(model, path, 'decisive'), ...use];
}

type Refused = ReadonlyMap<number, readonly Attempt[]>;

/** Attempts that did not succeed, by who made them. */
function refusedOf(model: LineageModel): Refused {
  const refused = new Map<number, Attempt[]>();
  for (const attempt of model.attempts) {
    if (attempt.callerSession !== undefined && !attempt.succeeded) {
      const known = refused.get(attempt.callerSession);
      if (known === undefined) {
        refused.set(attempt.callerSession, [attempt]);
      } else {
        known.push(attempt);
      }
    }
  }
  return refused;
}

/** A further role that the end of the chain asked for in vain. */
function attemptsOf(paths: readonly RolePath[], refused: Refused): EvidenceRow[] {
  const leaves = new Set(paths.map(({ leaf }) => leaf.index));
  return [...leaves]
    .flatMap((leaf) => refused.get(leaf) ?? [])
    .flatMap(({ roleArn, rows }) =>
      rows.map((row) => ({
        row,
        reason: `Attempt, not counted: ${roleArn === '' ? 'a further role' : roleLabel(roleArn)} was refused`,
      })),
    );
}

function factsOf(input: DetectionInput, path: RolePath, edges: CommonEdges | undefined): ContextFact[] {
  const { model } = input;
  const { start, leaf, candidates } = path;
  const facts: ContextFact[] = [
    { label: 'Depth', value: leaf.depthIsMinimum ? `≥ ${String(leaf.depth)}` : String(leaf.depth) },
  ];
  if (leaf.rows.length === 0) {
    facts.push({ label: 'Last session', value: 'never used in these logs' });
  }
  const maker = start.via === 'created-key' && start.parent !== undefined ? model.sessions[start.parent] : undefined;
  const made = start.explanation.issueRow;
  if (maker !== undefined) {
    facts.push({
      label: 'The first key was created by',
      value: sessionLabel(maker),
      ...(made === undefined ? {} : { eventID: eventIdAt(model.events, made) }),
    });
  }
  if (candidates.length > 0) {
    facts.push({ label: 'Possible callers', value: listed(candidates.map(sessionLabel), 10) });
  }
  for (const hop of edges === undefined ? [] : path.hops) {
    const caller = callerOf(path, hop);
    if (caller !== undefined) {
      const { days, roots } = edges?.count(caller, hop.roleArn) ?? { days: 0, roots: 0 };
      facts.push({
        label: `Assumptions of ${roleLabel(assumedArn(hop))} by this caller`,
        value: `on ${counted(days, 'day')}, from ${counted(roots, 'root identity', 'root identities')}`,
      });
    }
  }
  return facts;
}
