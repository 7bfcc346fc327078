/**
 * Puts a VS Code server into .cache/vscode-server-<version>, once.
 *
 * The npm package code-server carries a complete one in lib/vscode, without the packages that it needs. Those, pinned by
 * the one lock file of test/vscode-host, are put where it looks for them. Everything comes from the package registry, no
 * script of a package runs, nothing is compiled: natives without a ready binary are replaced by the stand-ins beside the
 * lock.
 *
 * Guarantees: the folder is complete or absent (it is built elsewhere and renamed); a change of the lock, a stand-in or
 * this recipe makes a new one; two installs at the same time are harmless.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { folderHash } from './folder-hash';
import { cacheDir, root } from './paths.mjs';
import { atEnd } from './processes';

/** Raise when the steps below change what they produce. */
const RECIPE = 2;

const hostDir = join(root, 'test/vscode-host');

export interface InstalledServer {
  readonly home: string;
  /** The program to run with a Node that has `module.registerHooks` (22.15 or newer). */
  readonly entry: string;
}

/** Something about the machine that the user has to change; the message says what. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

/** Built-in extensions that look for a network, need natives, or are big and no use beside an analysis of logs. */
const UNUSED_EXTENSIONS = [
  'copilot',
  'debug-auto-launch',
  'debug-server-ready',
  'git',
  'git-base',
  'github',
  'github-authentication',
  'mermaid-markdown-features',
  'microsoft-authentication',
  'ms-vscode.js-debug',
  'ms-vscode.js-debug-companion',
  'ms-vscode.vscode-js-profile-table',
  'tunnel-forwarding',
  'typescript-language-features',
];

export async function ensureVscodeServer(say: (line: string) => void): Promise<InstalledServer> {
  if (process.platform === 'win32')
    throw new SetupError('The served VS Code runs on Linux and macOS. Here, install VS Code, or use WSL.');
  if (!('registerHooks' in nodeModule))
    throw new SetupError(`The served VS Code needs Node 22.15 or newer; this is ${process.versions.node}.`);
  const home = join(cacheDir, `vscode-server-${hostVersion()}`);
  const stamp = folderHash(hostDir, `${RECIPE} ${process.platform} ${process.arch}`);
  const installed = { home, entry: join(home, 'out/server-main.js') };
  if (isComplete(home, stamp)) return installed;

  say('Installing a VS Code server into .cache (once, about half a minute)');
  const staging = `${home}.${process.pid}`;
  const removeStaging = atEnd(() => fs.rmSync(staging, { recursive: true, force: true }));
  try {
    build(staging);
    fs.writeFileSync(join(staging, 'vscode', STAMP), stamp);
    if (!isComplete(home, stamp)) {
      fs.rmSync(home, { recursive: true, force: true });
      moveInto(join(staging, 'vscode'), home, stamp);
    }
  } finally {
    await removeStaging();
  }
  return installed;
}

const STAMP = '.complete';

/** Whether the folder was built to its end from these inputs. */
export function isComplete(home: string, stamp: string): boolean {
  try {
    return fs.readFileSync(join(home, STAMP), 'utf8') === stamp;
  } catch {
    return false;
  }
}

function hostVersion(): string {
  const { dependencies } = readJson(join(hostDir, 'package.json')) as { dependencies: Record<string, string> };
  const version = dependencies['code-server'];
  if (version === undefined) throw new Error('test/vscode-host/package.json names no code-server');
  return version;
}

function moveInto(from: string, home: string, stamp: string): void {
  try {
    fs.renameSync(from, home);
  } catch (error) {
    // Another process was faster: its server is as good.
    if (!isComplete(home, stamp)) throw error;
  }
}

/** Leaves a server in `staging`/vscode. */
function build(staging: string): void {
  fs.rmSync(staging, { recursive: true, force: true });
  fs.mkdirSync(staging, { recursive: true });
  for (const name of ['package.json', 'package-lock.json', '.npmrc'])
    fs.copyFileSync(join(hostDir, name), join(staging, name));
  npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], staging);

  const vscode = join(staging, 'vscode');
  const modules = join(staging, 'node_modules');
  fs.renameSync(join(modules, 'code-server/lib/vscode'), vscode);
  dropCodeServer(staging);
  fs.renameSync(modules, join(vscode, 'node_modules'));
  for (const name of fs.readdirSync(join(hostDir, 'stand-ins')))
    fs.cpSync(join(hostDir, 'stand-ins', name), join(vscode, 'node_modules/@vscode', name), { recursive: true });
  prune(vscode);

  const trial = spawnSync(process.execPath, [join(vscode, 'out/server-main.js'), '--version'], { encoding: 'utf8' });
  if (trial.status !== 0) throw new Error(`The VS Code server does not start:\n${trial.stderr || trial.stdout}`);
}

/** What is left of code-server is its own web server, which is not used; its packages go with it. */
function dropCodeServer(staging: string): void {
  const path = join(staging, 'package.json');
  const manifest = readJson(path) as { dependencies: Record<string, string> };
  delete manifest.dependencies['code-server'];
  fs.writeFileSync(path, JSON.stringify(manifest));
  npm(['prune', '--ignore-scripts', '--no-audit', '--no-fund', '--offline'], staging);
}

function prune(vscode: string): void {
  const platform = `${process.platform}-${process.arch}`;
  const modules = join(vscode, 'node_modules');
  const keepOnly = (folder: string, kept: (name: string) => boolean) => {
    for (const name of fs.readdirSync(folder).filter((each) => !kept(each)))
      fs.rmSync(join(folder, name), { recursive: true });
  };
  keepOnly(join(modules, '@vscode/ripgrep-universal/bin'), (name) => name === platform);
  keepOnly(join(modules, 'node-pty/prebuilds'), (name) => name === platform);
  keepOnly(join(modules, 'node-pty'), (name) => !['third_party', 'deps', 'src'].includes(name));
  keepOnly(join(vscode, 'extensions'), (name) => !UNUSED_EXTENSIONS.includes(name));
  for (const name of fs.readdirSync(vscode, { recursive: true, encoding: 'utf8' }))
    if (/\.(map|d\.ts)$/.test(name)) fs.rmSync(join(vscode, name), { force: true });
  fs.chmodSync(join(modules, '@vscode/ripgrep-universal/bin', platform, 'rg'), 0o755);
  const helper = join(modules, 'node-pty/prebuilds', platform, 'spawn-helper');
  if (fs.existsSync(helper)) fs.chmodSync(helper, 0o755);
}

function npm(args: readonly string[], cwd: string): void {
  const program = process.env['npm_execpath'] ?? '';
  const viaNode = /npm-cli\.[cm]?js$/.test(program);
  const result = spawnSync(viaNode ? process.execPath : 'npm', viaNode ? [program, ...args] : args, {
    cwd,
    encoding: 'utf8',
    // Errors are for the reader, the summary is not. Node's own variables may ask for a loader that is not there.
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, npm_config_loglevel: 'error', NODE_OPTIONS: '' },
  });
  if (result.error) throw new SetupError(`npm could not be started: ${result.error.message}`);
  if (result.status !== 0)
    throw new SetupError(`"npm ${args.join(' ')}" failed for test/vscode-host: is the package registry reachable?`);
}

function readJson(path: string): unknown {
  return JSON.parse(fs.readFileSync(path, 'utf8'));
}
