import assert from 'node:assert/strict';
import { indexOfByte } from '../../../src/views/byte-offsets';
import { commandTarget, commandTargets } from '../../../src/views/command-target';
import { documentAddress, documentUri } from '../../../src/views/document-uris';
import { freeName, mainPolicy, outputSegments, safeSegments } from '../../../src/views/remediation-paths';

describe('places in an open document', () => {
  it('agree with the encoder at every character', () => {
    const text = 'a"é€🚀\u{10ffff}\r\nz';
    for (const characters of Array.from(text).map((_, index, all) => all.slice(0, index).join(''))) {
      assert.equal(indexOfByte(text, Buffer.byteLength(characters)), characters.length);
      assert.equal(indexOfByte(text, Buffer.byteLength(`\ufeff${characters}`), true), characters.length);
    }
    assert.equal(indexOfByte(text, Buffer.byteLength(text)), text.length);
    assert.equal(indexOfByte(text, Buffer.byteLength(text) + 1), undefined);
  });
});

describe('where generated files may go', () => {
  it('is below the output folder only', () => {
    assert.deepEqual(safeSegments('policies/deny-all-role.json'), ['policies', 'deny-all-role.json']);
    for (const path of [
      '../x',
      'a/../x',
      '/x',
      'a//b',
      './x',
      'a\\..\\b',
      'C:x',
      'CON',
      'nul.json',
      'a/Com1',
      'x.',
      '',
      'a b',
      'a\u202e',
    ]) {
      assert.throws(() => safeSegments(path), /not a path below/, JSON.stringify(path));
    }
  });

  it('is a folder of the workspace, however the setting spells it', () => {
    assert.deepEqual(outputSegments('remediation'), ['remediation']);
    assert.deepEqual(outputSegments('./incident response\\out/'), ['incident response', 'out']);
    assert.deepEqual(outputSegments('.'), []);
    for (const setting of ['..', 'a/../../b', '/etc', '\\\\host\\share', 'C:\\x', 'c:', 'a\u0000b']) {
      assert.equal(outputSegments(setting), undefined, JSON.stringify(setting));
    }
  });

  it('takes the first number that is free', async () => {
    const taken = new Set(['incident', 'incident-2', 'incident-3']);
    assert.equal(await freeName('incident', (name) => Promise.resolve(taken.has(name))), 'incident-4');
  });

  it('shows the policy that stops most', () => {
    assert.equal(
      mainPolicy(['runbook.md', 'policies/a.json', 'policies/deny-all-role-x.json']),
      'policies/deny-all-role-x.json',
    );
    assert.equal(mainPolicy(['runbook.md', 'policies/a.json']), 'policies/a.json');
    assert.equal(mainPolicy(['runbook.md']), undefined);
  });
});

describe('addresses of documents', () => {
  it('give back what they were made of', () => {
    for (const id of ['finding-0123', 'a b/c?d#e&f=g%', 'ünï\u202e']) {
      for (const kind of ['evidence', 'record', 'runbook', 'blast-radius'] as const) {
        assert.deepEqual(documentAddress(documentUri(kind, id, '../x')), { kind, id });
      }
    }
    assert.equal(documentAddress({ scheme: 'file', path: '/record/x.json', query: 'a' }), undefined);
    assert.equal(documentAddress({ scheme: 'cloudtrail', path: '/other/x.json', query: 'a' }), undefined);
  });
});

describe('what a command was called on', () => {
  const finding = { type: 'finding', finding: { id: 'f1' } };
  it('is read from the rows of the trees', () => {
    assert.deepEqual(commandTarget(finding), { finding: 'f1' });
    assert.deepEqual(commandTarget({ type: 'session', row: { id: 's1' } }), { session: 's1' });
    assert.deepEqual(commandTarget({ type: 'evidence', finding, evidence: { eventID: 'e1' } }), {
      finding: 'f1',
      eventID: 'e1',
    });
    assert.deepEqual(commandTarget({ type: 'incident', children: [finding] }), { finding: 'f1' });
    const incident = { type: 'incident', incident: { id: 'i1' }, children: [finding] };
    assert.deepEqual(commandTarget(incident), { incident: 'i1', finding: 'f1' });
    assert.deepEqual(commandTarget({ type: 'parent', row: { id: 's2' } }), { session: 's2' });
    assert.deepEqual(commandTarget({ type: 'record', record: { eventID: 'e2' } }), { eventID: 'e2' });
    assert.deepEqual(commandTarget({ type: 'page', id: 'page:200' }), {});
  });

  it('is read from plain arguments, whatever else is passed', () => {
    assert.deepEqual(commandTarget({ finding: 'f', remediation: 'r' }), { finding: 'f', remediation: 'r' });
    assert.deepEqual(commandTarget({ name: 'ASIA' }), { name: 'ASIA' });
    // The editor's menu passes the address of the document.
    assert.deepEqual(commandTarget({ scheme: 'cloudtrail', path: '/record/x.json', query: 'e1', fragment: '' }), {});
    for (const other of [undefined, null, 1, 'x', [], { finding: 1 }, { finding: { id: 2 } }]) {
      assert.deepEqual(commandTarget(other), {});
    }
  });

  it('is the whole selection when the clicked row is part of it', () => {
    const second = { type: 'finding', finding: { id: 'f2' } };
    assert.deepEqual(commandTargets(finding, [second, finding]), [{ finding: 'f2' }, { finding: 'f1' }]);
    assert.deepEqual(commandTargets(finding, [second]), [{ finding: 'f1' }]);
    assert.deepEqual(commandTargets(finding, undefined), [{ finding: 'f1' }]);
  });
});
