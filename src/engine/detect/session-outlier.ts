/**
 * `session-outlier`: one session that is far from all others of its kind, by numbers that are told.
 *
 * Guarantee: never a bare score: each number with what is usual. A kind of which there are too few sessions is not judged. One
 * finding a session.
 */
import type { Spread } from '../baseline';
import type { SessionKind } from '../lineage/model';
import { actionAt } from '../lineage/table';
import { actionClassesOf } from './action-classes';
import { sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, EvidenceRow, FindingDraft } from './detector';
import { knownPopulation } from './known-population';
import { featureNames, featuresOf, type FeatureName } from './session-features';
import { outlyingRows } from './outlying-rows';
import { sessionFinding } from './session-finding';
import { deviations, spreadOf, type OwnSpread } from './spreads';
import { capital, clean, counted, listed } from './text';
import { thresholdOf } from './thresholds';

const id = 'session-outlier';

export const sessionOutlier: Detector = {
  id,
  title: 'A session unlike all others of its kind',
  description:
    'One session is far from all others of its kind in how many services, actions, places or Regions it used, how often it was refused or changed something, or how fast it called.',
  severities: ['medium', 'low'],
  techniques: ['T1078.004'],
  detect,
};

/** What is usual for a kind, from the logs or from the baseline. */
interface Usual {
  readonly spreads: ReadonlyMap<FeatureName, Spread>;
  readonly sessions: number;
  /** The largest of the others. */
  readonly mostOf: (name: FeatureName, value: number) => number;
}

interface Outlying {
  readonly name: FeatureName;
  readonly value: number;
  readonly deviations: number;
  readonly spread: Spread;
  readonly most: number;
}

function detect(input: DetectionInput): Detection {
  const { settings } = input;
  const { byKind } = featuresOf(input);
  const least = thresholdOf(settings, id, 'sessions');
  const few: string[] = [];
  const findings: FindingDraft[] = [];
  for (const [kind, sessions] of [...byKind].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const usual = usualOf(input, kind, sessions);
    if (usual.sessions < least) {
      few.push(`${kindWords[kind] ?? kind} (${String(usual.sessions)})`);
      continue;
    }
    for (const index of sessions) {
      const outlying = outlyingOf(input, index, usual);
      if (fires(input, outlying)) {
        findings.push(...draftOf(input, index, kind, usual, outlying));
      }
    }
  }
  return {
    findings,
    notes:
      few.length === 0
        ? []
        : [
            {
              id: `${id}-population`,
              message: `${id} was not evaluated for kinds with fewer than ${String(least)} sessions: ${few.join(', ')}.`,
            },
          ],
  };
}

/** The larger population tells what is usual; both together have to be large enough. */
function usualOf(input: DetectionInput, kind: SessionKind, sessions: readonly number[]): Usual {
  const { values } = featuresOf(input);
  const before = knownPopulation(input.baseline).kinds.get(kind);
  const total = sessions.length + (before?.sessions ?? 0);
  if (before !== undefined && before.sessions >= sessions.length) {
    const spreads = new Map(
      featureNames.flatMap((name): [FeatureName, Spread][] => {
        const spread = before.features[name];
        return spread === undefined ? [] : [[name, spread]];
      }),
    );
    return { spreads, sessions: total, mostOf: (name) => spreads.get(name)?.most ?? 0 };
  }
  const spreads = new Map(
    featureNames.flatMap((name): [FeatureName, OwnSpread][] => {
      const spread = spreadOf(values[name], sessions);
      return spread === undefined ? [] : [[name, spread]];
    }),
  );
  return {
    spreads,
    sessions: total,
    mostOf: (name, value) => {
      const spread = spreads.get(name);
      return spread === undefined ? 0 : value >= spread.most ? spread.next : spread.most;
    },
  };
}

function outlyingOf(input: DetectionInput, index: number, usual: Usual): Outlying[] {
  const { values, calls } = featuresOf(input);
  const least = thresholdOf(input.settings, id, 'deviations');
  return featureNames.flatMap((name) => {
    const value = values[name][index] ?? NaN;
    const spread = usual.spreads.get(name);
    // Of a share that few sessions have calls enough for, nobody knows what is usual.
    if (Number.isNaN(value) || spread === undefined || spread.sessions < thresholdOf(input.settings, id, 'sessions')) {
      return [];
    }
    const most = usual.mostOf(name, value);
    const of = name === 'unseen' ? (values.actions[index] ?? 0) : (calls[index] ?? 0);
    const behind = shares.has(name) ? Math.round(value * of) : value;
    const far = deviations(value, spread, most, behind);
    return far >= least ? [{ name, value, deviations: far, spread, most }] : [];
  });
}

