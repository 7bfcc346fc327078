import assert from 'node:assert/strict';
import { type Caps, DEFAULT_CAPS, type TreeNode, buildGraph } from '../../../webview/graph';
import { edge, largeTree, roleChain, sessionNode, slice } from './slices';

function shape(roots: readonly TreeNode[]): string {
  return roots.map(({ id, children }) => (children.length > 0 ? `${id}(${shape(children)})` : id)).join(' ');
}

const caps = (more: Partial<Caps>): Caps => ({ ...DEFAULT_CAPS, ...more });

describe('webview graph', () => {
  it('hangs every node from one parent, and the continuation from the created key', () => {
    const { roots, extras } = buildGraph(roleChain());
    const path: string[] = [];
    for (let at: TreeNode | undefined = roots[0]; at !== undefined; at = at.children.at(-1)) path.push(at.node.title);
    assert.equal(roots.length, 1);
    assert.deepEqual(path, [
      'ci-legacy',
      'DeployRole',
      'AuditRole',
      'OrganizationAccountAccessRole',
      'AKIABOBEXAMPLE000001',
      'bob',
    ]);
    assert.deepEqual(extras, []);
  });

  it('takes the surest edge as the parent and keeps the others beside', () => {
    const nodes = ['a', 'b', 'c'].map((id) => sessionNode(id));
    const unsure = edge('a', 'c', { confidence: 'ambiguous' });
    const { roots, extras } = buildGraph(slice(nodes, [unsure, edge('b', 'c', { confidence: 'session' })]));
    assert.equal(shape(roots), 'a b(c)');
    assert.deepEqual(extras, [unsure]);
  });

  it('prefers any issuance to a failed attempt', () => {
    const nodes = ['a', 'b', 'c'].map((id) => sessionNode(id));
    const edges = [edge('a', 'c', { kind: 'attempted' }), edge('b', 'c', { confidence: 'ambiguous' })];
    assert.equal(shape(buildGraph(slice(nodes, edges)).roots), 'a b(c)');
  });

  it('survives cycles, loops, doubled ids and edges into nowhere, with each node once', () => {
    const nodes = ['a', 'b', 'c', 'a', 'd'].map((id) => sessionNode(id));
    const edges = [
      edge('a', 'b'),
      edge('b', 'c'),
      edge('c', 'a'),
      edge('d', 'd'),
      edge('a', 'gone'),
      edge('gone', 'd'),
    ];
    const { roots, byId } = buildGraph(slice(nodes, edges));
    assert.deepEqual([...byId.keys()].sort(), ['a', 'b', 'c', 'd']);
    assert.equal(shape(roots).match(/[a-d]/g)?.length, 4);
  });

  it('is the same whatever the order of the slice', () => {
    const { nodes, edges } = largeTree(60, 3);
    const there = buildGraph(slice(nodes, edges));
    const back = buildGraph(slice(nodes.toReversed(), edges.toReversed()));
    assert.equal(shape(back.roots), shape(there.roots));
  });

  it('puts siblings in the order they began, objects after sessions', () => {
    const nodes = [
      sessionNode('late', { firstEventTime: '2024-03-05T05:00:00Z' }),
      sessionNode('never', { firstEventTime: null }),
      sessionNode('object', { type: 'object' }),
      sessionNode('early'),
      sessionNode('root'),
    ];
    const edges = ['late', 'never', 'object', 'early'].map((id) => edge('root', id));
    assert.equal(shape(buildGraph(slice(nodes, edges)).roots), 'root(early object late never)');
  });

  it('folds children over the cap, the suspicious and the way to the focus last', () => {
    const quiet = Array.from({ length: 10 }, (_, i) => sessionNode(`q${i}`));
    const nodes = [sessionNode('root'), ...quiet, sessionNode('y', { focus: true }), sessionNode('z', { tone: 'red' })];
    const edges = nodes.slice(1).map(({ id }) => edge('root', id));
    const graph = buildGraph(slice(nodes, edges), caps({ children: 3 }));
    assert.equal(shape(graph.roots), 'root(q0 y z)');
    assert.equal(graph.byId.get('root')?.folded, 9);
    assert.equal(graph.undrawn, 9);
    const more = buildGraph(slice(nodes, edges), caps({ children: 3, unfolded: new Map([['root', 4]]) }));
    assert.equal(more.byId.get('root')?.folded, 5);
  });

  it('draws no more than the cap and nobody without their parent', () => {
    const big = largeTree(2000, 30);
    const { byId, undrawn } = buildGraph(big, caps({ nodes: 120 }));
    assert.equal(byId.size, 120);
    assert.equal(undrawn, 1880);
    for (const { parent, edge: from } of byId.values()) assert.equal(parent?.id, from?.from);
  });

  it('takes a chain of two thousand hops without running out of stack', () => {
    const { byId } = buildGraph(largeTree(2000, 1));
    assert.equal(byId.size, DEFAULT_CAPS.nodes);
  });
});
