/**
 * Pictures of the panel for the eye: every case in every theme, narrow and wide, and what axe says of each.
 *
 *   npx tsx test/unit/webview/preview.ts FOLDER [name part]
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { root } from '../../../scripts/lib/paths.mjs';
import { launchChromium } from '../../../scripts/lib/browser';
import { analyze } from '../../../src/engine/analysis';
import { emptyCase } from '../../../src/engine/case-settings';
import { buildSlice } from '../../../src/engine/report/build-slice';
import type { LineageSlice, ToPanel } from '../../../src/shared/panel-messages';
import { parseFile } from '../../../src/worker/node/parse-file';
import { walkSources } from '../../../src/worker/node/walk-sources';
import { type PageOptions, THEMES, bundlePanel, openPanel } from './page';
import { instanceChain, instanceElsewhere, largeTree, roleChain } from './slices';

interface Shot extends PageOptions {
  readonly name: string;
  readonly message: ToPanel;
}

const show = (slice: LineageSlice): ToPanel => ({ type: 'slice', slice });
const SHOTS: readonly Shot[] = [
  ...THEMES.map((theme): Shot => ({
    name: `chain-${theme}`,
    theme,
    message: show(roleChain()),
    width: 1600,
    height: 820,
  })),
  ...THEMES.map((theme): Shot => ({
    name: `beside-${theme}`,
    theme,
    message: show(roleChain()),
    width: 790,
    height: 900,
  })),
  { name: 'instance-dark', theme: 'dark', message: show(instanceChain()), width: 1400 },
  { name: 'instance-light', theme: 'light', message: show(instanceChain()), width: 1400 },
  { name: 'elsewhere-dark', theme: 'dark', message: show(instanceElsewhere()) },
  { name: 'elsewhere-light', theme: 'light', message: show(instanceElsewhere()), width: 900 },
  { name: 'narrow-light', theme: 'light', message: show(roleChain()), width: 420, height: 720 },
  { name: 'forced', theme: 'high-contrast-dark', message: show(roleChain()), forcedColors: true, width: 1600 },
  { name: 'large', theme: 'dark', message: show(largeTree(2000, 30)) },
  {
    name: 'empty',
    theme: 'light',
    message: { type: 'empty', message: 'This finding is no longer in the analysis.' },
    height: 300,
  },
  { name: 'error', theme: 'dark', message: { type: 'error', message: 'The analysis worker stopped.' }, height: 300 },
];

/** The slices of the sample incident, as the extension sends them: what the fixtures only imitate. */
async function sampleShots(): Promise<readonly Shot[]> {
  const { files } = await walkSources([join(root, 'media/sample-incident/cloudtrail-logs')]);
  const analysis = analyze(await Promise.all(files.map((file) => parseFile(file))), emptyCase);
  return analysis.findings.flatMap(({ id, rule }, index): Shot[] => {
    const slice = buildSlice(analysis, { finding: id, maxNodes: 200 });
    if (slice === undefined) return [];
    const name = `sample-${index}-${rule}`;
    return [
      { name: `${name}-dark`, theme: 'dark', message: show(slice), width: 1500, height: 860 },
      { name: `${name}-beside`, theme: 'light', message: show(slice), width: 790, height: 900 },
    ];
  });
}

async function main(): Promise<void> {
  const [folder = 'test-results/panel', part = ''] = process.argv.slice(2);
  mkdirSync(folder, { recursive: true });
  const axe = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
  const files = await bundlePanel();
  const browser = await launchChromium();
  for (const { name, message, ...options } of [...SHOTS, ...(await sampleShots())].filter((shot) =>
    shot.name.includes(part),
  )) {
    const panel = await openPanel(browser, files, options);
    const start = Date.now();
    await panel.send(message);
    const took = Date.now() - start;
    await panel.page.screenshot({ path: join(folder, `${name}.png`) });
    const violations = await panel.violations();
    await panel.page.evaluate(axe);
    const { violations: found } = await panel.page.evaluate<AxeResults>('axe.run()');
    process.stdout.write(
      `${name}: ${took} ms, ${panel.errors.length} errors, ${violations.length} policy violations, axe ${found.length}\n`,
    );
    for (const problem of [...panel.errors, ...violations]) process.stdout.write(`  ${problem}\n`);
    for (const { id, help, nodes } of found)
      process.stdout.write(
        `  ${id}: ${help}\n${nodes
          .slice(0, 3)
          .map((n) => `    ${n.html.slice(0, 160)} ${n.failureSummary ?? ''}\n`)
          .join('')}`,
      );
    await panel.close();
  }
  await browser.close();
}

void main();
