/** The report is what its schema says, and the schema says all of it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { toReport } from '../../../../src/engine/analysis';
import type { AnalysisReport } from '../../../../src/engine/contract';
import type { LinkConfidence, SessionKind } from '../../../../src/engine/lineage/model';
import { quarantine, reads, refusals, responder, soc, steps } from '../../../corpus/rules/responses';
import { alice, alicesKey, hour, minute, R1, R2, R3, World } from '../support/world';
import { incident } from './incident';

type Json = null | boolean | number | string | readonly Json[] | JsonFields;
interface JsonFields {
  readonly [key: string]: Json;
}

const schema = JSON.parse(
  readFileSync(join(__dirname, '../../../../media/schemas/analysis-1.json'), 'utf8'),
) as JsonFields;

/** The same schema, in which a field that it does not name is an error. */
function closed(value: Json): Json {
  if (Array.isArray(value)) {
    return (value as readonly Json[]).map(closed);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const copy = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, closed(each)]));
  return 'properties' in copy ? { ...copy, additionalProperties: false } : copy;
}

const validate = new Ajv({ allErrors: true, strict: true }).compile(closed(schema) as object);

function problems(report: unknown): readonly string[] {
  // As it is read from a file: what JSON leaves out is not there.
  validate(JSON.parse(JSON.stringify(report)));
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
  );
}

function instanceWorld(): World {
  const world = new World('schema');
  const session = world.launches(0).delivers(hour).v2;
  world.heartbeat(hour + minute, session, '198.51.100.9');
  world.chain(2 * hour, session, [R1, R2, R3]);
  return world;
}

function respondedTo(): World {
  const world = new World('responded');
  const r1 = world.assumes(0, world.alice, R1);
  const r2 = world.assumes(minute, r1, R2);
  world.does(hour, responder, steps.deactivate(alicesKey), soc);
  refusals(world, hour + minute, r1, 2);
  return reads(world, 2 * hour, r2, 3);
}

function quarantined(): World {
  return new World('quarantined').does(0, responder, steps.attachUser(alice, quarantine), soc);
}

describe('the schema of the JSON report', () => {
  const cases: readonly (readonly [string, () => AnalysisReport])[] = [
    ['nothing at all', () => toReport(new World('empty').analysis())],
    ['a chain and what it left behind', () => toReport(incident().analysis())],
    [
      'suppressed findings',
      () =>
        toReport(
          incident().analysis({
            suppressions: [{ rule: 'role-chain-depth', reason: 'drill', author: 'ops', expires: '2999-01-01' }],
          }),
        ),
    ],
    ['an instance', () => toReport(instanceWorld().analysis())],
    ['a response that did not hold', () => toReport(respondedTo().analysis())],
    ['a quarantined user who did nothing', () => toReport(quarantined().analysis())],
  ];
  for (const [name, report] of cases) {
    it(`describes every field: ${name}`, () => {
      assert.deepEqual(problems(report()), []);
    });
  }

  it('is not met by what is no report', () => {
    const report = toReport(incident().analysis());
    const [finding] = report.findings;
    assert.ok(finding !== undefined);
    assert.match(problems({ ...report, schemaVersion: 2 }).join('\n'), /schemaVersion/);
    assert.match(problems({ ...report, extra: 1 }).join('\n'), /additional properties.*extra/);
    assert.match(problems({ ...report, findings: [{ ...finding, severity: 'grave' }] }).join('\n'), /severity/);
    assert.match(
      problems({ ...report, findings: [{ ...finding, firstEventTime: 'today' }] }).join('\n'),
      /firstEventTime/,
    );
    const { coverage, ...rest } = report;
    assert.ok(coverage.files.length > 0);
    assert.match(problems(rest).join('\n'), /required property 'coverage'/);
  });

  it('knows every kind of session and every confidence of a link', () => {
    const kinds: Readonly<Record<SessionKind, true>> = {
      'long-term-key': true,
      root: true,
      role: true,
      'ec2-instance': true,
      'ssm-hybrid': true,
      lambda: true,
      'ecs-task': true,
      'eks-pod': true,
      workload: true,
      'web-identity': true,
      saml: true,
      sso: true,
      'roles-anywhere': true,
      cognito: true,
      console: true,
      'session-token': true,
      'federated-user': true,
      'assume-root': true,
      'service-linked': true,
      service: true,
      'external-account': true,
      unknown: true,
    };
    const links: Readonly<Record<LinkConfidence, true>> = {
      exact: true,
      twin: true,
      session: true,
      console: true,
      inferred: true,
      ambiguous: true,
      none: true,
    };
    const { kind, link } = (
      schema as unknown as {
        definitions: { session: { properties: { kind: { enum: string[] }; link: { enum: string[] } } } };
      }
    ).definitions.session.properties;
    assert.deepEqual([...kind.enum].sort(), Object.keys(kinds).sort());
    assert.deepEqual([...link.enum].sort(), Object.keys(links).sort());
  });
});
