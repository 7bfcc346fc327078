/** What is drawn around a finding, and whose a name is. */
import assert from 'node:assert/strict';
import { buildSlice } from '../../../../src/engine/report/build-slice';
import { renderWho } from '../../../../src/engine/report/render-who';
import type { LineageSlice } from '../../../../src/engine/report/slice';
import { answerWho } from '../../../../src/engine/report/who';
import { sessionSummary, type Analysis } from '../../../../src/engine/analysis';
import { actions, role, user } from '../../../../scripts/sample/records';
import type { LineageModel } from '../../../../src/engine/lineage/model';
import { account, alicesKey, from, minute, R1, R2, R3, World } from '../support/world';
import { bobsKey, incident } from './incident';

function sliceOf(analysis: Analysis, rule: string, maxNodes = 40): LineageSlice {
  const finding = analysis.findings.find((each) => each.rule === rule);
  const slice = buildSlice(analysis, { finding: finding?.id ?? '', maxNodes });
  assert.ok(slice !== undefined);
  return slice;
}

describe('the slice around a finding', () => {
  let slice: LineageSlice;
  let titles: ReadonlyMap<string, string>;
  before(() => {
    slice = sliceOf(incident().analysis(), 'chain-then-persistence');
    titles = new Map(slice.nodes.map(({ id, title }) => [id, title]));
  });

  it('goes from the root over each hop to the objects, and to the session that uses the key', () => {
    assert.deepEqual(
      slice.edges
        .map(({ from: start, to, kind }) => `${titles.get(start) ?? '?'} ${kind} ${titles.get(to) ?? '?'}`)
        .sort(),
      [
        'R1 assumed R2',
        'R2 assumed R3',
        'R3 created bob',
        'alice assumed R1',
        `${bobsKey} used-key bob`,
        `bob created ${bobsKey}`,
      ].sort(),
    );
  });

  it('colours by depth and says so in words', () => {
    const tones = Object.fromEntries(
      slice.nodes
        .filter(({ type }) => type === 'session')
        .map(({ title, tone, toneLabel }) => [title, [tone, toneLabel]]),
    );
    assert.deepEqual(tones, {
      alice: ['root', 'Start of the lineage'],
      R1: ['ok', 'First assumption'],
      R2: ['orange', 'Possibly anomalous'],
      R3: ['red', 'Most likely anomalous'],
      bob: ['red', 'Key left behind, in use'],
    });
    assert.deepEqual(
      slice.nodes.filter(({ focus }) => focus).map(({ title }) => title),
      ['R3'],
    );
  });

  it('never has more nodes than asked for, keeps the way from the root, and counts the rest', () => {
    const world = new World('wide');
    const leaf = world.chain(0, world.alice, [R1, R2, R3]);
    for (let at = 0; at < 30; at++) {
      world.assumes((10 + at) * minute, world.alice, R1, from('203.0.113.9'), `job-${String(at)}`);
    }
    world.does(60 * minute, leaf, actions.listBuckets);
    const small = sliceOf(world.analysis(), 'role-chain-depth', 8);
    assert.ok(small.nodes.length <= 8);
    assert.deepEqual(
      ['alice', 'R1', 'R2', 'R3'].filter((title) => !small.nodes.some((node) => node.title === title)),
      [],
    );
    const drawn = small.nodes.filter(({ type }) => type === 'session').length;
    assert.equal(small.omitted, 34 - drawn);
    const root = small.nodes.find(({ title }) => title === 'alice');
    assert.equal(root?.moreChildren, 31 - small.edges.filter(({ from: start }) => start === root?.id).length);
  });

  it('keeps the root and what was asked for of a way longer than it may draw', () => {
    const world = new World('long');
    const leaf = world.chain(
      0,
      world.alice,
      Array.from({ length: 20 }, (_, index) => role(account, `step-${String(index)}`)),
    );
    const analysis = world.analysis();
    const session = analysis.model.sessions.find(({ keys }) => keys.includes(leaf.key));
    for (const maxNodes of [1, 2, 6]) {
      const slice = buildSlice(analysis, { session: session?.id ?? '', maxNodes });
      const titles = slice?.nodes.map(({ title }) => title) ?? [];
      assert.equal(titles.length, maxNodes);
      assert.deepEqual([titles.at(-1), slice?.nodes.at(-1)?.focus], ['step-19', true]);
      assert.equal(titles.includes('alice'), maxNodes > 1);
    }
  });

  it('is absent for what is not there', () => {
    assert.equal(buildSlice(incident().analysis(), { session: 'nobody', maxNodes: 5 }), undefined);
    assert.equal(buildSlice(incident().analysis(), { finding: 'nothing', maxNodes: 5 }), undefined);
  });
});

