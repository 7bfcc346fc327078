/** The baseline: what is written is what its schema says, whatever the order of files, and one day is judged by it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import Ajv from 'ajv';
import { actions, Random } from '../../../scripts/sample/records';
import { analyze, type Analysis } from '../../../src/engine/analysis';
import type { Baseline } from '../../../src/engine/baseline';
import { emptyCase } from '../../../src/engine/case-settings';
import { makeBaseline, renderBaseline } from '../../../src/engine/make-baseline';
import { parseBaseline } from '../../../src/engine/parse-baseline';
import { admin, app, quietWeeks, vault, worker, works } from '../../corpus/rules/quiet-weeks';
import { fileOf } from './support/files';
import { cli, day, from, hour, minute, R1, R2, World } from './support/world';

function analysisOf(records: readonly object[], baseline?: Baseline): Analysis {
  return analyze([fileOf('logs.json', records)], emptyCase, baseline === undefined ? {} : { baseline });
}

function baselineOf(world: World): Baseline {
  const baseline = makeBaseline(analysisOf(world.records));
  assert.ok(baseline !== undefined);
  return baseline;
}

/** Twelve quiet days. */
function before(): Baseline {
  return baselineOf(quietWeeks(new World('before'), 12));
}

/** What a day, the fourteenth, finds. */
function findings(happens: (world: World) => void, rule: string, baseline?: Baseline): readonly string[] {
  const world = new World('today');
  happens(world);
  return analysisOf(world.records, baseline)
    .findings.filter((finding) => finding.rule === rule)
    .map(({ severity, explanation }) => `${severity} ${explanation}`);
}

/** The same day as every day before. */
function today(world: World): void {
  for (let index = 0; index < 6; index++) {
    works(world, 13 * day + index * minute, index);
  }
}

