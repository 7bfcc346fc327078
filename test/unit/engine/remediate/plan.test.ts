import assert from 'node:assert/strict';
import { emptyCase } from '../../../../src/engine/case-settings';
import { phases, remediationTitles } from '../../../../src/engine/remediate/index';
import { lintFile, planFor } from '../../../../src/engine/remediate/plan';
import type { RemediationPlan } from '../../../../src/engine/remediate/remediation';
import { actions, roleSession, Trail, utc, type Role } from '../../../../scripts/sample/records';
import { modelOf, sessionWithKey } from '../support/files';
import {
  ACCOUNT,
  analysisOf,
  chainPlan,
  chainRecords,
  draftOf,
  fileText,
  INSTANCE,
  instanceRecords,
  leakedKey,
  newKey,
  planOf,
} from './fixture';

function ids(plan: RemediationPlan): string[] {
  return plan.remediations.map(({ id }) => id);
}

function commandsOf(plan: RemediationPlan): string {
  return plan.remediations
    .flatMap(({ steps }) => steps.flatMap(({ commands }) => commands.map(({ posix }) => posix)))
    .join('\n');
}

describe('a response plan', () => {
  it('holds the whole lineage when asked from its leaf', () => {
    const found = ids(chainPlan().plan);
    for (const id of [
      `user-key:user:${ACCOUNT}:ci-legacy`,
      `deny-all:user:${ACCOUNT}:ci-legacy`,
      ...['R1', 'R2', 'R3'].flatMap((name) => [
        `trust:role:${ACCOUNT}:${name}`,
        `deny-all:role:${ACCOUNT}:${name}`,
        `revoke:role:${ACCOUNT}:${name}`,
        `deny-session:role:${ACCOUNT}:${name}`,
      ]),
      `user-key:user:${ACCOUNT}:Bob`,
      `deny-all:user:${ACCOUNT}:Bob`,
      'scp:lineage',
      'verify:lineage',
      'lift:lineage',
    ]) {
      assert.ok(found.includes(id), `${id} is not among ${found.join(', ')}`);
    }
    assert.equal(new Set(found).size, found.length);
  });

  it('goes from the root to the leaf, in the order of the phases', () => {
    const { plan } = chainPlan();
    const order = plan.remediations.map(({ phase }) => phases.indexOf(phase));
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
    );
    const position = (id: string): number => ids(plan).indexOf(id);
    assert.ok(position(`user-key:user:${ACCOUNT}:ci-legacy`) < position(`trust:role:${ACCOUNT}:R1`));
    assert.ok(position(`deny-all:role:${ACCOUNT}:R1`) < position(`deny-all:role:${ACCOUNT}:R3`));
    assert.ok(position(`deny-all:role:${ACCOUNT}:R3`) < position(`user-key:user:${ACCOUNT}:Bob`));
  });

  it('deactivates the leaked key and the key that was made, and detaches what was attached', () => {
    const commands = commandsOf(chainPlan().plan);
    assert.match(
      commands,
      new RegExp(`update-access-key --user-name 'ci-legacy' --access-key-id '${leakedKey}' --status 'Inactive'`),
    );
    assert.match(
      commands,
      new RegExp(`update-access-key --user-name 'Bob' --access-key-id '${newKey}' --status 'Inactive'`),
    );
    assert.match(
      commands,
      /detach-user-policy --user-name 'Bob' --policy-arn 'arn:aws:iam::aws:policy\/AdministratorAccess'/,
    );
    assert.doesNotMatch(commands, /delete-access-key|delete-user |delete-role /);
  });

  it('gives every command an account, and every changing step what breaks, how to check and how to undo', () => {
    for (const remediation of [...chainPlan().plan.remediations, ...instancePlan().plan.remediations]) {
      for (const step of remediation.steps) {
        const changes = step.commands.some(({ posix }) => !/ (get|list|describe|simulate)-/.test(posix));
        if (changes) {
          assert.ok(step.breaks.length > 0, `${step.title} does not say what breaks`);
          assert.ok(step.check.length > 0, `${step.title} has no check`);
          assert.ok(
            step.undo.length > 0 || step.notes.some((note) => /restored|undo|bring it back/i.test(note)),
            `${step.title} has no undo`,
          );
          assert.ok(step.console.length > 0, `${step.title} has no console steps`);
        }
      }
    }
  });

  it('writes only policies that AWS takes, and no file twice', () => {
    for (const plan of [chainPlan().plan, instancePlan().plan]) {
      const policies = plan.files.filter(({ path }) => path.startsWith('policies/'));
      assert.ok(policies.length > 5);
      for (const file of policies) {
        assert.deepEqual(lintFile(file), [], file.path);
        assert.match(file.path, /^policies\/[A-Za-z0-9._-]+\.json$/);
      }
      assert.equal(new Set(plan.files.map(({ path }) => path)).size, plan.files.length);
      assert.match(plan.folder, /^[A-Za-z0-9._-]+$/);
    }
  });

  it('lists the same remedies for a finding as its plan has', () => {
    const { model, leaf, plan } = chainPlan();
    assert.deepEqual(
      remediationTitles(model, draftOf(model, leaf)),
      plan.remediations.map(({ id, title }) => ({ id, title })),
    );
  });

  it('is the same whatever file order the records came in', () => {
    const reversed = modelOf([...chainRecords()].reverse());
    const leaf = reversed.sessions[sessionWithKey(reversed, newKey).parent ?? -1];
    assert.ok(leaf !== undefined);
    assert.deepEqual(planOf(reversed, leaf).files, chainPlan().plan.files);
  });

  it('names policies by the day of the last event and the lineage', () => {
    assert.match(commandsOf(chainPlan().plan), /--policy-name 'IncidentDenyAll-20230710-[0-9a-f]{4}'/);
  });

  it('gives no plan for an unknown finding', () => {
    assert.equal(planFor({ findings: [], drafts: new Map() } as never, 'nothing'), undefined);
  });
});

