import assert from 'node:assert/strict';
import type { LineageSlice } from '../../../src/shared/panel-messages';
import type { Direction, Font } from '../../../webview/card';
import { ellipsis } from '../../../webview/card';
import { DEFAULT_CAPS, buildGraph } from '../../../webview/graph';
import { type LaidCard, type Layout, layOut } from '../../../webview/layout';
import { edge, instanceChain, instanceElsewhere, largeTree, roleChain, sessionNode, slice } from './slices';

const WIDTH: Readonly<Record<Font, number>> = { title: 8, badge: 7, line: 6.5, label: 6.5 };
const measure = (text: string, font: Font): number => text.length * WIDTH[font];
const DIRECTIONS: readonly Direction[] = ['across', 'down'];

function lay(of: LineageSlice, direction: Direction): Layout {
  return layOut(buildGraph(of), measure, direction);
}

function overlap(a: LaidCard, b: LaidCard): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function mixed(): LineageSlice {
  // Cards of different heights and widths, several roots, several depths.
  const nodes = Array.from({ length: 70 }, (_, i) =>
    sessionNode(`m${i}`, {
      title: 'x'.repeat((i * 7) % 40),
      subtitle: i % 3 === 0 ? '' : `role ${'r'.repeat(i % 25)}`,
      locations: i % 4 === 0 ? [] : [{ location: '8.8.8.8', class: 'public-v4', events: 1, suspicious: i % 8 === 1 }],
      firstEventTime: i % 5 === 0 ? null : '2024-03-05T02:40:00Z',
      moreChildren: i % 9 === 0 ? 2 : 0,
    }),
  );
  return slice(
    nodes,
    nodes.slice(3).map(({ id }, i) => edge(`m${Math.floor(i / 2.7)}`, id)),
  );
}

const SLICES: Readonly<Record<string, LineageSlice>> = {
  chain: roleChain(),
  instance: instanceChain(),
  elsewhere: instanceElsewhere(),
  mixed: mixed(),
  large: largeTree(500, 9),
};

describe('webview layout', () => {
  for (const [name, of] of Object.entries(SLICES))
    for (const direction of DIRECTIONS) {
      it(`${name}, ${direction}: no two cards overlap, and all lie inside`, () => {
        const { cards, width, height } = lay(of, direction);
        assert.ok(cards.length > 1);
        cards.forEach((a, i) => {
          assert.ok(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height, a.id);
          for (const b of cards.slice(i + 1)) assert.ok(!overlap(a, b), `${a.id} and ${b.id}`);
        });
      });

      it(`${name}, ${direction}: a child lies behind its parent, with room for what the edge says`, () => {
        const { cards, edges } = lay(of, direction);
        const byId = new Map(cards.map((card) => [card.id, card]));
        for (const child of cards) {
          const parent = byId.get(child.parent ?? '');
          if (parent === undefined) continue;
          if (direction === 'across') assert.ok(parent.x + parent.width + 20 < child.x);
          else assert.ok(parent.y + parent.height + 20 < child.y);
        }
        for (const { to, from, labels } of edges)
          for (const { text, x, anchor } of labels.filter(({ role }) => role !== 'sign')) {
            const [start, end] = [byId.get(from), byId.get(to)];
            const half = anchor === 'middle' ? measure(text, 'label') / 2 : 0;
            if (direction === 'across' && start !== undefined && end !== undefined)
              assert.ok(x - half >= start.x + start.width && x + half <= end.x, text);
          }
      });

      it(`${name}, ${direction}: no line is wider than its card`, () => {
        for (const { lines, width } of lay(of, direction).cards)
          for (const { text, role, x } of lines)
            assert.ok(x + measure(text, role === 'title' || role === 'badge' ? role : 'line') <= width - 10, text);
      });

      it(`${name}, ${direction}: is the same whatever the order of the slice`, () => {
        const turned = { ...of, nodes: of.nodes.toReversed(), edges: of.edges.toReversed() };
        assert.deepEqual(lay(turned, direction), lay(of, direction));
      });
    }

  it('running down, labels beside edges do not reach the next edge', () => {
    const { edges } = lay(largeTree(12, 11), 'down');
    const starts = edges.flatMap(({ labels }) => labels).filter(({ role }) => role === 'what');
    const ordered = starts.toSorted((a, b) => a.x - b.x);
    assert.equal(ordered.length, 11);
    ordered.forEach(({ text, x }, i) => {
      const next = ordered[i + 1];
      if (next !== undefined) assert.ok(x + measure(text, 'label') < next.x - 9);
    });
  });

  it('stands in for children that are not drawn, folded here or left out of the slice', () => {
    const graph = buildGraph(largeTree(40, 39), { ...DEFAULT_CAPS, children: 5 });
    const more = layOut(graph, measure, 'across').cards.find(({ type }) => type === 'more');
    assert.equal(more?.lines[0]?.text, '34 more sessions');
    assert.equal(more.folded, 34);
    const missing = lay(slice([sessionNode('a', { moreChildren: 1 })], []), 'across').cards[1];
    assert.deepEqual([missing?.lines[0]?.text, missing?.folded, missing?.moreOf], ['1 more session', 0, 'a']);
  });

  it('draws edges by how surely they are known', () => {
    const nodes = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => sessionNode(id));
    const edges = [
      edge('a', 'b', { confidence: 'twin' }),
      edge('a', 'c', { confidence: 'console' }),
      edge('a', 'd', { confidence: 'inferred' }),
      edge('a', 'e', { confidence: 'ambiguous' }),
      edge('a', 'f', { kind: 'attempted' }),
    ];
    const laid = lay(slice(nodes, edges), 'across').edges;
    assert.deepEqual(
      laid.map(({ to, style }) => [to, style]),
      [
        ['b', 'exact'],
        ['c', 'session'],
        ['d', 'inferred'],
        ['e', 'ambiguous'],
        ['f', 'attempted'],
      ],
    );
    assert.equal(laid.find(({ to }) => to === 'e')?.labels[0]?.text, '? AssumeRole');
  });

  it('shows a second possible parent as an edge of its own, inside the drawing', () => {
    const { edges, width } = lay(instanceChain(), 'across');
    const extra = edges.filter(({ key }) => key.includes('#'));
    assert.equal(extra.length, 1);
    const reach = Math.max(...(extra[0]?.path.match(/[\d.]+(?=,)/g) ?? []).map(Number));
    assert.ok(reach - 12 < width);
  });

  it('an empty slice is an empty drawing', () => {
    const { cards, edges } = lay(slice([], []), 'down');
    assert.deepEqual([cards, edges], [[], []]);
  });

  it('cuts texts to the width, whole characters only', () => {
    assert.equal(ellipsis('abcdef', 39, 'line', measure), 'abcdef');
    assert.equal(ellipsis('abcdefgh', 39, 'line', measure), 'abcde…');
    const cut = ellipsis('😀😀😀😀😀😀', 39, 'line', measure);
    assert.match(cut, /^(😀)*…$/u);
    assert.equal(ellipsis('abc', 0, 'line', measure), '…');
  });
});
