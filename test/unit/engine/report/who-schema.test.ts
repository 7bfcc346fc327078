/** What `who --format json` prints is what its schema says, and the schema says all of it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { createAnalysisService, type AnalysisHost } from '../../../../src/worker/analysis-service';
import type { CallContext } from '../../../../src/worker/rpc';
import { actions, assumeRoleDenied } from '../../../../scripts/sample/records';
import { fileOf } from '../support/files';
import { minute, office, R1, R3, start } from '../support/world';
import { alicesKey, incident } from './incident';
import { resultsOf } from '../../support/results-of';

const schemaOf = (name: string): object =>
  JSON.parse(readFileSync(join(__dirname, '../../../../media/schemas', name), 'utf8')) as object;

/** The same schema, in which a field that it does not name is an error. A row is a session with more: it stays open. */
function closed(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) {
    return value.map((each) => closed(each));
  }
  if (typeof value !== 'object' || value === null || name === 'row') {
    return value;
  }
  const copy = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, closed(each, key)]));
  return 'properties' in copy ? { ...copy, additionalProperties: false } : copy;
}

const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false });
ajv.addSchema(schemaOf('analysis-1.json'), 'analysis-1.json');
const validate = ajv.compile(closed(schemaOf('who-1.json')) as object);

function problems(value: object): readonly string[] {
  validate(JSON.parse(JSON.stringify(value)));
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
  );
}

describe('the schema of who', () => {
  const world = incident();
  const one = world.assumes(20 * minute, world.alice, R1);
  world.records.push(assumeRoleDenied(world.trail, start + 21 * minute, one, R3, office));
  world.does(22 * minute, one, actions.plain('iam', 'DeleteUser', { userName: 'bob' }));
  world.does(23 * minute, one, actions.getObject('111122223333', 'b', 'k'));
  const text = Buffer.from(JSON.stringify({ Records: world.records }));
  const host: AnalysisHost = {
    stamp: () => undefined,
    parseFiles: resultsOf(() => Promise.resolve([fileOf('a.json', world.records)])),
    readSpan: () => Promise.resolve(''),
    // The last record has changed.
    // eslint-disable-next-line @typescript-eslint/require-await -- what is in memory is there at once
    readSpans: async function* (_, spans) {
      for (const [at, { start: first, length }] of spans.entries()) {
        yield at === spans.length - 1 ? '{}' : text.subarray(first, first + length).toString('utf8');
      }
    },
    now: () => 0,
  };
  const service = createAnalysisService(host);
  const context: CallContext = { signal: new AbortController().signal, progress: () => undefined };
  before(() => service.analyze(context, { files: [{ absolutePath: '/a.json', displayPath: 'a.json' }] }));

  it('describes an answer, an empty answer, and a blast radius with something in every list', async () => {
    const answer = await service.who(context, alicesKey);
    const radius = await service.blastRadius(context, answer.sessions[0]?.id ?? '');
    assert.ok(radius !== null);
    const lists = [
      radius.sessions,
      radius.objects,
      radius.resources,
      radius.refusals,
      radius.addresses,
      radius.services,
    ];
    assert.ok(lists.every(({ listed }) => listed.length > 0));
    assert.ok(radius.records.problems.length > 0 && radius.objects.deleted > 0);
    assert.deepEqual(problems({ schemaVersion: 1, ...answer, lineages: 1, blastRadius: [radius] }), []);
    assert.deepEqual(problems({ schemaVersion: 1, ...(await service.who(context, 'nobody')), lineages: 0 }), []);
  });

  it('would tell of a field that it does not describe, and of one that is missing', async () => {
    const answer = await service.who(context, alicesKey);
    const report = { schemaVersion: 1, ...answer, lineages: 1 };
    assert.equal(problems({ ...report, more: 1 }).length, 1);
    const { records, ...rest } = report;
    assert.equal(problems(rest).length, 1);
    assert.equal(
      problems({ ...report, records: records.map((record) => ({ ...record, more: 1 })) }).length,
      records.length,
    );
  });
});
