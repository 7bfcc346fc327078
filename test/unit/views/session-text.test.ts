import assert from 'node:assert/strict';
import {
  sessionAccessible,
  sessionDescription,
  sessionItem,
  sessionName,
  sessionTooltip,
} from '../../../src/views/session-text';
import { session } from './fixtures';

describe('how a session reads', () => {
  it('names role and session, or the user', () => {
    assert.equal(sessionName(session('s')), 'platform-admin as build-1');
    assert.equal(
      sessionName(session('s', { arn: 'arn:aws:sts::1:assumed-role/AWSReservedSSO_X_1/anna@example.com' })),
      'AWSReservedSSO_X_1 as anna@example.com',
    );
    assert.equal(sessionName(session('s', { arn: 'arn:aws:iam::1:user/bob', name: 'bob' })), 'bob');
    assert.equal(sessionName(session('s', { arn: '', name: '', principalId: '' })), 's');
  });

  it('says the anomaly of its depth in words', () => {
    assert.equal(
      sessionDescription(session('s')),
      'role session · depth 3 · most likely anomalous · 12 events · 2 denied',
    );
    assert.match(
      sessionDescription(session('s', { depth: 2, depthIsMinimum: true })),
      /depth ≥ 2 · possibly anomalous/,
    );
    assert.doesNotMatch(sessionDescription(session('s', { depth: 1 })), /anomalous/);
    assert.match(sessionAccessible(session('s')), /worst finding high$/);
    assert.match(sessionAccessible(session('s', { severity: null })), /no finding$/);
  });

  it('colours the second assumption orange and later ones red', () => {
    const color = (depth: number) => sessionItem(session('s', { depth }), 's').sign.color;
    assert.deepEqual([0, 1, 2, 3, 9].map(color), [
      undefined,
      undefined,
      'cloudtrailLineage.possiblyAnomalous',
      'charts.red',
      'charts.red',
    ]);
  });

  it('does not alarm about depth where there is no finding', () => {
    const item = sessionItem(session('s', { severity: null }), 's');
    assert.equal(item.sign.color, undefined);
    assert.doesNotMatch(item.description ?? '', /anomalous/);
  });

  it('can always be expanded: its origin is below it', () => {
    assert.equal(sessionItem(session('s'), 's').expand, 'collapsed');
    assert.match(sessionItem(session('s', { children: 2 }), 's').accessible, /issued 2 sessions$/);
  });

  it('lists few of many keys', () => {
    const keys = Array.from({ length: 8 }, (_, index) => `ASIA${index}`);
    const line = sessionTooltip(session('s', { keys })).find(({ label }) => label === 'Access keys');
    assert.equal(line?.text, 'ASIA0, ASIA1, ASIA2, ASIA3, ASIA4 and 3 more');
  });
});