describe('a baseline', () => {
  it('tells of callers, edges, clients, roles and kinds of sessions', () => {
    const baseline = before();
    assert.equal(baseline.firstEventTime, '2025-05-12T08:00:00Z');
    assert.equal(baseline.assumptions, 12 * 9);
    const edge = baseline.edges.find(({ caller, role }) => caller.endsWith('worker-3') && role === app.arn);
    assert.equal(edge?.sessions, 12);
    assert.deepEqual(edge.days.slice(0, 2), ['2025-05-12', '2025-05-13']);
    assert.equal(edge.days.length, 12);
    assert.equal(edge.rootCount, 1);
    const ana = baseline.callers.find(({ key }) => key.endsWith('|ana'));
    assert.equal(ana?.kind, 'sso');
    const user = baseline.callers.find(({ key }) => key.endsWith('worker-3'));
    assert.deepEqual(user?.clients, [{ name: 'aws-cli|linux', sessions: 1 }]);
    assert.deepEqual(baseline.roles.find(({ role }) => role === app.arn)?.actions, [
      'dynamodb:GetItem',
      'dynamodb:Query',
      'dynamodb:Scan',
    ]);
    assert.deepEqual(baseline.kinds.find(({ kind }) => kind === 'role')?.features['actions'], {
      sessions: 72,
      median: 3,
      mad: 0,
      most: 3,
    });
    assert.ok(baseline.edges.some(({ role }) => role === vault.arn));
  });

  it('is what its schema says, and the schema says all of it', () => {
    const schema = JSON.parse(readFileSync(resolve('media/schemas/baseline-1.json'), 'utf8')) as object;
    const closed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(closed);
      if (typeof value !== 'object' || value === null) return value;
      const copy = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, closed(each)]));
      return 'properties' in copy && 'required' in copy ? { ...copy, additionalProperties: false } : copy;
    };
    const ajv = new Ajv({
      allErrors: true,
      strict: true,
      strictRequired: false,
      strictTypes: false,
      formats: { 'date-time': true },
    });
    const validate = ajv.compile(closed(schema) as object);
    const written = JSON.parse(renderBaseline(before())) as Record<string, unknown>;
    validate(written);
    assert.deepEqual(validate.errors ?? [], []);
    for (const name of Object.keys(written)) {
      const { [name]: _left, ...others } = written;
      assert.equal(validate(others), false, `${name} is required`);
    }
  });

  it('is the same whatever order and files the records come in, and comes back as it was', () => {
    const { records } = quietWeeks(new World('before'), 12);
    const mixed = new Random('baseline').shuffled(records);
    const third = Math.ceil(mixed.length / 3);
    const parts = [mixed.slice(0, third), mixed.slice(third, 2 * third), mixed.slice(2 * third)];
    const again = analyze(
      parts.map((part, index) => fileOf(`part-${String(index)}.json`, part)),
      emptyCase,
    );
    const made = makeBaseline(again);
    assert.ok(made !== undefined);
    assert.equal(renderBaseline(made), renderBaseline(before()));
    assert.deepEqual(parseBaseline(renderBaseline(made)), made);
    assert.deepEqual(parseBaseline(`\uFEFF${renderBaseline(made)}`), made);
  });

  it('has neither access keys nor addresses', () => {
    const text = renderBaseline(before());
    assert.doesNotMatch(text, /\b(?:AKIA|ASIA)[A-Z0-9]{8,}/);
    assert.doesNotMatch(text, /\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/);
  });

  it('is none of no events', () => {
    assert.equal(makeBaseline(analyze([], emptyCase)), undefined);
  });

  it('lets one day be judged: a role that its caller never assumed', () => {
    const happens = (world: World): void => {
      today(world);
      works(world, 13 * day + hour, 1, vault);
    };
    assert.deepEqual(findings(happens, 'rare-role-edge'), []);
    const [finding = '', ...others] = findings(happens, 'rare-role-edge', before());
    assert.deepEqual(others, [], 'what the baseline knows is not rare');
    assert.match(finding, /^medium .*1 of 4 callers of role vault, of 9 callers of any role/);
    assert.match(finding, /1 other role usually/);
  });

  it('knows nobody who is new', () => {
    const happens = (world: World): void => {
      today(world);
      works(world, 13 * day + hour, 7, admin);
    };
    assert.deepEqual(findings(happens, 'rare-role-edge', before()), []);
  });

  it('lets one day be judged: a client', () => {
    const boto = from('203.0.113.11', 'Boto3/1.34 os/linux#6.1');
    const happens = (world: World): void => {
      today(world);
      world.does(13 * day + hour, worker(1), actions.listBuckets, boto);
    };
    assert.deepEqual(findings(happens, 'rare-client'), []);
    assert.match(findings(happens, 'rare-client', before())[0] ?? '', /^low .*1 session of 1 caller shows it/);
    // Of so many sessions two are few: only that its caller used it before makes the client usual.
    const many = (name: string): World => quietWeeks(new World(name), 12, 40);
    assert.equal(findings(happens, 'rare-client', baselineOf(many('unknown'))).length, 1);
    const known = baselineOf(many('known').does(day, worker(1), actions.listBuckets, boto));
    assert.deepEqual(findings(happens, 'rare-client', known), []);
  });

  it('lets one session of a day be judged', () => {
    const happens = (world: World): void => {
      const session = works(world, 13 * day, 1);
      [
        'iam:ListUsers',
        'iam:ListRoles',
        's3:ListBuckets',
        'kms:ListKeys',
        'ec2:DescribeInstances',
        'rds:DescribeDBInstances',
        'sqs:ListQueues',
      ]
        .map((call) => call.split(':'))
        .forEach(([source = '', name = ''], at) =>
          world.does(13 * day + (at + 5) * minute, session, actions.plain(source, name), from('203.0.113.11', cli)),
        );
    };
    assert.deepEqual(findings(happens, 'session-outlier'), []);
    const [finding = ''] = findings(happens, 'session-outlier', before());
    assert.match(finding, /of the others all about 3 and none above 3/);
    assert.match(finding, /No other session of its role did iam:ListUsers/);
    assert.deepEqual(findings(today, 'session-outlier', before()), []);
  });

  it('tells which chains are everyday ones', () => {
    const chainOf = (world: World, at: number): unknown => world.chain(at, world.alice, [R1, R2]);
    const chains = (days: number): Baseline => {
      const world = quietWeeks(new World('chains'), 12);
      for (let at = 0; at < days; at++) chainOf(world, at * day);
      return baselineOf(world);
    };
    const happens = (world: World): void => {
      chainOf(world, 13 * day);
    };
    const of = (baseline?: Baseline): string => findings(happens, 'role-chain-depth', baseline)[0]?.split(' ')[0] ?? '';
    assert.deepEqual(
      [of(), of(before()), of(chains(1)), of(chains(2)), of(chains(5))],
      ['medium', 'medium', 'medium', 'low', 'low'],
    );
  });

  it('that is broken or something else says what is wrong', () => {
    const good = before();
    const broken = (change: object): string => JSON.stringify({ ...good, ...change });
    const wrong: readonly [text: string, reason: RegExp][] = [
      ['', /^it is not JSON/],
      ['{', /^it is not JSON/],
      ['[]', /^it is no baseline: write one with analyze --write-baseline/],
      ['{"schemaVersion":1,"findings":[]}', /^it is no baseline/],
      [broken({ schemaVersion: 2 }), /^its schema version is 2, and 1 is known here/],
      [broken({ firstEventTime: 'soon' }), /^the baseline has a firstEventTime that is no time: "soon"/],
      [broken({ firstEventTime: '2030-01-01T00:00:00Z' }), /before it begins/],
      [broken({ events: -1 }), /^the baseline has no number events/],
      [broken({ edges: {} }), /^the baseline has no list edges/],
      [broken({ edges: [7] }), /^edges 1 is no object/],
      [broken({ edges: [{ ...good.edges[0], days: ['today'] }] }), /^edges 1 has a day that is none: "today"/],
      [broken({ edges: [{ ...good.edges[0], role: '' }] }), /^edges 1 has no role/],
      [broken({ callers: [{ ...good.callers[0], kind: 'cat' }] }), /^callers 1 has no kind that is known here/],
      [broken({ callers: [{ ...good.callers[0], clients: [{}] }] }), /^callers 1 clients 1 has no name/],
      [broken({ accounts: [1] }), /^the baseline has a accounts that is no text/],
      [broken({ kinds: [{ ...good.kinds[0], features: { actions: {} } }] }), /^kinds 1 has no number sessions/],
      [broken({ kinds: [{ ...good.kinds[0], features: { actions: 7 } }] }), /^kinds 1 has a feature "actions" without/],
      [broken({ kinds: [{ kind: 'role', sessions: 1 }] }), /^kinds 1 has no features/],
    ];
    for (const [text, reason] of wrong) {
      assert.throws(
        () => parseBaseline(text),
        (error: Error) => reason.test(error.message),
        text.slice(0, 80),
      );
    }
  });
});
