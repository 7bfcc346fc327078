/**
 * The one entry: files and case in, the judged analysis out.
 *
 * Guarantee: a function of the set of events, the case and the options, whatever the order of files; coverage is always
 * there; ids come from rule and entities, never from times, counts or paths.
 */
import type { CaseSettings, Suppression } from './case-settings';
import type { FileResult } from './cloudtrail/columns';
import { formatInstant, parseInstant } from './cloudtrail/time';
import type {
  AnalysisReport,
  Coverage,
  CoverageNote,
  Evidence,
  Finding,
  Incident,
  SessionLocation,
  SessionSummary,
  Severity,
} from './contract';
import { coverageOf } from './detect/coverage';
import type { Detection, DetectionInput, EvidenceRow, FindingDraft } from './detect/detector';
import { groupByRoot, incidentOf, inIncidentOrder, type Judged } from './detect/incidents';
import { detectors } from './detect/index';
import { originsOf } from './detect/origins';
import { isExpired, suppressionOf } from './detect/suppressions';
import { compareText, counted } from './detect/text';
import { buildModel } from './lineage/build-model';
import type { LineageModel, Session } from './lineage/model';
import { actionAt, eventIdAt, timeAt } from './lineage/table';
import { remediationTitles } from './remediate/index';
import { ownAccountsOf } from './remediate/scope';
import { lowered, severityRank } from './severity';
import { stableId } from './stable-id';

export interface Analysis {
  readonly model: LineageModel;
  readonly settings: CaseSettings;
  readonly coverage: Coverage;
  /** Most severe first, then the first to begin. */
  readonly findings: readonly Finding[];
  /** What the detectors said, by finding id: positions in `model`. */
  readonly drafts: ReadonlyMap<string, FindingDraft>;
  readonly incidents: readonly Incident[];
}

export interface AnalyzeOptions {
  /** ISO instants, both inclusive: only events between them trigger findings. */
  readonly since?: string;
  readonly until?: string;
  /** Rule ids; all when absent or empty. */
  readonly rules?: readonly string[];
  readonly ignoreSuppressions?: boolean;
  /** ms since the epoch, for the expiry of suppressions; without it none has expired. */
  readonly now?: number;
}

/** Evidence of one finding beyond this is counted, not listed. */
const mostEvidence = 50;
/** A tool that puts a run id into its user agent makes thousands. */
const mostUserAgents = 50;

export function analyze(files: readonly FileResult[], settings: CaseSettings, options: AnalyzeOptions = {}): Analysis {
  const model = buildModel(files, settings);
  const window = windowOf(model, options);
  const input: DetectionInput = {
    model,
    settings,
    ownAccounts: ownAccountsOf(model, settings),
    inWindow: window.contains,
  };
  const asked = detectors.filter(
    ({ id }) => options.rules === undefined || options.rules.length === 0 || options.rules.includes(id),
  );
  const detections = asked.map((detector) => detector.detect(input));
  const notes = [...detections.flatMap((detection) => detection.notes), ...window.notes, ...ruleNotes(options)];
  return judge(model, settings, options, detections, notes);
}

function judge(
  model: LineageModel,
  settings: CaseSettings,
  options: AnalyzeOptions,
  detections: readonly Detection[],
  notes: readonly CoverageNote[],
): Analysis {
  const decided = options.ignoreSuppressions === true ? [] : settings.suppressions;
  const expired = decided.filter((suppression) => isExpired(suppression, options.now));
  const suppressions = decided.filter((suppression) => !expired.includes(suppression));
  const drafts = new Map<string, FindingDraft>();
  const suppressedBy = new Map<string, Pick<Suppression, 'reason' | 'author' | 'expires'>>();
  for (const draft of detections.flatMap(({ findings }) => findings)) {
    const id = stableId(draft.rule, [...draft.keys].sort(compareText));
    drafts.set(id, draft);
    const suppression = suppressionOf(model, draft, id, suppressions);
    if (suppression !== undefined) {
      suppressedBy.set(id, suppression);
    } else if (draft.allowedBy !== undefined && options.ignoreSuppressions !== true) {
      suppressedBy.set(id, { reason: draft.allowedBy });
    }
  }
  const judged = [...drafts]
    .map(([id, draft]): Judged & { readonly begin: number } => ({
      id,
      draft,
      severity: severityOf(draft),
      suppressed: suppressedBy.has(id),
      begin: spanOf(model, draft).first,
    }))
    .sort(
      (a, b) => severityRank(a.severity) - severityRank(b.severity) || a.begin - b.begin || compareText(a.id, b.id),
    );
  const groups = groupByRoot(model, judged);
  const incidentByFinding = new Map(
    groups.flatMap(({ id, findings }) => findings.map((each): [string, string] => [each.id, id])),
  );
  const findings = new Map(
    judged.map((each): [string, Finding] => [
      each.id,
      findingOf(model, settings, each, incidentByFinding.get(each.id) ?? '', suppressedBy.get(each.id)),
    ]),
  );
  const incidents = groups.map((group) => incidentOf(model, group, findings));
  return {
    model,
    settings,
    coverage: coverageOf(model, settings, [...notes, ...suppressionNotes(suppressedBy.size, expired.length)]),
    findings: [...findings.values()],
    drafts,
    incidents: inIncidentOrder(incidents, findings),
  };
}

