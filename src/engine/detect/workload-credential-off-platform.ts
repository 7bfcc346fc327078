/**
 * `workload-credential-off-platform`: credentials of a function, task, build, pod or pipeline were used by something that is
 * not that platform.
 *
 * Guarantee: one finding a role; a session is a workload by what AWS wrote or by the mark of its platform, never by its name;
 * where nothing tells where a workload runs, another place is not called foreign.
 */
import type { Origin } from '../cloudtrail/network';
import { formatInstant } from '../cloudtrail/time';
import type { Severity } from '../contract';
import { timeAt } from '../lineage/table';
import { roleLabel, sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, EvidenceRow, FindingDraft } from './detector';
import { directCallsOf } from './direct-calls';
import { confidenceOf } from './paths';
import { sessionFinding } from './session-finding';
import { clean, counted, listed } from './text';
import { addressOf, WorkloadPlaces, type Workload } from './workload-places';

const id = 'workload-credential-off-platform';

export const workloadCredentialOffPlatform: Detector = {
  id,
  title: 'Workload credentials used elsewhere',
  description:
    'Credentials of a Lambda function, a container task, a build, a pod or a pipeline were used by something that is not that platform.',
  severities: ['high', 'medium', 'low'],
  techniques: ['T1552.005', 'T1552.007', 'T1528', 'T1078.004'],
  detect,
};

/** Uses told one by one; the others are counted. */
const mostUsesTold = 20;

interface OddUse {
  readonly row: number;
  readonly workload: Workload;
  readonly origin: Origin;
  readonly foreignPlace: boolean;
  readonly foreignClient: boolean;
}

/** What the sessions of one role did. */
interface RoleUse {
  readonly odd: OddUse[];
  calls: number;
  /** A call from where it is normal. */
  normalRow: number | undefined;
}

function detect(input: DetectionInput): Detection {
  const places = new WorkloadPlaces(input);
  const roles = new Map<string, RoleUse>();
  let unlocated = 0;
  for (const workload of places.workloads) {
    const use = roles.get(workload.session.roleArn) ?? { odd: [], calls: 0, normalRow: undefined };
    roles.set(workload.session.roleArn, use);
    unlocated += judge(input, places, workload, use) ? 1 : 0;
  }
  return {
    findings: [...roles.values()].flatMap((use) => draftOf(input, places, use) ?? []),
    notes:
      unlocated === 0
        ? []
        : [
            {
              id: `${id}-unlocated`,
              message: `${id}: not evaluated for ${counted(unlocated, 'session')} of workloads: nothing in these logs tells where they run, or only over the other version of IP. A database of networks (for what runs on AWS), or the records that issued their credentials, would.`,
            },
          ],
  };
}

/** True where something could not be judged. */
function judge(input: DetectionInput, places: WorkloadPlaces, workload: Workload, use: RoleUse): boolean {
  const { session, platform } = workload;
  const calls = directCallsOf(input.model.events);
  const isNormal = places.normalFor(workload);
  const { rows } = session;
  let unlocated = false;
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0;
    const origin = calls.originAt(row);
    if (origin === undefined || !input.inWindow(row)) {
      continue;
    }
    use.calls++;
    if (isNormal(origin)) {
      use.normalRow ??= row;
      continue;
    }
    const foreignClient = places.isForeignClient(workload, row);
    // A function has a new address wherever it is started: with its mark that is normal.
    if (platform.mark !== 0 && !foreignClient && places.isOwn(workload, row)) {
      continue;
    }
    const foreignPlace = places.tells(workload, origin);
    if (foreignPlace || (platform.mark !== 0 && foreignClient && !places.isLocated(workload))) {
      use.odd.push({ row, workload, origin, foreignPlace, foreignClient });
    } else {
      unlocated = true;
    }
  }
  return unlocated;
}

function severityOf({ foreignPlace, foreignClient }: OddUse): Severity {
  return foreignPlace ? (foreignClient ? 'high' : 'medium') : 'low';
}

