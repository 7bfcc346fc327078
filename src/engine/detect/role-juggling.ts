/**
 * `role-juggling`: roles are assumed in a circle, or one after the other at even steps, to outlive the hour for which chained
 * credentials are valid, and the revocation of each.
 *
 * Guarantee: one finding a start and set of roles; programs that ask anew from the same session, twice in a second, or in vain,
 * are none.
 */
import { append } from '../append';
import type { Severity } from '../contract';
import type { Session } from '../lineage/model';
import { chainLabel, roleLabel, sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, EvidenceRow, FindingDraft } from './detector';
import { hopEvidence, inTimeOrder } from './hop-evidence';
import { keptAlive, knownPart, returnsOn, roleSessions, type KeptAlive, type LoopLimits, type Return } from './loops';
import { originsOf } from './origins';
import { confidenceOf, maximalPaths, type RolePath } from './paths';
import { compareText } from '../cloudtrail/text';
import { severityRank, worst } from '../severity';
import { capital, clean, counted, duration, listed } from './text';
import { thresholdOf } from './thresholds';

const id = 'role-juggling';

export const roleJuggling: Detector = {
  id,
  title: 'Roles assumed in a circle',
  description:
    'On one chain a role came back, or assumptions followed each other at even steps for more than an hour: that is how credentials of a chain are made to outlive their hour, and the revocation of one role.',
  severities: ['high', 'medium', 'low'],
  techniques: ['T1550.001', 'T1078.004'],
  detect,
};

/** The name that the known tool gives to all its sessions. */
const toolName = 'juggle';
const minuteMs = 60_000;

interface Loop {
  readonly path: RolePath;
  readonly returns: readonly Return[];
  readonly alive: KeptAlive | undefined;
  /** The one name of all sessions on the path, or that of the tool. */
  readonly name: string | undefined;
  readonly severity: Severity;
}

function detect(input: DetectionInput): Detection {
  const { model } = input;
  const limits = limitsOf(input);
  const groups = new Map<string, Loop[]>();
  for (const path of maximalPaths(model, 1, (leaf) => leaf.depth > 1 || assumesItself(input, leaf))) {
    const loop = loopOn(input, knownPart(path), limits);
    if (loop !== undefined && isInWindow(input, loop)) {
      append(groups, [loop.path.start.id, ...[...new Set(rolesOf(loop))].sort(compareText)].join('\n'), loop);
    }
  }
  return { findings: [...groups.values()].map((loops) => draftOf(input, loops)), notes: [] };
}

function limitsOf({ settings }: DetectionInput): LoopLimits {
  return {
    returnMs: thresholdOf(settings, id, 'returnSeconds') * 1000,
    hops: thresholdOf(settings, id, 'keepAliveHops'),
    medianMs: thresholdOf(settings, id, 'keepAliveGapMinutes') * minuteMs,
    variation: thresholdOf(settings, id, 'keepAliveVariation'),
    spanMs: thresholdOf(settings, id, 'keepAliveSpanMinutes') * minuteMs,
  };
}

/** Of all that are one assumption deep, which are many, only these can be a circle. */
function assumesItself({ model }: DetectionInput, { parent, roleArn }: Session): boolean {
  return roleArn !== '' && model.sessions[parent ?? -1]?.roleArn === roleArn;
}

function loopOn({ model }: DetectionInput, path: RolePath, limits: LoopLimits): Loop | undefined {
  const chain = roleSessions(model, path);
  const returns = returnsOn(model, chain, limits);
  const alive = keptAlive(model, chain, limits);
  if (returns.length === 0 && alive === undefined) {
    return undefined;
  }
  const names = new Set(path.hops.map(({ name }) => name));
  const isSelf = returns.length === 1 && returns[0]?.bySelf === true;
  const [only] = names;
  const name = names.has(toolName) ? toolName : names.size === 1 && path.hops.length > 1 && !isSelf ? only : undefined;
  const severity = returns.length > 1 || alive !== undefined || name !== undefined ? 'high' : isSelf ? 'low' : 'medium';
  return { path, returns, alive, name, severity };
}

function isInWindow({ model, inWindow }: DetectionInput, { returns, alive }: Loop): boolean {
  return [...returns.map(({ session }) => session), ...(alive?.sessions.slice(1) ?? [])].some(({ issuances }) =>
    issuances.some((index) => {
      const issuance = model.issuances[index];
      return issuance !== undefined && [issuance.row, ...issuance.twinRows].some(inWindow);
    }),
  );
}

/** What goes round, in order: of each return the way from the first session of the role to it. */
function wayRound({ path, returns }: Loop): Session[] {
  const [first] = returns;
  const last = returns.at(-1);
  if (first === undefined || last === undefined) {
    return [];
  }
  const from = Math.min(...returns.map((each) => path.sessions.indexOf(each.first)));
  return path.sessions.slice(from, path.sessions.indexOf(last.session) + 1).filter(({ roleArn }) => roleArn !== '');
}

function rolesOf(loop: Loop): string[] {
  return [...wayRound(loop), ...(loop.alive?.sessions ?? [])].map(({ roleArn }) => roleArn);
}

