/**
 * What the detectors make of the population: false alarms on ordinary life alone, attacks found in the midst of it.
 *
 * Guarantee: judges findings from outside, by what they say and which records they name; which rules exist is read from
 * the list of detectors.
 */
import { Random, type CloudTrailRecord } from '../../scripts/sample/records';
import { analyze, type Analysis } from '../../src/engine/analysis';
import { parseCaseFile } from '../../src/engine/case-file';
import type { CaseSettings } from '../../src/engine/case-settings';
import { FileScanner } from '../../src/engine/cloudtrail/scanner';
import type { FileResult } from '../../src/engine/cloudtrail/columns';
import type { Finding } from '../../src/engine/contract';
import { detectors } from '../../src/engine/detect/index';
import { eventIdAt } from '../../src/engine/lineage/table';
import { attacksUpon, type Attack, type Entity, type Expected, type Severity } from './attacks/attacks';
import { caseFile } from './company/case-file';
import { ordinaryLife, type OrdinaryLife } from './life/ordinary-life';
import { rules } from './rules';

const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

function isAtLeast(severity: Severity, bound: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(bound);
}

/** What would make somebody look: hidden findings and those below medium do not. */
export function isAlarm(finding: Finding): boolean {
  return !finding.suppressed && isAtLeast(finding.severity, 'medium');
}

export interface Population {
  readonly life: OrdinaryLife;
  readonly attacks: readonly Attack[];
  readonly settings: CaseSettings;
  readonly lifeFiles: readonly FileResult[];
  readonly attackFiles: readonly FileResult[];
}

export function isImplemented(rule: string): boolean {
  return detectors.some(({ id }) => id === rule);
}

export const notImplemented = (): string[] => rules.filter((rule) => !isImplemented(rule));

function fileOf(path: string, records: readonly CloudTrailRecord[]): FileResult {
  const scanner = new FileScanner(path);
  scanner.push(new TextEncoder().encode(JSON.stringify({ Records: records })));
  return scanner.finish();
}

/** As many files as it takes, so many records in each. */
export function filesOf(name: string, records: readonly CloudTrailRecord[], each = 5000): FileResult[] {
  const files: FileResult[] = [];
  for (let start = 0; start < records.length; start += each) {
    files.push(fileOf(`${name}-${String(files.length)}.json`, records.slice(start, start + each)));
  }
  return files;
}

export function populate(seed?: string): Population {
  const life = ordinaryLife(seed);
  const attacks = attacksUpon(life);
  const { settings, errors } = parseCaseFile(caseFile);
  if (errors.length > 0) throw new Error(`the case file: ${JSON.stringify(errors)}`);
  return {
    life,
    attacks,
    settings,
    lifeFiles: filesOf('life', life.records),
    attackFiles: filesOf(
      'attacks',
      attacks.flatMap(({ records }) => records),
    ),
  };
}

export interface Quiet {
  readonly events: number;
  readonly analysis: Analysis;
  /** Findings of ordinary life that would make somebody look. */
  readonly alarms: readonly Finding[];
  readonly perHundredThousand: number;
}

export function measureQuiet({ lifeFiles, settings }: Population): Quiet {
  const analysis = analyze(lifeFiles, settings);
  const alarms = analysis.findings.filter(isAlarm);
  const { events } = analysis.coverage;
  return { events, analysis, alarms, perHundredThousand: (alarms.length * 100_000) / events };
}

export interface Outcome {
  readonly attack: string;
  readonly expected: Expected;
  readonly found: boolean;
  /** Why it counts as missed. */
  readonly instead: string;
}

export interface Recall {
  readonly analysis: Analysis;
  readonly outcomes: readonly Outcome[];
  /** Alarms that no record of an attack is evidence of. */
  readonly strays: readonly Finding[];
}

export function measureRecall({ lifeFiles, attackFiles, attacks, settings }: Population): Recall {
  const analysis = analyze([...lifeFiles, ...attackFiles], settings);
  const evidence = new Map(analysis.findings.map((finding) => [finding, evidenceOf(analysis, finding)]));
  const outcomes = attacks.flatMap((attack) => {
    const ids = new Set(attack.records.map(({ eventID }) => eventID));
    const touching = analysis.findings.filter((each) => evidence.get(each)?.some((id) => ids.has(id)) === true);
    return attack.expected.map((expected) => outcomeOf(attack, expected, touching));
  });
  const ofAttacks = new Set(attacks.flatMap(({ records }) => records.map(({ eventID }) => eventID)));
  const strays = analysis.findings.filter(
    (finding) => isAlarm(finding) && evidence.get(finding)?.some((id) => ofAttacks.has(id)) !== true,
  );
  return { analysis, outcomes, strays };
}

/** All of it: what a finding lists is capped. */
function evidenceOf(analysis: Analysis, finding: Finding): readonly string[] {
  const rows = analysis.drafts.get(finding.id)?.evidence ?? [];
  return rows.map(({ row }) => eventIdAt(analysis.model.events, row));
}

function outcomeOf(attack: Attack, expected: Expected, touching: readonly Finding[]): Outcome {
  const ofRule = touching.filter(({ rule }) => rule === expected.rule);
  const named = ofRule.filter((finding) => names(finding, expected.entity));
  const shown = named.filter(({ suppressed }) => !suppressed);
  const found = shown.some(({ severity }) => isAtLeast(severity, expected.atLeast));
  const tell = (findings: readonly Finding[]): string =>
    findings.map(({ severity, title }) => `${severity}: ${title}`).join('; ');
  const instead = found
    ? ''
    : shown.length > 0
      ? `too low: ${tell(shown)}`
      : named.length > 0
        ? `hidden by the case file: ${tell(named)}`
        : ofRule.length > 0
          ? `names another: ${tell(ofRule)}`
          : 'no finding of the rule has a record of this attack as evidence';
  return { attack: attack.name, expected, found, instead };
}

function names(finding: Finding, entity: Entity): boolean {
  const { accessKeyIds, roles, instanceIds } = finding.entities;
  const text = [finding.title, finding.explanation, ...finding.context.map(({ value }) => value)].join('\n');
  if ('key' in entity) return accessKeyIds.includes(entity.key) || text.includes(entity.key);
  if ('role' in entity) return roles.includes(entity.role);
  if ('instance' in entity) return instanceIds.includes(entity.instance);
  if ('user' in entity) return text.includes(entity.user) || finding.sessions.some((id) => id.includes(entity.user));
  return text.includes(entity.account) || roles.some((role) => role.includes(`:${entity.account}:`));
}

/** Everything that a finding says, without the file that each record happens to lie in. */
export function sayings(analysis: Analysis): unknown[] {
  return analysis.findings.map((finding) => ({
    ...finding,
    evidence: finding.evidence.map(({ file: _unsaid, ...rest }) => rest),
  }));
}

/** All records in another order, in other files. */
export function shuffledFiles({ life, attacks }: Population): FileResult[] {
  const all = [...life.records, ...attacks.flatMap(({ records }) => records)];
  return filesOf('shuffled', new Random('another order').shuffled(all), 7001);
}
