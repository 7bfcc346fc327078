/** The user's path through the extension's own doors: commands, documents, problems, code actions, files in the workspace. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const CRITICAL = /made by role platform-admin after 3 role assumptions/;

function workspace(): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'the suite needs a workspace folder');
  return folder.uri;
}

function at(...path: readonly string[]): vscode.Uri {
  return vscode.Uri.joinPath(workspace(), ...path);
}

async function text(uri: vscode.Uri): Promise<string> {
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}

async function write(uri: vscode.Uri, content: string): Promise<void> {
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(content));
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

function ours(uri?: vscode.Uri): readonly (readonly [vscode.Uri, readonly vscode.Diagnostic[]])[] {
  const all =
    uri === undefined ? vscode.languages.getDiagnostics() : [[uri, vscode.languages.getDiagnostics(uri)] as const];
  return all
    .map(([each, problems]) => [each, problems.filter(({ source }) => source === 'CloudTrail Lineage')] as const)
    .filter(([, problems]) => problems.length > 0);
}

function rule({ code }: vscode.Diagnostic): string {
  return typeof code === 'object' ? String(code.value) : '';
}

async function eventually<T>(what: string, find: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline;) {
    const found = await find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`${what} did not happen`);
}

const run = (command: string, ...args: unknown[]) =>
  vscode.commands.executeCommand(`cloudtrailLineage.${command}`, ...args);

/** The evidence document of case 1's finding, and the finding's id. */
function critical(): { readonly uri: vscode.Uri; readonly finding: string } {
  const uri = ours()
    .map(([each]) => each)
    .find(({ path }) => path.includes('User bob'));
  assert.ok(uri, 'no problem about user bob');
  return { uri, finding: decodeURIComponent(uri.query) };
}

