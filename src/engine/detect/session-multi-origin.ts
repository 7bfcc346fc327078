/**
 * `session-multi-origin`: one temporary session used from several places in the network, or by several clients: somebody
 * has a copy of its credentials.
 *
 * Guarantee: only direct calls count; ranges of the case file are one place; each sign that decided is told with its points.
 * Instances and workloads are judged by rules of their own, which know where they should be.
 */
import type { CoverageNote, Severity } from '../contract';
import { greatest } from '../extremes';
import type { Session, SessionKind } from '../lineage/model';
import { sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, EvidenceRow, FindingDraft } from './detector';
import { AddressRanges } from './cidr';
import { evidenceOfPlaces, factsOfPlaces, placeLabel } from './multi-origin-text';
import { signsOf, type Sign } from './multi-origin-signs';
import { sessionFinding } from './session-finding';
import { PlacesOfSessions, type SessionPlaces } from './session-places';
import { capital, counted, listed } from './text';
import { thresholdOf } from './thresholds';

const id = 'session-multi-origin';

export const sessionMultiOrigin: Detector = {
  id,
  title: 'One session at several places',
  description:
    'The temporary credentials of one session were used from several places in the network, or by different clients at them, as a stolen copy is.',
  severities: ['high', 'medium', 'low'],
  techniques: ['T1550.001', 'T1078.004'],
  detect,
};

/** Not temporary, nobody's, or judged by the rules about instances and workloads. */
const leftOut: ReadonlySet<SessionKind> = new Set([
  'long-term-key',
  'ec2-instance',
  'lambda',
  'ecs-task',
  'eks-pod',
  'workload',
  'service',
  'service-linked',
  'external-account',
  'unknown',
]);

function detect(input: DetectionInput): Detection {
  const { model, settings, network } = input;
  const all = new PlacesOfSessions(model.events, new AddressRanges(settings.trustedCidrs), network, {
    turnsMs: thresholdOf(settings, id, 'turnsMinutes') * 60_000,
    nearKilometers: thresholdOf(settings, id, 'nearKm'),
  });
  const findings: FindingDraft[] = [];
  let several = 0;
  let nameless = 0;
  for (const session of model.sessions) {
    if (leftOut.has(session.kind) || session.rows.length === 0) {
      continue;
    }
    if (session.creationDate === undefined) {
      if (session.kind === 'root') {
        // Its password or its own key.
        continue;
      }
      if (session.keys.length === 0) {
        // Known by its name only: calls of any number of sessions.
        nameless++;
        continue;
      }
    }
    const found = all.of(session);
    if (found === undefined) {
      continue;
    }
    several++;
    if (session.rows.some((row) => row >= found.secondRow && input.inWindow(row))) {
      const draft = judged(input, all, session, found);
      findings.push(...(draft === undefined ? [] : [draft]));
    }
  }
  return { findings, notes: notesOf(input, several, nameless) };
}

function severityOf(points: number): Severity | undefined {
  if (points < 0) {
    return undefined;
  }
  return points >= 4 ? 'high' : points >= 2 ? 'medium' : 'low';
}

function judged(
  input: DetectionInput,
  all: PlacesOfSessions,
  session: Session,
  found: SessionPlaces,
): FindingDraft | undefined {
  const signs = signsOf(input, all, found);
  const points = signs.reduce((sum, sign) => sum + sign.points, 0);
  const severity = severityOf(points);
  if (severity === undefined) {
    return undefined;
  }
  const total = found.places.reduce((sum, { count }) => sum + count, 0);
  const most = greatest(found.places.map(({ count }) => count));
  const labels = found.places.map((place) => placeLabel(place));
  return sessionFinding(input, session, {
    rule: id,
    severity,
    title: `${capital(sessionLabel(session))} was used from ${labels.length > 3 ? `${String(labels.length)} places` : listed(labels, 3)}${found.turns === undefined ? '' : ' in turns'}`,
    explanation: [
      `The ${counted(total, 'direct call')} of this one session came from ${counted(labels.length, 'place')}: ${listed(
        found.places.map((place) => `${placeLabel(place)} (${String(place.count)})`),
        6,
      )}.`,
      ...(total - most === 1 && total > 2 ? ['All but one came from the same place.'] : []),
      ...signs.map(({ text, points: each }) => `${capital(text)} (${each > 0 ? '+' : '−'}${String(Math.abs(each))}).`),
      verdictText(signs, points),
    ].join(' '),
    techniques: sessionMultiOrigin.techniques,
    count: total - most,
    evidence: [...evidenceOfPlaces(all, found), ...issueRows(input, session)],
    context: factsOfPlaces(input.model, all, found.places),
  });
}

function verdictText(signs: readonly Sign[], points: number): string {
  return signs.length === 0
    ? 'Nothing else tells them apart: people and programs change networks too.'
    : `Together ${String(points).replace('-', '−')} of the 4 points from which it is high, 2 from which it is medium.`;
}

function issueRows({ model }: DetectionInput, session: Session): EvidenceRow[] {
  return session.issuances.flatMap((index): EvidenceRow[] => {
    const issuance = model.issuances[index];
    return issuance === undefined
      ? []
      : [{ row: issuance.row, reason: 'The credentials of the session were issued', role: 'background' }];
  });
}

function notesOf({ network }: DetectionInput, several: number, nameless: number): CoverageNote[] {
  return [
    ...(nameless === 0
      ? []
      : [
          {
            id: `${id}-nameless`,
            message: `${id}: ${counted(nameless, 'principal')} not judged whose calls tell neither a creation time nor an access key: they may be many sessions.`,
          },
        ]),
    ...(several === 0 || network !== undefined
      ? []
      : [
          {
            id: `${id}-no-databases`,
            message: `${id}: countries, distances and networks of addresses were not compared for ${counted(several, 'session')} used from several places, as no database of addresses is configured.`,
          },
        ]),
  ];
}
