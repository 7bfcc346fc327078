/**
 * An analysis that was saved with `--format json`, as far as another one is compared with it.
 *
 * Guarantee: whatever the text is, an error that says what is wrong with it, or a saved analysis. Fields that later versions
 * add are ignored.
 */
import { isJsonObject } from '../cloudtrail/record';
import type { JsonObject } from '../cloudtrail/columns';
import type { Comparison, Finding } from '../contract';
import { severities } from '../severity';

export type SavedFinding = Pick<
  Finding,
  'id' | 'rule' | 'severity' | 'confidence' | 'title' | 'count' | 'evidenceTotal' | 'lastEventTime' | 'suppressed'
>;

export interface SavedAnalysis {
  readonly read: Comparison['against'];
  readonly findings: readonly SavedFinding[];
}

/** Throws an `Error` whose message is the reason. */
export function parseSavedAnalysis(text: string): SavedAnalysis {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Error(`it is not JSON (${error instanceof Error ? error.message : String(error)})`, { cause: error });
  }
  if (!isJsonObject(parsed) || !isJsonObject(parsed['coverage']) || !Array.isArray(parsed['findings'])) {
    throw new Error('it is no analysis: save one with analyze --format json');
  }
  if (parsed['schemaVersion'] !== 1) {
    throw new Error(`its schema version is ${JSON.stringify(parsed['schemaVersion'] ?? null)}, and 1 is known here`);
  }
  const coverage = parsed['coverage'];
  return {
    read: {
      events: numberOf(coverage, 'events', 'coverage'),
      firstEventTime: textOrNull(coverage, 'firstEventTime'),
      lastEventTime: textOrNull(coverage, 'lastEventTime'),
    },
    findings: (parsed['findings'] as readonly unknown[]).map(findingOf),
  };
}

function findingOf(value: unknown, index: number): SavedFinding {
  const place = `finding ${String(index + 1)}`;
  if (!isJsonObject(value)) {
    throw new Error(`${place} is no object`);
  }
  const severity = severities.find((each) => each === value['severity']);
  const confidence = (['exact', 'session', 'inferred'] as const).find((each) => each === value['confidence']);
  if (severity === undefined || confidence === undefined) {
    throw new Error(`${place} has no severity or confidence that is known here`);
  }
  return {
    id: textOf(value, 'id', place),
    rule: textOf(value, 'rule', place),
    severity,
    confidence,
    title: textOf(value, 'title', place),
    count: numberOf(value, 'count', place),
    evidenceTotal: numberOf(value, 'evidenceTotal', place),
    lastEventTime: textOf(value, 'lastEventTime', place),
    suppressed: value['suppressed'] === true,
  };
}

function textOf(value: JsonObject, name: string, place: string): string {
  const text = value[name];
  if (typeof text !== 'string') {
    throw new Error(`${place} has no ${name}`);
  }
  return text;
}

function textOrNull(value: JsonObject, name: string): string | null {
  const text = value[name];
  return typeof text === 'string' ? text : null;
}

function numberOf(value: JsonObject, name: string, place: string): number {
  const number = value[name];
  if (typeof number !== 'number') {
    throw new Error(`${place} has no ${name}`);
  }
  return number;
}
