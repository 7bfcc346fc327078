/**
 * Findings as SARIF 2.1.0, for viewers and pipelines that read it.
 *
 * Guarantee: every result has a rule with help, a level, the records it rests on and its finding id as fingerprint, so that the
 * next run recognises it; files that could not be read and rules that could not be judged are notifications.
 * Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
 */
import type { Analysis } from '../analysis';
import type { Comparison, CoverageFile, Evidence, Finding, Severity } from '../contract';
import { techniqueNames } from '../detect/attack';
import { detectors } from '../detect/index';
import { eventIdAt } from '../lineage/table';
import { plainText } from './plain-text';
import { jsonText } from './render-json';

type Level = 'error' | 'warning' | 'note';

const levels: Readonly<Record<Severity, Level>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

/** What dashboards sort by: 0.0 to 10.0. */
const scores: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.0',
  low: '2.0',
  info: '0.0',
};

export function renderSarif(
  analysis: Analysis,
  { comparison }: { readonly comparison?: Comparison | undefined } = {},
): string {
  const { coverage, findings } = analysis;
  const added = new Set(comparison?.new);
  const changed = new Set(comparison?.changed.map(({ id }) => id));
  const stateOf = (id: string): object =>
    comparison === undefined
      ? {}
      : { baselineState: added.has(id) ? 'new' : changed.has(id) ? 'updated' : 'unchanged' };
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'CloudTrail Lineage', rules: detectors.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: coverage.files.some(({ verdict }) => verdict === 'read' || verdict === 'partial'),
            toolExecutionNotifications: [
              ...coverage.files.filter(({ verdict }) => verdict !== 'read').map(fileNotification),
              ...coverage.notes.map(({ id, message }) => ({
                descriptor: { id },
                level: 'note',
                message: { text: plainText(message, 4096) },
              })),
            ],
          },
        ],
        results: [
          ...findings.map((finding) => ({ ...resultOf(analysis, finding), ...stateOf(finding.id) })),
          ...(comparison?.gone ?? []).map(goneResult),
        ],
        properties: {
          files: coverage.files.length,
          events: coverage.events,
          firstEventTime: coverage.firstEventTime,
          lastEventTime: coverage.lastEventTime,
        },
      },
    ],
  };
  return jsonText(log);
}

function ruleOf({ id, title, description, severities, techniques }: (typeof detectors)[number]): object {
  const worst = severities[0] ?? 'info';
  const cited = techniques.map((technique) => `${technique} ${techniqueNames[technique] ?? ''}`.trim());
  return {
    id,
    name: id.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: description },
    help: { text: `${description} Severities: ${severities.join(', ')}. ATT&CK: ${cited.join('; ')}.` },
    defaultConfiguration: { level: levels[worst] },
    properties: { tags: ['security', ...techniques], 'security-severity': scores[worst] },
  };
}

function fileNotification({ path, verdict, reason }: CoverageFile): object {
  return {
    descriptor: { id: `file-${verdict}` },
    level: verdict === 'failed' ? 'error' : verdict === 'partial' ? 'warning' : 'note',
    message: { text: plainText(reason ?? verdict) },
    locations: [{ physicalLocation: { artifactLocation: artifactOf(path) } }],
  };
}

function resultOf(analysis: Analysis, finding: Finding): object {
  const places = placesOf(analysis, finding);
  const locations = finding.evidence.map((evidence) => locationOf(evidence, places.get(evidence.eventID)));
  const main = Math.max(
    0,
    finding.evidence.findIndex(({ eventTime }) => eventTime === finding.lastEventTime),
  );
  return {
    ruleId: finding.rule,
    ruleIndex: detectors.findIndex(({ id }) => id === finding.rule),
    level: levels[finding.severity],
    message: { text: `${plainText(finding.title, 4096)}. ${plainText(finding.explanation, 4096)}` },
    locations: locations.slice(main, main + 1).map((location) => ({
      ...location,
      logicalLocations: finding.sessions.map((id) => logicalLocation(analysis, id)),
    })),
    relatedLocations: locations.map((location, index) => ({ id: index + 1, ...location })),
    partialFingerprints: { 'findingId/v1': finding.id },
    ...(finding.suppressed
      ? { suppressions: [{ kind: 'external', justification: plainText(finding.suppressedBy?.reason ?? '') }] }
      : {}),
    properties: {
      severity: finding.severity,
      'security-severity': scores[finding.severity],
      confidence: finding.confidence,
      incident: finding.incident,
      techniques: finding.techniques,
      firstEventTime: finding.firstEventTime,
      lastEventTime: finding.lastEventTime,
      count: finding.count,
      evidenceTotal: finding.evidenceTotal,
      remediations: finding.remediations.map(({ id }) => id),
    },
  };
}

/** What the saved analysis found and this one does not. */
function goneResult({ id, rule, severity, title }: Comparison['gone'][number]): object {
  const index = detectors.findIndex((detector) => detector.id === rule);
  return {
    ruleId: plainText(rule),
    ...(index < 0 ? {} : { ruleIndex: index }),
    level: levels[severity],
    message: { text: plainText(title, 4096) },
    partialFingerprints: { 'findingId/v1': plainText(id) },
    baselineState: 'absent',
    properties: { severity },
  };
}

interface Place {
  /** In the decompressed file. */
  readonly start: number;
  readonly length: number;
  readonly compressed: boolean;
}

function placesOf({ drafts, model }: Analysis, finding: Finding): ReadonlyMap<string, Place> {
  const { events, files } = model;
  return new Map(
    (drafts.get(finding.id)?.evidence ?? []).map(({ row }): [string, Place] => [
      eventIdAt(events, row),
      {
        start: events.start[row] ?? 0,
        length: events.length[row] ?? 0,
        compressed: files[events.file[row] ?? -1]?.result.format.includes('gzip') ?? false,
      },
    ]),
  );
}

function locationOf(evidence: Evidence, place: Place | undefined): object {
  const { eventID, eventTime, eventName, file, reason } = evidence;
  const span = place === undefined ? {} : { byteOffset: place.start, byteLength: place.length };
  return {
    message: { text: `${eventTime} ${plainText(eventName)}: ${plainText(reason)}` },
    physicalLocation: {
      artifactLocation: artifactOf(file),
      // A region counts bytes of the file as it lies there; of a compressed one only the content has offsets.
      ...(place === undefined || place.compressed ? {} : { region: span }),
    },
    properties: {
      eventID: plainText(eventID),
      ...(place?.compressed === true ? { decompressed: span } : {}),
    },
  };
}

function logicalLocation({ model }: Analysis, id: string): object {
  const session = model.sessions[model.sessionById.get(id) ?? -1];
  return {
    name: plainText(session?.name ?? id),
    fullyQualifiedName: plainText(id),
    kind: 'session',
    properties: { arn: plainText(session?.arn ?? ''), keys: (session?.keys ?? []).map((key) => plainText(key)) },
  };
}

function artifactOf(path: string): object {
  return { uri: plainText(path).split('/').map(encodeURIComponent).join('/') };
}
