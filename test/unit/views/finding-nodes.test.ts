import assert from 'node:assert/strict';
import type { TriageState } from '../../../src/engine/case-settings';
import type { LineageSlice } from '../../../src/engine/report/slice';
import {
  findingChildren,
  findingItem,
  findingRoots,
  findingTooltip,
  incidentTooltip,
  sessionChildren,
  unreviewed,
  type FindingNode,
  type FindingsNode,
} from '../../../src/views/finding-nodes';
import { evidence, finding, incident, session } from './fixtures';

const open = (): TriageState => 'open';

function below(nodes: readonly FindingsNode[]): readonly string[] {
  return nodes.flatMap((node) => ('children' in node ? node.children.map(({ finding: { id } }) => id) : []));
}

describe('the findings tree', () => {
  const summary = {
    incidents: [
      incident('low', { severity: 'low' }),
      incident('worst', { severity: 'critical' }),
      incident('empty', { severity: 'critical' }),
    ],
    findings: [
      finding('a', { incident: 'low', severity: 'low' }),
      finding('b', { incident: 'worst', severity: 'medium' }),
      finding('c', { incident: 'worst', severity: 'critical' }),
      finding('d', { incident: 'worst', severity: 'critical', suppressed: true }),
      finding('e', { incident: 'nobody listed it', severity: 'high' }),
    ],
  };

  it('has every finding exactly once', () => {
    assert.deepEqual([...below(findingRoots(summary, open))].sort(), ['a', 'b', 'c', 'd', 'e']);
  });

  it('puts the most severe first, and what is suppressed last', () => {
    const roots = findingRoots(summary, open);
    assert.deepEqual(
      roots.map(({ id }) => id),
      ['incident:worst', 'incident:nobody listed it', 'incident:low', 'suppressed'],
    );
    assert.deepEqual(below(roots), ['c', 'b', 'e', 'a', 'd']);
  });

  it('moves what was judged benign to the end of its incident', () => {
    const roots = findingRoots(summary, (id) => (id === 'c' ? 'benign' : 'open'));
    assert.deepEqual(below(roots).slice(0, 2), ['b', 'c']);
  });

  it('counts as unreviewed what is neither decided nor suppressed', () => {
    assert.equal(unreviewed(summary, open), 4);
    assert.equal(
      unreviewed(summary, (id) => (id === 'a' ? 'benign' : id === 'b' ? 'confirmed' : 'open')),
      2,
    );
  });

  it('gives every row another id, the same in every analysis', () => {
    const ids = (nodes: readonly FindingsNode[]): string[] =>
      nodes.flatMap((node) => [node.id, ...('children' in node ? ids(node.children) : [])]);
    const first = ids(findingRoots(summary, open));
    assert.equal(new Set(first).size, first.length);
    assert.deepEqual(
      ids(findingRoots({ ...summary, findings: [...summary.findings].reverse() }, open)).sort(),
      [...first].sort(),
    );
  });
});

describe('the row of an incident', () => {
  const containment = {
    state: 'not-held',
    text: 'Access key AKIA1 set inactive at 2025-05-12T03:05:00Z; 3 sessions went on: 41 successful calls.',
    events: [
      {
        eventID: 'e',
        eventTime: '2025-05-12T03:05:00Z',
        eventName: 'UpdateAccessKey',
        what: 'access key AKIA1 set inactive',
      },
    ],
    eventsTotal: 3,
    successes: 41,
    refused: 0,
  } as const;
  const rowOf = (of: ReturnType<typeof incident>) => {
    const [node] = findingRoots({ incidents: [of], findings: [finding('a', { incident: of.id })] }, open);
    assert.ok(node?.type === 'incident');
    return findingItem(node);
  };

  it('says whether the containment held, to readers of the screen too', () => {
    const { description, accessible } = rowOf(incident('one', { containment }));
    assert.match(description ?? '', / · containment did not hold$/);
    assert.match(accessible, /, containment did not hold$/);
  });

  it('says nothing of it where no step was seen; its tooltip does', () => {
    assert.doesNotMatch(rowOf(incident('one')).description ?? '', /containment/);
    assert.deepEqual(
      incidentTooltip(incident('one')).find(({ label }) => label === 'Containment'),
      { label: 'Containment', text: 'no step seen in these logs' },
    );
  });

  it('tells the steps in its tooltip, and counts those that are not listed', () => {
    assert.deepEqual(incidentTooltip(incident('one', { containment })).slice(2), [
      { label: 'Containment', text: `did not hold. ${containment.text}` },
      { label: '2025-05-12T03:05:00Z', text: 'access key AKIA1 set inactive' },
      { label: 'And', text: '2 more steps' },
    ]);
  });
});

