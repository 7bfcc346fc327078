/** Whose an id is, asked from any text: the hover, the command, the page of what came of it. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import expected from '../unit/sample/expected.json';

const [keyCase] = expected.cases;
assert.ok(keyCase !== undefined);
const { root } = keyCase;
const third = keyCase.hops[2];
assert.ok(third !== undefined);

const NOTES = [
  '# Ticket 4711',
  `The key \`${third.accessKeyId}\` was seen, from ${keyCase.address}.`,
  `Its role: ${third.role}.`,
  `The first key was ${root.accessKeyId}.`,
  'An unknown one: ASIAAAAAAAAAAAAAAAAA, and 192.0.2.1.',
].join('\n');

const run = (command: string, ...args: unknown[]) =>
  vscode.commands.executeCommand(`cloudtrailLineage.${command}`, ...args);

function at(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'the suite needs a workspace folder');
  return vscode.Uri.joinPath(folder.uri, name);
}

async function eventually<T>(what: string, find: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline;) {
    const found = await find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`${what} did not happen`);
}

function notes(): Thenable<vscode.TextDocument> {
  return vscode.workspace.openTextDocument(at('notes.md'));
}

/** Notes that no file holds. VS Code forgets such a document where nobody shows it: then once more. */
function unsaved(language: string): Promise<vscode.TextDocument> {
  return eventually('the unsaved notes', async () => {
    const document = await vscode.workspace.openTextDocument({ language, content: NOTES });
    return document.getText() === NOTES ? document : undefined;
  });
}

/** Our cards where `text` stands in a document. */
async function cards(document: vscode.TextDocument, text: string): Promise<readonly vscode.MarkdownString[]> {
  const at = document.getText().indexOf(text);
  assert.ok(at >= 0, `${text} is not in the document`);
  const position = document.positionAt(at + 2);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    position,
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .filter((content) => content instanceof vscode.MarkdownString)
    .filter(({ value }) => value.includes('command:cloudtrailLineage.'));
}

/** Runs the command behind a link of a card, as a click on it does. */
async function follow(card: vscode.MarkdownString, title: string): Promise<void> {
  const [, command, argument] =
    new RegExp(`\\[${title}[^\\]]*\\]\\(command:([\\w.]+)\\?([^)]*)\\)`).exec(card.value) ?? [];
  assert.ok(command !== undefined && argument !== undefined, `no link ${title} in ${card.value}`);
  await vscode.commands.executeCommand(command, ...(JSON.parse(decodeURIComponent(argument)) as unknown[]));
}

function tabs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs);
}

function panel(): vscode.Tab | undefined {
  return tabs().find(
    ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('cloudtrailLineage.panel'),
  );
}

function blastRadius(): vscode.Uri | undefined {
  return tabs()
    .map(({ input }) => (input instanceof vscode.TabInputCustom ? input.uri : undefined))
    .find((uri) => uri?.scheme === 'cloudtrail' && uri.path.startsWith('/blast-radius/'));
}

