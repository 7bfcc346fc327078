/**
 * The case file that goes with what is analysed.
 *
 * Guarantee: the one that was named; else `.cloudtrail-case.json` in the analysed folder, then in each folder above it up to the
 * current one; for logs elsewhere in their folder, then in the current one. Two that differ are a question to the user.
 */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { UsageError } from './arguments';

export const caseFileName = '.cloudtrail-case.json';

export interface FoundCaseFile {
  readonly path: string;
  readonly text: string;
}

export async function findCaseFile(
  cwd: string,
  paths: readonly string[],
  named: string | undefined,
): Promise<FoundCaseFile | undefined> {
  if (named !== undefined) {
    const path = resolve(cwd, named);
    const text = await readIfThere(path);
    if (text === undefined) {
      throw new UsageError(`There is no case file ${named}.`);
    }
    return { path, text };
  }
  const found = new Map<string, FoundCaseFile>();
  for (const path of paths) {
    const file = await nearest(cwd, resolve(cwd, path));
    if (file !== undefined) {
      found.set(file.path, file);
    }
  }
  if (found.size > 1) {
    throw new UsageError(`Several case files apply (${[...found.keys()].sort().join(', ')}): choose one with --case.`);
  }
  return [...found.values()][0];
}

async function nearest(cwd: string, path: string): Promise<FoundCaseFile | undefined> {
  for (const folder of foldersFrom(cwd, (await isFolder(path)) ? path : dirname(path))) {
    const candidate = join(folder, caseFileName);
    const text = await readIfThere(candidate);
    if (text !== undefined) {
      return { path: candidate, text };
    }
  }
  return undefined;
}

function foldersFrom(cwd: string, folder: string): readonly string[] {
  const way = relative(cwd, folder);
  if (way === '..' || way.startsWith(`..${sep}`) || resolve(way) === way) {
    return [folder, cwd];
  }
  const folders = [folder];
  for (let at = folder; at !== cwd && dirname(at) !== at;) {
    at = dirname(at);
    folders.push(at);
  }
  return folders;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // A path that is not there is said where it is read.
    return false;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as { readonly code?: string }).code === 'ENOENT') {
      return undefined;
    }
    throw new UsageError(
      `The case file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}
