/** Builds what runs in VS Code, by the project's build program. */
import { join } from 'node:path';
import { root } from './paths.mjs';
import { run } from './processes';
import { SetupError } from './vscode-install';

export async function build(): Promise<void> {
  const code = await run(process.execPath, [join(root, 'esbuild.mjs')], { cwd: root });
  if (code !== 0) throw new SetupError('The build failed.');
}
