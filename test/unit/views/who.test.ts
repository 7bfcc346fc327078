import assert from 'node:assert/strict';
import type { WhoAnswer, WhoRecord } from '../../../src/worker/protocol';
import { CARD_COMMANDS, whoCard } from '../../../src/views/who-card';
import { blastRadiusChoices, whoChoices } from '../../../src/views/who-choices';
import { wayText, whoTitle } from '../../../src/views/who-words';
import { finding, session } from './fixtures';

const KEY = 'ASIAY7CS5XN4NPZMBXD3';
const root = session('root', {
  arn: 'arn:aws:iam::111122223333:user/ci',
  name: 'ci',
  kind: 'long-term-key',
  depth: 0,
  severity: null,
});
const admin = session('admin', {
  linkExplanation: { rule: 'issued-key', text: '', issueEventID: 'issued', useEventID: 'used' },
});

function record(eventID: string, role: string, more: Partial<WhoRecord> = {}): WhoRecord {
  return {
    eventID,
    role,
    eventTime: '2025-05-16T01:06:02Z',
    eventName: 'AssumeRole',
    eventSource: 'sts.amazonaws.com',
    file: 'a.json.gz',
    session: 'root',
    ...more,
  };
}

function answer(more: Partial<WhoAnswer> = {}): WhoAnswer {
  return {
    query: KEY,
    name: KEY,
    matched: 'access key',
    alsoNamed: [],
    total: 1,
    sessions: [admin],
    ancestry: [[root, admin]],
    ancestryTotal: [2],
    descendants: [[]],
    descendantsTotal: [4],
    records: [
      record('issued', 'issued this credential'),
      record('used', 'first use', { eventName: 'ListBuckets', session: 'admin' }),
    ],
    recordsTotal: 2,
    ...more,
  };
}

const many = (count: number, total: number) => {
  const sessions = Array.from({ length: count }, (_, index) => session(`s${index}`));
  return answer({
    name: '203.0.113.7',
    matched: 'address',
    total,
    sessions,
    ancestry: sessions.map((each) => [each]),
    ancestryTotal: sessions.map(() => 1),
    descendants: sessions.map(() => []),
    descendantsTotal: sessions.map(() => 0),
    records: [],
    recordsTotal: 0,
  });
};

/** Commands and arguments of the links in a card. */
function links(card: string): readonly (readonly [text: string, command: string, argument: unknown])[] {
  return [...card.matchAll(/\[([^\]]+)\]\(command:([\w.]+)\?([^)]*)\)/g)].map(
    ([, text = '', command = '', argument = '']) => [
      text,
      command,
      (JSON.parse(decodeURIComponent(argument)) as unknown[])[0],
    ],
  );
}

describe('whose a name is, in words', () => {
  it('says what it is, and of how many sessions', () => {
    assert.equal(whoTitle(answer()), `${KEY} is an access key: 1 session`);
    assert.equal(whoTitle(many(2, 412)), '203.0.113.7 is an address: 412 sessions');
    assert.equal(
      whoTitle(answer({ matched: 'role that was asked for and denied', total: 0 })),
      `${KEY} is a role that was asked for and denied: no session of these logs`,
    );
    assert.equal(
      whoTitle(answer({ matched: 'user that calls were about', alsoNamed: ['203.0.113.7'] })),
      `${KEY} is a user that calls were about: 1 session; 1 other id not answered`,
    );
  });

  it('gives the way from the root, and counts what is left out of it', () => {
    assert.equal(wayText(answer(), 0), 'ci → platform-admin');
    assert.equal(wayText(answer({ ancestryTotal: [60] }), 0), 'ci → (58 more) → platform-admin');
    assert.equal(wayText(answer({ ancestry: [[root]], ancestryTotal: [1] }), 0), '');
  });
});

