import assert from 'node:assert/strict';
import type { LineageSlice, SliceEdge, SliceEvidence } from '../../../src/engine/report/slice';
import { originChildren, originItem, originNode, originText, MAX_PARENTS } from '../../../src/views/origin-nodes';
import { session } from './fixtures';

function record(eventID: string, eventName: string, reason: string): SliceEvidence {
  return { eventID, eventName, reason, eventTime: '2025-05-16T01:06:02Z' };
}

const ISSUED = record('issued', 'AssumeRole', 'Issued the credential');
const USED = record('used', 'ListBuckets', 'First used it');

/** The worker, as far as an origin asks it. */
function source(id: string, evidence: readonly SliceEvidence[], edges: readonly Partial<SliceEdge>[] = []) {
  const asked: number[] = [];
  return {
    asked,
    session: (of: string) => Promise.resolve(of === 'unknown' ? null : session(of)),
    lineage: ({ maxNodes }: { readonly maxNodes: number }) => {
      asked.push(maxNodes);
      return Promise.resolve({ nodes: [{ id, origin: { evidence } }], edges } as unknown as LineageSlice);
    },
  };
}

describe('the origin below a session', () => {
  it('says by which rule and how surely, without asking anything', () => {
    assert.equal(originText(session('s')), 'exact · the access key that was issued is the one that was used');
    const of = (rule: string, link: 'session' | 'none' | 'inferred') =>
      originText(session('s', { link, linkExplanation: { rule, text: '' } }));
    assert.equal(of('role-session', 'session'), 'by session · same role session, created when the call was made');
    assert.equal(of('root', 'none'), 'start of the lineage · nothing in these logs issued it');
    assert.match(of('issuer-only', 'inferred'), /^inferred · the issuing record is not in these logs/);
    const item = originItem(originNode(session('s'), 'p'));
    assert.equal(item.label, 'Origin');
    assert.equal(item.id, 'p/origin');
    assert.equal(
      item.accessible,
      'Origin of platform-admin as build-1: exact, the access key that was issued is the one that was used',
    );
    assert.equal(item.expand, 'none', 'no record is known');
    const known = session('s', { linkExplanation: { rule: 'root', text: '', useEventID: 'e' } });
    assert.equal(originItem(originNode(known, 'p')).expand, 'collapsed');
  });

  it('has the two records below it, each opening', async () => {
    const asked = source('s', [ISSUED, USED]);
    const children = await originChildren(originNode(session('s'), 'p'), asked);
    assert.deepEqual(
      children.map((child) => originItem(child).label),
      ['AssumeRole', 'ListBuckets'],
    );
    const [first] = children.map(originItem);
    assert.equal(first?.description, '01:06:02 · Issued the credential');
    assert.deepEqual(first.command?.arguments, [{ eventID: 'issued' }]);
    assert.equal(new Set(children.map(({ id }) => id)).size, 2);
    assert.deepEqual(asked.asked, [1], 'a single node is enough');
  });

  it('lists every possible parent with its own call, then the use, when it is ambiguous', async () => {
    const row = session('s', {
      link: 'ambiguous',
      candidates: ['a', 'b'],
      linkExplanation: { rule: 'role-session', text: '', issueEventID: 'call-a', useEventID: 'used' },
    });
    assert.equal(originText(row), 'ambiguous · 2 possible parents');
    const edges = ['a', 'b'].map((from) => {
      return { from, to: 's', evidence: [record(`call-${from}`, 'AssumeRole', 'Issued the credential'), USED] };
    });
    const children = await originChildren(
      originNode(row, 'p'),
      source('s', [record('call-a', 'AssumeRole', ''), USED], edges),
    );
    assert.deepEqual(
      children.map((child) =>
        child.type === 'parent' ? [child.row.id, ...child.records.map(({ record: r }) => r.eventID)] : child.type,
      ),
      [['a', 'call-a'], ['b', 'call-b'], 'record'],
    );
    const parent = originItem(children[0] ?? assert.fail());
    assert.match(parent.accessible, /^Possible parent: Session /);
    assert.deepEqual(parent.command?.arguments, [{ session: 'a' }]);
    assert.equal(parent.expand, 'collapsed');
  });

  it('counts the possible parents that it does not list', async () => {
    const candidates = Array.from({ length: MAX_PARENTS + 7 }, (_, index) => `c${index}`);
    const row = session('s', { link: 'ambiguous', candidates });
    const children = await originChildren(originNode(row, 'p'), source('s', []));
    const last = originItem(children.at(-1) ?? assert.fail());
    assert.equal(last.label, '7 more possible parents');
    assert.equal(children.length, MAX_PARENTS + 1);
  });

  it('shows hostile names as text', () => {
    const row = session('s', { linkExplanation: { rule: 'x\u202ey', text: '' } });
    assert.match(originText(row), /x⟨U\+202E⟩y/);
  });
});