function draftOf(input: DetectionInput, loops: readonly Loop[]): FindingDraft {
  const { model } = input;
  const [loop] = [...loops].sort(
    (a, b) =>
      severityRank(a.severity) - severityRank(b.severity) ||
      b.returns.length - a.returns.length ||
      a.path.leaf.index - b.path.leaf.index,
  );
  if (loop === undefined) {
    throw new Error('a finding needs a loop');
  }
  const { path, returns, alive } = loop;
  const all = new Set(loops.flatMap((each) => each.returns.map(({ session }) => session.index)));
  const roles = distinctLast(rolesOf(loop));
  const sessions = new Set([path.leaf.index, ...loops.flatMap((each) => each.path.sessions.map(({ index }) => index))]);
  return {
    rule: id,
    keys: [path.start.id, [...roles].sort(compareText).join('\n')],
    severity: worst(loops.map(({ severity }) => severity)),
    confidence: confidenceOf(path.sessions.slice(1)),
    title: titleOf(loop, all.size),
    explanation: [
      ...returnText(loop, all.size),
      ...aliveText(alive),
      'Credentials of a chain end after an hour, and revoking one role leaves the others: going round outlives both.',
      ...(loop.name === undefined
        ? []
        : [
            `${loop.name === toolName ? 'A session has' : 'All its sessions have'} the name “${clean(loop.name, 64)}”.`,
          ]),
      ...(loop.severity === 'low' ? ['Programs that refresh their own role do this: low.'] : []),
      ...(path.start.depthIsMinimum ? ['Its origin is outside these logs.'] : []),
      'Cut all these roles at the same time.',
    ].join(' '),
    sessions: [...sessions],
    roles,
    instanceIds: [...new Set(path.sessions.map(({ instanceId }) => instanceId).filter((instance) => instance !== ''))],
    addresses: [...new Set(path.sessions.flatMap((session) => originsOf(model.events).directLocations(session)))],
    techniques: roleJuggling.techniques,
    count: all.size > 0 ? all.size : (alive?.sessions.length ?? 1) - 1,
    evidence: inTimeOrder(loops.flatMap((each) => evidenceOf(input, each))),
    context: [
      {
        label: 'Way round',
        value: chainLabel(
          (returns.length > 0 ? wayRound(loop) : (alive?.sessions ?? [])).map(({ roleArn }) => roleArn),
        ),
      },
      { label: 'Returns', value: String(all.size) },
    ],
    createdObjects: [],
  };
}

/** Each once, the one that it ended with last: what a suppression by role means. */
function distinctLast(roles: readonly string[]): string[] {
  return [...new Set([...roles].reverse())].reverse();
}

function titleOf({ path, returns, alive }: Loop, count: number): string {
  const from = sessionLabel(path.start);
  const [first] = returns;
  if (first === undefined) {
    return `Chain kept alive for ${duration(alive?.spanMs ?? 0)} by ${counted((alive?.sessions.length ?? 1) - 1, 'assumption')}, from ${from}`;
  }
  return `Role ${roleLabel(first.session.roleArn)} came back on a chain${count > 1 ? `, ${String(count)} returns in all` : ''}, from ${from}`;
}

function returnText(loop: Loop, count: number): string[] {
  const [first] = loop.returns;
  if (first === undefined) {
    return [];
  }
  const way = chainLabel(wayRound(loop).map(({ roleArn }) => roleArn));
  return [
    `${capital(sessionLabel(loop.path.start))} led to ${way}, each with the credentials of the one before: ${roleLabel(first.session.roleArn)} was assumed again ${duration(first.afterMs)} after its first session.`,
    ...(count > 1 ? [`Roles came back ${String(count)} times.`] : []),
  ];
}

function aliveText(alive: KeptAlive | undefined): string[] {
  if (alive === undefined) {
    return [];
  }
  const { sessions, medianMs, variation, spanMs } = alive;
  const names = listed([...new Set(sessions.slice(1).map(({ roleArn }) => roleLabel(roleArn)))]);
  return [
    `${counted(sessions.length - 1, 'assumption')} by one role session after the other (${names}) came ${duration(medianMs)} apart (median; they vary by ${String(Math.round(variation * 100))} %), ${duration(spanMs)} in all.`,
  ];
}

function evidenceOf({ model }: DetectionInput, loop: Loop): EvidenceRow[] {
  const again = new Map<number, Return>();
  for (const each of loop.returns) {
    for (const index of each.session.issuances) {
      again.set(model.issuances[index]?.row ?? -1, each);
    }
  }
  const hops = hopEvidence(model, loop.path).map((each): EvidenceRow => {
    const back = again.get(each.row);
    return back === undefined
      ? each
      : { ...each, reason: `${each.reason}; again ${duration(back.afterMs)} after the first`, role: 'decisive' };
  });
  const use = loop.path.leaf.rows[0];
  return [
    ...hops,
    ...(use === undefined
      ? []
      : [{ row: use, reason: `First call with the credentials of ${roleLabel(loop.path.leaf.roleArn)}` }]),
  ];
}