function ruleNotes({ rules }: AnalyzeOptions): CoverageNote[] {
  const skipped = rules === undefined || rules.length === 0 ? [] : detectors.filter(({ id }) => !rules.includes(id));
  return skipped.length === 0
    ? []
    : [
        {
          id: 'rules-not-asked-for',
          message: `Not evaluated, because other rules were asked for: ${skipped.map(({ id }) => id).join(', ')}.`,
        },
      ];
}

function suppressionNotes(suppressed: number, expired: number): CoverageNote[] {
  return [
    ...(suppressed === 0
      ? []
      : [{ id: 'suppressed', message: `${counted(suppressed, 'finding')} hidden by the case file.` }]),
    ...(expired === 0
      ? []
      : [
          {
            id: 'suppressions-expired',
            message: `${counted(expired, 'suppression')} of the case file expired and no longer applied.`,
          },
        ]),
  ];
}

function windowOf(
  model: LineageModel,
  options: AnalyzeOptions,
): { readonly contains: (row: number) => boolean; readonly notes: CoverageNote[] } {
  const since = options.since === undefined ? undefined : instantOption('since', options.since);
  const until = options.until === undefined ? undefined : instantOption('until', options.until);
  if (since === undefined && until === undefined) {
    return { contains: () => true, notes: [] };
  }
  const { events } = model;
  // Whole seconds: CloudTrail has no finer ones, and an event at the bound is in.
  const end = (until ?? Infinity) + 999;
  const bounds = [
    ...(since === undefined ? [] : [`from ${formatInstant(since)}`]),
    ...(until === undefined ? [] : [`until ${formatInstant(until)}`]),
  ];
  return {
    contains: (row) => timeAt(events, row) >= (since ?? -Infinity) && timeAt(events, row) <= end,
    notes: [
      {
        id: 'window',
        message: `Only events ${bounds.join(' ')} could trigger findings; all were used to link sessions.`,
      },
    ],
  };
}

function instantOption(name: string, value: string): number {
  const time = parseInstant(value);
  if (time === undefined) {
    throw new RangeError(`${name} is not an instant: ${value}`);
  }
  return time;
}

/** A finding that rests on a guess is lowered one step. */
function severityOf(draft: FindingDraft): Severity {
  return draft.confidence === 'inferred' ? lowered(draft.severity) : draft.severity;
}

function spanOf(model: LineageModel, draft: FindingDraft): { readonly first: number; readonly last: number } {
  const telling = draft.evidence.filter(({ role }) => role !== 'background');
  const times = (telling.length > 0 ? telling : draft.evidence).map(({ row }) => timeAt(model.events, row));
  return { first: times[0] ?? 0, last: times.at(-1) ?? 0 };
}

function findingOf(
  model: LineageModel,
  settings: CaseSettings,
  { id, draft, severity }: Judged,
  incident: string,
  suppressed: Pick<Suppression, 'reason' | 'author' | 'expires'> | undefined,
): Finding {
  const { first, last } = spanOf(model, draft);
  const sessions = draft.sessions.map((index) => model.sessions[index]).filter((session) => session !== undefined);
  return {
    id,
    rule: draft.rule,
    severity,
    confidence: draft.confidence,
    title: draft.title,
    explanation:
      draft.confidence === 'inferred'
        ? `${draft.explanation} What it rests on is inferred, not recorded: one step less severe.`
        : draft.explanation,
    sessions: sessions.map((session) => session.id),
    entities: {
      accessKeyIds: [
        ...new Set([
          ...sessions.flatMap(({ keys }) => keys),
          ...draft.createdObjects.flatMap(({ accessKeyId }) => accessKeyId ?? []),
        ]),
      ],
      roles: draft.roles,
      instanceIds: draft.instanceIds,
      addresses: draft.addresses,
    },
    techniques: draft.techniques,
    firstEventTime: formatInstant(first),
    lastEventTime: formatInstant(last),
    count: draft.count,
    evidence: capped(draft.evidence).map((each) => evidenceOf(model, each)),
    evidenceTotal: draft.evidence.length,
    context: draft.context,
    createdObjects: draft.createdObjects,
    remediations: remediationTitles(model, draft, settings),
    incident,
    suppressed: suppressed !== undefined,
    ...(suppressed === undefined
      ? {}
      : {
          suppressedBy: {
            reason: suppressed.reason,
            ...(suppressed.author === undefined ? {} : { author: suppressed.author }),
            ...(suppressed.expires === undefined ? {} : { expires: suppressed.expires }),
          },
        }),
  };
}

