/** `respond.sh`, run for real by bash, with an `aws` of our own that writes down what it is called with. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { sizeLimits, policySize } from '../../../../src/engine/remediate/lint-policy';
import type { RemediationPlan } from '../../../../src/engine/remediate/remediation';
import { modelOf } from '../support/files';
import { ACCOUNT, chainPlan, fileText, INSTANCE, instanceRecords, leakedKey, planOf, type ChainNames } from './fixture';

const fakeAws = String.raw`#!/usr/bin/env bash
{ printf '%s\0' "$@"; printf '\n\0'; } >> "$RECORD/calls"
for word in "$@"; do
  case $word in file://*) cat "${'$'}{word#file://}" >> "$RECORD/documents"; printf '\n\0' >> "$RECORD/documents" ;; esac
done
case " $* " in
  *" fail-on-purpose "*) exit 254 ;;
  *" get-caller-identity "*) echo "${'$'}{FAKE_ACCOUNT:-111122223333}" ;;
  *" create-policy "*) echo p-example1 ;;
  *" get-role "*AssumeRolePolicyDocument*) echo '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"},{"Sid":"IncidentDenyAssume","Effect":"Deny","Principal":"*","Action":"sts:*"}]}' ;;
  *" update-access-key "*"$FAKE_FAILURE"*) exit 254 ;;
  *" delete-login-profile "*) echo 'An error occurred (NoSuchEntity) when calling the DeleteLoginProfile operation' >&2; exit 254 ;;
  *) echo '{}' ;;
esac
`;

interface Run {
  readonly status: number | null;
  readonly output: string;
  /** Arguments of each call of `aws`. */
  readonly calls: readonly (readonly string[])[];
  /** Contents of the files that calls named. */
  readonly documents: readonly string[];
  readonly folder: string;
}

/** Commands that a shell keeps to itself. */
const bash = process.platform === 'win32' ? undefined : '/bin/bash';

