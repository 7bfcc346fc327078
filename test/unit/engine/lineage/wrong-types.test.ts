/**
 * One value of a record at a time is something else than AWS writes. Whatever it is, nothing throws, every record is
 * counted, and lineages that have nothing to do with it are what they are without it.
 */
import assert from 'node:assert/strict';
import { analyze, sessionSummary, toReport } from '../../../../src/engine/analysis';
import { emptyCase } from '../../../../src/engine/case-settings';
import type { FileResult } from '../../../../src/engine/cloudtrail/columns';
import { FileScanner } from '../../../../src/engine/cloudtrail/scanner';
import type { LineageModel } from '../../../../src/engine/lineage/model';
import { buildSlice } from '../../../../src/engine/report/build-slice';
import { renderReport } from '../../../../src/engine/report/render-report';
import { renderWho } from '../../../../src/engine/report/render-who';
import { answerWho } from '../../../../src/engine/report/who';
import {
  actions,
  assumeRole,
  assumeRoleForPodIdentity,
  assumeRoleWithSaml,
  assumeRoleWithWebIdentity,
  assumeRoot,
  consoleLogin,
  createAccessKey,
  deliver,
  deliverToInstance,
  getFederationToken,
  getSessionToken,
  iamUser,
  longTermKey,
  Random,
  role,
  roleSession,
  service,
  switchRole,
  user,
  type Caller,
  type CloudTrailRecord,
} from '../../../../scripts/sample/records';
import { fileOf } from '../support/files';
import { shape } from '../support/shape';
import { instanceId, minute, office, R1, R2, start, World } from '../support/world';

const hole = '@@ the value at this position @@';

/** JSON texts of what may stand where something else belongs. */
const values: readonly string[] = [
  'null',
  'true',
  '0',
  '-1',
  '1e308',
  '""',
  '"-"',
  JSON.stringify('x'.repeat(100_000)),
  '[]',
  '[null]',
  '{}',
  '{"a":{}}',
  '[{"a":'.repeat(150) + '0' + '}]'.repeat(150),
];

/** What no kind of record uses in a way of its own: replaced in the records of the first kind. */
const common: ReadonlySet<string> = new Set([
  'eventVersion',
  'awsRegion',
  'managementEvent',
  'readOnly',
  'eventCategory',
  'tlsDetails',
]);

/** What is wrong happens in accounts of its own. */
const account = '777788889999';
const elsewhere = '888899990000';
const eve = user(account, 'eve');
const eveCalls = iamUser(eve, longTermKey('eve'));
const T1 = role(account, 'T1');

interface Case {
  /** The records that issue; each of their values is replaced in its turn. */
  readonly issuing: readonly CloudTrailRecord[];
  /** The use of what was issued. */
  readonly use: CloudTrailRecord;
  readonly key: string;
}

function used(world: World, issuing: readonly CloudTrailRecord[], holder: Caller): Case {
  const use = world.trail.record(start + minute, holder, actions.listBuckets, office);
  return { issuing, use, key: holder.identity.accessKeyId ?? '' };
}

/** Shapes after the AWS reference; no builder of the sample has them. */
function answered(
  source: string,
  name: string,
  caller: Caller,
  params: object,
  response: (key: string) => object,
): Case {
  const world = new World(name);
  const key = world.trail.temporaryKey();
  const action = actions.plain(source, name, params as Record<string, string>, response(key) as Record<string, string>);
  const holder = roleSession({ role: T1, name: 'odd', key, issuedAt: start, expiresAt: start + 3600 });
  return used(world, [world.trail.record(start, caller, action, office)], holder);
}

const assumed = { assumedRoleId: `${T1.id}:odd`, arn: `arn:aws:sts::${account}:assumed-role/T1/odd` };
const expiration = 'May 12, 2025, 9:00:00 AM';

