/**
 * Every rule against its cases: what it finds, how surely and in which words, what it leaves alone, and the same whatever
 * order and files the records come in. The cases are in `rules`, one file a rule.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Random } from '../../scripts/sample/records';
import { analyze, type Analysis } from '../../src/engine/analysis';
import { emptyCase } from '../../src/engine/case-settings';
import type { Finding } from '../../src/engine/contract';
import { detectors } from '../../src/engine/detect/index';
import { fileOf } from '../unit/engine/support/files';
import type { ExpectedFinding, RuleCase } from './rules/rule-case';

const folder = join(__dirname, 'rules');
const files = readdirSync(folder).filter((name) => name.endsWith('.cases.ts'));

describe('the cases of the rules', () => {
  it('are one file a rule', () => {
    assert.deepEqual(files.sort(), detectors.map(({ id }) => `${id}.cases.ts`).sort());
  });

  for (const { id } of detectors) {
    describe(id, () => {
      let cases: readonly RuleCase[] = [];

      before(async () => {
        const module = (await import(pathToFileURL(join(folder, `${id}.cases.ts`)).href)) as {
          readonly cases: readonly RuleCase[];
        };
        cases = module.cases;
      });

      it('has an attack, ordinary life and an open case', () => {
        assert.deepEqual([...new Set(cases.map(({ kind }) => kind))].sort(), ['ambiguous', 'negative', 'positive']);
        for (const { name, kind, expect } of cases) {
          assert.ok(kind !== 'positive' || expect.length > 0, `${name} finds something`);
        }
        assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length, 'names are distinct');
      });

      it('says of each what it should, in whatever order the records come', () => {
        const wrong: string[] = [];
        for (const each of cases) {
          try {
            check(id, each);
          } catch (error) {
            wrong.push(`${each.kind} case “${each.name}”: ${error instanceof Error ? error.message : String(error)}`);
          }
        }
        assert.equal(wrong.length, 0, `\n${wrong.join('\n\n')}`);
      });
    });
  }
});

function check(rule: string, { world, settings, options = {}, expect, notes = [] }: RuleCase): void {
  const { records } = world();
  const analysis = (parts: readonly (readonly object[])[]): Analysis =>
    analyze(
      parts.map((part, index) => fileOf(`logs-${String(index)}.json`, part)),
      { ...emptyCase, ...settings },
      options,
    );
  const first = analysis([records]);
  assert.deepEqual(first.failures, [], 'the rule does not break');
  const found = first.findings.filter((finding) => finding.rule === rule);
  assert.deepEqual(
    found.map((finding, index) => shown(finding, expect[index])),
    expect.map(({ says: _says, saysNot: _saysNot, ...fields }) => fields),
    found.map(({ severity, title, explanation }) => `${severity} ${title}: ${explanation}`).join('\n'),
  );
  found.forEach(({ explanation }, index) => {
    for (const part of expect[index]?.says ?? []) {
      assert.ok(explanation.includes(part), `“${part}” is in “${explanation}”`);
    }
    for (const part of expect[index]?.saysNot ?? []) {
      assert.ok(!explanation.includes(part), `“${part}” is not in “${explanation}”`);
    }
  });
  const noted = first.coverage.notes.map(({ id }) => id);
  assert.deepEqual(
    notes.filter((id) => !noted.includes(id)),
    [],
    `notes: ${noted.join(', ')}`,
  );
  const mixed = new Random(`mixed ${String(records.length)}`).shuffled(records);
  const third = Math.ceil(mixed.length / 3);
  const again = analysis([mixed.slice(0, third), mixed.slice(third, 2 * third), mixed.slice(2 * third)]);
  assert.deepEqual(
    withoutFiles(again.findings.filter((finding) => finding.rule === rule)),
    withoutFiles(found),
    'in another order and other files',
  );
}

/** The fields that are expected, and the severity. */
function shown(finding: Finding, expected: ExpectedFinding | undefined): Partial<ExpectedFinding> {
  const all: Required<Omit<ExpectedFinding, 'says' | 'saysNot'>> = {
    severity: finding.severity,
    title: finding.title,
    confidence: finding.confidence,
    count: finding.count,
    suppressed: finding.suppressed,
    addresses: finding.entities.addresses,
    instanceIds: finding.entities.instanceIds,
    techniques: finding.techniques,
    evidence: finding.evidence.map(({ eventName }) => eventName),
  };
  const wanted: Readonly<Record<string, unknown>> = { severity: '', ...(expected ?? { title: '' }) };
  return Object.fromEntries(Object.entries(all).filter(([name]) => Object.hasOwn(wanted, name)));
}

function withoutFiles(findings: readonly Finding[]): unknown {
  return findings.map(({ evidence, ...rest }) => ({
    ...rest,
    evidence: evidence.map(({ file: _file, ...each }) => each),
  }));
}
