import assert from 'node:assert/strict';
import type { SliceEdge } from '../../../src/shared/panel-messages';
import {
  badge,
  cardText,
  classWord,
  confidenceText,
  edgeLabel,
  edgeStyle,
  instantText,
  nodeLabel,
  omittedText,
  periodText,
  selectionText,
  spanText,
  visible,
} from '../../../webview/words';
import { edge, instanceElsewhere, roleChain, sessionNode, slice } from './slices';

const FROM = '2024-03-05T02:41:09Z';

describe('webview words', () => {
  it('writes out what cannot be seen or turns the reading direction', () => {
    assert.equal(visible('a\u202Egnp.exe'), 'a\\u{202e}gnp.exe');
    assert.equal(visible('one\ntwo\u200B\u0000'), 'one\\u{a}two\\u{200b}\\u{0}');
    assert.equal(visible('Ünï · 日本 😀'), 'Ünï · 日本 😀');
  });

  it('does not show more of a text than a limit', () => {
    assert.equal(visible('x'.repeat(1_000_000)).length, 601);
  });

  it('says in the header of a card where it stands and what its colour means', () => {
    const of = (more: Parameters<typeof sessionNode>[1]) => badge(sessionNode('a', more));
    assert.equal(of({ tone: 'root', kind: 'ec2-instance', toneLabel: 'Start of the lineage' }), 'Root · EC2 instance');
    assert.equal(of({ depth: 1, depthText: '≥ 1' }), 'Hop ≥ 1 · Role session');
    assert.equal(
      of({ tone: 'orange', depth: 2, depthText: '2', toneLabel: 'Possibly anomalous' }),
      'Hop 2 · Possibly anomalous',
    );
    assert.equal(of({ tone: 'red', toneLabel: 'Key left behind, in use' }), 'Key left behind, in use');
    assert.equal(
      of({ type: 'object', tone: 'object', kind: 'role', toneLabel: 'Denied' }),
      'Denied · IAM role',
      'a role is not a session of it',
    );
    assert.equal(of({ type: 'object', tone: 'object', kind: 'other' }), 'Left behind');
  });

  it('shortens a span to what differs', () => {
    assert.equal(spanText(null, null), '');
    assert.equal(spanText(FROM, FROM), '2024-03-05 02:41 UTC');
    assert.equal(spanText(FROM, null), '2024-03-05 02:41 UTC');
    assert.equal(spanText(FROM, '2024-03-05T03:00:00Z'), '2024-03-05 02:41–03:00 UTC');
    assert.equal(spanText(FROM, '2024-03-07T03:00:00Z'), '2024-03-05 02:41 – 03-07 03:00 UTC');
    assert.equal(spanText(FROM, '2025-03-07T03:00:00Z'), '2024-03-05 02:41 – 2025-03-07 03:00 UTC');
  });

  it('gives periods to the second', () => {
    assert.equal(periodText(null, FROM), '');
    assert.equal(periodText(FROM, FROM), '2024-03-05 02:41:09 UTC');
    assert.equal(periodText(FROM, '2024-03-05T02:43:00Z'), '2024-03-05 02:41:09 – 02:43:00 UTC');
    assert.equal(periodText(FROM, '2024-03-06T02:43:00Z'), '2024-03-05 02:41:09 – 2024-03-06 02:43:00 UTC');
    assert.equal(instantText('never\u0007'), 'never\\u{7}');
  });

  it('puts on a card who, which role, when, from where, and how much', () => {
    const audit = roleChain().nodes.find(({ title }) => title === 'AuditRole');
    assert.ok(audit);
    assert.deepEqual(cardText(audit), {
      badge: 'Hop 2 · Possibly anomalous',
      title: 'AuditRole',
      lines: [
        { text: 'session build-2', role: 'plain' },
        { text: '2024-03-05 02:43–02:44 UTC', role: 'muted' },
        { text: 'from 203.0.113.9', role: 'muted' },
        { text: '111122223333 · 12 events, 3 denied', role: 'muted' },
      ],
    });
    assert.equal(cardText(audit, () => true).lines[1]?.text, '2024-03-05 02:43–02:44 UTC · from 203.0.113.9');
  });

  it('gives a suspicious address a line of its own, first, and the word', () => {
    const node = instanceElsewhere().nodes[1];
    assert.ok(node);
    const lines = cardText(node, () => true).lines.slice(2, 4);
    assert.deepEqual(lines, [
      { text: 'Suspicious: 8.8.8.8', role: 'alert' },
      { text: 'from 2.2.2.2', role: 'muted' },
    ]);
    const place = { location: '9.9.9.9', class: 'public-v4', events: 1, suspicious: false };
    const many = { ...node, locations: [...node.locations, place, { ...place, location: '7.7.7.7' }] };
    assert.equal(cardText(many).lines[3]?.text, 'from 2.2.2.2 +2');
  });

  it('says to a screen reader what is drawn, in that order, then colour and rest in words', () => {
    const audit = roleChain().nodes.find(({ title }) => title === 'AuditRole');
    assert.ok(audit);
    assert.equal(
      nodeLabel(audit),
      'Hop 2 · Possibly anomalous, AuditRole, session build-2, 2024-03-05 02:43–02:44 UTC, from 203.0.113.9, ' +
        '111122223333 · 12 events, 3 denied, orange: Possibly anomalous, Role session, 1 finding, opened here',
    );
    assert.ok(nodeLabel(audit, ['Hop 2 · Possibly anomalous', 'Audit…']).includes('AuditRole'), 'in full if cut');
  });

  it('knows five styles of lines', () => {
    const style = (confidence: SliceEdge['confidence'], kind: SliceEdge['kind'] = 'assumed') =>
      edgeStyle({ confidence, kind });
    assert.deepEqual(
      (['exact', 'twin', 'session', 'console', 'inferred', 'none', 'ambiguous'] as const).map((c) => style(c)),
      ['exact', 'exact', 'session', 'session', 'inferred', 'inferred', 'ambiguous'],
    );
    assert.equal(style('exact', 'attempted'), 'attempted');
    assert.match(confidenceText({ confidence: 'exact', kind: 'attempted' }), /failed/);
  });

  it('explains an edge: ends, confidence, rule, and its records', () => {
    const record = { eventID: 'e', eventTime: FROM, eventName: 'AssumeRole', reason: 'Issued it' };
    assert.deepEqual(
      edgeLabel(edge('x', 'y', { rule: 'same key', explanation: 'Because.', evidence: [record] }), 'ci', 'R1').split(
        '\n',
      ),
      [
        'ci → R1: AssumeRole · 02:41:09',
        'Exact. Rule: same key.',
        'Because.',
        'Issued it: AssumeRole at 2024-03-05 02:41:09 UTC',
      ],
    );
    assert.doesNotMatch(edgeLabel(edge('x', 'y'), 'ci', 'R1'), /Rule/);
  });

  it('counts grammatically', () => {
    assert.equal(omittedText(slice([], [], { omitted: 0 })), '');
    assert.equal(omittedText(slice([], [], { omitted: 1 })), '1 more session of this lineage is not drawn.');
    assert.equal(omittedText(slice([], [], { omitted: 2 })), '2 more sessions of this lineage are not drawn.');
    assert.equal(selectionText(sessionNode('a')), 'Details of a: 0 actions, 0 evidence records, 0 findings.');
  });

  it('words known classes and shows unknown ones as they are', () => {
    assert.equal(classWord('public-v4'), 'Public IPv4');
    assert.equal(classWord('constructor'), 'constructor');
    assert.equal(classWord('new\u202E'), 'new\\u{202e}');
  });
});
