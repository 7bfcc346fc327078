/** Brings the generated parts of the pages of the rules, of the README and of the schema of the case file up to date. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { detectors } from '../../src/engine/detect/index';
import { root } from './paths.mjs';
import { factsOf, listOfRules, thresholdsSchema, withGenerated } from './rule-pages';

export async function writeDocs(): Promise<number> {
  for (const detector of detectors) {
    await bringUpToDate(join('docs/rules', `${detector.id}.md`), factsOf(detector));
  }
  await bringUpToDate('README.md', listOfRules());
  const schema = join(root, 'media/schemas/case-file.json');
  const parsed = JSON.parse(await readFile(schema, 'utf8')) as {
    properties: { thresholds: { properties: unknown } };
  };
  parsed.properties.thresholds.properties = thresholdsSchema();
  await writeFile(schema, `${JSON.stringify(parsed, null, 2)}\n`);
  return 0;
}

async function bringUpToDate(file: string, generated: string): Promise<void> {
  const path = join(root, file);
  const text = withGenerated(file, await readFile(path, 'utf8'), generated);
  await writeFile(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}