function instancePlan(): { readonly plan: RemediationPlan; readonly fixture: ReturnType<typeof instanceRecords> } {
  const fixture = instanceRecords();
  const model = modelOf(fixture.records);
  const subject = model.sessions.find(({ name }) => name === 'report');
  assert.ok(subject !== undefined);
  return { plan: planOf(model, subject), fixture };
}

describe('a plan for an instance', () => {
  it('denies the one instance and not its role, requires IMDSv2, and never speaks of deleting a key', () => {
    const { plan } = instancePlan();
    const commands = commandsOf(plan);
    assert.match(
      commands,
      new RegExp(`modify-instance-metadata-options --instance-id '${INSTANCE}' --http-tokens 'required'`),
    );
    assert.match(commands, /put-role-policy --role-name 'web-role' --policy-name 'IncidentDenyInstance-/);
    const policy = fileText(plan, `policies/deny-instance-${ACCOUNT}-web-role.json`);
    assert.match(policy, /AROA[A-Z0-9]+:i-0123456789abcdef0"/);
    assert.doesNotMatch(policy, /i-0fedcba9876543210/);
    assert.deepEqual(plan.remediations.find(({ id }) => id === `deny-all:role:${ACCOUNT}:web-role`)?.choices, []);
    assert.doesNotMatch(commands, /access-key/);
  });

  it('keeps only this instance from assuming the next role', () => {
    const { plan } = instancePlan();
    const statements = JSON.parse(
      fileText(plan, `policies/trust-deny-${ACCOUNT}-report-reader.statements.json`),
    ) as readonly { readonly Condition: unknown }[];
    assert.equal(statements.length, 1);
    assert.match(
      JSON.stringify(statements[0]?.Condition),
      /"StringEquals":\{"aws:userid":\["AROA[A-Z0-9]+:i-0123456789abcdef0"\]\}/,
    );
  });
});

describe('what a plan refuses', () => {
  const trail = new Trail('refusals');
  const at = utc('2023-07-10T12:00:00Z');
  const origin = { ip: '192.0.2.66', ua: 'aws-cli' };

  function planAt(role: Role, own: readonly string[] = [], guarded: readonly string[] = []): RemediationPlan {
    const session = roleSession({
      role,
      name: 'someone@example.com',
      key: 'ASIAEXAMPLEREFUSED01',
      issuedAt: at,
      expiresAt: at + 3600,
    });
    const model = modelOf([trail.record(at, session, actions.listBuckets, origin)]);
    const first = model.sessions[0];
    assert.ok(first !== undefined);
    return planOf(model, first, { ...emptyCase, ownAccounts: own, breakGlassRoles: guarded });
  }

  function roleAt(path: string, name: string): Role {
    return { account: ACCOUNT, name, id: 'AROAEXAMPLEEXAMPLE001', arn: `arn:aws:iam::${ACCOUNT}:role/${path}${name}` };
  }

  function putsOn(plan: RemediationPlan, name: string): boolean {
    return commandsOf(plan).includes(`put-role-policy --role-name '${name}'`);
  }

  it('edits no service-linked role', () => {
    const plan = planAt(roleAt('aws-service-role/autoscaling.amazonaws.com/', 'AWSServiceRoleForAutoScaling'));
    assert.ok(!putsOn(plan, 'AWSServiceRoleForAutoScaling'));
    assert.ok(!ids(plan).includes('scp:lineage'));
    assert.match(JSON.stringify(plan.remediations), /service control policies do not apply/);
  });

  it('sends an SSO role to its permission set', () => {
    const name = 'AWSReservedSSO_Admin_0123456789abcdef';
    const plan = planAt(roleAt('aws-reserved/sso.amazonaws.com/', name));
    assert.ok(!putsOn(plan, name));
    assert.match(commandsOf(plan), /put-inline-policy-to-permission-set/);
    assert.match(
      fileText(plan, plan.files.find(({ path }) => path.startsWith('policies/permission-set-deny'))?.path ?? ''),
      /"aws:userid": "\*:someone@example\.com"/,
    );
    const script = fileText(plan, 'respond.sh');
    assert.doesNotMatch(
      script,
      /'put-inline-policy-to-permission-set'|put-role-policy/,
      'it replaces what is there: never by a script',
    );
  });

  it('does not lock responders out', () => {
    for (const plan of [
      planAt(roleAt('', 'OrganizationAccountAccessRole')),
      planAt(roleAt('', 'BreakGlassAdmin'), [], ['BreakGlass*']),
    ]) {
      assert.ok(!ids(plan).some((id) => id.startsWith('deny-all:role') || id === 'scp:lineage'));
      const revoke = plan.remediations.find(({ id }) => id.startsWith('revoke:role'));
      assert.deepEqual(revoke?.choices, ['revoke', 'deny-all']);
      assert.ok(ids(plan).some((id) => id.startsWith('lock-out:')));
    }
  });

  it('leaves a role of another account to its owner', () => {
    const plan = planAt(roleAt('', 'Theirs'), ['444455556666']);
    assert.ok(!putsOn(plan, 'Theirs'));
    assert.ok(ids(plan).includes(`foreign-role:role:${ACCOUNT}:Theirs`));
  });

  it('says that the root is open when the origin is not in the logs', () => {
    const plan = planAt(roleAt('', 'Ordinary'));
    assert.ok(putsOn(plan, 'Ordinary'));
    assert.ok(ids(plan).includes('unknown-origin:lineage'));
  });

  it('uses the names of another partition', () => {
    const plan = planAt({
      account: ACCOUNT,
      name: 'Cn',
      id: 'AROAEXAMPLEEXAMPLE002',
      arn: `arn:aws-cn:iam::${ACCOUNT}:role/Cn`,
    });
    assert.match(fileText(plan, 'runbook.md'), /console\.amazonaws\.cn/);
    assert.match(fileText(plan, 'runbook.md'), /arn:aws-cn:iam::aws:policy\/AWSDenyAll/);
    assert.match(fileText(plan, 'policies/scp-deny-lineage.json'), /arn:aws-cn:iam::111122223333:role\/Cn/);
  });

  it('falls back to revoking when there are more sessions than a policy holds', () => {
    const owner = roleAt('', 'Busy');
    const sessions = Array.from({ length: 200 }, (_, index) =>
      roleSession({
        role: owner,
        name: `session-with-a-long-name-${String(index)}`,
        key: `ASIAEXAMPLEBUSY0${String(1000 + index)}`,
        issuedAt: at,
        expiresAt: at + 3600,
      }),
    );
    const model = modelOf(sessions.map((session) => trail.record(at + 1, session, actions.listBuckets, origin)));
    const first = model.sessions[0];
    assert.ok(first !== undefined);
    const draft = { ...draftOf(model, first), sessions: model.sessions.map(({ index }) => index) };
    const plan = planFor(analysisOf(model, draft), 'finding-0123456789abcdef');
    assert.ok(plan !== undefined);
    assert.deepEqual(plan.remediations.find(({ id }) => id.startsWith('revoke:role'))?.choices, ['revoke', 'session']);
    assert.match(
      plan.remediations.find(({ id }) => id.startsWith('deny-session:role'))?.steps[0]?.refused ?? '',
      /more sessions than fit/,
    );
    assert.ok(!plan.files.some(({ path }) => path.startsWith('policies/deny-session')));
  });
});