const kinds: Readonly<Record<string, () => Case>> = {
  'a role assumed by a user': () => {
    const world = new World('by user');
    const options = {
      at: start,
      caller: eveCalls,
      role: T1,
      name: 'odd',
      origin: office,
      externalId: 'x',
      seconds: 900,
    };
    const { records, session } = assumeRole(world.trail, options);
    return used(world, records, session);
  },
  'a role assumed by a role': () => {
    const world = new World('by role');
    const caller = world.assumes(-minute, eveCalls, T1);
    const { records, session } = assumeRole(world.trail, {
      at: start,
      caller,
      role: role(account, 'T2'),
      name: 'odd',
      origin: office,
    });
    return used(world, records, session);
  },
  'a role of another account': () => {
    const world = new World('cross-account');
    const options = { at: start, caller: eveCalls, role: role(elsewhere, 'T3'), name: 'odd', origin: office };
    const { records, session } = assumeRole(world.trail, options);
    return used(world, records, session);
  },
  'a delivery to a function': () => {
    const world = new World('function');
    const { records, session } = deliver(world.trail, {
      at: start,
      service: 'lambda',
      role: T1,
      name: 'awslambda_1_20250512080000',
      minutes: 120,
      withAssumedRoleUser: false,
    });
    return used(world, records, session);
  },
  'a delivery to an instance': () => {
    const world = new World('instance');
    const { records, v1 } = deliverToInstance(world.trail, start, T1, instanceId);
    return used(world, records.slice(0, 1), v1);
  },
  'a delivery to a pod': () => {
    const world = new World('pod');
    const node = deliverToInstance(world.trail, start - minute, role(account, 'node'), instanceId).v2;
    const { records, session } = assumeRoleForPodIdentity(world.trail, start, node, T1, 'blue', 'shop', office);
    return used(world, records, session);
  },
  'a SAML sign-on': () => {
    const world = new World('saml');
    const { records, session } = assumeRoleWithSaml(world.trail, {
      at: start,
      role: T1,
      name: 'odd',
      provider: 'corp',
      origin: office,
      hours: 1,
    });
    return used(world, records, session);
  },
  'a web identity': () => {
    const world = new World('web identity');
    const { records, session } = assumeRoleWithWebIdentity(world.trail, {
      at: start,
      role: T1,
      name: 'odd',
      issuer: 'token.actions.githubusercontent.com',
      audience: 'sts.amazonaws.com',
      subject: 'repo:examplecorp/shop:ref:refs/heads/main',
      origin: office,
    });
    return used(world, records, session);
  },
  'a session token': () => {
    const world = new World('session token');
    const options = { at: start, caller: eveCalls, user: eve, origin: office, mfa: true };
    const { records, session } = getSessionToken(world.trail, options);
    return used(world, records, session);
  },
  'a federation token': () => {
    const world = new World('federation token');
    const options = { at: start, caller: eveCalls, user: eve, origin: office, name: 'odd', policy: '{"Version":"x"}' };
    const { records, session } = getFederationToken(world.trail, options);
    return used(world, records, session);
  },
  'a root session of a member account': () => {
    const world = new World('root');
    const grant = assumeRoot(world.trail, start, eveCalls, elsewhere, 'IAMAuditRootUserCredentials', office);
    return used(world, grant.records, grant.session);
  },
  'a created key': () => {
    const world = new World('created key');
    const key = longTermKey('mallory');
    const made = createAccessKey(world.trail, {
      at: start,
      caller: eveCalls,
      owner: user(account, 'mallory'),
      key,
      origin: office,
    });
    return used(world, made.records, made.session);
  },
  'a console sign-in': () => {
    const world = new World('console');
    const { records, keys } = consoleLogin(world.trail, start, eve, office, 1);
    return used(world, records, keys[0] ?? eveCalls);
  },
  'a switched role': () => {
    const world = new World('switched role');
    const from = consoleLogin(world.trail, start - minute, eve, office, 1).keys[0];
    assert.ok(from !== undefined);
    const { records, keys } = switchRole(world.trail, start, from, eve, role(elsewhere, 'T3'), office, 1);
    return used(world, records, keys[0] ?? eveCalls);
  },
  'a session of Roles Anywhere': () =>
    answered(
      'rolesanywhere',
      'CreateSession',
      { account, identity: { type: 'Unknown', principalId: '', accountId: account } },
      { roleArn: T1.arn, profileArn: 'arn:aws:rolesanywhere:us-east-1:777788889999:profile/p', durationSeconds: 3600 },
      (accessKeyId) => ({
        credentialSet: [{ assumedRoleUser: assumed, credentials: { accessKeyId, expiration }, roleArn: T1.arn }],
      }),
    ),
  'an identity of Cognito': () =>
    answered(
      'cognito-identity',
      'GetCredentialsForIdentity',
      service(account, 'cognito-identity'),
      { identityId: 'us-east-1:0f0f0f0f-0000-4000-8000-000000000000' },
      (accessKeyId) => ({
        identityId: 'us-east-1:0f0f0f0f-0000-4000-8000-000000000000',
        credentials: { accessKeyId, expiration },
      }),
    ),
};

