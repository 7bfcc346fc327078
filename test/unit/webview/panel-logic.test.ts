/** What the panel decides without a document: keyboard, viewport, messages, state and the text to copy. */
import assert from 'node:assert/strict';
import { buildGraph } from '../../../webview/graph';
import { type LaidCard, layOut } from '../../../webview/layout';
import { dispatch, rememberedSelection, rememberedState, stateOf, toPanelMessage } from '../../../webview/messages';
import { type Move, firstSelected, moveOfKey, moveTo, treePositions } from '../../../webview/navigate';
import { outlineText } from '../../../webview/outline';
import { READABLE, betterDirection, firstView, fitAll, reveal } from '../../../webview/viewport';
import { edge, largeTree, roleChain, sessionNode, slice } from './slices';

const measure = (text: string): number => text.length * 6.5;
const cardsOf = (...of: Parameters<typeof slice>): readonly LaidCard[] =>
  layOut(buildGraph(slice(...of)), measure, 'across').cards;

describe('webview keyboard', () => {
  const family = cardsOf(
    ['a', 'b', 'c', 'd', 'e'].map((id) => sessionNode(id)),
    [edge('a', 'b'), edge('a', 'c'), edge('b', 'd'), edge('c', 'e')],
  );

  it('means by the arrows what is seen', () => {
    assert.equal(moveOfKey('ArrowRight', 'across'), 'child');
    assert.equal(moveOfKey('ArrowRight', 'down'), 'next');
    assert.equal(moveOfKey('ArrowUp', 'down'), 'parent');
    assert.equal(moveOfKey('x', 'down'), undefined);
    assert.equal(moveOfKey('toString', 'down'), undefined);
  });

  it('follows edges and walks along neighbours, cousins too', () => {
    const walk = (from: string, ...moves: readonly Move[]): string =>
      moves.reduce((at, move) => moveTo(family, at, move), from);
    assert.equal(walk('a', 'child'), 'b');
    assert.equal(walk('b', 'next', 'child'), 'e');
    assert.equal(walk('d', 'next'), 'e');
    assert.equal(walk('e', 'previous', 'parent', 'parent'), 'a');
    assert.equal(walk('b', 'last'), 'e');
    assert.equal(walk('e', 'first'), 'a');
    assert.equal(walk('a', 'parent', 'previous', 'next'), 'a', 'stays where nothing is');
  });

  it('reaches every card from the first', () => {
    const { cards } = layOut(buildGraph(largeTree(120, 4)), measure, 'down');
    const seen = new Set<string>([cards[0]?.id ?? '']);
    for (const id of seen)
      for (const move of ['child', 'next', 'previous', 'parent'] as const) seen.add(moveTo(cards, id, move));
    assert.equal(seen.size, cards.length);
  });

  it('tells level, place and number of siblings', () => {
    const positions = treePositions(family);
    assert.deepEqual(positions.get('c'), { level: 2, position: 2, size: 2 });
    assert.deepEqual(positions.get('e'), { level: 3, position: 1, size: 1 });
  });

  it('starts at what was selected, else at what was asked for, else at the root', () => {
    const cards = cardsOf([sessionNode('a'), sessionNode('b', { focus: true })], [edge('a', 'b')]);
    assert.equal(firstSelected(cards, 'a'), 'a');
    assert.equal(firstSelected(cards, 'gone'), 'b');
    assert.equal(firstSelected(family, null), 'a');
    assert.equal(firstSelected([], null), null);
  });
});

describe('webview viewport', () => {
  const window = { width: 800, height: 400 };

  it('shows all of it in the middle when that is readable, never larger than life', () => {
    assert.deepEqual(firstView({ width: 400, height: 100 }, window, undefined, 'across'), { k: 1, x: 200, y: 150 });
  });

  it('never shrinks below readable at first, only when asked to fit', () => {
    const drawing = { width: 4000, height: 300 };
    assert.equal(firstView(drawing, window, undefined, 'across').k, READABLE);
    assert.equal(fitAll(drawing, window).k, 0.2);
    assert.ok(READABLE * 12 >= 11, 'the smallest font is 12 px');
  });

  it('starts at the root, and moves on only as far as the focus asks', () => {
    const drawing = { width: 4000, height: 300 };
    const at = (x: number) => firstView(drawing, window, { x, y: 100, width: 200, height: 90 }, 'across');
    assert.equal(at(300).x, 0);
    for (const x of [900, 2000, 3780]) {
      const view = at(x);
      assert.ok(view.x + x * view.k >= 0 && view.x + (x + 200) * view.k <= window.width, String(x));
      assert.ok(view.x >= window.width - drawing.width * view.k, 'no empty space behind the end');
    }
  });

  it('moves as little as needed to show a card', () => {
    const box = { x: 100, y: 100, width: 200, height: 90 };
    const still = { k: 1, x: 0, y: 0 };
    assert.deepEqual(reveal(still, box, window), still);
    assert.deepEqual(reveal(still, { ...box, x: 790 }, window), { k: 1, x: 800 - 24 - 990, y: 0 });
    assert.deepEqual(reveal(still, { ...box, y: -50 }, window), { k: 1, x: 0, y: 74 });
  });

  it('turns a lineage down only where that clearly shows more', () => {
    const drawings = { across: { width: 2000, height: 200 }, down: { width: 400, height: 800 } };
    assert.equal(betterDirection(drawings, { width: 480, height: 800 }), 'down');
    assert.equal(betterDirection(drawings, { width: 2000, height: 500 }), 'across');
    assert.equal(betterDirection({ across: drawings.across, down: drawings.across }, window), 'across');
  });

  it('does not divide by an empty window or drawing', () => {
    for (const size of [{ width: 0, height: 0 }, window])
      for (const value of Object.values(fitAll(size, { width: 0, height: 0 }))) assert.ok(Number.isFinite(value));
    assert.ok(Number.isFinite(fitAll({ width: 0, height: 0 }, window).k));
  });
});

