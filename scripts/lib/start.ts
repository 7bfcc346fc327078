/**
 * `npm start`: builds, then opens VS Code on the sample incident (or `--open FOLDER`) with the extension loaded. That is the
 * desktop VS Code where there is one, else a VS Code served on 127.0.0.1 until Ctrl-C. Any other arguments run the command
 * line of the tool in the folder where npm was started.
 */
import * as fs from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { build } from './build';
import { parseStartArguments, type StartOptions } from './launch-options';
import { root } from './paths.mjs';
import { run, untilInterrupted } from './processes';
import { sampleCopy } from './sample-workspace';
import { SetupError } from './vscode-install';
import { startVscodeServer } from './vscode-server';

const say = (line: string) => void process.stderr.write(`${line}\n`);

/** npm changes into the project; what the user typed is relative to where they were. */
const userFolder = process.env['INIT_CWD'] ?? process.cwd();

export async function start(args: readonly string[]): Promise<number> {
  const options = parseStartArguments(args);
  await build();
  switch (options.kind) {
    case 'cli':
      return run(process.execPath, [join(root, 'dist/cli.js'), ...options.args], { cwd: userFolder });
    case 'vscode':
      return openVscode(options);
  }
}

async function openVscode(options: StartOptions & { kind: 'vscode' }): Promise<number> {
  const folder = options.folder === undefined ? sampleCopy() : resolve(userFolder, options.folder);
  if (!fs.existsSync(folder)) throw new SetupError(`There is no ${folder}`);
  const code = options.served ? undefined : desktopCode();
  if (code !== undefined) {
    say(`Opening VS Code on ${folder}`);
    const args = [`--extensionDevelopmentPath=${root}`, '--new-window', folder];
    // `code` is a .cmd on Windows, which only a shell starts, and a shell needs its arguments quoted.
    if (process.platform === 'win32')
      return run(
        `"${code}"`,
        args.map((arg) => `"${arg}"`),
        { shell: true },
      );
    return run(code, args);
  }
  const server = await startVscodeServer({ extension: { kind: 'source', path: root }, theme: options.theme, say });
  process.stdout.write(`\nCloudTrail Lineage is open at ${server.address({ folder })}\n`);
  process.stdout.write('Right-click a folder of logs, choose "Analyze CloudTrail". Ctrl-C stops it.\n');
  const outcome = await Promise.race([
    untilInterrupted().then(() => 'interrupted' as const),
    server.ended.then(() => 'ended' as const),
  ]);
  if (outcome === 'ended') throw new Error(`The VS Code server ended by itself:\n${server.logs()}`);
  await server.stop();
  return 0;
}

/** The desktop VS Code's command, where it can open a window here; undefined means: serve one. */
export function desktopCode(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  isRoot = process.getuid?.() === 0,
  exists: (path: string) => boolean = fs.existsSync,
): string | undefined {
  // In a terminal of a remote VS Code, `code` only talks to that window and cannot load an extension in development.
  if (env['VSCODE_IPC_HOOK_CLI']) return undefined;
  // VS Code refuses root, and has no window without a display.
  if (platform === 'linux' && (isRoot || !(env['DISPLAY'] || env['WAYLAND_DISPLAY']))) return undefined;
  const name = platform === 'win32' ? 'code.cmd' : 'code';
  const path = env['PATH'] ?? env['Path'] ?? '';
  return path
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find(exists);
}
