/** The way through an incident, as a user goes it: from a right-click to a policy file. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import expected from '../../unit/sample/expected.json';
import {
  analysed,
  card,
  cleared,
  CONTAINER,
  detail,
  filesBelow,
  FINDINGS,
  findingRow,
  namesAtLevel,
  openEvidence,
  openLineage,
  recordsIn,
  selectCard,
  writtenFolder,
} from './incident';
import { sampleWorkspace, useWorkbench } from './workbench';

const [keyCase, instanceCase, offInstanceCase] = expected.cases;
assert.ok(keyCase !== undefined && instanceCase !== undefined && offInstanceCase !== undefined);

const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'];
const CREATE_USER = {
  finding: FINDINGS.userCreated,
  session: /^Session platform-admin as /,
  evidence: /^Evidence: CreateUser at /,
};

/** Hue of a colour as the browser computes it, in degrees. */
function hue(color: string): number {
  const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
  const [max, min] = [Math.max(r, g, b), Math.min(r, g, b)];
  assert.ok(max > min, `${color} has no colour`);
  const sixth = max === r ? (g - b) / (max - min) : max === g ? 2 + (b - r) / (max - min) : 4 + (r - g) / (max - min);
  return (sixth * 60 + 360) % 360;
}

describe('the user’s path', () => {
  const workbench = useWorkbench({ folder: sampleWorkspace });

  beforeEach(async () => {
    const vscode = workbench();
    await vscode.page.keyboard.press('Escape');
    await vscode.closeEditors();
    fs.rmSync(join(vscode.folder, 'remediation'), { recursive: true, force: true });
  });

  it('analyzes a folder from the Explorer, and fills tree, badge and counts', async () => {
    const vscode = workbench();
    await cleared(vscode);
    await vscode.explorerMenu('cloudtrail-logs', 'Analyze CloudTrail');
    await vscode.statusItem('CloudTrail: 21 open findings').waitFor();
    // The container comes to the front by itself.
    const view = await vscode.onlyView('Findings');
    await vscode.treeItem(FINDINGS.userCreated, view).waitFor();

    const incidents = await namesAtLevel(view, 1);
    const severities = incidents.map((name) => /^Incident, severity (\w+):/.exec(name)?.[1] ?? name);
    assert.deepEqual(severities.slice(0, 3), ['critical', 'critical', 'high']);
    assert.deepEqual(
      severities,
      [...severities].sort((a, b) => SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b)),
      'most severe first',
    );
    assert.match(incidents[0] ?? '', /user ci-legacy-deploy, 4 findings, 5 sessions$/);
    assert.match(incidents[1] ?? '', /instance i-0b7e4c1f9a2d35e68, 5 findings, 4 sessions$/);
    assert.match(incidents[2] ?? '', /i-0d19c5a8e3f40b672.*2 findings, 1 session$/);

    const findings = await namesAtLevel(view, 2);
    const wanted = expected.cases.flatMap((one) => Object.values(one.findings));
    const found = findings.map((name) => /^Finding, severity (\w+), not reviewed:/.exec(name)?.[1] ?? name);
    assert.deepEqual([...found].sort(), [...wanted].sort());
    const badge = vscode.page
      .locator('.part.activitybar')
      .getByRole('tab', { name: CONTAINER })
      .locator('.badge-content');
    assert.equal(await badge.innerText(), '21');
  });

  it('analyzes a single compressed file from the Explorer', async () => {
    const vscode = workbench();
    await cleared(vscode);
    await vscode.showExplorer();
    await vscode.expand(vscode.explorerItem('cloudtrail-logs'));
    const name = '111122223333_CloudTrail_eu-west-1_20250512T1200Z_hwybgWKIkBKBVLAJ.json.gz';
    await vscode.explorerMenu(name, 'Analyze CloudTrail');
    await vscode.statusItem('CloudTrail: no open findings').waitFor();
    const coverage = await vscode.onlyView('Coverage');
    await vscode.expand(vscode.treeItem(/^Read, 1 file$/, coverage));
    const events = new Set(recordsIn(join(vscode.folder, 'cloudtrail-logs'), name).map(({ eventID }) => eventID)).size;
    assert.ok(events > 0);
    await vscode.treeItem(new RegExp(`^File ${name}, read, ${events} events$`), coverage).waitFor();
    const findings = await vscode.onlyView('Findings');
    await findings.getByText('No findings in these logs.').waitFor();
    await vscode.showExplorer();
    await vscode.collapse(vscode.explorerItem('cloudtrail-logs'));
  });

  it('shows sessions below a finding, and their evidence below them', async () => {
    const vscode = workbench();
    await analysed(vscode);
    const view = await vscode.onlyView('Findings');
    await vscode.expand(await findingRow(vscode, FINDINGS.userCreated));
    const platformAdmin = vscode.treeItem(CREATE_USER.session, view).first();
    await platformAdmin.waitFor();
    const sessions = (await namesAtLevel(view, 3)).map((name) => /^Session ([\w-]+)/.exec(name)?.[1]);
    assert.deepEqual(sessions, ['ci-legacy-deploy', 'deploy-staging', 'deploy-production', 'platform-admin', 'bob']);
    const name = (await platformAdmin.getAttribute('aria-label')) ?? '';
    assert.match(name, /role session, depth 3, most likely anomalous, \d+ events, worst finding critical/);

    await vscode.expand(platformAdmin);
    await vscode.treeItem(CREATE_USER.evidence, view).waitFor();
    const evidence = (await namesAtLevel(view, 4)).map((each) => /^Evidence: (\w+) at/.exec(each)?.[1]);
    for (const call of ['CreateUser', 'CreateAccessKey', 'AttachUserPolicy']) {
      assert.ok(evidence.includes(call), `${call} is not among ${evidence.join(', ')}`);
    }
  });

  it('opens the lineage beside what is open: root key, hops in orange and red, what was left behind', async () => {
    const vscode = workbench();
    await analysed(vscode);
    await vscode.openFile('README.md');
    await vscode.showContainer(CONTAINER);
    const before = vscode.complaints().length;
    const panel = await openLineage(vscode, FINDINGS.userCreated);
    assert.ok(await vscode.editorTab('README.md').isVisible(), 'the file is still open');
    assert.equal(await vscode.page.locator('.part.editor .editor-group-container').count(), 2, 'beside, not on top');

    const { root, hops, created } = keyCase;
    assert.ok(created !== undefined);
    await card(panel, new RegExp(`^Root · Long-term key, ci-legacy-deploy, ${root.accessKeyId}`)).waitFor();
    for (const hop of hops) {
      const role = hop.role.slice(hop.role.lastIndexOf('/') + 1);
      const word = ['', 'Role session', 'Possibly anomalous', 'Most likely anomalous'][hop.depth] ?? '';
      await card(
        panel,
        new RegExp(`^Hop ${hop.depth} · ${word}, ${role}, session ${hop.session}, .* [1-9]\\d* events`),
      ).waitFor();
    }
    await card(panel, new RegExp(`^Left behind · IAM user, ${created.user},`)).waitFor();
    await card(panel, new RegExp(`^Left behind · Access key, ${created.accessKeyId},`)).waitFor();
    await card(panel, new RegExp(`^Key left behind, in use, ${created.user}, ${created.accessKeyId}`)).waitFor();

    const colour = async (name: RegExp) =>
      hue(
        await card(panel, name)
          .last()
          .locator('.bar')
          .evaluate((bar) => getComputedStyle(bar).fill),
      );
    const orange = await colour(/^Hop 2 · Possibly anomalous/);
    assert.ok(orange > 15 && orange < 50, `the second hop is orange, not of hue ${orange}`);
    const red = await colour(/^Hop 3 · Most likely anomalous/);
    assert.ok(red < 12 || red > 345, `the third hop is red, not of hue ${red}`);

    assert.deepEqual(vscode.complaints().slice(before), []);
    // The check itself: a style that the policy forbids is noticed.
    await panel.evaluate(() => document.body.setAttribute('style', 'color: red'));
    await vscode.page.waitForTimeout(200);
    assert.match(vscode.complaints().slice(before).join(), /content security policy/i);
  });

  it('is walked along its edges by keyboard', async () => {
    const vscode = workbench();
    await analysed(vscode);
    const panel = await openLineage(vscode, FINDINGS.userCreated);
    const focused = () => panel.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
    const heading = () => panel.locator('.details h2').innerText();
    assert.equal(await panel.locator('.card[tabindex="0"]').count(), 1, 'one tab stop');
    await panel.locator('.card[tabindex="0"]').focus();
    assert.match(await focused(), /^Hop 3 · Most likely anomalous, platform-admin/);

    const down = (await panel.getByRole('tree').getAttribute('aria-orientation')) === 'vertical';
    const [toParent, toChild] = down ? (['ArrowUp', 'ArrowDown'] as const) : (['ArrowLeft', 'ArrowRight'] as const);
    const way = [
      [toParent, /^Hop 2 · .*deploy-production/, 'deploy-production'],
      [toParent, /^Hop 1 · .*deploy-staging/, 'deploy-staging'],
      [toParent, /^Root · .*ci-legacy-deploy/, 'ci-legacy-deploy'],
      ['End', /^Key left behind, in use, bob/, 'bob'],
      [toParent, /^Left behind · Access key, AKIA2FMTT7JPXFATIXWT/, 'AKIA2FMTT7JPXFATIXWT'],
      [toChild, /^Key left behind, in use, bob/, 'bob'],
    ] as const;
    for (const [key, name, title] of way) {
      await vscode.page.keyboard.press(key);
      assert.match(await focused(), name, `after ${key}`);
      assert.equal(await heading(), title);
    }
    await vscode.page.keyboard.press('Enter');
    assert.equal(await panel.evaluate(() => document.activeElement?.tagName), 'H2', 'Enter leads to the details');
    assert.match(await panel.locator('.details').innerText(), /Key left behind, in use/);
    await vscode.page.keyboard.press('Escape');
    assert.match(await focused(), /^Key left behind, in use, bob/);
  });

  it('opens the record of a piece of evidence at its place', async () => {
    const vscode = workbench();
    await analysed(vscode);
    await openEvidence(vscode, CREATE_USER);
    await vscode.page.locator('.editor-group-container.active .view-lines', { hasText: '"userName"' }).waitFor();
    const line = await vscode.cursorLine();
    const shown = await vscode.visibleText();
    const text = await vscode.editorText();

    // Some records are delivered twice.
    const made = new Set(
      recordsIn(join(vscode.folder, 'cloudtrail-logs'))
        .filter(
          ({ eventName, errorCode, requestParameters }) =>
            eventName === 'CreateUser' && errorCode === undefined && requestParameters?.['userName'] === 'bob',
        )
        .map(({ eventID }) => eventID),
    );
    const [wanted] = made;
    assert.ok(wanted !== undefined && made.size === 1);
    const { Records } = JSON.parse(text) as { Records: readonly { eventID: string }[] };
    assert.ok(Records.some(({ eventID }) => eventID === wanted));
    const lines = text.split('\n');
    assert.match(lines[line - 1] ?? '', /"userName": "bob"/, 'the cursor is where the record tells it');
    const next = lines.slice(line - 1).find((each) => /^ {6}"eventID":/.test(each));
    assert.match(next ?? '', new RegExp(wanted), 'and in the record that was chosen');
    assert.match(shown, /"userName": "bob"/, 'in sight');
  });

  it('offers the remediation by the light bulb of the finding’s problem, and writes policies and a runbook', async () => {
    const vscode = workbench();
    await analysed(vscode);
    await openEvidence(vscode, CREATE_USER);
    const { titles, choose } = await vscode.problemFixes('Made: user bob');
    assert.ok(titles.length > 1, `the whole response, and single remediations: ${titles.join('\n')}`);
    assert.match(titles[0] ?? '', /^Write remediation: The whole response to/);
    await choose(/The whole response to/);

    const folder = await writtenFolder(vscode, 1);
    const files = filesBelow(folder);
    const denyAll = files.filter((file) => file.startsWith('policies/deny-all-'));
    assert.equal(denyAll.length, 5, files.join('\n'));
    for (const file of denyAll) {
      assert.deepEqual(JSON.parse(fs.readFileSync(join(folder, file), 'utf8')), {
        Version: '2012-10-17',
        Statement: [{ Sid: 'IncidentDenyAll', Effect: 'Deny', Action: '*', Resource: '*' }],
      });
    }
    for (const file of files.filter((each) => each.endsWith('.json'))) {
      JSON.parse(fs.readFileSync(join(folder, file), 'utf8'));
    }
    const runbook = fs.readFileSync(join(folder, 'runbook.md'), 'utf8');
    for (const part of [/^# Response to: /, /AKIA2FMTT7JPXFATIXWT/, /put-role-policy/, /\*\*Console\*\*/, /undo/i]) {
      assert.match(runbook, part);
    }
    await vscode.editorTab(/^runbook\.md/).waitFor();
    await vscode.editorTab(/^deny-all-.*\.json/).waitFor();
  });

  it('offers the remediation by the light bulb in a plain log file', async () => {
    const vscode = workbench();
    const Records = recordsIn(join(vscode.folder, 'cloudtrail-logs')).filter(
      ({ eventTime }) => eventTime > '2025-05-16T00:3',
    );
    fs.writeFileSync(join(vscode.folder, 'night.json'), JSON.stringify({ Records }, null, 2));
    await vscode.explorerMenu('night.json', 'Analyze CloudTrail');
    await vscode.statusItem(/CloudTrail: \d+ open finding/).waitFor();
    await vscode.view('Findings').waitFor();
    await vscode.openFile('night.json');
    // The problems come a moment after the text.
    while ((await vscode.cursorLine()) === 1) {
      await vscode.runCommand('Go to Next Problem in Files (Error, Warning, Info)');
      await vscode.page.keyboard.press('Escape');
    }
    const { titles, choose } = await vscode.quickFixes();
    assert.match(titles[0] ?? '', /^Write remediation: The whole response to/);
    await choose(/The whole response to/);
    const folder = await writtenFolder(vscode, 1);
    assert.ok(filesBelow(folder).some((file) => file.startsWith('policies/deny-all-')));
  });

  it('offers the remediation above the place in the evidence', async () => {
    const vscode = workbench();
    await analysed(vscode);
    await openEvidence(vscode, CREATE_USER);
    const bulb = vscode.page.locator('.editor-group-container.active .codelens-decoration a');
    await bulb.filter({ hasText: 'Write remediation…', visible: true }).first().click();
    const folder = await writtenFolder(vscode, 1);
    assert.ok(filesBelow(folder).some((file) => file.startsWith('policies/deny-all-')));
  });

  it('offers the remediation by key where the cursor is on evidence', async () => {
    const vscode = workbench();
    await analysed(vscode);
    await openEvidence(vscode, CREATE_USER);
    await vscode.page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
    await vscode.page.keyboard.press('Control+.');
    await vscode.quickPick(/The whole response to/).click();
    const folder = await writtenFolder(vscode, 1);
    assert.ok(filesBelow(folder).some((file) => file.startsWith('policies/deny-all-')));
  });

  it('never overwrites a remediation without asking', async () => {
    const vscode = workbench();
    await analysed(vscode);
    await vscode.contextMenu(await findingRow(vscode, FINDINGS.userCreated), /^Generate remediation…/);
    const folder = await writtenFolder(vscode, 1);
    const runbook = join(folder, 'runbook.md');
    const mine = `${fs.readFileSync(runbook, 'utf8')}\nMy own note.\n`;
    fs.writeFileSync(runbook, mine);
    const before = filesBelow(folder);

    const again = async (button: string) => {
      await vscode.contextMenu(await findingRow(vscode, FINDINGS.userCreated), /^Generate remediation…/);
      await vscode.dialog().getByText('has already been written to').waitFor();
      await vscode.dialog().getByRole('button', { name: button, exact: true }).click();
      await vscode.dialog().waitFor({ state: 'hidden' });
    };
    await again('Cancel');
    await vscode.page.waitForTimeout(500);
    assert.equal(fs.readFileSync(runbook, 'utf8'), mine);
    assert.deepEqual(fs.readdirSync(join(vscode.folder, 'remediation')).length, 1);

    await again('Keep Both');
    const second = await writtenFolder(vscode, 2);
    assert.notEqual(second, folder);
    assert.deepEqual(filesBelow(second), before);
    assert.equal(fs.readFileSync(runbook, 'utf8'), mine);

    await again('Overwrite');
    const deadline = Date.now() + 10_000;
    while (fs.readFileSync(runbook, 'utf8') === mine && Date.now() < deadline) await vscode.page.waitForTimeout(100);
    assert.equal(fs.readFileSync(runbook, 'utf8'), fs.readFileSync(join(second, 'runbook.md'), 'utf8'));
  });

  it('writes the remediation from the graph', async () => {
    const vscode = workbench();
    await analysed(vscode);
    const panel = await openLineage(vscode, FINDINGS.offInstance);
    await panel.locator('.toolbar').getByText('Remediate…').click();
    const folder = await writtenFolder(vscode, 1);
    assert.match(
      fs.readFileSync(join(folder, 'runbook.md'), 'utf8'),
      /^# Response to: Credentials of instance i-0d19c5a8e3f40b672/,
    );
    assert.ok(
      filesBelow(folder).some((file) => /^policies\/deny-all-role-.*analytics-instance-role\.json$/.test(file)),
    );
    await vscode.editorTab(/^runbook\.md/).waitFor();
  });

  it('tells what the logs know of an instance at the root of a chain', async () => {
    const vscode = workbench();
    await analysed(vscode);
    const panel = await openLineage(vscode, FINDINGS.instanceChain);
    const { instanceId } = instanceCase.root;
    assert.ok(instanceId !== undefined);
    const details = await selectCard(panel, new RegExp(`^Root · EC2 instance, .*${instanceId}`));
    assert.equal(await detail(details, 'Instance'), instanceId);
    assert.match(await detail(details, 'AMI'), /^ami-[0-9a-f]+/);
    assert.match(await detail(details, 'Launched'), /^2025-05-\d\dT[\d:]+Z by \S/);
    for (const hop of instanceCase.hops) {
      const role = hop.role.slice(hop.role.lastIndexOf('/') + 1);
      assert.equal(await card(panel, new RegExp(`^Hop ${hop.depth} · .*, ${role}, session ${hop.session}`)).count(), 1);
    }
  });

  it('marks the address that is not the instance’s, and not the one that is', async () => {
    const vscode = workbench();
    await analysed(vscode);
    const panel = await openLineage(vscode, FINDINGS.offInstance);
    const { address, instanceAddress = '' } = offInstanceCase;
    const details = await selectCard(panel, /analytics-instance-role/);
    const row = (place: string) =>
      details.getByRole('table', { name: 'From where' }).getByRole('row').filter({ hasText: place });
    assert.match(await row(address).innerText(), /Suspicious/);
    assert.doesNotMatch(await row(instanceAddress).innerText(), /Suspicious/);
    assert.match(
      (await card(panel, /analytics-instance-role/).getAttribute('aria-label')) ?? '',
      /Suspicious: 8\.8\.8\.8/,
    );
  });
});
