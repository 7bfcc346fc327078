import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const ID = 'cloudtrail-lineage.cloudtrail-lineage';

/** VS Code adds commands for every view and for its container. */
const MADE_FOR_VIEWS = /\.(focus|open|resetViewLocation|removeView|toggleVisibility)$/;

interface Manifest {
  readonly contributes?: { readonly commands?: readonly { readonly command: string }[] };
}

function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension<unknown>(ID);
  assert.ok(found, `${ID} is not installed; there are: ${vscode.extensions.all.map(({ id }) => id).join(', ')}`);
  return found;
}

describe('the extension in VS Code', () => {
  it('is there and activates', async () => {
    await extension().activate();
    assert.equal(extension().isActive, true);
  });

  it('registers every command of its manifest, and no other', async () => {
    await extension().activate();
    const { contributes } = extension().packageJSON as Manifest;
    const declared = (contributes?.commands ?? []).map(({ command }) => command);
    const registered = (await vscode.commands.getCommands(true)).filter(
      (command) => command.startsWith('cloudtrailLineage.') && !MADE_FOR_VIEWS.test(command),
    );
    assert.ok(declared.length > 0, 'the manifest declares no command');
    assert.deepEqual(registered.sort(), declared.sort());
  });

  it('starts from a command, not with the window', () => {
    const { activationEvents = [] } = extension().packageJSON as { activationEvents?: readonly string[] };
    const eager = activationEvents.filter((event) => event === '*' || event.startsWith('onLanguage'));
    assert.deepEqual(eager, []);
  });
});
