/**
 * What holds for any logs: the order of records and files, their partition and their duplicates change nothing; files that
 * are added one by one give what they give at once, and a file taken away leaves nothing behind. Over the random worlds
 * that the naive linker is held against; `LINEAGE_WORLD=<seed>` runs that world alone.
 */
import assert from 'node:assert/strict';
import { Random } from '../../../../scripts/sample/records';
import { emptyCase } from '../../../../src/engine/case-settings';
import type { FileResult } from '../../../../src/engine/cloudtrail/columns';
import { buildModel } from '../../../../src/engine/lineage/build-model';
import { LineageIndex } from '../../../../src/engine/lineage/lineage-index';
import type { LineageModel, ModelNote } from '../../../../src/engine/lineage/model';
import { eventIdAt } from '../../../../src/engine/lineage/table';
import { fileOf } from '../support/files';
import { filesOf } from './oracle/compare';
import { worldOf } from './oracle/worlds';

const replayed = process.env['LINEAGE_WORLD'];
const seeds =
  replayed === undefined ? Array.from({ length: 500 }, (_, seed) => `property ${String(seed)}`) : [replayed];

/** Everything that a model says, without positions. */
function told(model: LineageModel) {
  const idOf = (index: number | undefined): string | null =>
    index === undefined ? null : (model.sessions[index]?.id ?? '?');
  const eventOf = (row: number | undefined): string | null => (row === undefined ? null : eventIdAt(model.events, row));
  return {
    events: Array.from({ length: model.events.count }, (_, row) => [
      eventIdAt(model.events, row),
      model.events.time[row],
      idOf(model.events.session[row]),
    ]),
    sessions: model.sessions.map(({ rows, explanation, ...session }) => ({
      ...session,
      issuances: session.issuances.map((index) => eventOf(model.issuances[index]?.row)),
      parent: idOf(session.parent),
      candidates: session.candidates.map(idOf),
      children: session.children.map(idOf),
      root: idOf(session.root),
      rows: [...rows].map(eventOf),
      explanation: { ...explanation, issueRow: eventOf(explanation.issueRow), useRow: eventOf(explanation.useRow) },
    })),
    issuances: model.issuances.map(({ row, twinRows, callerSession, childSession, ...issuance }) => ({
      ...issuance,
      row: eventOf(row),
      twinRows: twinRows.map(eventOf),
      callerSession: idOf(callerSession),
      childSession: idOf(childSession),
    })),
    attempts: model.attempts.map(({ callerSession, rows, ...attempt }) => ({
      ...attempt,
      callerSession: idOf(callerSession),
      rows: rows.map(eventOf),
    })),
    keys: Object.fromEntries([...model.sessionByKey].map(([key, index]) => [key, idOf(index)])),
    ids: Object.fromEntries([...model.sessionById].map(([id, index]) => [id, idOf(index)])),
    notes: model.notes,
    files: model.files.map(({ result: { path }, ...file }) => ({ path, ...file })),
  };
}

function forEachWorld(check: (files: readonly FileResult[], random: Random, records: readonly object[]) => void): void {
  for (const seed of seeds) {
    const world = worldOf(seed);
    try {
      check(filesOf(world), new Random(`order of ${seed}`), world.files.flat());
    } catch (error) {
      throw new Error(`world ${seed} (${world.plots.join(', ')}): replay with LINEAGE_WORLD='${seed}'`, {
        cause: error,
      });
    }
  }
}

/** Notes of records that are left out count them, copies too. */
function isOfLineage({ id }: ModelNote): boolean {
  return !['event-id-conflicts', 'replaced-events', 'network-activity-copies'].includes(id);
}

function modelOf(files: readonly FileResult[]) {
  return told(buildModel(files, emptyCase));
}

describe('the lineage of random worlds', function () {
  this.timeout(120_000);

  it('is the same in any order, partition and number of copies', () => {
    forEachWorld((files, random, records) => {
      const parts = Array.from({ length: random.int(1, 6) }, (): object[] => []);
      for (const record of random.shuffled(records)) {
        random.pick(parts).push(record);
        if (random.chance(0.2)) {
          random.pick(parts).push(record);
        }
      }
      const dealt = parts.map((part, index) => fileOf(`${random.hex(4)}-${String(index)}.json`, part));
      const { notes, files: _dealt, ...model } = modelOf(random.shuffled(dealt));
      const { notes: expectedNotes, files: _files, ...expected } = modelOf(files);
      assert.deepEqual(model, expected);
      assert.deepEqual(notes.filter(isOfLineage), expectedNotes.filter(isOfLineage));
    });
  });

  it('is the same whether files come at once or one by one', () => {
    forEachWorld((files, random) => {
      const index = new LineageIndex();
      const held: FileResult[] = [];
      for (const file of random.shuffled(files)) {
        index.add(file);
        held.push(file);
        assert.deepEqual(told(index.model(emptyCase)), modelOf(held));
      }
    });
  });

  it('forgets a file that is taken away, and takes it back', () => {
    forEachWorld((files, random) => {
      const index = new LineageIndex();
      files.forEach((file) => {
        index.add(file);
      });
      let held = [...files];
      for (let step = 0; step < 6; step++) {
        const file = random.pick(files);
        if (held.includes(file)) {
          index.remove(file.path);
          held = held.filter((each) => each !== file);
        } else {
          index.add(file);
          held.push(file);
        }
        // Several changes may come before somebody asks.
        if (random.chance(0.7)) {
          assert.deepEqual(told(index.model(emptyCase)), modelOf(held));
        }
      }
      assert.deepEqual(told(index.model(emptyCase)), modelOf(held));
    });
  });

  it('follows a file that is replaced by another of its name', () => {
    forEachWorld((files, random, records) => {
      const index = new LineageIndex();
      let held = [...files];
      files.forEach((file) => {
        index.add(file);
      });
      index.model(emptyCase);
      for (let step = 0; step < 3; step++) {
        const { path } = random.pick(files);
        const other = fileOf(path, random.shuffled(records).slice(0, random.int(0, records.length)));
        index.add(other);
        held = held.map((file) => (file.path === path ? other : file));
        assert.deepEqual(told(index.model(emptyCase)), modelOf(held));
      }
    });
  });
});
