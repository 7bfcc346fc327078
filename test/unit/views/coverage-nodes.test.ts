import assert from 'node:assert/strict';
import { coverageItem, coverageMessage, coverageRoots, type CoverageNode } from '../../../src/views/coverage-nodes';
import { coverage, coverageFile } from './fixtures';

describe('the coverage tree', () => {
  const all = coverage({
    files: [
      coverageFile('logs/a.json.gz'),
      coverageFile('logs/b.txt', { verdict: 'skipped', reason: 'not CloudTrail' }),
      coverageFile('logs/c.json.gz', { verdict: 'failed', reason: 'not gzip' }),
      coverageFile('logs/d.json', { verdict: 'partial', reason: 'cut off', events: 3, rejected: 1, duplicates: 2 }),
    ],
    notes: [{ id: 'masked-keys', message: 'Keys are masked.' }],
    events: 13,
    duplicates: 2,
    rejected: 1,
    firstEventTime: '2025-05-16T00:00:00Z',
    lastEventTime: '2025-05-16T01:00:00Z',
  });
  const children = (node: CoverageNode) => ('children' in node ? node.children : []);

  it('has trouble first, and every file and note once', () => {
    const roots = coverageRoots(all);
    assert.deepEqual(
      roots.map(({ id }) => id),
      ['notes', 'verdict:failed', 'verdict:partial', 'verdict:skipped', 'verdict:read'],
    );
    assert.equal(roots.flatMap(children).length, 5);
  });

  it('names the reason beside the file', () => {
    const rows = coverageRoots(all).flatMap(children).map(coverageItem);
    const row = (label: string) => rows.find((each) => each.label === label);
    assert.equal(row('c.json.gz')?.description, 'not gzip');
    assert.equal(row('d.json')?.description, 'cut off · 3 events · 2 duplicates · 1 record rejected');
    assert.equal(row('a.json.gz')?.description, '10 events');
    assert.match(row('b.txt')?.accessible ?? '', /logs\/b\.txt, not cloudtrail logs, not CloudTrail/);
  });

  it('sums up', () => {
    assert.equal(
      coverageMessage(all),
      '4 files, 13 events, 2 duplicates, 1 record rejected, 2025-05-16T00:00:00Z to 2025-05-16T01:00:00Z',
    );
    assert.equal(coverageMessage(coverage()), '0 files, 0 events');
  });
});