describe('below a finding', () => {
  const node: FindingNode = {
    type: 'finding',
    id: 'finding:f',
    triage: 'open',
    parentId: 'incident:i',
    finding: finding('f', {
      sessions: ['s1', 's2'],
      evidence: [evidence('e1'), evidence('e2'), evidence('e3'), evidence('e4')],
    }),
  };
  const slice = {
    nodes: [
      { id: 's1', evidence: [{ eventID: 'e1' }] },
      { id: 'outside', evidence: [{ eventID: 'e2' }] },
    ],
    edges: [{ from: 's1', to: 's2', evidence: [{ eventID: 'e1' }, { eventID: 'e3' }] }],
  } as unknown as Pick<LineageSlice, 'nodes' | 'edges'>;

  it('each piece of evidence is with the session that made or got it, the rest with the finding', () => {
    const children = findingChildren(node, [session('s1'), session('s2')], slice);
    const shown = children.map((child) =>
      child.type === 'session'
        ? [
            child.row.id,
            ...sessionChildren(child).map((each) => (each.type === 'origin' ? 'origin' : each.evidence.eventID)),
          ]
        : child.evidence.eventID,
    );
    assert.deepEqual(shown, [['s1', 'origin', 'e1'], ['s2', 'origin', 'e3'], 'e2', 'e4']);
  });

  it('sessions stand in the order they began, the root first', () => {
    const began = (id: string, issuedAt: string | undefined, firstEventTime: string | null) =>
      session(id, { firstEventTime, ...(issuedAt === undefined ? {} : { issuedAt }) });
    const rows = [
      began('third', '2025-05-16T01:06:02Z', null),
      began('root', undefined, '2025-05-12T08:00:00Z'),
      began('second', '2025-05-16T00:58:41Z', '2025-05-16T01:10:00Z'),
    ];
    const order = findingChildren(node, rows, null).flatMap((child) =>
      child.type === 'session' ? [child.row.id] : [],
    );
    assert.deepEqual(order, ['root', 'second', 'third']);
  });

  it('all evidence is there also without a slice', () => {
    const children = findingChildren(node, [], null);
    assert.deepEqual(
      children.map((child) => child.type === 'evidence' && child.evidence.eventID),
      ['e1', 'e2', 'e3', 'e4'],
    );
  });
});

describe('rows of the findings tree', () => {
  const row = (more: Parameters<typeof finding>[1], triage: TriageState = 'open') =>
    findingItem({ type: 'finding', id: 'finding:f', parentId: 'p', triage, finding: finding('f', more) });

  it('say the severity in words, not by colour alone', () => {
    for (const severity of ['critical', 'high', 'medium', 'low', 'info'] as const) {
      const item = row({ severity });
      assert.match(item.accessible, new RegExp(`severity ${severity}`));
      assert.match(item.description ?? '', new RegExp(`^${severity}`));
    }
    assert.equal(row({ severity: 'high' }).sign.color, 'charts.red');
    assert.equal(row({ severity: 'medium' }).sign.color, 'cloudtrailLineage.possiblyAnomalous');
  });

  it('tell the menus what can be done', () => {
    assert.equal(row({}).contextValue, 'finding.open');
    assert.equal(
      row({ remediations: [{ id: 'r', title: 'R' }] }, 'confirmed').contextValue,
      'finding.confirmed.remediable',
    );
    assert.equal(row({ suppressed: true }).contextValue, 'finding.suppressed');
  });

  it('show hostile text as text', () => {
    const item = row({ title: 'x\u202ey\nz' });
    assert.equal(item.label, 'x⟨U+202E⟩y z');
    const lines = findingTooltip(finding('f', { context: [{ label: 'Tag\u202e', value: 'a\nb' }] }));
    assert.ok(lines.some(({ label, text }) => label === 'Tag⟨U+202E⟩' && text === 'a b'));
  });

  it('open the lineage, and evidence its record', () => {
    assert.deepEqual(row({}).command?.arguments, [{ finding: 'f' }]);
    const [child] = findingChildren(
      {
        type: 'finding',
        id: 'finding:f',
        parentId: 'p',
        triage: 'open',
        finding: finding('f', { evidence: [evidence('e1')] }),
      },
      [],
      null,
    );
    assert.ok(child);
    const item = findingItem(child);
    assert.deepEqual(item.command?.arguments, [{ finding: 'f', eventID: 'e1' }]);
    assert.match(item.description ?? '', /^01:06:02 · /);
  });
});