function fires({ settings }: DetectionInput, outlying: readonly Outlying[]): boolean {
  const extreme = thresholdOf(settings, id, 'extreme');
  return outlying.length >= 2 || outlying.some((each) => each.deviations >= extreme);
}

function draftOf(
  input: DetectionInput,
  index: number,
  kind: SessionKind,
  usual: Usual,
  outlying: readonly Outlying[],
): FindingDraft[] {
  const { model, inWindow } = input;
  const session = model.sessions[index];
  if (!session?.rows.some(inWindow)) {
    return [];
  }
  const { events } = model;
  const classes = actionClassesOf(events);
  const unseen = outlying.some(({ name }) => name === 'unseen') ? featuresOf(input).unseenRows(index) : [];
  const lasting = unseen.filter((row) => classes.at(row) === 'persistence');
  const nameOf = (row: number): string => {
    const { eventSource, eventName } = actionAt(events, row);
    return `${clean(eventSource.split('.')[0] ?? '', 32)}:${clean(eventName, 64)}`;
  };
  const first = session.rows[0] ?? 0;
  const who = capital(sessionLabel(session));
  return [
    sessionFinding(input, session, {
      rule: id,
      severity: outlying.length >= 3 || lasting.length > 0 ? 'medium' : 'low',
      title: `${who} is unlike the other ${kindWords[kind] ?? kind}: ${listed(
        outlying.map(({ name }) => featureWords[name]),
        3,
      )}`,
      explanation: [
        `Beside ${counted(usual.sessions - 1, 'other session')} of the kind (${kindWords[kind] ?? kind}): ${outlying.map(told).join('; ')}.`,
        ...(unseen.length > 0 ? [`No other session of its role did ${listed(unseen.map(nameOf), 6)}.`] : []),
        ...(lasting.length > 0 ? [`Of these, ${listed(lasting.map(nameOf), 4)} can leave something behind.`] : []),
      ].join(' '),
      techniques: sessionOutlier.techniques,
      count: outlying.length,
      evidence: [
        ...unseen.map((row): EvidenceRow => ({
          row,
          reason: `No other session of its role did ${nameOf(row)}`,
          role: 'decisive',
        })),
        ...outlyingRows(
          model,
          session,
          outlying.map(({ name }) => name),
        ),
        { row: first, reason: 'First call of the session' },
      ],
      context: outlying.map((each) => ({ label: capital(featureWords[each.name]), value: told(each) })),
    }),
  ];
}

const shares: ReadonlySet<FeatureName> = new Set(['unseen', 'denied', 'writes']);

const featureWords: Readonly<Record<FeatureName, string>> = {
  services: 'services',
  actions: 'different actions',
  unseen: 'actions no other session of the role did',
  denied: 'refused calls',
  writes: 'calls that change something',
  peak: 'calls in one minute',
  regions: 'Regions',
  locations: 'network places',
  depth: 'role assumptions in a row',
};

/** `12 services, usually 2 (11.1 times the usual deviation)`. */
function told({ name, value, deviations: far, spread, most }: Outlying): string {
  const written = (number: number): string =>
    shares.has(name) ? `${String(Math.round(number * 1000) / 10)} %` : String(Math.round(number * 10) / 10);
  return far === Infinity
    ? `${written(value)} ${featureWords[name]}, of the others all about ${written(spread.median)} and none above ${written(most)}`
    : `${written(value)} ${featureWords[name]}, usually ${written(spread.median)} (${far.toFixed(1)} times the usual deviation)`;
}

const kindWords: Readonly<Partial<Record<SessionKind, string>>> = {
  'long-term-key': 'access keys',
  root: 'root sessions',
  role: 'assumed roles',
  'ec2-instance': 'instances',
  'ssm-hybrid': 'managed nodes',
  lambda: 'functions',
  'ecs-task': 'tasks',
  'eks-pod': 'pods',
  workload: 'workloads',
  'web-identity': 'web identities',
  saml: 'SAML sign-ons',
  sso: 'SSO sign-ons',
  'roles-anywhere': 'Roles Anywhere sessions',
  cognito: 'Cognito identities',
  console: 'console sessions',
  'session-token': 'session tokens',
  'federated-user': 'federated users',
  'assume-root': 'assumed root sessions',
};
