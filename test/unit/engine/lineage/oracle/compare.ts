/** The engine's lineage in the words of the naive linker, and the difference between the two in words for people. */
import type { FileResult } from '../../../../../src/engine/cloudtrail/columns';
import { emptyCase } from '../../../../../src/engine/case-settings';
import { buildModel } from '../../../../../src/engine/lineage/build-model';
import type { LineageModel } from '../../../../../src/engine/lineage/model';
import { eventIdAt } from '../../../../../src/engine/lineage/table';
import { fileOf } from '../../support/files';
import { naiveLineage, type NaiveSession } from './naive-linker';
import type { GeneratedWorld } from './worlds';

export function plainLineage(model: LineageModel): NaiveSession[] {
  const idOf = (index: number): string => model.sessions[index]?.id ?? `no session ${String(index)}`;
  return model.sessions
    .map((session) => ({
      id: session.id,
      keys: session.keys,
      parent: session.parent === undefined ? null : idOf(session.parent),
      candidates: session.candidates.map(idOf).sort(),
      link: session.link,
      depth: session.depth,
      minimum: session.depthIsMinimum,
      events: [...session.rows].map((row) => eventIdAt(model.events, row)).sort(),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

export function engineLineage(files: readonly FileResult[]): NaiveSession[] {
  return plainLineage(buildModel(files, emptyCase));
}

export function filesOf(world: GeneratedWorld): FileResult[] {
  return world.files.map((records, index) => fileOf(`${String(index)}.json`, records));
}

/** '' when the two agree. */
export function difference(engine: readonly NaiveSession[], oracle: readonly NaiveSession[]): string {
  const engineById = new Map(engine.map((session) => [session.id, session]));
  const oracleById = new Map(oracle.map((session) => [session.id, session]));
  const lines: string[] = [];
  for (const id of [...new Set([...engineById.keys(), ...oracleById.keys()])].sort()) {
    const left = engineById.get(id);
    const right = oracleById.get(id);
    if (left === undefined || right === undefined) {
      const only = left ?? right;
      lines.push(`${id}: only the ${left === undefined ? 'oracle' : 'engine'} has it: ${JSON.stringify(only)}`);
      continue;
    }
    for (const field of ['keys', 'parent', 'candidates', 'link', 'depth', 'minimum', 'events'] as const) {
      const [ours, theirs] = [JSON.stringify(left[field]), JSON.stringify(right[field])];
      if (ours !== theirs) {
        lines.push(`${id}: ${field}\n    engine ${ours}\n    oracle ${theirs}`);
      }
    }
  }
  if (engine.length !== engineById.size || oracle.length !== oracleById.size) {
    lines.push('two sessions have the same id');
  }
  return lines.join('\n');
}

/** '' when engine and oracle agree on a world. */
export function disagreement(world: GeneratedWorld): string {
  return difference(engineLineage(filesOf(world)), naiveLineage(world.files.flat()));
}

/** The smallest set of a world's records on which engine and oracle still disagree: found by leaving out one at a time. */
export function smallest(records: readonly object[]): readonly object[] {
  let left = records;
  for (let at = 0; at < left.length;) {
    const fewer = left.filter((_, index) => index !== at);
    if (difference(engineLineage([fileOf('world.json', fewer)]), naiveLineage(fewer)) === '') {
      at++;
    } else {
      left = fewer;
    }
  }
  return left;
}