describe('webview messages', () => {
  it('takes what it knows and ignores everything else', () => {
    const of = roleChain();
    assert.deepEqual(toPanelMessage({ type: 'slice', slice: of }), { type: 'slice', slice: of });
    const early = { type: 'slice', slice: of, notice: 'Preliminary' };
    assert.deepEqual(toPanelMessage(early), early);
    assert.deepEqual(toPanelMessage({ ...early, notice: 7 }), { type: 'slice', slice: of });
    assert.deepEqual(toPanelMessage({ type: 'empty', message: 'x', more: 1 }), { type: 'empty', message: 'x' });
    for (const other of [
      undefined,
      null,
      'slice',
      7,
      [],
      {},
      { type: 'slice' },
      { type: 'slice', slice: { nodes: 1 } },
    ])
      assert.equal(toPanelMessage(other), undefined);
    assert.equal(toPanelMessage({ type: 'fromTheFuture', slice: of }), undefined);
    assert.equal(toPanelMessage({ type: 'error', message: 5 }), undefined);
  });

  it('hands each to its handler', () => {
    const got: string[] = [];
    const handlers = {
      slice: () => got.push('slice'),
      empty: (m: string) => got.push(`empty ${m}`),
      error: (m: string) => got.push(`error ${m}`),
    };
    dispatch({ type: 'slice', slice: roleChain() }, handlers);
    dispatch({ type: 'empty', message: '1' }, handlers);
    dispatch({ type: 'error', message: '2' }, handlers);
    assert.deepEqual(got, ['slice', 'empty 1', 'error 2']);
  });

  it('remembers a selection for the same question only, and no state of another shape', () => {
    const of = roleChain();
    const state = stateOf(of, of.nodes[0]?.id ?? null);
    assert.deepEqual(rememberedState(structuredClone(state)), state);
    assert.equal(rememberedSelection(of, state), of.nodes[0]?.id);
    assert.equal(rememberedSelection({ ...of, finding: 'other' }, state), null);
    assert.equal(rememberedSelection(of, undefined), null);
    for (const broken of [null, 1, { ...state, version: 2 }, { ...state, selected: 3 }, { version: 1 }])
      assert.equal(rememberedState(broken), undefined);
  });
});

describe('webview text to copy', () => {
  it('holds every node once, indented below where it came from', () => {
    const text = outlineText(roleChain());
    const starts = text.split('\n').filter((line) => /^ *- \[/.test(line));
    assert.deepEqual(
      starts.map((line) => [line.indexOf('-') / 2, /\] ([^,]+)/.exec(line)?.[1]]),
      [
        [0, 'ci-legacy'],
        [1, 'DeployRole'],
        [2, 'AuditRole'],
        [3, 'OrganizationAccountAccessRole'],
        [4, 'bob'],
        [4, 'AKIABOBEXAMPLE000001'],
        [5, 'bob'],
      ],
    );
    assert.match(text, /via AssumeRole · 02:44:58 \(By session/);
    assert.match(text, /finding \(critical\): A chained session created user bob/);
    assert.match(text, /did: CreateUser ×1, CreateAccessKey ×1/);
  });

  it('does not leave out what the drawing folds, and says what the slice does not hold', () => {
    const text = outlineText(largeTree(2000, 40));
    assert.equal(text.match(/- \[/g)?.length, 2000);
    assert.match(text, /17 more sessions of this lineage are not drawn/);
    assert.match(outlineText(slice([sessionNode('a', { moreChildren: 3 })], [])), /3 more sessions not in this text/);
    const call = { eventSource: 's3.amazonaws.com', eventName: 'GetObject', count: 9, class: 'read' };
    const did = (failures: { readonly denied: number; readonly failed?: number }): string =>
      outlineText(slice([sessionNode('a', { actions: [{ ...call, ...failures }] })], []));
    assert.match(did({ denied: 2, failed: 3 }), /GetObject ×9 \(2 denied, 3 failed\)/);
    assert.match(did({ denied: 0, failed: 3 }), /GetObject ×9 \(3 failed\)/);
    assert.match(did({ denied: 0 }), /GetObject ×9\n/);
  });

  it('keeps a hostile name on its line', () => {
    const text = outlineText(slice([sessionNode('a', { title: 'x\n- [Root] fake' })], []));
    assert.equal(text.split('\n').filter((line) => line.startsWith('- [')).length, 1);
  });

  it('takes a chain of two thousand hops', () => {
    assert.equal(outlineText(largeTree(2000, 1)).match(/- \[/g)?.length, 2000);
  });
});
