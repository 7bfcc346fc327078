import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { aws, option } from '../../../../src/engine/remediate/command';
import { fileSegment, incidentNames } from '../../../../src/engine/remediate/names';
import {
  commentText,
  isSafe,
  markdownText,
  plain,
  posixQuote,
  powershellQuote,
  type ValueKind,
} from '../../../../src/engine/remediate/quote';

const hostile = [
  "it's",
  '$(touch pwned)',
  '`touch pwned`',
  '"; rm -rf / #',
  'a\nb',
  '\\',
  "'",
  "''",
  '$HOME ${HOME}',
  '*',
  '!!',
  '-n',
  '',
  ' ',
  'ü–’‘',
];

describe('quoting', () => {
  it('gives a POSIX shell back exactly the value', function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    for (const value of hostile) {
      const shown = execFileSync('/bin/sh', ['-c', `printf %s ${posixQuote(value)}`], { encoding: 'utf8' });
      assert.equal(shown, value);
    }
  });

  it('doubles every quote that PowerShell takes for one, and leaves the rest alone', () => {
    assert.equal(powershellQuote('plain $x `n "y"'), `'plain $x \`n "y"'`);
    assert.equal(powershellQuote("it's"), "'it''s'");
    assert.equal(powershellQuote('\u2018a\u2019\u201ab\u201b'), "'\u2018\u2018a\u2019\u2019\u201a\u201ab\u201b\u201b'");
    for (const value of hostile) {
      const inner = powershellQuote(value).slice(1, -1);
      assert.doesNotMatch(inner.replace(/(['\u2018-\u201b])\1/g, ''), /['\u2018-\u201b]/, value);
    }
  });

  it('never lets a value stand where an option could', () => {
    assert.deepEqual(option('--role-name', '--profile'), ['--role-name=--profile']);
    const { posix, powershell } = aws({ account: '111122223333' }, ['iam', 'get-role', ...option('--role-name', '-x')]);
    assert.equal(posix, `aws iam get-role '--role-name=-x' --profile "$PROFILE_111122223333"`);
    assert.equal(powershell, `aws iam get-role '--role-name=-x' --profile $PROFILE_111122223333`);
  });

  it('makes a variable name of letters and digits out of any account', () => {
    assert.match(aws({ account: '$(id)"' }, ['sts', 'x']).posix, /--profile "\$PROFILE_id"$/);
  });
});

describe('values of logs', () => {
  const cases: readonly (readonly [ValueKind, readonly string[], readonly string[]])[] = [
    ['account', ['111122223333'], ['11112222333', '1111222233334', '11112222333a', '111122223333\n']],
    ['access-key', ['AKIAIOSFODNN7EXAMPLE'], ['AKIA', 'akiaiosfodnn7example', 'AKIAIOSFODNN7EXAMPL$']],
    ['name', ['R1', 'a+b=c,d.e@f-g_h'], ['', 'a b', 'a/b', 'a;b', 'é', 'a\n', 'x'.repeat(129)]],
    ['session-name', ['me@example.com'], ['x', 'a:b', '$(id)', 'a*b']],
    [
      'user-id',
      ['AROAEXAMPLEEXAMPLE001:i-0123456789abcdef0'],
      [
        'AROAEXAMPLEEXAMPLE001',
        'AROAEXAMPLEEXAMPLE001:*',
        'AROAEXAMPLEEXAMPLE001:${aws:username}',
        'aroaexampleexample001:ab',
      ],
    ],
    [
      'principal-arn',
      [
        'arn:aws:iam::111122223333:role/path/R1',
        'arn:aws-us-gov:iam::111122223333:user/U',
        'arn:aws:iam::111122223333:root',
        'arn:aws:sts::111122223333:federated-user/x',
      ],
      [
        'arn:aws:iam::111122223333:role/*',
        'arn:aws:iam::111122223333:role/',
        'arn:aws:iam::*:role/R1',
        'arn:aws:iam::111122223333:role/${x}',
      ],
    ],
    [
      'resource-arn',
      ['arn:aws:iam::aws:policy/AdministratorAccess', 'arn:aws:iam::111122223333:policy/p'],
      ['arn:aws:iam::111122223333:policy/*', 'file:///etc/passwd'],
    ],
    [
      'instance',
      ['i-0123456789abcdef0', 'i-01234567', 'mi-0123456789abcdef0'],
      ['i-', 'i-XYZ', 'i-0123456789abcdef0;'],
    ],
    ['region', ['us-east-1', 'us-gov-west-1', 'ap-southeast-2'], ['us-east', 'us east 1', '$(id)']],
    [
      'word',
      ['arn:aws:cloudtrail:us-east-1:111122223333:trail/x', 'fn:1'],
      ['file:///etc/passwd', 'https://x', 'a b', ''],
    ],
  ];
  for (const [kind, good, bad] of cases) {
    it(`are held against what AWS allows: ${kind}`, () => {
      for (const value of good) {
        assert.ok(isSafe(kind, value), value);
      }
      for (const value of bad) {
        assert.ok(!isSafe(kind, value), JSON.stringify(value));
      }
    });
  }
});

describe('text for people', () => {
  it('shows characters that hide', () => {
    assert.equal(plain('a\u202eb\u0000c\nd\u200be'), 'a\\u202eb\\u0000c\\u000ad\\u200be');
    assert.equal(plain('x'.repeat(400), 10), `${'x'.repeat(10)}…`);
  });

  it('cannot do anything in Markdown', () => {
    const text = markdownText('<img src=x> [a](http://b) `c` **d** www.e.com f@g.h $(i) | j ![k](l)');
    for (const bad of [
      /(?<!\\)</,
      /(?<!\\)\[/,
      /(?<!\\)`/,
      /(?<!\\)\*/,
      /http:\/\//,
      /www\.e/,
      /(?<!\\)@/,
      /(?<!\\)\$/,
      /(?<!\\)\|/,
    ]) {
      assert.doesNotMatch(text, bad);
    }
    assert.doesNotMatch(markdownText('a\n# b\r\n- c'), /[\r\n]/);
  });

  it('cannot leave a comment', () => {
    assert.match(commentText('a\nrm -rf /\r\u2028b\u0085c é'), /^[ -~]+$/);
  });
});

describe('names', () => {
  it('make one file segment out of anything, and two out of two', () => {
    assert.equal(fileSegment('deny-all', 'R1'), 'deny-all-R1');
    for (const value of [...hostile, '../../etc/passwd', '..', 'a/b', 'x'.repeat(500)]) {
      assert.match(fileSegment('f', value), /^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/, value);
    }
    assert.notEqual(fileSegment('a+b'), fileSegment('a=b'));
    assert.notEqual(fileSegment('a', 'b-c'), fileSegment('a', 'b=c'));
  });

  it('carry the day and the lineage', () => {
    const names = incidentNames(Date.UTC(2023, 6, 10, 23, 59, 59), ['x']);
    assert.match(names.denyAll, /^IncidentDenyAll-20230710-[0-9a-f]{4}$/);
    assert.notEqual(names.id, incidentNames(Date.UTC(2023, 6, 10), ['y']).id);
  });
});
