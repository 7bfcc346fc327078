import assert from 'node:assert/strict';
import { evidenceText, headlineOf, tellingRange, type TextRange } from '../../../src/views/evidence-text';
import { evidence, finding } from './fixtures';

function cut(text: string, { startLine, startColumn, endLine, endColumn }: TextRange): string {
  const lines = text.split('\n').slice(startLine, endLine + 1);
  const last = lines.length - 1;
  return lines
    .map((line, index) => line.slice(index === 0 ? startColumn : 0, index === last ? endColumn : undefined))
    .join('\n');
}

const assume = JSON.stringify(
  {
    eventID: 'e1',
    eventName: 'AssumeRole',
    sourceIPAddress: '192.0.2.66',
    responseElements: { credentials: { accessKeyId: 'ASIAONE', expiration: 'x' } },
  },
  null,
  2,
);
const list = JSON.stringify({ eventID: 'e2', eventName: 'ListUsers', sourceIPAddress: '192.0.2.67' }, null, 2);
const records = new Map([
  ['e1', assume],
  ['e2', list],
]);

describe('the evidence document', () => {
  const about = finding('f', {
    title: 'A "chain" → of\u202e roles',
    evidence: [evidence('e1'), evidence('e2'), evidence('gone')],
    evidenceTotal: 70,
  });
  const { text, headline, records: placed } = evidenceText(about, records);

  it('is JSON with the finding and all records', () => {
    const parsed = JSON.parse(text) as { finding: string; evidence: string; Records: { eventID: string }[] };
    assert.equal(parsed.finding, about.title);
    assert.equal(parsed.evidence, '3 of 70 records');
    assert.deepEqual(
      parsed.Records.map(({ eventID }) => eventID),
      ['e1', 'e2', 'gone'],
    );
  });

  it('has every record where it says', () => {
    assert.deepEqual(
      placed.slice(0, 2).map(({ range }) => JSON.parse(cut(text, range)) as unknown),
      [JSON.parse(assume), JSON.parse(list)],
    );
  });

  it('points at what tells it', () => {
    assert.equal(cut(text, placed[0]?.telling ?? headline), '"accessKeyId": "ASIAONE"');
    assert.equal(cut(text, placed[1]?.telling ?? headline), '"eventName": "ListUsers"');
  });

  it('knows the place of the title without any record', () => {
    assert.deepEqual(headline, headlineOf(about));
    assert.equal(cut(text, headline), `"finding": ${JSON.stringify(about.title)}`);
  });

  it('of credentials off their instance points at the address', () => {
    const range = tellingRange(assume, 'ec2-credential-off-instance');
    assert.equal(cut(assume, range), '"sourceIPAddress": "192.0.2.66"');
  });

  it('points at the first line of what has nothing to tell', () => {
    assert.equal(cut('{\n  "a": 1\n}', tellingRange('{\n  "a": 1\n}')), '{');
    assert.equal(cut('not json', tellingRange('not json')), 'not json');
  });
});
