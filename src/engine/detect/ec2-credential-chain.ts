/**
 * `ec2-credential-chain`: the session of an instance assumed another role. Instances rarely need it; whoever took over a
 * program on one does.
 *
 * Guarantee: only credentials that EC2 delivered count, never a session that is merely called like an instance; one
 * finding an instance and sequence of roles.
 */
import type { ContextFact, Severity } from '../contract';
import type { Session } from '../lineage/model';
import { lowered } from '../severity';
import { CommonEdges } from './common-edges';
import { chainLabel, roleLabel, sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, FindingDraft } from './detector';
import { placeFacts } from './ec2-credential-off-instance';
import { hopEvidence, inTimeOrder } from './hop-evidence';
import { instanceFacts, instanceOf } from './instance-facts';
import { decidedVerdicts, whereabouts, type ElsewhereUse, type Whereabouts } from './locate-instances';
import { originsOf } from './origins';
import { confidenceOf, endsInWindow, maximalPaths, startsIn, timesMade, type RolePath } from './paths';
import { capital, clean, counted, listed } from './text';

const id = 'ec2-credential-chain';

export const ec2CredentialChain: Detector = {
  id,
  title: 'Instance credentials assume roles',
  description:
    'The credentials of an EC2 instance (or managed node) were used to assume another role, as after a server-side request forgery or a remote code execution.',
  severities: ['critical', 'high', 'medium', 'low'],
  techniques: ['T1552.005', 'T1078.004', 'T1550.001'],
  detect,
};

function detect(input: DetectionInput): Detection {
  const { model } = input;
  const groups = new Map<string, RolePath[]>();
  // The count may leave out the first hop (depthCounting roleToRole): from an instance's role it never does.
  const mayBegin = startsIn(model, isInstance);
  for (const path of maximalPaths(model, 1, mayBegin)) {
    if (isInstance(path.start) && path.hops[0] !== path.start && endsInWindow(input, path)) {
      const key = keysOf(path).join('\n');
      const group = groups.get(key);
      if (group === undefined) {
        groups.set(key, [path]);
      } else {
        group.push(path);
      }
    }
  }
  const edges = new CommonEdges(
    model,
    [...groups.values()].flatMap((paths) => paths[0]?.roles[0] ?? []),
    input.baseline,
  );
  const elsewhere = new Map(whereabouts(input).map((found) => [found.instance.key, found]));
  return { findings: [...groups.values()].map((paths) => draftOf(input, paths, edges, elsewhere)), notes: [] };
}

function isInstance({ kind }: Session): boolean {
  return kind === 'ec2-instance' || kind === 'ssm-hybrid';
}

/** The sequence of roles is one key: keys are sorted, and R1 → R2 is not R2 → R1. */
function keysOf({ start, roles }: RolePath): string[] {
  return [`${start.accountId}|${start.instanceId}`, roles.join('\n')];
}

function draftOf(
  input: DetectionInput,
  paths: readonly RolePath[],
  edges: CommonEdges,
  places: ReadonlyMap<string, Whereabouts>,
): FindingDraft {
  const path = paths.find(({ leaf }) => leaf.rows.length > 0) ?? paths[0];
  if (path === undefined) {
    throw new Error('a finding needs a path');
  }
  const { model } = input;
  const { start, roles, leaf } = path;
  const count = timesMade(paths);
  const starts = new Set(paths.map((each) => each.start.index));
  const found = places.get(`${start.accountId}|${start.instanceId}`);
  const away = (found?.elsewhere ?? []).filter(({ session }) => starts.has(session));
  const everyday = roles.length === 1 && edges.isCommon(start, roles[0] ?? '');
  // One role from an instance that is merely seen at two places may be its other way out to the internet.
  const stolenChain =
    away.length > 0 && (roles.length >= 2 || away.some(({ verdict }) => decidedVerdicts.has(verdict)));
  let severity: Severity = roles.length >= 2 ? 'high' : 'medium';
  severity = everyday ? lowered(severity) : severity;
  severity = stolenChain ? 'critical' : severity;
  const sessions = new Set([leaf.index, ...paths.flatMap((each) => each.sessions.map(({ index }) => index))]);
  const issueRows = paths.flatMap(({ hops }) =>
    hops[0] === undefined ? [] : hops[0].issuances.map((index) => model.issuances[index]?.row ?? -1),
  );
  const name = `${capital(sessionLabel(start))}${start.roleArn === '' ? '' : ` (${roleLabel(start.roleArn)})`}`;
  return {
    rule: id,
    keys: keysOf(path),
    severity,
    confidence: confidenceOf(path.sessions.slice(1)),
    title: `${name} assumed ${chainLabel(roles)} with its own credentials${stolenChain ? ', which were also used elsewhere' : ''}`,
    explanation: [
      `The credentials delivered to ${sessionLabel(start)} were used to assume ${roles.length === 1 ? 'another role' : `${String(roles.length)} roles in a row`}: ${chainLabel(roles)}.`,
      'Programs on instances rarely need that; whoever gained control of one, or of its metadata service, does.',
      ...(count > 1 ? [`It happened ${String(count)} times.`] : []),
      ...(everyday ? ['In these logs it is an everyday assumption of this instance role: one step less severe.'] : []),
      ...awayText(away, stolenChain),
    ].join(' '),
    sessions: [...sessions],
    roles,
    instanceIds: [start.instanceId],
    addresses: [...new Set(path.sessions.flatMap((session) => originsOf(model.events).directLocations(session)))],
    techniques: ec2CredentialChain.techniques,
    count,
    evidence: inTimeOrder([
      ...paths.flatMap((each) => hopEvidence(model, each, 'decisive')),
      ...away.slice(0, 20).map(({ row, location }) => ({
        row,
        reason: `The instance’s credentials used elsewhere: ${clean(location, 64)}`,
      })),
    ]),
    context: [
      ...(found === undefined || away.length === 0 ? [] : placeFacts(found, away)),
      ...factsOf(input, start, issueRows),
      ...edgeFacts(path, edges),
    ],
    createdObjects: [],
  };
}

function awayText(away: readonly ElsewhereUse[], stolenChain: boolean): string[] {
  if (away.length === 0) {
    return [];
  }
  const locations = [...new Set(away.map(({ location }) => clean(location, 64)))];
  return [
    `The same session was used from elsewhere than the instance: ${counted(away.length, 'call')} from ${listed(locations, 3)}${stolenChain ? '; together with the assumption that is critical' : ''}.`,
  ];
}

function factsOf({ model }: DetectionInput, start: Session, issueRows: readonly number[]): ContextFact[] {
  const instance = instanceOf(model, start);
  return instance === undefined
    ? []
    : instanceFacts(
        model,
        instance,
        issueRows.filter((row) => row >= 0),
      );
}

function edgeFacts({ start, roles }: RolePath, edges: CommonEdges): ContextFact[] {
  const role = roles[0] ?? '';
  const { days, roots } = edges.count(start, role);
  return [
    {
      label: `${roleLabel(role)} assumed by instances of ${roleLabel(start.roleArn)}`,
      value: `on ${counted(days, 'day')}, by ${counted(roots, 'instance')}`,
    },
  ];
}