function draftOf(input: DetectionInput, places: WorkloadPlaces, use: RoleUse): FindingDraft | undefined {
  const all = [...use.odd].sort((a, b) => a.row - b.row);
  const severity = (['high', 'medium', 'low'] as const).find((each) => all.some((odd) => severityOf(odd) === each));
  const odd = all.filter((each) => each.foreignPlace || severity === 'low');
  const [first] = odd.filter((each) => severityOf(each) === severity);
  if (severity === undefined || first === undefined) {
    return undefined;
  }
  const { session, platform } = first.workload;
  const sessions = [...new Set(odd.map(({ workload }) => workload.session))];
  const locations = [...new Set(odd.map(({ origin }) => clean(origin.location, 64)))];
  return sessionFinding(input, session, {
    rule: id,
    keys: [session.roleArn === '' ? session.id : session.roleArn],
    severity,
    confidence: confidenceOf(sessions),
    title: `Credentials of ${sessionLabel(session)} used from ${listed(locations, 3)}, ${severity === 'low' ? 'without the mark of' : 'not from'} ${platform.name}`,
    explanation: explain(input, places, use, odd, severity),
    sessions: sessions.map(({ index }) => index),
    addresses: [...new Set(odd.map(({ origin }) => addressOf(origin)))],
    techniques: platform.techniques,
    count: odd.length,
    evidence: evidenceOf(use, odd),
  });
}

function explain(
  { model }: DetectionInput,
  places: WorkloadPlaces,
  { calls }: RoleUse,
  odd: readonly OddUse[],
  severity: Severity,
): string {
  const [first] = odd;
  if (first === undefined) {
    return '';
  }
  const { workload } = first;
  const { platform, session } = workload;
  const known = places.placesOf(workload).map((place) => clean(place, 64));
  const clients = [
    ...new Set(odd.map(({ row }) => clean(places.clientAt(row).family || 'a client without a name', 64))),
  ];
  const span = `from ${formatInstant(timeAt(model.events, first.row))} to ${formatInstant(timeAt(model.events, odd.at(-1)?.row ?? first.row))}`;
  const sentences = [
    `${String(odd.length)} of ${counted(calls, 'direct call')} with credentials of role ${roleLabel(session.roleArn)} ${odd.length === 1 ? 'was' : 'were'} made ${span} by ${listed(clients)}.`,
  ];
  if (severity === 'low') {
    sentences.push(
      `The user agent lacks ${platform.markText}, and nothing tells where else the workload runs: some SDKs write no mark.`,
    );
  } else {
    sentences.push(
      known.length === 0
        ? 'A database of networks says that these addresses are not of AWS, where it runs.'
        : platform.runs === 'on-aws'
          ? `Marked calls (${platform.markText}) of such workloads come from ${counted(known.length, 'other address', 'other addresses')}: ${listed(known, 3)}.`
          : `Its credentials were issued to, or are otherwise used from, ${counted(known.length, 'other address', 'other addresses')}: ${listed(known, 3)}.`,
      odd.some(({ foreignClient }) => foreignClient)
        ? 'Its own clients are others too.'
        : 'The client is one that it uses itself: only the place differs.',
    );
  }
  return sentences.join(' ');
}

function evidenceOf({ normalRow }: RoleUse, odd: readonly OddUse[]): EvidenceRow[] {
  const seen = new Set<string>();
  const decisive = odd.filter(({ origin }) => !seen.has(origin.location) && seen.add(origin.location));
  const told = new Set([...decisive.slice(0, mostUsesTold), ...odd.slice(0, mostUsesTold), ...odd.slice(-1)]);
  return [
    ...[...told].map((use): EvidenceRow => ({
      row: use.row,
      reason: `Used from ${clean(use.origin.location, 64)}${use.foreignPlace ? ', where it does not run' : ''}${use.foreignClient ? ', by a client that is not its own' : ''}`,
      ...(decisive.includes(use) ? { role: 'decisive' } : {}),
    })),
    ...(normalRow === undefined
      ? []
      : [{ row: normalRow, reason: 'A call from where it runs', role: 'background' as const }]),
  ];
}