/** The decisive records, then the earliest others; in time order. */
function capped(evidence: readonly EvidenceRow[]): readonly EvidenceRow[] {
  if (evidence.length <= mostEvidence) {
    return evidence;
  }
  const ordered = [
    ...evidence.filter(({ role }) => role === 'decisive'),
    ...evidence.filter(({ role }) => role === undefined),
    ...evidence.filter(({ role }) => role === 'background'),
  ];
  return ordered.slice(0, mostEvidence).sort((a, b) => a.row - b.row);
}

function evidenceOf(model: LineageModel, { row, reason }: EvidenceRow): Evidence {
  const { events } = model;
  return {
    eventID: eventIdAt(events, row),
    eventTime: formatInstant(timeAt(events, row)),
    eventName: actionAt(events, row).eventName,
    file: model.files[events.file[row] ?? -1]?.result.path ?? '',
    reason,
  };
}

export function sessionSummary({ model }: Pick<Analysis, 'model'>, index: number): SessionSummary {
  const session = model.sessions[index];
  if (session === undefined) {
    throw new RangeError(`no session ${String(index)}`);
  }
  const idOf = (other: number): string => model.sessions[other]?.id ?? '';
  const { rule, text, issueRow, useRow } = session.explanation;
  const candidates = session.candidates.map(idOf);
  return {
    id: session.id,
    kind: session.kind,
    arn: session.arn,
    principalId: session.principalId,
    accountId: session.accountId,
    name: session.name,
    keys: session.keys,
    parent: session.parent === undefined ? null : idOf(session.parent),
    link: session.link,
    linkExplanation: {
      rule,
      text,
      ...(issueRow === undefined ? {} : { issueEventID: eventIdAt(model.events, issueRow) }),
      ...(useRow === undefined ? {} : { useEventID: eventIdAt(model.events, useRow) }),
    },
    ...(candidates.length === 0 ? {} : { candidates }),
    depth: session.depth,
    depthIsMinimum: session.depthIsMinimum,
    root: idOf(session.root),
    firstEventTime: session.firstEventTime === undefined ? null : formatInstant(session.firstEventTime),
    lastEventTime: session.lastEventTime === undefined ? null : formatInstant(session.lastEventTime),
    ...(session.creationDate === undefined ? {} : { issuedAt: formatInstant(session.creationDate) }),
    ...(session.expiresAt === undefined ? {} : { expiresAt: formatInstant(session.expiresAt) }),
    events: session.rows.length,
    denied: session.denied,
    locations: locationsOf(model, session),
    userAgents: userAgentsOf(model, session),
  };
}

/** Most used first. Calls by services and by AWS itself have a location too: its class says so. */
function locationsOf(model: LineageModel, session: Session): SessionLocation[] {
  const origins = originsOf(model.events);
  const counts = new Map<string, { readonly location: string; readonly class: string; events: number }>();
  for (const row of session.rows) {
    const origin = origins.at(row, session.kind === 'console');
    if (origin.location === '') {
      continue;
    }
    const key = `${origin.class} ${origin.location}`;
    const entry = counts.get(key) ?? { location: origin.location, class: origin.class, events: 0 };
    counts.set(key, entry);
    entry.events++;
  }
  return [...counts.values()].sort(
    (a, b) => b.events - a.events || compareText(a.location, b.location) || compareText(a.class, b.class),
  );
}

function userAgentsOf(model: LineageModel, session: Session): string[] {
  const counts = new Map<number, number>();
  for (const row of session.rows) {
    const agent = model.events.userAgent[row] ?? 0;
    counts.set(agent, (counts.get(agent) ?? 0) + 1);
  }
  const { strings } = model.events;
  return [...counts]
    .map(([agent, count]) => ({ text: strings[agent] ?? '', count }))
    .filter(({ text }) => text !== '')
    .sort((a, b) => b.count - a.count || compareText(a.text, b.text))
    .slice(0, mostUserAgents)
    .map(({ text }) => text);
}

export function toReport(analysis: Analysis): AnalysisReport {
  const { model, coverage, findings, incidents } = analysis;
  return {
    schemaVersion: 1,
    coverage,
    sessions: model.sessions.map(({ index }) => sessionSummary(analysis, index)),
    findings,
    incidents,
  };
}
