/** Every rule has its page, and what pages, README and schema repeat of the code is what the code says. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { factsOf, listOfRules, thresholdsSchema, withGenerated } from '../../../scripts/lib/rule-pages';
import { techniqueNames } from '../../../src/engine/detect/attack';
import { detectors } from '../../../src/engine/detect/index';
import { thresholds } from '../../../src/engine/detect/thresholds';

const pages = resolve('docs/rules');
const headings = ['What it means', 'Why it fires', 'How it is judged', 'False positives', 'What to do'];

async function isUpToDate(file: string, generated: string): Promise<void> {
  const text = readFileSync(file, 'utf8');
  const wanted = await format(withGenerated(file, text, generated), {
    ...(await resolveConfig(file)),
    filepath: file,
  });
  assert.equal(text, wanted, `${file}: run npm run docs`);
}

describe('the pages of the rules', () => {
  it('are one a rule', () => {
    assert.deepEqual(readdirSync(pages).sort(), detectors.map(({ id }) => `${id}.md`).sort());
  });

  for (const detector of detectors) {
    it(`tell of ${detector.id} what its code says, under the headings of all`, async () => {
      const file = join(pages, `${detector.id}.md`);
      const text = readFileSync(file, 'utf8');
      assert.ok(text.startsWith(`# ${detector.title}\n`), `${file} begins with "# ${detector.title}"`);
      const found = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
      assert.deepEqual(found.slice(0, headings.length), headings);
      for (const part of text.split(/^## /m).slice(1)) {
        assert.ok(part.split('\n').slice(1).join('').trim().length > 40, `${file} says next to nothing: ${part}`);
      }
      await isUpToDate(file, factsOf(detector));
    });

    it(`know a name for each technique of ${detector.id}`, () => {
      const unknown = detector.techniques.filter((technique) => !Object.hasOwn(techniqueNames, technique));
      assert.deepEqual(unknown, []);
    });
  }

  it('are listed in the README', async () => {
    await isUpToDate(resolve('README.md'), listOfRules());
  });

  it('and the schema of the case file have the same thresholds, of rules that there are', () => {
    const schema = JSON.parse(readFileSync(resolve('media/schemas/case-file.json'), 'utf8')) as {
      properties: { thresholds: { properties: unknown } };
    };
    assert.deepEqual(schema.properties.thresholds.properties, thresholdsSchema(), 'run npm run docs');
    const rules = new Set(detectors.map(({ id }) => id));
    assert.deepEqual(
      Object.keys(thresholds).filter((rule) => !rules.has(rule)),
      [],
    );
  });
});
