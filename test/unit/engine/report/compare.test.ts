/** Two analyses beside each other, and the saved one as a file that may be anything. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import Ajv from 'ajv';
import { compareText } from '../../../../src/engine/cloudtrail/text';
import type { AnalysisReport } from '../../../../src/engine/contract';
import { compareWith } from '../../../../src/engine/report/compare';
import { renderReport } from '../../../../src/engine/report/render-report';
import { parseSavedAnalysis } from '../../../../src/engine/report/saved-analysis';
import { alicesKey, from, hour, R1, R2, R3, World } from '../support/world';

const chain = 'role-chain-depth';

/** Yesterday alice went two roles far, a stolen instance one; today alice three, the instance is over, and bob came. */
function yesterday(): World {
  const world = new World('compare').spans(1);
  world.chain(hour, world.alice, [R1, R2]);
  return world;
}
function today(): World {
  const world = yesterday();
  world.chain(30 * hour, world.alice, [R1, R2]);
  world.chain(31 * hour, world.alice, [R3, R2, R1], from('192.0.2.9'));
  return world;
}

const only = { rules: [chain] };
const savedText = (world: World): string => renderReport(world.analysis({}, only), 'json');

describe('a comparison with a saved analysis', () => {
  it('tells what is new, changed, gone and as before', () => {
    const analysis = today().analysis({}, only);
    const comparison = compareWith(parseSavedAnalysis(savedText(yesterday())), analysis.findings);
    const titleOf = (id: string): string => analysis.findings.find((finding) => finding.id === id)?.title ?? '';
    assert.deepEqual(comparison.new.map(titleOf), [
      `Third role assumption: R3 → R2 → R1, from access key ${alicesKey} of user alice`,
    ]);
    assert.deepEqual(comparison.gone, []);
    assert.deepEqual(
      comparison.changed.map(({ changes }) => changes),
      [['count 1, now 2', 'records 3, now 6', 'last seen 2025-05-12T09:02:00Z, now 2025-05-13T14:02:00Z']],
    );
    assert.equal(comparison.unchanged, 0);
    const back = compareWith(parseSavedAnalysis(savedText(today())), yesterday().analysis({}, only).findings);
    assert.deepEqual(
      back.gone.map(({ severity, rule }) => `${severity} ${rule}`),
      [`high ${chain}`],
    );
    assert.deepEqual(back.new, []);
    const same = compareWith(parseSavedAnalysis(savedText(today())), analysis.findings);
    assert.deepEqual([same.new, same.gone, same.changed, same.unchanged], [[], [], [], 2]);
  });

  it('tells a finding that was hidden since, or is told at another severity', () => {
    const settings = { suppressions: [{ rule: chain, reason: 'known' }] };
    const hidden = today().analysis(settings, only);
    const { changed } = compareWith(parseSavedAnalysis(savedText(today())), hidden.findings);
    assert.deepEqual(
      changed.map(({ changes }) => changes),
      [['now hidden by the case file'], ['now hidden by the case file']],
    );
    const own = { ownAccounts: ['999988887777'] };
    const raised = compareWith(parseSavedAnalysis(savedText(today())), today().analysis(own, only).findings);
    assert.deepEqual(
      raised.changed.map(({ changes }) => changes).sort((a, b) => compareText(a[0] ?? '', b[0] ?? '')),
      [['severity high, now critical'], ['severity medium, now high']],
    );
  });

  it('is in every format that has room for it', () => {
    const analysis = today().analysis({}, only);
    const against = parseSavedAnalysis(savedText(yesterday()));
    const text = renderReport(analysis, 'text', { against });
    assert.match(text, /^SINCE {2}the saved analysis: 1 new, 0 gone, 1 changed, 0 as before$/m);
    assert.match(text, /^ {2}NEW {6}HIGH {5}Third role assumption/m);
    assert.match(text, /^ {2}CHANGED {2}MEDIUM[^\n]*\n {11}count 1, now 2; records 3, now 6/m);
    assert.match(renderReport(analysis, 'markdown', { against }), /## Since the saved analysis\n\n1 new/);
    const json = JSON.parse(renderReport(analysis, 'json', { against })) as AnalysisReport;
    assert.equal(json.comparison?.new.length, 1);
    const schema = JSON.parse(readFileSync(resolve('media/schemas/analysis-1.json'), 'utf8')) as object;
    const validate = new Ajv({ strict: true }).compile(schema);
    assert.ok(validate(json), JSON.stringify(validate.errors));
    const sarif = JSON.parse(
      renderReport(yesterday().analysis({}, only), 'sarif', {
        against: parseSavedAnalysis(savedText(today())),
      }),
    ) as { runs: { results: { baselineState: string }[] }[] };
    assert.deepEqual(
      sarif.runs[0]?.results.map(({ baselineState }) => baselineState),
      ['updated', 'absent'],
    );
    assert.equal(renderReport(analysis, 'json').includes('comparison'), false);
  });

  it('says what is wrong with a file that is no saved analysis', () => {
    const whole = JSON.parse(savedText(yesterday())) as AnalysisReport;
    const finding = whole.findings[0];
    const cases: readonly (readonly [text: string, reason: RegExp])[] = [
      ['', /not JSON/],
      ['{', /not JSON/],
      ['[]', /no analysis/],
      ['{"Records":[]}', /no analysis/],
      [JSON.stringify({ ...whole, schemaVersion: 2 }), /schema version is 2/],
      [JSON.stringify({ ...whole, findings: [7] }), /finding 1 is no object/],
      [JSON.stringify({ ...whole, findings: [finding, { ...finding, severity: 'bad' }] }), /finding 2 has no severity/],
      [JSON.stringify({ ...whole, findings: [{ ...finding, id: 5 }] }), /finding 1 has no id/],
      [JSON.stringify({ ...whole, coverage: {} }), /coverage has no events/],
    ];
    for (const [text, reason] of cases) {
      assert.throws(() => parseSavedAnalysis(text), reason, text.slice(0, 60));
    }
    assert.equal(parseSavedAnalysis(`\uFEFF${JSON.stringify(whole)}`).findings.length, 1);
  });
});