describe('whose an id is, in VS Code', () => {
  before(async () => {
    await vscode.workspace.fs.writeFile(at('notes.md'), new TextEncoder().encode(NOTES));
    await run('clear');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(async () => {
    await run('clear');
    await vscode.workspace.fs.delete(at('notes.md'));
  });

  it('is not said before anything is analysed', async () => {
    assert.deepEqual(await cards(await notes(), third.accessKeyId), []);
  });

  it('is said over a key in notes, whatever their language', async () => {
    await run('analyze', at('cloudtrail-logs'));
    const documents = [await notes(), ...(await Promise.all(['markdown', 'plaintext', 'json'].map(unsaved)))];
    for (const document of documents) {
      const language = document.languageId;
      const [card, ...others] = await cards(document, third.accessKeyId);
      assert.deepEqual(others, []);
      const text = card?.value.replaceAll('\\', '') ?? '';
      assert.match(text, new RegExp(`\\*\\*${third.accessKeyId}\\*\\* · access key`), language);
      assert.match(text, /platform-admin as botocore-session-1747357562/);
      assert.match(text, /role session · depth 3 · most likely anomalous/);
      assert.match(text, /ci-legacy-deploy → deploy-staging → deploy-production → platform-admin/);
      assert.match(text, /Link exact: the access key that was issued is the one that was used/);
      assert.match(text, /Finding, critical: /);
      assert.deepEqual(
        [...(card?.value ?? '').matchAll(/\[([^\]]+)\]\(/g)].map(([, title]) => title),
        ['Show lineage', 'Issuing record (AssumeRole)', 'Blast radius (1 session)'],
      );
    }
  });

  it('may run only what the card links to', async () => {
    const [card] = await cards(await notes(), third.accessKeyId);
    assert.ok(card !== undefined);
    assert.notEqual(card.supportHtml, true);
    assert.ok(typeof card.isTrusted === 'object');
    assert.deepEqual([...card.isTrusted.enabledCommands].sort(), [
      'cloudtrailLineage.openEvidence',
      'cloudtrailLineage.showBlastRadius',
      'cloudtrailLineage.showLineage',
      'cloudtrailLineage.whoIs',
    ]);
  });

  it('is said of roles and addresses, and of nothing that the logs do not know', async () => {
    const document = await notes();
    assert.match((await cards(document, third.role))[0]?.value ?? '', /· role/);
    assert.match((await cards(document, keyCase.address))[0]?.value ?? '', /· address/);
    for (const text of ['ASIAAAAAAAAAAAAAAAAA', '192.0.2.1.', 'Ticket', 'was seen'])
      assert.deepEqual(await cards(document, text), [], text);
  });

  it('is said in records as well, and leads to them', async () => {
    const [card] = await cards(await notes(), third.accessKeyId);
    assert.ok(card !== undefined);
    await follow(card, 'Issuing record');
    // The editor is there a moment before its cursor is where the key stands.
    const document = await eventually('the record, at the key that it issued', () => {
      const active = vscode.window.activeTextEditor;
      if (active?.document.uri.scheme !== 'cloudtrail') return undefined;
      const line = active.document.lineAt(active.selection.active.line).text;
      return line.includes(`"accessKeyId": "${third.accessKeyId}"`) ? active.document : undefined;
    });
    const [inside] = await cards(document, third.accessKeyId);
    assert.match(inside?.value ?? '', /access key/);
  });

  it('leads to the lineage', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const [card] = await cards(await notes(), third.accessKeyId);
    assert.ok(card !== undefined);
    await follow(card, 'Show lineage');
    await eventually('the panel', panel);
  });

  it('leads to the lineage from the command as well', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    assert.equal(panel(), undefined);
    const found = run('whoIs', { name: third.accessKeyId });
    // The first entry is the session itself.
    await eventually('the panel', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return panel();
    });
    await found;
  });

  it('shows everything that came of a first credential as a page', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const [card] = await cards(await notes(), root.accessKeyId);
    assert.ok(card !== undefined);
    await follow(card, 'Blast radius');
    const uri = await eventually('the page', blastRadius);
    const page = (await vscode.workspace.openTextDocument(uri)).getText();
    assert.match(page, /^# /);
    for (const part of ['ci\\-legacy\\-deploy', 'platform\\-admin', 'bob', 'AKIA2FMTT7JPXFATIXWT'])
      assert.ok(page.includes(part), `${part} is not on the page`);
  });

  it('keeps nothing of an analysis that is no more', async () => {
    const document = await notes();
    const uri = await eventually('the page', blastRadius);
    await run('clear');
    assert.deepEqual(await cards(document, third.accessKeyId), []);
    await eventually('the page to say so', async () => {
      const text = (await vscode.workspace.openTextDocument(uri)).getText();
      return text.includes('not part of the current analysis') ? true : undefined;
    });
  });
});
