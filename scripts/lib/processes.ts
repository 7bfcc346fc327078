/**
 * Programs that must not outlive us: a VS Code server, its extension hosts, a browser.
 *
 * Guarantee: whatever was started or registered here is ended when the work is done, when it fails, on Ctrl-C, and when
 * we are told to end; programs started by `startGroup` lead a process group of their own, ended as a whole.
 */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type Cleanup = () => void | Promise<void>;

const groups = new Set<ChildProcess>();
const cleanups = new Set<Cleanup>();
let installed = false;
let ending: Promise<void> | undefined;

/** Registers what has to be undone at the end; returns a function that does it now, once. */
export function atEnd(cleanup: Cleanup): () => Promise<void> {
  installHandlers();
  const once = async () => {
    if (cleanups.delete(once)) await cleanup();
  };
  cleanups.add(once);
  return once;
}

/** Undoes everything registered; an error in one does not keep the others from running. */
export async function cleanUp(): Promise<void> {
  const failed = (error: unknown) =>
    process.stderr.write(`cleaning up: ${error instanceof Error ? error.message : String(error)}\n`);
  // All are begun at once, so that at the end of the process the synchronous ones still happen.
  const begun = [...cleanups].reverse().map((cleanup) => Promise.resolve(cleanup()).catch(failed));
  await Promise.all(begun);
}

export function startGroup(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  installHandlers();
  // On Windows a detached program gets a console window of its own; there the tree is ended by taskkill.
  const child = spawn(command, args, { ...options, detached: process.platform !== 'win32' });
  groups.add(child);
  // The leader's end is not the end of its group: signal what may be left.
  child.once('exit', () => {
    signalGroup(child, 'SIGKILL');
    groups.delete(child);
  });
  return child;
}

/** Asks the group to end, and ends it by force after `graceMs`. */
export async function endGroup(child: ChildProcess, graceMs = 3000): Promise<void> {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    signalGroup(child, 'SIGTERM');
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
    await ended;
    clearTimeout(timer);
  }
  groups.delete(child);
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore' });
    else process.kill(-child.pid, signal);
  } catch {
    // The group is empty: all have ended.
  }
}

function installHandlers(): void {
  if (installed) return;
  installed = true;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      ending ??= cleanUp().finally(() => process.exit(128 + constants.signals[signal]));
    });
  }
  // Last resort, for an exit that nobody awaited: what is undone synchronously still is.
  process.on('exit', () => {
    for (const child of groups) signalGroup(child, 'SIGKILL');
    void cleanUp();
  });
}

/** Resolves at Ctrl-C, or when we are told to end: for a program whose normal end this is. */
export function untilInterrupted(): Promise<void> {
  installHandlers();
  return new Promise((resolve) => {
    for (const signal of SIGNALS) {
      process.removeAllListeners(signal);
      process.on(signal, () => resolve());
    }
  });
}

/** Runs a program to its end with our standard streams; resolves to its exit code, 1 when a signal ended it. */
export async function run(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