describe('an analysis in VS Code', () => {
  before(async function () {
    this.timeout(60_000);
    await run('analyze', at('cloudtrail-logs'));
  });

  it('makes the three cases of the sample incident problems, and nothing benign at warning or above', () => {
    const found = ours().flatMap(([, problems]) => problems);
    const rules = found.filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error).map(rule);
    assert.deepEqual(rules.sort(), [
      'chain-then-persistence',
      'chain-then-persistence',
      'created-key-used',
      'ec2-credential-chain',
      'ec2-credential-off-instance',
      'role-chain-depth',
      'role-chain-depth',
      'trust-policy-backdoor',
    ]);
    const warnings = found.filter(({ severity }) => severity === vscode.DiagnosticSeverity.Warning);
    assert.deepEqual(warnings.map(rule).sort(), ['imdsv1-credential-use', 'imdsv1-credential-use', 'session-outlier']);
    for (const { code } of found) {
      assert.ok(
        typeof code === 'object' && code.target.path.endsWith(`/docs/rules/${String(code.value)}.md`),
        'a problem leads to its rule',
      );
    }
  });

  it('shows evidence as JSON, with the problems at the records', async () => {
    const { uri } = critical();
    const document = await vscode.workspace.openTextDocument(uri);
    assert.equal(document.languageId, 'json');
    const parsed = JSON.parse(document.getText()) as { finding: string; Records: readonly { eventName: string }[] };
    assert.match(parsed.finding, CRITICAL);
    assert.ok(parsed.Records.some(({ eventName }) => eventName === 'CreateUser'));
    const problems = await eventually('the problems at the records', () => {
      const here = ours(uri)[0]?.[1] ?? [];
      return here.length === parsed.Records.length + 1 ? here : undefined;
    });
    const marked = problems.map(({ range }) => document.getText(range));
    assert.ok(marked.includes('"userName": "bob"'), marked.join('\n'));
    const chain = problems.find(({ relatedInformation = [] }) => relatedInformation.length > 0);
    assert.equal(chain?.relatedInformation?.length, parsed.Records.length);
  });

  it('opens evidence with the cursor where its problem is', async () => {
    const { uri, finding } = critical();
    const document = await vscode.workspace.openTextDocument(uri);
    const { Records } = JSON.parse(document.getText()) as {
      Records: readonly { eventID: string; eventName: string }[];
    };
    const record = Records.find(({ eventName }) => eventName === 'CreateAccessKey');
    await run('openEvidence', { finding, eventID: record?.eventID });
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    assert.equal(editor.document.uri.toString(), uri.toString());
    assert.match(editor.document.lineAt(editor.selection.active.line).text, /"accessKeyId": "AKIA2FMTT7JPXFATIXWT"/);
  });

  it('offers the remediation at the problem, and nowhere else', async () => {
    const { uri } = critical();
    const offered = async (range: vscode.Range) =>
      (await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, range))
        // VS Code itself offers to sort any JSON.
        .filter(({ command }) => command?.command === 'cloudtrailLineage.generateRemediation')
        .map(({ title }) => title);
    const [first] = ours(uri)[0]?.[1] ?? [];
    assert.ok(first);
    const titles = await offered(first.range);
    assert.match(titles[0] ?? '', /^Write remediation: The whole response/);
    assert.ok(
      titles.some((title) => title.includes('Deny everything to role platform-admin')),
      titles.join('\n'),
    );
    assert.deepEqual(await offered(new vscode.Range(0, 0, 0, 0)), []);
  });

  it('shows the lineage panel, and the sessions by it', async () => {
    await run('showLineage', { finding: critical().finding });
    await eventually('the panel', () =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .find(
          ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('cloudtrailLineage.panel'),
        ),
    );
  });

  it('writes the whole response into the workspace, and opens it', async () => {
    await run('generateRemediation', { finding: critical().finding });
    const [folder] = (await vscode.workspace.fs.readDirectory(at('remediation'))).map(([name]) => name);
    assert.match(folder ?? '', /^incident-/);
    const files = (await vscode.workspace.fs.readDirectory(at('remediation', folder ?? ''))).map(([name]) => name);
    assert.deepEqual(files.sort(), ['policies', 'respond.ps1', 'respond.sh', 'runbook.md']);
    assert.match(await text(at('remediation', folder ?? '', 'runbook.md')), /platform-admin/);
    const policies = await vscode.workspace.fs.readDirectory(at('remediation', folder ?? '', 'policies'));
    for (const [name] of policies) JSON.parse(await text(at('remediation', folder ?? '', 'policies', name)));
    assert.ok(policies.length > 5);
    assert.match(vscode.window.activeTextEditor?.document.uri.path ?? '', /\/policies\/deny-all-.*\.json$/);
    assert.ok(vscode.workspace.textDocuments.some(({ uri }) => uri.path.endsWith('/runbook.md')));
  });

  it('never replaces what is there unasked', async () => {
    const [folder] = (await vscode.workspace.fs.readDirectory(at('remediation'))).map(([name]) => name);
    const runbook = at('remediation', folder ?? '', 'runbook.md');
    await write(runbook, 'edited by hand');
    // A test has nobody to answer the question, which counts as Cancel.
    await Promise.race([
      run('generateRemediation', { finding: critical().finding }),
      new Promise((resolve) => setTimeout(resolve, 2000)),
    ]);
    assert.equal(await text(runbook), 'edited by hand');
  });

  it('keeps decisions in the case file, with its comments', async () => {
    const { finding } = critical();
    await run('triage.confirm', { finding });
    const file = await text(at('.cloudtrail-case.json'));
    assert.match(file, new RegExp(`"${finding}": \\{\\s*"state": "confirmed"`));
    assert.match(file, /\/\/ The office and its VPN\./);
    await run('triage.reopen', { finding });
    assert.doesNotMatch(await text(at('.cloudtrail-case.json')), new RegExp(finding));
  });

  it('analyses again when the case file changes, and what it allows is no problem any more', async () => {
    const { finding } = critical();
    const before = await text(at('.cloudtrail-case.json'));
    const suppressed = before.replace(
      /"suppressions": \[[^\]]*\]/,
      `"suppressions": [{ "finding": ${JSON.stringify(finding)}, "reason": "a test" }]`,
    );
    assert.notEqual(suppressed, before);
    await write(at('.cloudtrail-case.json'), suppressed);
    await eventually('the problem to go', () => (ours().some(([{ query }]) => query === finding) ? undefined : true));
    await write(at('.cloudtrail-case.json'), before);
    await eventually('the problem to come back', () => ours().find(([{ query }]) => query === finding));
  });

  it('writes a chain that is expected into the case file, from its light bulb', async () => {
    const before = await text(at('.cloudtrail-case.json'));
    const chain = ours().find(([{ path }, problems]) =>
      problems.some(({ code }) => typeof code === 'object' && code.value === 'role-chain-depth' && path !== ''),
    );
    assert.ok(chain);
    const [uri, problems] = chain;
    const problem = problems.find(({ code }) => typeof code === 'object' && code.value === 'role-chain-depth');
    await vscode.workspace.openTextDocument(uri);
    const page = typeof problem?.code === 'object' ? problem.code.target : undefined;
    assert.match(
      await text(page ?? uri),
      /^# Chain of role assumptions\n/,
      'the problem links to the page of its rule',
    );
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      problem?.range,
    );
    const expected = actions.find(
      ({ title, command }) => title === 'This chain is expected…' && command?.arguments !== undefined,
    );
    assert.ok(expected?.command, actions.map(({ title }) => title).join('\n'));
    await vscode.commands.executeCommand(
      expected.command.command,
      ...((expected.command.arguments ?? []) as readonly unknown[]),
    );
    assert.match(await text(at('.cloudtrail-case.json')), /"allowedChains": \[[^\]]*"arn:aws:iam::\d{12}:role\//);
    assert.match(await text(at('.cloudtrail-case.json')), /\/\/ The office and its VPN\./);
    await eventually('the problem to go', () => (ours().some(([each]) => each.query === uri.query) ? undefined : true));
    await write(at('.cloudtrail-case.json'), before);
    await eventually('the problem to come back', () => ours().find(([each]) => each.query === uri.query));
  });

  it('puts a mistake in the case file on its line', async () => {
    const before = await text(at('.cloudtrail-case.json'));
    await write(
      at('.cloudtrail-case.json'),
      before.replace('"triage"', '"ownAcounts": [],\n  "triage"').replace('"203.0.113.10/31"', '"203.0.113.10/99"'),
    );
    const problem = await eventually(
      'the problem in the case file',
      () => ours(at('.cloudtrail-case.json'))[0]?.[1][0],
    );
    const lines = (await text(at('.cloudtrail-case.json'))).split('\n');
    assert.match(lines[problem.range.start.line] ?? '', /203\.0\.113\.10\/99|ownAcounts/);
    await write(at('.cloudtrail-case.json'), before);
    await eventually('the problem to go', () => (ours(at('.cloudtrail-case.json')).length === 0 ? true : undefined));
  });

  it('marks the records in an open log whose lines can be shown', async () => {
    const { uri } = critical();
    const { Records } = JSON.parse((await vscode.workspace.openTextDocument(uri)).getText()) as {
      Records: readonly unknown[];
    };
    await write(at('plain', 'log.json'), `\ufeff${JSON.stringify({ note: 'é🚀', Records }, null, 2)}\n`);
    await run('analyze', at('plain'));
    const document = await vscode.workspace.openTextDocument(at('plain', 'log.json'));
    const problems = await eventually('the problems in the log', () => ours(document.uri)[0]?.[1]);
    for (const { range } of problems) assert.match(document.getText(range), /^"eventName"\s*:\s*"\w+"$/);
    await vscode.workspace.fs.delete(at('plain'), { recursive: true });
  });

  it('takes everything away when it is cleared', async () => {
    await run('clear');
    assert.deepEqual(ours(), []);
    assert.equal(await exists(at('remediation')), true);
  });

  it('says of a folder without logs what it found there', async () => {
    await write(at('empty', 'notes.txt'), 'no log');
    await run('analyze', at('empty'));
    assert.deepEqual(ours(), []);
    await vscode.workspace.fs.delete(at('empty'), { recursive: true });
    await run('clear');
  });
});
