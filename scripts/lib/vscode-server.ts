/**
 * A real VS Code, served on 127.0.0.1 from a fresh data folder, with our extension in it.
 *
 *   const server = await startVscodeServer({ extension: { kind: 'source', path: root }, theme: 'dark', say: console.error });
 *   console.log(server.address({ folder: '/some/folder' }));   // open this in any browser
 *   await server.stop();                                       // also happens by itself when we end, however we end
 *
 * To write a test that drives the user interface, see the head of test/extension/ui/workbench.ts.
 *
 * Guarantees: reachable from this machine only; no gallery, no telemetry, nothing read from the user's home; when it is
 * stopped, or when this process ends, no process and no file of it is left.
 */
import * as fs from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { atEnd, endGroup, run, startGroup } from './processes';
import { ensureVscodeServer, SetupError, type InstalledServer } from './vscode-install';
import { composeSettings, type Settings, type Theme } from './vscode-settings';

/** The extension under test: a folder with a package.json (linked, not copied), or a packaged file. */
export type ExtensionSource =
  { readonly kind: 'source'; readonly path: string } | { readonly kind: 'vsix'; readonly path: string };

export interface ServerOptions {
  /** What is installed into it. A suite in the extension host needs it absent or a VSIX: see `hostSuiteAddress`. */
  readonly extension?: ExtensionSource;
  readonly theme?: Theme;
  readonly settings?: Settings;
  /** Lets the address name a suite that runs in the extension host; VS Code then shows no notifications. */
  readonly testDriver?: boolean;
  /** Reaches the extension host. */
  readonly env?: Readonly<Record<string, string>>;
  readonly say?: (line: string) => void;
}

export interface Workspace {
  /** Absolute path of a folder, or of a .code-workspace file; an empty window when absent. */
  readonly folder?: string;
}

