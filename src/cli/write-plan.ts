/**
 * The files of a remediation plan on disk.
 *
 * Guarantee: writes below the folder only; without `force` nothing at all is written when any of the files is there already.
 */
import { lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GeneratedFile } from '../engine/remediate/remediation';
import { UsageError } from './arguments';

const safePath = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w.-]+(?:\/[\w.-]+)*$/;
const mostNamed = 5;

/** Paths written, in order. */
export async function writePlan(folder: string, files: readonly GeneratedFile[], force: boolean): Promise<string[]> {
  const targets = files.map(({ path, content }) => {
    if (!safePath.test(path)) {
      throw new Error(`The plan has a file with the unsafe name ${path}.`);
    }
    return { path: join(folder, ...path.split('/')), content };
  });
  const there: string[] = [];
  for (const { path } of targets) {
    if (await exists(path)) {
      there.push(path);
    }
  }
  if (there.length > 0 && !force) {
    const more = there.length > mostNamed ? ` and ${String(there.length - mostNamed)} more` : '';
    throw new UsageError(
      `There already is ${there.slice(0, mostNamed).join(', ')}${more}: choose another --out, or overwrite with --force.`,
    );
  }
  for (const { path, content } of targets) {
    await mkdir(dirname(path), { recursive: true });
    // What is replaced is replaced itself, not what a link leads to; whatever came in between is not overwritten.
    if (force) {
      await rm(path, { force: true });
    }
    await writeFile(path, content, { flag: 'wx', mode: path.endsWith('.sh') ? 0o755 : 0o644 });
  }
  return targets.map(({ path }) => path);
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return false;
    }
    throw error;
  }
}