describe('respond.sh', function () {
  this.timeout(60_000);
  let base = '';

  before(function () {
    if (bash === undefined || !existsSync(bash)) {
      process.stdout.write('        skipped: no bash here\n');
      this.skip();
    }
    base = mkdtempSync(join(tmpdir(), 'respond-'));
  });

  after(() => {
    if (base !== '') {
      rmSync(base, { recursive: true, force: true });
    }
  });

  function write(plan: RemediationPlan): string {
    const folder = mkdtempSync(join(base, 'a folder with spaces and $x '));
    for (const file of plan.files) {
      mkdirSync(dirname(join(folder, file.path)), { recursive: true });
      writeFileSync(join(folder, file.path), file.content);
    }
    return folder;
  }

  function run(plan: RemediationPlan, args: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
    const folder = write(plan);
    const record = mkdtempSync(join(base, 'record-'));
    writeFileSync(join(record, 'aws'), fakeAws);
    chmodSync(join(record, 'aws'), 0o755);
    const result = spawnSync(bash ?? '', [join(folder, 'respond.sh'), ...args], {
      cwd: base,
      encoding: 'utf8',
      input: '',
      env: {
        PATH: `${record}${delimiter}${process.env['PATH'] ?? ''}`,
        RECORD: record,
        FAKE_FAILURE: 'no failure',
        PROFILE_management: 'management',
        TMPDIR: base,
        ...env,
      },
    });
    const read = (name: string): string[] =>
      existsSync(join(record, name)) ? readFileSync(join(record, name), 'utf8').split('\n\0').slice(0, -1) : [];
    return {
      status: result.status,
      output: result.stdout + result.stderr,
      calls: read('calls').map((call) => call.split('\0').slice(0, -1)),
      documents: read('documents'),
      folder,
    };
  }

  function named(calls: Run['calls'], command: string): (readonly string[])[] {
    return calls.filter((call) => call.includes(command));
  }

  const plan = (names?: ChainNames): RemediationPlan => chainPlan(names).plan;

  it('is a script that bash takes', () => {
    for (const each of [plan(), instancePlan()]) {
      const result = spawnSync(bash ?? '', ['-n', join(write(each), 'respond.sh')], { encoding: 'utf8' });
      assert.equal(result.stderr, '');
      assert.equal(result.status, 0);
    }
  });

  it('is a script that ShellCheck has nothing to say about', function () {
    if (spawnSync('shellcheck', ['--version']).status !== 0) {
      process.stdout.write('        skipped: shellcheck is not installed\n');
      this.skip();
    }
    for (const each of [plan(), instancePlan()]) {
      const result = spawnSync('shellcheck', ['--shell=bash', join(write(each), 'respond.sh')], { encoding: 'utf8' });
      assert.equal(result.stdout, '');
      assert.equal(result.status, 0);
    }
  });

  it('calls nothing unless told to apply, and prints what it would', () => {
    for (const args of [[], ['--dry-run']]) {
      const { status, output, calls } = run(plan(), args);
      assert.equal(status, 0, output);
      assert.deepEqual(calls, []);
      assert.match(output, /Dry run: nothing is changed/);
      assert.match(
        output,
        new RegExp(`aws iam update-access-key --user-name ci-legacy --access-key-id ${leakedKey} --status Inactive`),
      );
      assert.match(output, /put-role-policy --role-name R2 --policy-name IncidentDenyAll-/);
    }
  });

  it('does nothing without an answer to its question', () => {
    const { calls, output, status } = run(plan(), ['--apply']);
    assert.deepEqual(calls, []);
    assert.match(output, /Left out/);
    assert.equal(status, 0);
  });

  it('contains the lineage from the root on', () => {
    const { calls, status, output, documents } = run(plan(), ['--apply', '--yes']);
    assert.equal(status, 0, output);
    const order = calls.map((call) => call.join(' '));
    const first = (text: string): number => {
      const index = order.findIndex((call) => call.includes(text));
      assert.ok(index >= 0, `${text} was not called:\n${order.join('\n')}`);
      return index;
    };
    assert.ok(first('organizations attach-policy --policy-id p-example1') < first(leakedKey + ' --status Inactive'));
    assert.ok(first(leakedKey + ' --status Inactive') < first('put-role-policy --role-name R1'));
    assert.ok(first('put-role-policy --role-name R1') < first('put-role-policy --role-name R2'));
    assert.ok(first('put-role-policy --role-name R2') < first('put-role-policy --role-name R3'));
    assert.ok(first('put-role-policy --role-name R3') < first('update-access-key --user-name Bob'));
    assert.equal(named(calls, 'AWSRevokeOlderSessions').length, 0);
    assert.ok(documents.length > 5);
    for (const document of documents) {
      assert.doesNotThrow(() => JSON.parse(document) as unknown, document);
      assert.ok(policySize(document) <= sizeLimits.role);
      assert.doesNotMatch(document, /WRITE-/);
    }
  });

  it('revokes every role of the path with one time, the present one', () => {
    const start = Math.floor(Date.now() / 1000) * 1000;
    const { calls, documents, status, output } = run(plan(), ['--apply', '--yes', '--sessions', 'revoke']);
    assert.equal(status, 0, output);
    assert.deepEqual(
      named(calls, 'AWSRevokeOlderSessions').map((call) => call[call.indexOf('--role-name') + 1]),
      ['R1', 'R2', 'R3'],
    );
    const times = documents.flatMap((text) => /"aws:TokenIssueTime": "([^"]*)"/.exec(text)?.[1] ?? []);
    assert.equal(times.length, 3);
    assert.equal(new Set(times).size, 1);
    assert.match(times[0] ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const time = Date.parse(times[0] ?? '');
    assert.ok(time >= start && time <= Date.now());
    assert.equal(
      calls.filter((call) => call.includes('put-role-policy') && call.join(' ').includes('IncidentDenyAll')).length,
      0,
    );
  });

  it('denies only the sessions when that is chosen', () => {
    const { calls, documents } = run(plan(), ['--apply', '--yes', '--sessions', 'session']);
    assert.equal(calls.filter((call) => call.join(' ').includes('IncidentDenySession-')).length, 3);
    assert.ok(documents.some((text) => /AROA[A-Z0-9]+:beta/.test(text)));
  });

  it('leaves templates as they are, and nothing behind in the temporary folder', () => {
    const { folder } = run(plan(), ['--apply', '--yes', '--sessions', 'revoke']);
    const template = readFileSync(join(folder, `policies/revoke-older-sessions-${ACCOUNT}-R1.template.json`), 'utf8');
    assert.match(template, /WRITE-HERE-THE-TIME/);
    assert.deepEqual(
      readdirSync(base).filter((name) => name.startsWith('tmp.')),
      [],
    );
  });

  it('adds to the trust policy that is there, once however often it runs', function () {
    if (spawnSync('jq', ['--version']).status !== 0) {
      process.stdout.write('        skipped: jq is not installed\n');
      this.skip();
    }
    const { folder, calls } = run(plan(), ['--apply', '--yes', '--only', 'trust']);
    assert.equal(named(calls, 'update-assume-role-policy').length, 3);
    const after = JSON.parse(readFileSync(join(folder, `saved/trust-after-${ACCOUNT}-R2.json`), 'utf8')) as {
      readonly Statement: readonly { readonly Sid?: string; readonly Effect: string; readonly Condition?: unknown }[];
    };
    assert.deepEqual(
      after.Statement.map(({ Sid, Effect }) => [Sid ?? '', Effect]),
      [
        ['', 'Allow'],
        ['IncidentDenyAssume', 'Deny'],
      ],
    );
    assert.deepEqual(after.Statement[1]?.Condition, {
      ArnEquals: { 'aws:PrincipalArn': [`arn:aws:iam::${ACCOUNT}:role/R1`] },
    });
    assert.ok(existsSync(join(folder, `saved/trust-before-${ACCOUNT}-R2.json`)));
  });

  it('does only the phase that is named', () => {
    const { calls } = run(plan(), ['--apply', '--yes', '--only', 'root']);
    assert.ok(named(calls, leakedKey).length > 0);
    assert.equal(named(calls, 'put-role-policy').length, 0);
  });

  it('changes nothing with a profile of another account', () => {
    const { calls, status, output } = run(plan(), ['--apply', '--yes', '--only', 'root'], {
      FAKE_ACCOUNT: '999988887777',
    });
    assert.equal(status, 1);
    assert.match(output, /NOT DONE: the profile is in account 999988887777, not 111122223333/);
    assert.deepEqual(
      calls.filter((call) => !call.includes('get-caller-identity')),
      [],
    );
  });

  it('passes the profile of the account', () => {
    const { calls } = run(plan(), ['--apply', '--yes', '--only', 'root'], {
      [`PROFILE_${ACCOUNT}`]: 'prod; touch pwned',
      PROFILE: 'other',
    });
    for (const call of calls) {
      assert.deepEqual(call.slice(0, 2), ['--profile', 'prod; touch pwned']);
    }
  });

  it('goes on after a step that fails, says so, and ends with 1', () => {
    const { calls, status, output } = run(plan(), ['--apply', '--yes'], { FAKE_FAILURE: leakedKey });
    assert.equal(status, 1);
    assert.match(output, /FAILED/);
    assert.match(output, /1 steps failed/);
    assert.ok(named(calls, 'put-role-policy').length >= 3);
  });

  it('does not take what is not there for a failure', () => {
    const { output, status } = run(plan(), ['--apply', '--yes', '--only', 'root']);
    assert.match(output, /there is no such thing/);
    assert.equal(status, 0);
  });

  it('leaves the organisation out without a profile for its management account', () => {
    const { calls, output, status } = run(plan(), ['--apply', '--yes'], { PROFILE_management: '' });
    assert.equal(status, 0, output);
    assert.match(output, /left out: PROFILE_management is not set/);
    assert.equal(named(calls, 'organizations').length, 0);
  });

  it('verifies when asked, not at once', () => {
    assert.equal(named(run(plan(), ['--apply', '--yes']).calls, 'simulate-principal-policy').length, 0);
    assert.ok(
      named(run(plan(), ['--apply', '--yes', '--only', 'verify']).calls, 'simulate-principal-policy').length >= 5,
    );
  });

  it('refuses an option that it does not know', () => {
    assert.equal(run(plan(), ['--aply']).status, 2);
    assert.equal(run(plan(), ['--sessions', 'all']).status, 2);
    assert.equal(run(plan(), ['--sessions']).status, 2);
  });

  function instancePlan(): RemediationPlan {
    const model = modelOf(instanceRecords().records);
    const subject = model.sessions.find(({ instanceId }) => instanceId === INSTANCE);
    assert.ok(subject !== undefined);
    return planOf(model, subject);
  }

  it('contains an instance, and leaves out what it was not given', () => {
    const without = run(instancePlan(), ['--apply', '--yes']);
    assert.equal(without.status, 0, without.output);
    assert.match(without.output, /left out: QUARANTINE_SG is not set/);
    assert.equal(without.calls.filter((call) => call.includes('--groups')).length, 0);
    const denies = without.calls.filter((call) => call.join(' ').includes('IncidentDenyInstance-'));
    assert.equal(denies.filter((call) => call.includes('put-role-policy')).length, 1);
    assert.equal(
      without.calls.filter(
        (call) => call.includes('put-role-policy') && call.includes('web-role') && call.join(' ').includes('DenyAll'),
      ).length,
      0,
      'the role of the whole fleet is left to a person',
    );
    const given = run(instancePlan(), ['--apply', '--yes'], { QUARANTINE_SG: 'sg-0123' });
    assert.ok(given.calls.some((call) => call.includes('--groups') && call.includes('sg-0123')));
  });

  const evil = [
    '$(touch pwned)',
    '`touch pwned`',
    "'; touch pwned; '",
    '"; touch pwned; "',
    'x\ntouch pwned\n',
    '${IFS}touch${IFS}pwned',
    '--profile',
    'file:///etc/passwd',
    '* ? [a] ~ !!',
    '\u202etouch pwned',
  ];

  for (const value of evil) {
    it(`lets nothing hostile reach a command: ${JSON.stringify(value)}`, () => {
      const each = chainPlan({
        user: `${value}u`,
        roles: ['R1', `${value}r`, 'R3'],
        sessions: ['alpha', value, `${value}s`],
        created: `${value}b`,
      }).plan;
      for (const args of [['--dry-run'], ['--apply', '--yes'], ['--apply', '--yes', '--sessions', 'session']]) {
        const { calls, folder, output, status } = run(each, args);
        assert.equal(status, 0, output);
        assert.ok(!existsSync(join(folder, 'pwned')) && !existsSync(join(base, 'pwned')), 'something was executed');
        if (value !== '--profile') {
          for (const call of calls) {
            assert.ok(!call.some((word) => word.includes(value)), call.join(' '));
          }
        } else {
          assert.ok(!calls.some((call) => call.some((word) => /^--profile[a-z]$/.test(word))));
        }
      }
      // The safe part of the lineage is contained all the same.
      assert.ok(named(run(each, ['--apply', '--yes']).calls, 'put-role-policy').some((call) => call.includes('R1')));
      for (const path of ['respond.sh', 'respond.ps1']) {
        assert.doesNotMatch(fileText(each, path), /^\s*touch pwned/m);
      }
    });
  }
});
