/**
 * The files behind what somebody chose: files as they are, folders walked.
 *
 * Guarantee: sorted by display path and without repeats, whatever the order of the choice; a symbolic link is followed once; an
 * unreadable folder, and a chosen one without any file, is named in `problems` and costs nothing else. Nothing is opened:
 * only listed and stat'ed.
 */
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { compareText } from '../../engine/cloudtrail/text';
import type { SourceFile } from '../protocol';

export interface WalkedSources {
  readonly files: readonly SourceFile[];
  readonly problems: readonly { readonly path: string; readonly reason: string }[];
}

/** Folders that hold no logs and may be huge. */
const skippedFolders = new Set(['node_modules', '.git']);

export async function walkSources(chosen: readonly string[]): Promise<WalkedSources> {
  const walk = new Walk();
  const names = distinctNames(chosen);
  for (const path of [...chosen].sort()) {
    // Files of several chosen folders keep the folder's name apart.
    await walk.visitChosen(path, chosen.length === 1 ? '' : (names.get(path) ?? basename(path)));
  }
  const files = [...walk.files.values()].sort((a, b) =>
    a.displayPath < b.displayPath ? -1 : a.displayPath > b.displayPath ? 1 : 0,
  );
  return { files: distinctlyNamed(files), problems: walk.problems };
}

/** Reports tell files apart by their names: where two have one, each later one goes by its whole path. */
export function distinctlyNamed(files: readonly SourceFile[]): SourceFile[] {
  const names = new Set<string>();
  return files.map((file) => {
    const displayPath = names.has(file.displayPath) ? file.absolutePath.split(sep).join('/') : file.displayPath;
    names.add(displayPath);
    return { ...file, displayPath };
  });
}

/** As many of the last parts of each path as tell them all apart: `a/logs` and `b/logs`, not `logs` twice. */
function distinctNames(paths: readonly string[]): ReadonlyMap<string, string> {
  const parts = new Map(paths.map((path) => [path, resolve(path).split(sep).filter(Boolean)]));
  const longest = Math.max(1, ...[...parts.values()].map(({ length }) => length));
  for (let count = 1; count < longest; count++) {
    const names = new Map([...parts].map(([path, segments]) => [path, segments.slice(-count).join('/')]));
    if (new Set(names.values()).size === parts.size) {
      return names;
    }
  }
  return new Map([...parts].map(([path, segments]) => [path, segments.join('/')]));
}

class Walk {
  readonly files = new Map<string, SourceFile>();
  readonly problems: { path: string; reason: string }[] = [];
  private readonly visited = new Set<string>();

  /** A folder without any file is named: that nothing was found in nothing must not pass for an all-clear. */
  async visitChosen(path: string, display: string): Promise<void> {
    const found = this.files.size + this.problems.length;
    const visited = this.visited.size;
    await this.visit(path, display);
    const isNew = this.visited.size > visited;
    if (isNew && this.files.size + this.problems.length === found) {
      this.problems.push({ path, reason: 'there are no files in this folder' });
    }
  }

  private async visit(path: string, display: string): Promise<void> {
    try {
      const info = await stat(path);
      const real = await realpath(path);
      if (info.isDirectory()) {
        await this.visitFolder(path, display, real);
      } else if (info.isFile()) {
        this.visitFile(path, display, real);
      } else if (this.isNew(real)) {
        this.problems.push({ path, reason: 'neither a file nor a folder' });
      }
    } catch (error) {
      this.problems.push({ path, reason: reasonOf(error) });
    }
  }

  private visitFile(path: string, display: string, real: string): void {
    if (this.isNew(real)) {
      this.files.set(real, {
        absolutePath: path,
        displayPath: display === '' ? basename(path) : display.split(sep).join('/'),
      });
    }
  }

  /** What the listing tells of its entries is enough, except for links. */
  private async visitFolder(path: string, display: string, real: string): Promise<void> {
    if (!this.isNew(real)) {
      return;
    }
    const entries = await readdir(path, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => compareText(a.name, b.name))) {
      const { name } = entry;
      if (skippedFolders.has(name) || name.startsWith('.')) {
        continue;
      }
      const [below, shown, behind] = [join(path, name), display === '' ? name : `${display}/${name}`, join(real, name)];
      if (entry.isFile()) {
        this.visitFile(below, shown, behind);
      } else if (entry.isDirectory()) {
        await this.visitFolder(below, shown, behind).catch((error: unknown) => {
          this.problems.push({ path: below, reason: reasonOf(error) });
        });
      } else {
        await this.visit(below, shown);
      }
    }
  }

  /** False for what was met before, by whatever way. */
  private isNew(real: string): boolean {
    const isNew = !this.visited.has(real);
    this.visited.add(real);
    return isNew;
  }
}

function reasonOf(error: unknown): string {
  switch ((error as { readonly code?: string }).code) {
    case 'ENOENT':
      return 'there is no such file or folder';
    case 'EACCES':
    case 'EPERM':
      return 'no permission to read it';
    case 'ELOOP':
      return 'a loop of symbolic links';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