describe('whose is it', () => {
  const world = incident();
  const v6 = world.assumes(30 * minute, world.alice, R1, from('2001:db8::7'), 'six');
  world.does(31 * minute, v6, actions.listBuckets, from('2001:db8::7'));
  let model: LineageModel;
  before(() => {
    ({ model } = world.analysis());
  });
  const names = (indexes: readonly number[]): readonly string[] =>
    indexes.map((index) => model.sessions[index]?.roleArn.split('/').at(-1) || (model.sessions[index]?.name ?? ''));
  const event = world.records[0] as { readonly eventID: string };
  it('finds by everything that an alert may name', () => {
    const third = model.sessions.find(({ roleArn }) => roleArn === R3.arn);
    assert.ok(third !== undefined);
    const cases: readonly (readonly [query: string, matched: string, sessions: readonly string[]])[] = [
      [bobsKey, 'access key', ['bob']],
      [` "${bobsKey}", `, 'access key', ['bob']],
      [third.id, 'session', ['R3']],
      [third.arn, 'session', ['R3']],
      [third.principalId, 'principal', ['R3']],
      [R2.arn, 'role', ['R2']],
      ['R2', 'role', ['R2']],
      [event.eventID, 'event', ['alice']],
      ['2001:db8::7', 'address', ['alice', 'R1']],
      ['2001:0DB8:0:0:0:0:0:7', 'address', ['alice', 'R1']],
    ];
    for (const [query, matched, sessions] of cases) {
      const answer = answerWho(model, query);
      assert.deepEqual([answer.matched, [...new Set(names(answer.sessions))]], [matched, sessions], query);
    }
  });

  it('gives the way from the root and everything that came of it', () => {
    const { ancestry, descendants } = answerWho(model, bobsKey);
    assert.deepEqual(ancestry.map(names), [['alice', 'R1', 'R2', 'R3', 'bob']]);
    const root = answerWho(model, alicesKey);
    assert.deepEqual([...(root.descendants.map(names)[0] ?? [])].sort(), ['R1', 'R1', 'R2', 'R3', 'bob']);
    assert.deepEqual(descendants, [[]]);
  });

  it('leads from a key that nobody used to whoever made it, and from a delivery to its session', () => {
    const quiet = new World('quiet');
    const leaf = quiet.chain(0, quiet.alice, [R1, R2, R3]);
    quiet.createsKey(10 * minute, leaf, user(account, 'bob'), 'AKIA0000000000000BOB');
    const { v1, records } = quiet.delivers(20 * minute);
    quiet.does(21 * minute, v1, actions.listBuckets);
    const analysed = quiet.analysis().model;
    const kinds = (query: string): (string | undefined)[] =>
      answerWho(analysed, query).sessions.map((index) => analysed.sessions[index]?.name);
    assert.deepEqual(kinds('AKIA0000000000000BOB'), ['session']);
    assert.match(answerWho(analysed, 'AKIA0000000000000BOB').matched, /never used/);
    assert.equal(answerWho(analysed, 'AKIA0000000000000BOB').ancestry[0]?.length, 4);
    assert.deepEqual(kinds(records[0]?.eventID ?? ''), ['i-0123456789abcdef0']);
  });

  it('finds nothing by part of a name, by blanks, or by what is not there', () => {
    for (const query of ['', '  ', 'R', bobsKey.slice(0, 19), 'AKIAIOSFODNN7EXAMPLE', '203.0.113']) {
      assert.deepEqual(answerWho(model, query).sessions, [], query);
    }
  });

  it('reads as a lineage, and says so when there is none', () => {
    const analysis = world.analysis();
    const { sessions } = answerWho(analysis.model, bobsKey);
    const summaries = sessions.map((index) => sessionSummary(analysis, index));
    const slices = summaries.flatMap(({ id }) => buildSlice(analysis, { session: id, maxNodes: 40 }) ?? []);
    const text = renderWho({ ...answerWho(analysis.model, bobsKey), query: bobsKey, sessions: summaries, slices });
    assert.match(text, new RegExp(`^${bobsKey} is an access key: 1 session\n`));
    assert.ok(text.indexOf('role R3  [RED') > text.indexOf('role R2  [ORANGE'));
    assert.match(text, /CRITICAL .*chain-then-persistence-[0-9a-f]{16}/);
    const none = renderWho({
      ...answerWho(analysis.model, 'x\u001b[2J'),
      query: 'x\u001b[2J',
      sessions: [],
      slices: [],
    });
    assert.match(none, /^Nothing that was read is or has x\ufffd\[2J:/);
  });
});
