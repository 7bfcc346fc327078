/**
 * The one entry: files and case in, the judged analysis out.
 *
 * Guarantee: a function of the set of events, the case and the options, whatever the order of files; coverage is always
 * there; ids come from rule and entities, never from times, counts or paths.
 */
import type { Baseline } from './baseline';
import type { CaseSettings, Suppression } from './case-settings';
import type { FileResult } from './cloudtrail/columns';
import { formatInstant, parseInstant } from './cloudtrail/time';
import type {
  AnalysisReport,
  ContextFact,
  Coverage,
  CoverageNote,
  Evidence,
  Finding,
  Incident,
  Severity,
} from './contract';
import { coverageOf } from './detect/coverage';
import { allowedBy, suppressionNotes } from './detect/case-notes';
import type { Detection, DetectionInput, Detector, EvidenceRow, FindingDraft } from './detect/detector';
import { groupByRoot, incidentOf, inIncidentOrder, type Judged } from './detect/incidents';
import { detectors as allDetectors } from './detect/index';
import { withTimeline } from './detect/timeline';
import { isExpired, suppressionsOf } from './detect/suppressions';
import { compareText } from './cloudtrail/text';
import { clean } from './detect/text';
import { buildModel } from './lineage/build-model';
import type { LineageModel } from './lineage/model';
import { actionAt, eventIdAt, timeAt } from './lineage/table';
import { wordsOfLocation, type NetworkFacts } from './network-facts';
import { remediationTitles } from './remediate/index';
import { ownAccountsOf } from './remediate/scope';
import { sessionSummary } from './session-summary';
import { lowered, severityRank } from './severity';
import { stableId } from './stable-id';

export { sessionSummary };

export interface Analysis {
  readonly model: LineageModel;
  readonly settings: CaseSettings;
  readonly coverage: Coverage;
  /** Most severe first, then the first to begin. */
  readonly findings: readonly Finding[];
  /** What the detectors said, by finding id: positions in `model`. */
  readonly drafts: ReadonlyMap<string, FindingDraft>;
  readonly incidents: readonly Incident[];
  /** What the user's databases say of addresses. */
  readonly network?: NetworkFacts;
  /** Rules that broke: the coverage names them, the log has their stacks. */
  readonly failures: readonly RuleFailure[];
}

export interface RuleFailure {
  readonly rule: string;
  readonly message: string;
  readonly stack: string;
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
  /** Called between the steps of the work, which ends with what it throws. */
  readonly checkpoint?: () => void;
  /** What the host has to say of its own work. */
  readonly hostNotes?: readonly CoverageNote[];
  /** All that there are when absent. */
  readonly detectors?: readonly Detector[];
  /** What databases of the user's own say of addresses. */
  readonly network?: NetworkFacts;
  /** What quiet weeks before look like. */
  readonly baseline?: Baseline;
}

/** Remedies of one finding beyond this are in its plan only: a key that made a thousand sessions has thousands. */
const mostRemedies = 100;
/** Evidence of one finding beyond this is counted, not listed. */
const mostEvidence = 50;
/** Networks of one finding that are named; the sessions tell all. */
const mostNetworks = 8;

export function analyze(files: readonly FileResult[], settings: CaseSettings, options: AnalyzeOptions = {}): Analysis {
  return analyzeModel(buildModel(files, settings), settings, options);
}

/** The settings are those that the model was made with. */
export function analyzeModel(model: LineageModel, settings: CaseSettings, options: AnalyzeOptions = {}): Analysis {
  const window = windowOf(model, options);
  const input: DetectionInput = {
    model,
    settings,
    ownAccounts: ownAccountsOf(model, settings),
    inWindow: window.contains,
    ...(options.network === undefined ? {} : { network: options.network }),
    ...(options.baseline === undefined ? {} : { baseline: options.baseline }),
  };
  const { detectors = allDetectors, rules = [] } = options;
  const asked = detectors.filter(({ id }) => rules.length === 0 || rules.includes(id));
  const failures: RuleFailure[] = [];
  const detections = asked.map((detector) => {
    options.checkpoint?.();
    return detect(detector, input, failures);
  });
  options.checkpoint?.();
  const notes = [
    ...detections.flatMap((detection) => detection.notes),
    ...window.notes,
    ...(options.hostNotes ?? []),
    ...ruleNotes(detectors, asked),
  ];
  return judge(model, settings, options, { detections, notes, failures });
}

/** A rule that breaks takes nothing else with it. */
function detect(detector: Detector, input: DetectionInput, failures: RuleFailure[]): Detection {
  try {
    return detector.detect(input);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    failures.push({
      rule: detector.id,
      message,
      stack: error instanceof Error ? (error.stack ?? message) : message,
    });
    return {
      findings: [],
      notes: [
        {
          id: `rule-failed-${detector.id}`,
          message: `${detector.id} was not evaluated, because it broke: ${clean(message, 256)}. That is our mistake: the log has the details for a report.`,
        },
      ],
    };
  }
}

