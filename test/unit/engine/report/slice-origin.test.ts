/** How a session got its credential, as the drawing and its details say it. */
import assert from 'node:assert/strict';
import { buildSlice } from '../../../../src/engine/report/build-slice';
import { ruleWords } from '../../../../src/engine/report/link-words';
import { actions, assumeRole, roleSession } from '../../../../scripts/sample/records';
import { eventIdAt } from '../../../../src/engine/lineage/table';
import { hour, minute, office, R1, R2, R3, start, World } from '../support/world';

const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';

describe('the origin in a slice', () => {
  it('names the rule and the two records, on the edge and on the session', () => {
    const world = new World('origin');
    world.chain(0, world.alice, [R1, R2]);
    const analysis = world.analysis();
    const leaf = analysis.model.sessions.find(({ depth }) => depth === 2);
    assert.ok(leaf !== undefined);
    const slice = buildSlice(analysis, { session: leaf.id, maxNodes: 10 });
    const edge = slice?.edges.find(({ to }) => to === leaf.id);
    const node = slice?.nodes.find(({ id }) => id === leaf.id);
    assert.equal(edge?.rule, ruleWords('issued-key'));
    assert.match(edge.rule, /access key that was issued/);
    assert.equal(edge.evidence[0]?.eventName, 'AssumeRole');
    assert.deepEqual(
      edge.evidence.map(({ reason }) => reason),
      leaf.rows.length > 0 ? ['Issued the credential', 'First used it'] : ['Issued the credential'],
    );
    assert.deepEqual(node?.origin, {
      rule: edge.rule,
      confidence: edge.confidence,
      explanation: edge.explanation,
      evidence: edge.evidence,
    });
    const root = slice?.nodes.find(({ tone }) => tone === 'root');
    assert.equal(root?.origin?.rule, ruleWords('root'));
    assert.deepEqual(
      root.origin.evidence.map(({ reason }) => reason),
      ['First used it'],
    );
  });

  it('gives each of several possible parents its own call', () => {
    const world = new World('ambiguous');
    const callers = [R1, R3].map((of) => world.assumes(0, world.alice, of));
    // Both issue R2 under one name in one second, and the answers hide the keys.
    for (const caller of callers) {
      const grant = assumeRole(world.trail, { at: start + hour, caller, role: R2, name: 'same', origin: office });
      const text = JSON.stringify(grant.records[0]);
      world.records.push(JSON.parse(text.replaceAll(grant.session.key, HIDDEN)) as object);
    }
    const child = roleSession({
      role: R2,
      name: 'same',
      key: HIDDEN,
      issuedAt: start + hour,
      expiresAt: start + 2 * hour,
    });
    world.does(hour + minute, child, actions.listBuckets);
    const analysis = world.analysis();
    const session = analysis.model.sessions.find(({ link }) => link === 'ambiguous');
    assert.ok(session !== undefined);
    const edges = buildSlice(analysis, { session: session.id, maxNodes: 10 })?.edges.filter(
      ({ to }) => to === session.id,
    );
    assert.equal(edges?.length, 2);
    assert.equal(new Set(edges.map(({ from }) => from)).size, 2);
    for (const { from, evidence } of edges) {
      const parent = analysis.model.sessionById.get(from);
      const [issued] = evidence;
      const issuance = analysis.model.issuances.find(
        ({ row }) => eventIdAt(analysis.model.events, row) === issued?.eventID,
      );
      assert.equal(issuance?.callerSession, parent, 'the call that this parent made');
    }
    assert.equal(new Set(edges.map(({ evidence }) => evidence[0]?.eventID)).size, 2);
  });

  it('shows an unknown rule by its id', () => {
    assert.equal(ruleWords('constructor'), 'constructor');
  });
});
