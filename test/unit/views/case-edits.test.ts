import assert from 'node:assert/strict';
import * as jsonc from 'jsonc-parser';
import {
  analysisPart,
  BrokenCaseFile,
  triageIn,
  withEntry,
  withSuppression,
  withTriage,
} from '../../../src/views/case-edits';

interface CaseFile {
  readonly triage?: unknown;
  readonly suppressions?: readonly { readonly reason: string }[];
}

const parse = (text: string) => jsonc.parse(text) as CaseFile;

const FILE = `{
  // What we know.
  "ownAccounts": ["111122223333"], // production
  "triage": {
    "finding-1": { "state": "confirmed", "note": "seen" } /* by Anna */
  }
}
`;

describe('edits of the case file', () => {
  it('keep every comment and everything else', () => {
    const after = withSuppression(withTriage(FILE, 'finding-2', 'benign'), { finding: 'finding-3', reason: 'a test' });
    for (const kept of ['// What we know.', '// production', '/* by Anna */']) assert.ok(after.includes(kept), kept);
    assert.deepEqual(parse(after), {
      ownAccounts: ['111122223333'],
      triage: { 'finding-1': { state: 'confirmed', note: 'seen' }, 'finding-2': { state: 'benign' } },
      suppressions: [{ finding: 'finding-3', reason: 'a test' }],
    });
  });

  it('change a decision and keep its note', () => {
    const after = withTriage(FILE, 'finding-1', 'benign');
    assert.deepEqual(parse(after).triage, { 'finding-1': { state: 'benign', note: 'seen' } });
  });

  it('take a decision back', () => {
    assert.deepEqual(parse(withTriage(FILE, 'finding-1', 'open')).triage, {});
    assert.equal(withTriage(FILE, 'unknown', 'open'), FILE);
  });

  it('append to the suppressions that are there', () => {
    const once = withSuppression('{}', { rule: 'r', reason: 'one' });
    const twice = withSuppression(once, { rule: 'r', role: 'x', reason: 'two' });
    assert.deepEqual(parse(twice).suppressions, [
      { rule: 'r', reason: 'one' },
      { rule: 'r', role: 'x', reason: 'two' },
    ]);
  });

  it('add what is known good to its list, once', () => {
    const once = withEntry(FILE, 'trustedAccounts', '444455556666');
    assert.deepEqual(parse(once), { ...parse(FILE), trustedAccounts: ['444455556666'] });
    assert.ok(once.includes('// production'));
    assert.equal(withEntry(once, 'trustedAccounts', '444455556666'), once);
    const named = '{ "trustedAccounts": [{ "id": "444455556666", "name": "vendor" }] }';
    assert.equal(withEntry(named, 'trustedAccounts', '444455556666'), named);
    assert.deepEqual(parse(withEntry(named, 'trustedAccounts', '777788889999')), {
      trustedAccounts: [{ id: '444455556666', name: 'vendor' }, '777788889999'],
    });
    assert.throws(() => withEntry('{ "trustedCidrs": "x" }', 'trustedCidrs', '192.0.2.1'), BrokenCaseFile);
  });

  it('begin an empty file', () => {
    assert.deepEqual(parse(withTriage('', 'f', 'confirmed')), { triage: { f: { state: 'confirmed' } } });
  });

  it('leave a broken file alone', () => {
    for (const text of ['{ "triage": ', '[]', '"x"', '{ "a" 1 }']) {
      assert.throws(() => withTriage(text, 'f', 'benign'), BrokenCaseFile, text);
    }
    assert.throws(() => withSuppression('{ "suppressions": {} }', { reason: 'x' }), BrokenCaseFile);
  });

  it('quote what comes from people', () => {
    const reason = '"}], // \u202e\n';
    assert.equal(parse(withSuppression('{}', { reason })).suppressions?.[0]?.reason, reason);
  });
});

describe('decisions in a case file', () => {
  it('are read also beside a mistake', () => {
    assert.deepEqual([...triageIn(FILE)], [['finding-1', 'confirmed']]);
    assert.deepEqual(
      [...triageIn('{ "triage": { "a": { "state": "benign" }, "b": { "state": "maybe" }, "c": 1 } "x"')],
      [['a', 'benign']],
    );
    assert.deepEqual([...triageIn('')], []);
  });

  it('are no reason to analyse again, everything else is', () => {
    assert.equal(analysisPart(FILE), analysisPart(withTriage(FILE, 'f', 'benign')));
    assert.equal(analysisPart('{}'), analysisPart('{ /* nothing */ }'));
    assert.notEqual(analysisPart(FILE), analysisPart(FILE.replace('111122223333', '444455556666')));
  });
});