describe('whose a thing is that did nothing here', () => {
  it('is told by the calls about it, in the card', () => {
    const records = [
      record('made', 'about this role; first use', { eventName: 'CreateRole', session: 'admin' }),
      record('used', 'first use', { eventName: 'ListBuckets', session: 'admin' }),
    ];
    const card = whoCard(answer({ name: 'backdoor', matched: 'role that calls were about', records }), []) ?? '';
    assert.match(card, /CreateRole, 2025.*about this role/);
    assert.doesNotMatch(card, /ListBuckets/);
    assert.ok(
      links(card).some(
        ([text, , argument]) => text === 'Open record' && (argument as { eventID: string }).eventID === 'made',
      ),
    );
    assert.doesNotMatch(whoCard(answer({ records }), []) ?? '', /CreateRole/);
  });
});

describe('whose a name is, to choose from', () => {
  it('leads to lineage, records and blast radius, all as entries', () => {
    const entries = whoChoices(answer());
    assert.deepEqual(
      entries.map((entry) => ('heading' in entry ? entry.heading : entry.target)),
      [
        'Sessions',
        { type: 'lineage', session: 'admin' },
        'Records',
        { type: 'record', eventID: 'issued' },
        { type: 'record', eventID: 'used' },
        'Blast radius',
        { type: 'blastRadius', session: 'admin' },
      ],
    );
    const texts = entries.map((entry) =>
      'heading' in entry ? '' : `${entry.label} | ${entry.description} | ${entry.detail ?? ''}`,
    );
    assert.equal(
      texts[1],
      '$(person) platform-admin as build-1 | role session · depth 3 · most likely anomalous · 12 events · 2 denied | 2025-05-16 01:06:05 to 01:20:00 UTC; ci → platform-admin; 4 sessions came of it; worst finding high',
    );
    assert.equal(
      texts[3],
      '$(go-to-file) Issued this credential: AssumeRole | 2025-05-16 01:06:02 UTC · to platform-admin as build-1 | ',
    );
    assert.equal(
      texts[6],
      '$(broadcast) Blast radius of platform-admin as build-1 | what it and 4 sessions that came of it did | ',
    );
  });

  it('says when more matched than is listed', () => {
    const [first] = whoChoices(many(200, 1412));
    assert.deepEqual(first, { heading: 'Sessions: 200 of 1,412, the most telling first' });
    const headings = whoChoices(answer({ recordsTotal: 70 })).flatMap((entry) =>
      'heading' in entry ? [entry.heading] : [],
    );
    assert.deepEqual(headings, ['Sessions', 'Records: 2 of 70', 'Blast radius']);
  });

  it('has records alone where no session answers', () => {
    const entries = whoChoices(
      answer({ total: 0, sessions: [], ancestry: [], ancestryTotal: [], descendants: [], descendantsTotal: [] }),
    );
    assert.deepEqual(
      entries.map((entry) => ('heading' in entry ? entry.heading : entry.target.type)),
      ['Records', 'record', 'record'],
    );
  });

  it('draws no icon that a log asks for', () => {
    const evil = session('evil', { arn: '', name: '$(flame) free\u202e' });
    const entries = [
      ...whoChoices(answer({ sessions: [evil], ancestry: [[evil, evil]] })),
      ...blastRadiusChoices(answer({ sessions: [evil] })),
    ];
    const texts = entries.map((entry) => ('heading' in entry ? entry.heading : `${entry.label} ${entry.detail ?? ''}`));
    assert.ok(texts.some((text) => text.includes('\\$(flame)')));
    for (const text of texts) assert.doesNotMatch(text, /(?<!\\)\$\(flame|\u202e/);
  });
});

describe('whose a name is, as a card', () => {
  const own2 = finding('f4', { sessions: ['s1'], severity: 'critical' });
  const own = finding('f1', { sessions: ['admin'], severity: 'critical', title: 'User bob was made' });

  it('says who, since when, how surely, and what is wrong; and leads on', () => {
    const card = whoCard(answer(), [
      own,
      finding('f2', { sessions: ['other'] }),
      finding('f3', { sessions: ['admin'], suppressed: true }),
    ]);
    assert.ok(card !== undefined);
    const text = card.replaceAll('\\', '');
    for (const part of [
      `**${KEY}** · access key`,
      '**platform-admin as build-1** · role session · depth 3 · most likely anomalous · 12 events · 2 denied · account 111122223333',
      'ci → platform-admin',
      '2025-05-16 01:06:05 to 01:20:00 UTC',
      'Link exact: the access key that was issued is the one that was used',
      'Finding, critical: User bob was made',
    ])
      assert.ok(text.includes(part), `${part} is not in\n${text}`);
    assert.equal(text.match(/Finding,/g)?.length, 1);
    assert.deepEqual(links(card), [
      ['Show lineage', 'cloudtrailLineage.showLineage', { session: 'admin' }],
      ['Issuing record (AssumeRole)', 'cloudtrailLineage.openEvidence', { eventID: 'issued' }],
      ['Blast radius (4 sessions)', 'cloudtrailLineage.showBlastRadius', { session: 'admin' }],
    ]);
  });

  it('is not there when nothing matched', () => {
    assert.equal(whoCard(answer({ matched: '', total: 0, sessions: [], records: [] }), [own]), undefined);
  });

  it('shows few of many sessions, and where the rest is', () => {
    const card = whoCard(many(200, 412), []) ?? '';
    assert.equal(card.match(/Show lineage/g)?.length, 3);
    assert.match(card, /^.* · address, 412 sessions · \[List all…\]/);
    assert.equal(card.replaceAll('\\', '').match(/01:06:05 to 01:20:00 UTC/g)?.length, 3);
    assert.doesNotMatch(card, /Link exact/, 'of many sessions only what tells them apart');
    const found = whoCard(many(2, 2), [finding('f', { sessions: ['s1'], severity: 'medium' }), own2]) ?? '';
    assert.match(found, /2 findings, the worst critical/);
    assert.deepEqual(links(card)[0], ['List all…', 'cloudtrailLineage.whoIs', { name: '203.0.113.7' }]);
  });

  it('leads from an event to its record, also where no session made the call', () => {
    const nobody = { total: 0, sessions: [], ancestry: [], ancestryTotal: [], descendants: [], descendantsTotal: [] };
    const card = whoCard(answer({ ...nobody, name: 'issued', matched: 'event' }), []) ?? '';
    assert.deepEqual(links(card)[0], ['Open record', 'cloudtrailLineage.openEvidence', { eventID: 'issued' }]);
    const made = whoCard(answer({ name: 'issued', matched: 'event' }), []) ?? '';
    assert.deepEqual(
      links(made).map(([text]) => text),
      ['Open record', 'Show lineage', 'Issuing record (AssumeRole)', 'Blast radius (4 sessions)'],
    );
  });

  it('takes nothing from a log for Markdown, and no address for a link', () => {
    const evil = '[x](command:evil) <img src=x> **b** https://evil.example `c` ![i](https://e) & $(flame)\n# h';
    const of = session(`${evil})'"`, {
      arn: '',
      name: evil,
      accountId: evil,
      linkExplanation: { rule: evil, text: evil, issueEventID: `${evil})` },
    });
    const card = whoCard(
      answer({
        name: evil,
        sessions: [of],
        ancestry: [[of, of]],
        records: [record(`${evil})`, evil, { eventName: evil })],
      }),
      [finding('f', { sessions: [of.id], title: evil })],
    );
    assert.ok(card !== undefined);
    // What is left when everything that is escaped is gone: our own marks and links.
    const bare = card.replace(/\\[!-/:-@[-`{-~]/g, '');
    assert.doesNotMatch(bare, /<|!\[|https:\/\/|`|command:evil|^#/m);
    assert.deepEqual(
      new Set(links(bare).map(([, command]) => command)),
      new Set(['cloudtrailLineage.showLineage', 'cloudtrailLineage.openEvidence', 'cloudtrailLineage.showBlastRadius']),
    );
    assert.deepEqual(links(card)[0]?.[2], { session: of.id }, 'the argument comes back whole');
    for (const [, command] of links(card)) assert.ok(CARD_COMMANDS.some((each) => each === command));
  });
});