/** Lineages that have nothing to do with it: a chain that leaves a key behind, and an instance. */
const rest = (() => {
  const world = new World('rest');
  const second = world.chain(0, world.alice, [R1, R2]);
  const key = world.createsKey(5 * minute, second, user(R1.account, 'bob'), longTermKey('bob'));
  world.does(6 * minute, key, actions.listBuckets);
  const { v2 } = world.delivers(0, 'i-00000000000000001');
  world.heartbeat(minute, v2, '198.51.100.21', 'i-00000000000000001');
  const file = fileOf('rest.json', world.records);
  const lineages = shape(analyze([file], emptyCase).model);
  return { file, lineages, ids: new Set(lineages.map(({ id }) => id)), records: world.records.length };
})();

function scanned(texts: readonly string[]): FileResult {
  const scanner = new FileScanner('odd.json');
  scanner.push(new TextEncoder().encode(`{"Records":[${texts.join(',')}]}`));
  return scanner.finish();
}

/** Paths to every value of a record, itself first. */
function positions(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  return typeof value !== 'object' || value === null
    ? [path]
    : [path, ...Object.entries(value).flatMap(([name, each]) => positions(each, [...path, name]))];
}

/** The record's text around the value at a path. */
function around(record: object, path: readonly string[]): readonly [string, string] {
  const text = JSON.stringify(path.length === 0 ? hole : withHole(record, path));
  const [before, after, ...more] = text.split(JSON.stringify(hole));
  assert.ok(before !== undefined && after !== undefined && more.length === 0);
  return [before, after];
}

function withHole(value: object, path: readonly string[]): object {
  const copy: unknown = structuredClone(value);
  let at = copy as Record<string, unknown>;
  for (const name of path.slice(0, -1)) {
    at = at[name] as Record<string, unknown>;
  }
  at[path.at(-1) ?? ''] = hole;
  return copy as object;
}

function restOf(model: LineageModel) {
  return shape(model).filter(({ id }) => rest.ids.has(id));
}

/** All the way with these records beside the rest; `told`: also what people read of it. */
function assertHarmless(texts: readonly string[], key: string, told: boolean): void {
  const analysis = analyze([scanned(texts), rest.file], emptyCase);
  const { model } = analysis;
  const { coverage } = toReport(analysis);
  assert.equal(coverage.events + coverage.duplicates + coverage.rejected, texts.length + rest.records);
  assert.deepEqual(restOf(model), rest.lineages);
  if (!told) {
    return;
  }
  assert.ok(renderReport(analysis, 'text').length > 0);
  const answer = answerWho(model, key);
  const sessions = answer.sessions.map((index) => sessionSummary(analysis, index));
  const slices = sessions.slice(0, 2).flatMap(({ id }) => buildSlice(analysis, { session: id, maxNodes: 40 }) ?? []);
  assert.ok(renderWho({ query: key, ...answer, sessions, slices }).length > 0);
}

function named(path: readonly string[], value: string): string {
  return `${path.join('.') || 'the record'} is ${value.slice(0, 40)}`;
}

describe('a value that is not what AWS writes', function () {
  this.timeout(120_000);
  const random = new Random('wrong types');

  for (const [kind, make] of Object.entries(kinds)) {
    it(`in the record of ${kind}`, () => {
      const { issuing, use, key } = make();
      assertHarmless(
        [...issuing, use].map((record) => JSON.stringify(record)),
        key,
        true,
      );
      let checked = 0;
      issuing.forEach((record, which) => {
        for (const path of positions(record)) {
          if (common.has(path[0] ?? '') && kind !== Object.keys(kinds)[0]) {
            continue;
          }
          const [before, after] = around(record, path);
          // Reports of the first value always, of the others in turn: they read what the model already stands for.
          const turn = random.int(1, values.length - 1);
          values.forEach((value, at) => {
            const texts = [...issuing, use].map((each, index) =>
              index === which ? before + value + after : JSON.stringify(each),
            );
            try {
              assertHarmless(texts, key, at === 0 || at === turn);
            } catch (error) {
              throw new Error(named(path, value), { cause: error });
            }
            checked++;
          });
        }
      });
      assert.ok(checked > 200, String(checked));
    });
  }

  it('in the records of issuer and child together', () => {
    const cases = Object.values(kinds).map((make) => make());
    for (let round = 0; round < 600; round++) {
      const { issuing, use, key } = random.pick(cases);
      const all = [...issuing, use];
      const odd = new Set([random.int(0, issuing.length - 1), issuing.length]);
      const said: string[] = [];
      const texts = all.map((record, index) => {
        if (!odd.has(index)) {
          return JSON.stringify(record);
        }
        const path = random.pick(positions(record).slice(1));
        const value = random.pick(values);
        const [before, after] = around(record, path);
        said.push(named(path, value));
        return before + value + after;
      });
      try {
        assertHarmless(texts, key, true);
      } catch (error) {
        throw new Error(`round ${String(round)}: ${said.join('; ')}`, { cause: error });
      }
    }
  });
});
