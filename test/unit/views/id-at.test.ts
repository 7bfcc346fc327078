import assert from 'node:assert/strict';
import { join } from 'node:path';
import { idIn, idsAt } from '../../../src/views/id-at';
import { workOf } from '../support/work';

/** The ids at the place that `‸` marks. */
function at(marked: string): readonly string[] {
  const column = marked.indexOf('‸');
  const line = marked.replace('‸', '');
  const ids = idsAt(line, column);
  for (const { text, start, end } of ids) assert.equal(line.slice(start, end), text, 'the place is that of the text');
  return ids.map(({ text }) => text);
}

const KEY = 'ASIAY7CS5XN4NPZMBXD3';
const ROLE_ID = 'AROAY7CS5XN4ABCDEFGHI';

describe('the ids that a text names', () => {
  it('finds an access key wherever it is touched, and not beside it', () => {
    assert.deepEqual(at(`key ‸${KEY} was used`), [KEY]);
    assert.deepEqual(at(`key ASIAY7CS5XN4NPZMBXD‸3 was used`), [KEY]);
    assert.deepEqual(at(`key ${KEY}‸ was used`), []);
    assert.deepEqual(at(`‸key ${KEY} was used`), []);
  });

  it('takes an id out of quotes, escapes, brackets and code, never out of a word', () => {
    for (const around of [
      '"|"',
      '\\"|\\"',
      '`|`',
      '(|)',
      '**|**',
      'key=|&x',
      '[|](u)',
      '<|>',
      '|,',
      '|.',
      '|;',
      '|:',
    ]) {
      const [before = '', after = ''] = around.split('|');
      assert.deepEqual(at(`${before}‸${KEY}${after}`), [KEY], around);
    }
    for (const word of [`X${KEY}`, `${KEY}x`, `xx${KEY}`]) assert.deepEqual(at(`‸${word}`), [], word);
    assert.deepEqual(at('‸AKIA1234'), [], 'too short');
    assert.deepEqual(at('‸akiay7cs5xn4npzmbxd3'), [], 'keys are capitals');
  });

  it('finds principals with and without their session', () => {
    assert.deepEqual(at(`"‸${ROLE_ID}:deploy@ci"`), [`${ROLE_ID}:deploy@ci`, ROLE_ID]);
    assert.deepEqual(at(`${ROLE_ID}:dep‸loy@ci`), [`${ROLE_ID}:deploy@ci`], 'the session alone is no role');
    assert.deepEqual(at(`${ROLE_ID}:i-0b7e4‸c1f9a2d35e68`), [`${ROLE_ID}:i-0b7e4c1f9a2d35e68`, 'i-0b7e4c1f9a2d35e68']);
    assert.deepEqual(at('AIDAY7CS5XN‸4ABCDEFGHI'), ['AIDAY7CS5XN4ABCDEFGHI']);
    // A session name may end in a point, a sentence as well.
    assert.deepEqual(at(`by ‸${ROLE_ID}:deploy.`), [`${ROLE_ID}:deploy.`, `${ROLE_ID}:deploy`, ROLE_ID]);
  });

  it('finds principals of federated users and instances, ids of records that have none, policies', () => {
    assert.deepEqual(at('by ‸111122223333:bob.'), ['111122223333:bob.', '111122223333:bob']);
    const instance = '111122223333:aws:ec2-instance:i-0b7e4c1f9a2d35e68';
    assert.deepEqual(at(`"‸${instance}"`), [instance]);
    assert.deepEqual(at('(‸hash:0123456789abcdef0123456789abcdef)'), ['hash:0123456789abcdef0123456789abcdef']);
    for (const arn of ['arn:aws:iam::aws:policy/AdministratorAccess', 'arn:aws:iam::111122223333:group/team/wheel']) {
      assert.deepEqual(at(`"‸${arn}"`), [arn]);
    }
    for (const none of [
      '‸111122223333',
      '‸111122223333:a/b',
      '‸111122223333:bob-x/y',
      '‸x:111122223333:bob',
      '‸hash:0123',
      '‸1111222233334:bob',
    ]) {
      assert.deepEqual(at(none), [], none);
    }
  });

  it('finds the ARNs of identities and sessions, in every partition', () => {
    for (const arn of [
      'arn:aws:iam::111122223333:user/division/ci-legacy',
      'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef',
      'arn:aws:sts::111122223333:assumed-role/deploy/anna@example.com',
      'arn:aws-us-gov:sts::111122223333:federated-user/bob',
      'arn:aws-cn:iam::111122223333:role/deploy',
      'arn:aws-iso-b:iam::111122223333:role/deploy',
      'arn:aws:iam::111122223333:root',
    ])
      assert.deepEqual(at(`"arn": "‸${arn}",`), [arn]);
    const managed = 'arn:aws:sts::111122223333:assumed-role/aws:ec2-instance/i-0b7e4c1f9a2d35e68';
    assert.deepEqual(at(`${managed.slice(0, -3)}‸${managed.slice(-3)}`), [managed, 'i-0b7e4c1f9a2d35e68']);
    assert.deepEqual(at('‸arn:aws:s3:::bucket/key'), [], 'a bucket is nobody');
    assert.deepEqual(at('see ‸arn:aws:iam::111122223333:role/deploy.'), [
      'arn:aws:iam::111122223333:role/deploy.',
      'arn:aws:iam::111122223333:role/deploy',
    ]);
  });

  it('finds instances, managed nodes and event ids', () => {
    assert.deepEqual(at('on ‸i-0b7e4c1f9a2d35e68.'), ['i-0b7e4c1f9a2d35e68']);
    assert.deepEqual(at('on ‸i-1a2b3c4d'), ['i-1a2b3c4d']);
    assert.deepEqual(at('on ‸mi-0b7e4c1f9a2d35e68'), ['mi-0b7e4c1f9a2d35e68']);
    assert.deepEqual(at('on ‸i-1a2b3c4'), []);
    assert.deepEqual(at('‸hi-1a2b3c4d'), []);
    assert.deepEqual(at('(‸6f0a7c1e-3b2d-4e5f-8a9b-0c1d2e3f4a5b)'), ['6f0a7c1e-3b2d-4e5f-8a9b-0c1d2e3f4a5b']);
    assert.deepEqual(at('‸6f0a7c1e-3b2d-4e5f-8a9b-0c1d2e3f4a5b-more'), []);
  });

  it('finds addresses, and nothing that only looks like one', () => {
    for (const line of [
      '‸203.0.113.7',
      'from ‸203.0.113.7.',
      'http://‸203.0.113.7:8443/',
      '‸203.0.113.7/32',
      '[‸203.0.113.7]',
    ])
      assert.deepEqual(at(line), ['203.0.113.7'], line);
    for (const line of [
      'v‸1.2.3',
      '‸1.2.3.4.5',
      '1.‸2.3.4.5',
      '‸300.1.1.1',
      'boto3/‸1.34.51',
      'at ‸02:41:09',
      '‸12:30',
    ])
      assert.deepEqual(at(line), [], line);
    for (const line of ['‸2001:db8::1', '[‸2001:db8::1]:443', 'src:‸2001:db8::1,', '‸2001:db8::1.', '"‸2001:db8::1"'])
      assert.deepEqual(at(line), ['2001:db8::1'], line);
    assert.deepEqual(at('‸2001:DB8:0:0:0:0:0:1'), ['2001:DB8:0:0:0:0:0:1']);
    assert.deepEqual(at('::ffff:203.0.‸113.7'), ['::ffff:203.0.113.7', '203.0.113.7']);
    assert.deepEqual(at('std‸::string'), []);
  });

  it('reads no more of a line of megabytes than what is near', async () => {
    const filler = '{"a":1},'.repeat(1_000_000);
    assert.equal(idsAt(`${filler}${KEY}${filler}`, filler.length + 3)[0]?.text, KEY);
    const [short, long] = await workOf(join(__dirname, 'id-at.work.ts'), 'amongKeys', [1000, 2000]);
    assert.ok(short !== undefined && short > 0);
    assert.equal(long, short, 'the work does not depend on the length of the line');
    assert.deepEqual(idsAt('A'.repeat(3_000_000), 1_500_000), []);
    assert.deepEqual(idsAt(`ASIA${'A'.repeat(3_000_000)}`, 2), []);
    assert.deepEqual(idsAt(`arn:aws:iam::111122223333:role/${'a/'.repeat(2000)}`, 2), [], 'cut: it is longer than any');
  });

  it('takes a pasted text for an id only as a whole', () => {
    assert.equal(idIn(`  "${KEY}",\n`), KEY);
    assert.equal(idIn('203.0.113.7'), '203.0.113.7');
    assert.equal(idIn(`${ROLE_ID}:deploy`), `${ROLE_ID}:deploy`);
    assert.equal(idIn('[2001:db8::1]'), '2001:db8::1');
    for (const text of ['', 'hello', `${KEY} ${KEY}`, `the key ${KEY}`, `${KEY} `.repeat(1000)])
      assert.equal(idIn(text), undefined, text.slice(0, 40));
  });
});