export interface VscodeServer {
  readonly port: number;
  address(workspace: Workspace): string;
  /** The address that runs the `run()` exported by `suite` in the extension host, with `extension` in development. */
  hostSuiteAddress(workspace: Workspace, extension: string, suite: string): string;
  /** What server and extension hosts have written so far: for the report of a failure. */
  logs(): string;
  /** Resolves when the server has ended, by itself or stopped. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export async function startVscodeServer(options: ServerOptions = {}): Promise<VscodeServer> {
  const installed = await ensureVscodeServer(options.say ?? (() => undefined));
  const data = temporaryFolder('vsc-');
  let child: ChildProcess | undefined;
  const stop = atEnd(async () => {
    if (child) await endGroup(child);
    fs.rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
  try {
    const env = serverEnvironment(data, options.env);
    await prepareData(data, options, installed, env);
    let output = '';
    child = startGroup(process.execPath, [...nodeFlags(data), installed.entry, ...serverArguments(data, options)], {
      env,
      cwd: data,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
    const ended = new Promise<void>((resolve) => child?.once('exit', () => resolve()));
    const port = await listeningPort(child, () => output);
    await answers(port);
    return { port, ended, stop, logs: () => collectLogs(data, output), ...addresses(port) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A new folder with a short path (sockets are made in it, whose paths end at 107 characters), removed at the end. */
export function temporaryFolder(prefix = 'ctl-'): string {
  const parent = fs.existsSync('/tmp') ? '/tmp' : tmpdir();
  const folder = fs.realpathSync(fs.mkdtempSync(join(parent, prefix)));
  atEnd(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  return folder;
}

function addresses(port: number): Pick<VscodeServer, 'address' | 'hostSuiteAddress'> {
  const address = ({ folder }: Workspace) => {
    const url = new URL(`http://127.0.0.1:${port}/`);
    if (folder === undefined) url.searchParams.set('ew', 'true');
    else url.searchParams.set(folder.endsWith('.code-workspace') ? 'workspace' : 'folder', folder);
    // A slash may stand in a query as it is, and reads better.
    return url.href.replaceAll('%2F', '/');
  };
  return {
    address,
    hostSuiteAddress(workspace, extension, suite) {
      const remote = (path: string) => `vscode-remote://127.0.0.1:${port}${encodeURI(path)}`;
      const url = new URL(address(workspace));
      const payload = [
        ['extensionDevelopmentPath', remote(extension)],
        ['extensionTestsPath', remote(suite)],
        ['skipWelcome', 'true'],
      ];
      url.searchParams.set('payload', JSON.stringify(payload));
      return url.href;
    },
  };
}

function serverArguments(data: string, options: ServerOptions): string[] {
  return [
    ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--accept-server-license-terms'],
    ...folderArguments(data),
    ...['--telemetry-level', 'off', '--disable-workspace-trust'],
    ...(options.testDriver === true ? ['--enable-smoke-test-driver'] : []),
  ];
}

function folderArguments(data: string): string[] {
  return [
    ...['--server-data-dir', join(data, 's'), '--user-data-dir', join(data, 'd')],
    ...['--extensions-dir', join(data, 'x')],
  ];
}

function serverEnvironment(data: string, more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  // Started from a terminal inside VS Code we would inherit that one's variables; from npm, npm's.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|npm_|ELECTRON_)/.test(name) && name !== 'NODE_OPTIONS',
  );
  return {
    ...Object.fromEntries(inherited),
    HOME: data,
    TMPDIR: data,
    XDG_RUNTIME_DIR: data,
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    ...more,
  };
}

/** Ends the server when this process is killed in a way that leaves us no time to do it. */
function nodeFlags(data: string): string[] {
  const watcher = join(data, 'watch-parent.mjs');
  fs.writeFileSync(
    watcher,
    `import { rmSync } from 'node:fs';
const parent = process.ppid;
setInterval(() => {
  if (process.ppid === parent) return;
  try { rmSync(${JSON.stringify(data)}, { recursive: true, force: true }); } catch {}
  try { process.kill(-process.pid, 'SIGKILL'); } catch { process.exit(1); }
}, 1000).unref();
`,
  );
  return ['--import', watcher];
}

async function prepareData(
  data: string,
  options: ServerOptions,
  installed: InstalledServer,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const settings = JSON.stringify(composeSettings(options.theme ?? 'dark', options.settings), null, 2);
  fs.mkdirSync(join(data, 'd/User'), { recursive: true });
  fs.writeFileSync(join(data, 'd/User/settings.json'), settings);
  fs.mkdirSync(join(data, 'x'));
  const { extension } = options;
  if (extension?.kind === 'source') fs.symlinkSync(extension.path, join(data, 'x', 'under-test'), 'junction');
  if (extension?.kind === 'vsix') {
    if (!fs.existsSync(extension.path)) throw new SetupError(`There is no ${extension.path}`);
    const args = [installed.entry, ...folderArguments(data), '--install-extension', extension.path];
    const code = await run(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    if (code !== 0) throw new Error(`VS Code does not install ${extension.path}`);
  }
}

/** The port is the system's choice: the server says which. */
async function listeningPort(child: ChildProcess, output: () => string): Promise<number> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const port = /Extension host agent listening on (\d+)/.exec(output())?.[1];
    if (port !== undefined) return Number(port);
    if (child.exitCode !== null || child.signalCode !== null) break;
    await delay(50);
  }
  throw new Error(`The VS Code server did not start:\n${output()}`);
}

async function answers(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const status = await new Promise<number>((resolve) => {
      request({ host: '127.0.0.1', port, path: '/version', agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on('error', () => resolve(0))
        .end();
    });
    if (status === 200) return;
    await delay(100);
  }
  throw new Error(`The VS Code server on port ${port} does not answer`);
}

function collectLogs(data: string, output: string): string {
  const folder = join(data, 'd/logs');
  const names = fs.existsSync(folder) ? fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  const files = names.filter((name) => name.endsWith('.log')).sort();
  const texts = files.map((name) => `── ${name}\n${fs.readFileSync(join(folder, name), 'utf8')}`);
  return [`── server\n${output}`, ...texts].join('\n');
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
