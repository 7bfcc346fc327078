/**
 * The verdict on one file, in words.
 *
 * Guarantee: every verdict but `read` has a reason; a file with events is `read` or `partial`, one without is `read` only
 * when it is a sound, empty list of records.
 */
import type { FileColumns, FileResult, FileVerdict } from './columns';
import { nameForeignJson } from './foreign-json';
import { CONTENT_REASONS, type ContentKind } from './sniff';
import { withThousands } from './text';

/** What the scanner saw. */
export interface ScanFacts {
  readonly path: string;
  readonly gzip: boolean;
  readonly bytes: number;
  readonly kind: ContentKind;
  /** The first few KB as text. */
  readonly head: string;
  /** `cloudtrail-json`, `json-array`, `ndjson`, … */
  readonly shape: string;
  readonly events: number;
  readonly rejected: number;
  readonly rejections: FileResult['rejections'];
  /** A rejected object had something of a CloudTrail record. */
  readonly cloudTrailLike: boolean;
  /** Objects and other values that were JSON, records or not. */
  readonly soundValues: number;
  /** There was a list that holds, or could hold, records. */
  readonly sawList: boolean;
  /** Stream errors, limits, damage between records; in order of weight. */
  readonly problems: readonly string[];
  /** Offset of the record that the file ends in. */
  readonly cutAt: number | undefined;
  /** The file ends before its list or container does. */
  readonly unclosed: boolean;
}

function result(facts: ScanFacts, format: string, verdict: FileVerdict, reason: string | undefined): FileResult {
  return {
    path: facts.path,
    format: facts.gzip ? `${format}-gzip` : format,
    verdict,
    ...(reason === undefined ? {} : { reason }),
    rejected: facts.rejected,
    rejections: facts.rejections,
    bytes: facts.bytes,
  };
}

/** Objects that were never meant to be records are not counted as rejected ones. */
function foreign(facts: ScanFacts, format: string, reason: string): FileResult {
  return result({ ...facts, rejected: 0, rejections: [] }, format, 'skipped', reason);
}

/** What is wrong with the file, beside single records. */
function damageOf(facts: ScanFacts): readonly string[] {
  if (facts.cutAt !== undefined)
    return [...facts.problems, `ends inside a record at byte ${withThousands(facts.cutAt)}`];
  // An error that stopped the stream explains the missing end by itself.
  if (facts.unclosed && facts.problems.length === 0) {
    return [`ends before the list of records is closed, at byte ${withThousands(facts.bytes)}`];
  }
  return facts.problems;
}

/** Rejected records, without the one that the file ends in: that is told by `damageOf`. */
function rejectionText(facts: ScanFacts): string | undefined {
  const counted = facts.rejected - (facts.cutAt === undefined ? 0 : 1);
  const first = facts.rejections[0];
  if (counted <= 0 || first === undefined) return undefined;
  const records = counted === 1 ? 'one record' : `${withThousands(counted)} records`;
  return `${records} could not be read, the first at byte ${withThousands(first.start)}: ${first.reason}`;
}

export function toFileResult(facts: ScanFacts, columns: () => FileColumns): FileResult {
  const damage = damageOf(facts);
  if (facts.kind !== 'json') {
    const error = facts.problems[0];
    if (error !== undefined) return result(facts, 'unknown', 'failed', error);
    return foreign(facts, facts.kind, CONTENT_REASONS[facts.kind]);
  }
  const rejection = rejectionText(facts);
  const reasons = [...damage, ...(rejection === undefined ? [] : [rejection])].join('; ');
  if (facts.events > 0) {
    const verdict = reasons === '' ? 'read' : 'partial';
    return { ...result(facts, facts.shape, verdict, reasons === '' ? undefined : reasons), columns: columns() };
  }
  if (facts.rejected > 0 && !facts.cloudTrailLike) {
    // A text may begin with a bracket.
    if (facts.soundValues === 0 && facts.cutAt === undefined) return foreign(facts, 'text', CONTENT_REASONS.text);
    const named = nameForeignJson(facts.head);
    if (named.format !== 'json' || damage.length === 0) return foreign(facts, named.format, named.reason);
  }
  if (damage.length > 0) return result(facts, facts.shape, 'failed', `${reasons}; no record before that`);
  if (facts.rejected > 0) return result(facts, facts.shape, 'failed', `no event: ${reasons}`);
  if (!facts.sawList) return foreign(facts, 'json', 'JSON without CloudTrail records');
  return { ...result(facts, facts.shape, 'read', 'the list of records is empty'), columns: columns() };
}
