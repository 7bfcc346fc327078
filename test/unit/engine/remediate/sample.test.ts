/** Every finding of the sample has a plan whose files are good, and the three cases are contained where they start. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { analyze, type Analysis } from '../../../../src/engine/analysis';
import { emptyCase } from '../../../../src/engine/case-settings';
import { FileScanner } from '../../../../src/engine/cloudtrail/scanner';
import { isSafe } from '../../../../src/engine/remediate/quote';
import { lintFile, planFor } from '../../../../src/engine/remediate/plan';
import type { RemediationPlan } from '../../../../src/engine/remediate/remediation';
import { instances, keys, roles, users } from '../../../../scripts/sample/world';
import { fileText } from './fixture';

const folder = join(import.meta.dirname, '../../../../media/sample-incident');

function sample(): Analysis {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json.gz'))
    .sort()
    .map((name) => {
      const scanner = new FileScanner(name.replaceAll('\\', '/'));
      scanner.push(gunzipSync(readFileSync(join(folder, name))));
      return scanner.finish();
    });
  return analyze(files, emptyCase);
}

function commandsOf(plan: RemediationPlan): string {
  return plan.remediations
    .flatMap(({ steps }) => steps.flatMap(({ commands }) => commands.map(({ posix }) => posix)))
    .join('\n');
}

describe('plans for the sample incident', () => {
  let analysis: Analysis;
  before(() => {
    analysis = sample();
    assert.ok(analysis.findings.length > 0);
  });

  function plansOf(rule: string): RemediationPlan[] {
    return analysis.findings
      .filter((finding) => finding.rule === rule)
      .map(({ id }) => planFor(analysis, id) ?? assert.fail(id));
  }

  it('are there for every finding, with good policies, and hold what the finding lists', () => {
    for (const finding of analysis.findings) {
      const plan = planFor(analysis, finding.id);
      assert.ok(plan !== undefined, finding.id);
      for (const file of plan.files.filter(({ path }) => path.startsWith('policies/'))) {
        assert.deepEqual(lintFile(file), [], file.path);
      }
      const ids = new Set(plan.remediations.map(({ id }) => id));
      assert.ok(finding.remediations.length > 0);
      for (const { id } of finding.remediations) {
        assert.ok(ids.has(id), `${id} of ${finding.title}`);
      }
      for (const call of plan.remediations.flatMap(({ steps }) => steps.flatMap(({ commands }) => commands))) {
        const account = call.call?.account ?? '';
        assert.ok(account === '' || isSafe('account', account) || /^[a-z]+$/.test(account), account);
      }
    }
  });

  it('case 1: the leaked key first, then every role up to the user that was made', () => {
    const plan = plansOf('chain-then-persistence').find((each) => commandsOf(each).includes(keys.legacyDeploy));
    assert.ok(plan !== undefined);
    const commands = commandsOf(plan);
    for (const role of [roles.deployStaging, roles.deployProduction, roles.platformAdmin]) {
      assert.ok(commands.includes(`put-role-policy --role-name '${role.name}'`), role.name);
    }
    assert.ok(commands.includes(`--user-name '${users.bob.name}' --access-key-id '${keys.bob}' --status 'Inactive'`));
    assert.match(commands, new RegExp(`detach-user-policy --user-name '${users.bob.name}'`));
    const script = fileText(plan, 'respond.sh');
    const [leaked, made] = [keys.legacyDeploy, keys.bob].map((key) => script.indexOf(`'${key}' '--status' 'Inactive'`));
    assert.ok(leaked !== undefined && made !== undefined && leaked > 0 && leaked < made);
  });

  it('case 2: the instance alone is denied; the key and the trust that were made are undone', () => {
    const plan = plansOf('ec2-credential-chain').find((each) => commandsOf(each).includes(instances.web1.id));
    assert.ok(plan !== undefined);
    const commands = commandsOf(plan);
    assert.match(commands, /IncidentDenyInstance-/);
    assert.ok(commands.includes(keys.backupOperator), 'objects of other findings of the incident belong to the plan');
    assert.match(commands, new RegExp(`get-role --role-name '${roles.auditReadonly.name}'`));
    const deny = plan.files.find(({ path }) => path.startsWith('policies/deny-instance-'));
    assert.ok(deny?.content.includes(instances.web1.id));
  });

  it('case 3: the instance whose credentials are elsewhere is isolated and denied', () => {
    const plan = plansOf('ec2-credential-off-instance').find((each) =>
      commandsOf(each).includes(instances.analytics.id),
    );
    assert.ok(plan !== undefined);
    assert.match(
      commandsOf(plan),
      new RegExp(`modify-instance-attribute --instance-id '${instances.analytics.id}' --groups`),
    );
    assert.match(commandsOf(plan), /IncidentDenyInstance-/);
  });
});