/** What the detectors gave. */
interface Detected {
  readonly detections: readonly Detection[];
  readonly notes: readonly CoverageNote[];
  readonly failures: readonly RuleFailure[];
}

function judge(
  model: LineageModel,
  settings: CaseSettings,
  options: AnalyzeOptions,
  { detections, notes, failures }: Detected,
): Analysis {
  const decided = options.ignoreSuppressions === true ? [] : settings.suppressions;
  const expired = decided.filter((suppression) => isExpired(suppression, options.now));
  const suppressions = decided.filter((suppression) => !expired.includes(suppression));
  const drafts = new Map<string, FindingDraft>();
  const suppressedBy = new Map<string, Pick<Suppression, 'reason' | 'author' | 'expires'>>();
  const needed = new Set<Suppression>();
  for (const draft of detections.flatMap(({ findings }) => findings)) {
    const id = stableId(draft.rule, [...draft.keys].sort(compareText));
    drafts.set(id, draft);
    const applying = suppressionsOf(model, draft, id, suppressions);
    applying.forEach((suppression) => needed.add(suppression));
    const [suppression] = applying;
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
  const remedies = new Remedies(model, settings);
  const findings = new Map(
    judged.map((each): [string, Finding] => [
      each.id,
      findingOf(
        model,
        remedies,
        each,
        incidentByFinding.get(each.id) ?? '',
        suppressedBy.get(each.id),
        options.network,
      ),
    ]),
  );
  const incidents = groups.map((group) => incidentOf(model, group, findings, settings));
  return {
    model,
    settings,
    coverage: coverageOf(model, settings, [
      ...notes,
      ...suppressionNotes({
        hidden: suppressedBy.size,
        expired,
        unneeded: isWhole(options, failures) ? suppressions.filter((suppression) => !needed.has(suppression)) : [],
        unneededChains: isWhole(options, failures) ? unneededChains(settings, drafts) : [],
      }),
    ]),
    findings: [...findings.values()],
    drafts,
    incidents: inIncidentOrder(incidents, findings),
    failures,
    ...(options.network === undefined ? {} : { network: options.network }),
  };
}

/** Every rule looked at every event: what matched nothing then, matches nothing in these logs. */
function isWhole(
  { rules = [], since, until, ignoreSuppressions }: AnalyzeOptions,
  failures: readonly unknown[],
): boolean {
  return (
    rules.length === 0 &&
    since === undefined &&
    until === undefined &&
    ignoreSuppressions !== true &&
    failures.length === 0
  );
}

function unneededChains({ allowedChains }: CaseSettings, drafts: ReadonlyMap<string, FindingDraft>): string[] {
  const needed = new Set([...drafts.values()].map(({ allowedBy }) => allowedBy));
  return allowedChains.filter((pattern) => !needed.has(allowedBy(pattern)));
}

function ruleNotes(detectors: readonly Detector[], asked: readonly Detector[]): CoverageNote[] {
  const skipped = detectors.filter((detector) => !asked.includes(detector));
  return skipped.length === 0
    ? []
    : [
        {
          id: 'rules-not-asked-for',
          message: `Not evaluated, because other rules were asked for: ${skipped.map(({ id }) => id).join(', ')}.`,
        },
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
  remedies: Remedies,
  { id, draft, severity }: Judged,
  incident: string,
  suppressed: Pick<Suppression, 'reason' | 'author' | 'expires'> | undefined,
  network: NetworkFacts | undefined,
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
    context: [...draft.context, ...networkFactsOf(network, draft.addresses)],
    createdObjects: draft.createdObjects,
    remediations: remedies.of(draft),
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

/** Whose the first of the addresses are. */
function networkFactsOf(network: NetworkFacts | undefined, addresses: readonly string[]): ContextFact[] {
  return addresses.slice(0, mostNetworks).flatMap((address) => {
    const words = wordsOfLocation(network, address);
    return words === '' ? [] : [{ label: 'Network', value: clean(`${address}: ${words}`, 256) }];
  });
}

/** What findings offer. Findings of one lineage that made the same objects offer the same: worked out once. */
class Remedies {
  private readonly known = new Map<string, Finding['remediations']>();

  constructor(
    private readonly model: LineageModel,
    private readonly settings: CaseSettings,
  ) {}

  of(draft: FindingDraft): Finding['remediations'] {
    const roots = new Set(draft.sessions.map((index) => this.model.sessions[index]?.root ?? index));
    const key = [
      ...[...roots].sort((a, b) => a - b).map(String),
      ...draft.createdObjects.map(({ eventID }) => eventID),
    ].join('|');
    const known = this.known.get(key) ?? remediationTitles(this.model, draft, this.settings).slice(0, mostRemedies);
    this.known.set(key, known);
    return known;
  }
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

export function toReport(analysis: Analysis): AnalysisReport {
  const { model, coverage, findings, incidents } = analysis;
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  return {
    schemaVersion: 1,
    coverage,
    sessions: model.sessions.map(({ index }) => sessionSummary(analysis, index)),
    findings,
    incidents: incidents.map((incident) => withTimeline(incident, byId)),
  };
}
