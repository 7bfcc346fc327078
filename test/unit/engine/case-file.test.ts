/** The case file: what it says, where it is wrong, and that its schema for editors says the same. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'jsonc-parser';
import { emptyCase } from '../../../src/engine/case-settings';
import { parseCaseFile } from '../../../src/engine/case-file';

const schema = JSON.parse(
  readFileSync(new URL('../../../media/schemas/case-file.json', import.meta.url), 'utf8'),
) as object;
const fitsSchema = new Ajv({ allErrors: true }).compile(schema);

const everything = `{
  // What we own.
  "$schema": "./case-file.json",
  "ownAccounts": ["111122223333"],
  "trustedAccounts": ["444455556666", { "id": "777788889999", "name": "vendor" }],
  "trustedCidrs": ["203.0.113.0/24", "2001:db8::/48", "198.51.100.7"],
  "egressByVpc": { "vpc-0a4e1c7d92b3f5e61": ["198.51.100.21", "198.51.100.22"] },
  "instances": { "i-0123456789abcdef0": ["2.2.2.2/32"] },
  "allowedChains": ["ci-*>deploy-*>cfn-exec-*", "**>audit"],
  "breakGlassRoles": ["break-glass"], "ciRoles": ["ci-*"], "securityToolRoles": ["arn:aws:iam::*:role/scanner"],
  "roleChain": { "warnAt": 3, "depthCounting": "roleToRole", "assumeUnseenHop": true },
  "suppressions": [
    /* the exercise */
    { "rule": "role-chain-depth", "caller": "alice", "cidr": "203.0.113.0/24", "reason": "exercise", "author": "ana", "expires": "2026-12-31" },
  ],
  "triage": { "role-chain-depth-0123456789abcdef": { "state": "benign", "note": "asked ana" } },
}`;

const good: readonly string[] = [
  '{}',
  everything,
  '{ "suppressions": [{ "finding": "x", "reason": "r", "expires": "2026-01-31T12:00:00Z" }] }',
  '{ "ownAccounts": [], "triage": {} }',
  '{ "roleChain": {} }',
];

const bad: readonly [text: string, line: number, column: number, message: RegExp][] = [
  ['', 0, 0, /empty/],
  ['{ "ownAccounts": [111122223333] }', 0, 18, /account id of twelve digits/],
  ['{\n  "ownAccounts": ["12345"]\n}', 1, 18, /account id/],
  ['{ "ownAccount": [] }', 0, 2, /Unknown key "ownAccount"\. Known here: .*ownAccounts/],
  ['{ "ownAccounts": "111122223333" }', 0, 17, /a list/],
  ['[]', 0, 0, /an object/],
  ['{ "trustedAccounts": [{ "name": "x" }] }', 0, 22, /"id" is missing/],
  ['{ "trustedAccounts": [{ "id": "111122223333", "owner": "x" }] }', 0, 46, /Unknown key "owner"/],
  ['{ "trustedCidrs": ["203.0.113.0/33"] }', 0, 19, /a CIDR/],
  ['{ "trustedCidrs": ["office"] }', 0, 19, /a CIDR/],
  ['{ "trustedCidrs": ["1.2.3.4.5"] }', 0, 19, /a CIDR/],
  ['{ "egressByVpc": { "main": [] } }', 0, 19, /a VPC id/],
  ['{ "egressByVpc": { "vpc-1": "198.51.100.21" } }', 0, 28, /a list/],
  ['{ "instances": { "web": ["2.2.2.2"] } }', 0, 17, /an instance id/],
  ['{ "allowedChains": [""] }', 0, 20, /roles separated by/],
  ['{ "allowedChains": ["a>>b"] }', 0, 20, /roles separated by/],
  ['{ "ciRoles": [true] }', 0, 14, /a name or pattern/],
  ['{ "roleChain": { "warnAt": 0 } }', 0, 27, /whole number from 1/],
  ['{ "roleChain": { "warnAt": 2.5 } }', 0, 27, /whole number/],
  ['{ "roleChain": { "warnAt": "2" } }', 0, 27, /whole number/],
  ['{ "roleChain": { "depthCounting": "all" } }', 0, 34, /one of "assumptions", "roleToRole"/],
  ['{ "roleChain": { "assumeUnseenHop": "yes" } }', 0, 36, /true or false/],
  ['{ "suppressions": [{ "rule": "x" }] }', 0, 19, /"reason" is missing/],
  ['{ "suppressions": [{ "reason": "x" }] }', 0, 19, /what to suppress/],
  ['{ "suppressions": [{ "rule": "x", "reason": "" }] }', 0, 44, /the reason/],
  ['{ "suppressions": [{ "rule": "x", "reason": "y", "expires": "soon" }] }', 0, 60, /a date or time/],
  ['{ "suppressions": [{ "rule": "x", "reason": "y", "until": "2026-01-01" }] }', 0, 49, /Unknown key "until"/],
  ['{ "triage": { "f": { "state": "maybe" } } }', 0, 30, /one of "open", "confirmed", "benign"/],
  ['{ "triage": { "f": "benign" } }', 0, 19, /an object/],
  ['{ "triage": { "f": { "note": "x" } } }', 0, 19, /"state" is missing/],
];

describe('the case file', () => {
  it('is read with comments and trailing commas, everything in its place', () => {
    const { settings, errors } = parseCaseFile(everything);
    assert.deepEqual(errors, []);
    assert.deepEqual(settings, {
      ownAccounts: ['111122223333'],
      trustedAccounts: [
        { id: '444455556666', name: '' },
        { id: '777788889999', name: 'vendor' },
      ],
      trustedCidrs: ['203.0.113.0/24', '2001:db8::/48', '198.51.100.7'],
      egressByVpc: { 'vpc-0a4e1c7d92b3f5e61': ['198.51.100.21', '198.51.100.22'] },
      instances: { 'i-0123456789abcdef0': ['2.2.2.2/32'] },
      allowedChains: ['ci-*>deploy-*>cfn-exec-*', '**>audit'],
      breakGlassRoles: ['break-glass'],
      ciRoles: ['ci-*'],
      securityToolRoles: ['arn:aws:iam::*:role/scanner'],
      roleChain: { warnAt: 3, depthCounting: 'roleToRole', assumeUnseenHop: true },
      suppressions: [
        {
          rule: 'role-chain-depth',
          caller: 'alice',
          cidr: '203.0.113.0/24',
          reason: 'exercise',
          author: 'ana',
          expires: '2026-12-31',
        },
      ],
      thresholds: {},
      triage: { 'role-chain-depth-0123456789abcdef': { state: 'benign', note: 'asked ana' } },
    });
  });

  it('changes only what it says', () => {
    assert.deepEqual(parseCaseFile('{}'), { settings: emptyCase, errors: [] });
    assert.deepEqual(parseCaseFile('{ "roleChain": { "warnAt": 3 } }').settings, {
      ...emptyCase,
      roleChain: { ...emptyCase.roleChain, warnAt: 3 },
    });
    assert.deepEqual(parseCaseFile('\uFEFF{ "ciRoles": ["a"] }').settings.ciRoles, ['a']);
  });

  for (const [text, line, column, message] of bad) {
    it(`refuses ${text.replaceAll('\n', ' ') || 'nothing'}`, () => {
      const { settings, errors } = parseCaseFile(text);
      const [first] = errors;
      assert.deepEqual([first?.line, first?.column], [line, column], first?.message ?? 'no error');
      assert.match(first?.message ?? '', message);
      assert.equal(settings, emptyCase, 'a slip never half-applies');
    });
  }

  it('lists every error, in the order of the text, on its own line', () => {
    const { errors } = parseCaseFile(
      '{\r\n  "ownAccounts": ["1"],\r\n  "typo": 1,\r\n  "roleChain": { "warnAt": 99 }\r\n}',
    );
    assert.deepEqual(
      errors.map(({ line, column }) => [line, column]),
      [
        [1, 18],
        [2, 2],
        [3, 27],
      ],
    );
  });

  it('places an error of syntax', () => {
    const { errors, settings } = parseCaseFile('{\n  "ownAccounts": [\n    "111122223333"\n  "ciRoles": []\n}');
    assert.equal(errors[0]?.line, 3);
    assert.match(errors[0].message, /^Not valid JSON: /);
    assert.equal(settings, emptyCase);
    assert.ok(parseCaseFile('{ "a": ').errors.length > 0);
  });

  it('survives hostile texts', () => {
    assert.equal(parseCaseFile('{ "__proto__": {} }').errors.length, 1);
    assert.deepEqual(Object.keys(parseCaseFile('{ "triage": { "__proto__": { "state": "open" } } }').settings.triage), [
      '__proto__',
    ]);
    assert.ok(parseCaseFile('['.repeat(2000)).errors.length > 0);
  });

  it('agrees with the schema on what is right and what is wrong', () => {
    for (const text of good) {
      assert.equal(
        fitsSchema(parse(text, [], { allowTrailingComma: true })),
        true,
        `${text}: ${JSON.stringify(fitsSchema.errors)}`,
      );
      assert.deepEqual(parseCaseFile(text).errors, [], text);
    }
    for (const [text] of bad.filter(([each]) => each !== '')) {
      assert.equal(fitsSchema(parse(text, [], { allowTrailingComma: true })), false, text);
    }
  });

  it('has a schema that explains every setting', () => {
    const { properties } = schema as { properties: Record<string, { description?: string }> };
    assert.deepEqual(Object.keys(properties).sort(), ['$schema', ...Object.keys(emptyCase)].sort());
    for (const [name, { description }] of Object.entries(properties)) {
      assert.ok(name === '$schema' || (description ?? '').length > 10, name);
    }
  });
});
