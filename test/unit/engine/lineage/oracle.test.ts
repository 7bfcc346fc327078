/**
 * Ten thousand small random worlds on which the engine and the naive linker must tell the same lineage.
 *
 * A failure prints the seed, what happened in that world, the two answers, and the fewest of its records on which they
 * still differ. `LINEAGE_WORLD=<seed>` runs that world alone; `LINEAGE_WORLDS=<count>` runs another number of worlds.
 */
import assert from 'node:assert/strict';
import { disagreement, smallest } from './oracle/compare';
import { naiveLineage } from './oracle/naive-linker';
import { worldOf, type GeneratedWorld } from './oracle/worlds';

const replayed = process.env['LINEAGE_WORLD'];
const count = Number(process.env['LINEAGE_WORLDS'] ?? 10_000);
const seeds = replayed === undefined ? Array.from({ length: count }, (_, seed) => String(seed)) : [replayed];

function report(world: GeneratedWorld, differs: string): string {
  return [
    `world ${world.seed} (${world.plots.join(', ')}): replay with LINEAGE_WORLD=${world.seed}`,
    differs,
    'the fewest records on which they differ:',
    ...smallest(world.files.flat()).map((record) => JSON.stringify(record)),
  ].join('\n');
}

describe('the engine and a naive linker', function () {
  this.timeout(300_000);

  it(`agree on ${replayed === undefined ? `${String(count)} random worlds` : `world ${replayed}`}`, () => {
    const failures: string[] = [];
    for (const seed of seeds) {
      const world = worldOf(seed);
      const differs = disagreement(world);
      if (differs !== '') {
        failures.push(failures.length < 3 ? report(world, differs) : seed);
      }
    }
    assert.equal(failures.length, 0, `${String(failures.length)} worlds differ\n${failures.join('\n\n')}`);
  });

  it('meet everything that a lineage can be in those worlds', () => {
    const links = new Map<string, number>();
    const depths = new Map<number, number>();
    const seen = { minimum: 0, split: 0, created: 0, unused: 0, manyKeys: 0 };
    for (let seed = 0; seed < 300; seed++) {
      for (const { link, depth, id, minimum, events, keys, parent } of naiveLineage(
        worldOf(String(seed)).files.flat(),
      )) {
        links.set(link, (links.get(link) ?? 0) + 1);
        depths.set(depth, (depths.get(depth) ?? 0) + 1);
        seen.minimum += Number(minimum && depth > 0);
        seen.split += Number(id.includes('#'));
        seen.created += Number(parent !== null && id.includes('|AKIA'));
        seen.unused += Number(events.length === 0);
        seen.manyKeys += Number(keys.length > 2);
      }
    }
    for (const link of ['exact', 'twin', 'session', 'console', 'inferred', 'ambiguous', 'none']) {
      assert.ok((links.get(link) ?? 0) >= 20, `${link}: ${String(links.get(link))} sessions`);
    }
    for (const depth of [0, 1, 2, 3, 4, 5]) {
      assert.ok((depths.get(depth) ?? 0) >= 20, `depth ${String(depth)}: ${String(depths.get(depth))} sessions`);
    }
    for (const [what, times] of Object.entries(seen)) {
      assert.ok(times >= 20, `${what}: ${String(times)} sessions`);
    }
  });
});
