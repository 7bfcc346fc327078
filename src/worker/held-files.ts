/**
 * The files of the last analysis and their lineage: what did not change since is not read again.
 *
 * Guarantee: `update` gives the model of the files asked for, as if nothing had been held; one that is cancelled or fails
 * leaves the files as they were. Updates that overlap do not disturb each other: each looks again before it applies.
 */
import type { CaseSettings } from '../engine/case-settings';
import type { FileResult } from '../engine/cloudtrail/columns';
import { LineageIndex } from '../engine/lineage/lineage-index';
import type { LineageModel } from '../engine/lineage/model';
import type { AnalysisHost } from './analysis-host';
import type { SourceFile } from './protocol';
import { throwIfAborted, type CallContext } from './rpc';

/** A file as it was when it was read. */
interface Version {
  readonly absolutePath: string;
  /** Undefined when it could not be told: then it is read every time. */
  readonly stamp: string | undefined;
}

export class HeldFiles {
  private index = new LineageIndex();
  /** By the path that reports name it by. */
  private readonly held = new Map<string, Version>();

  constructor(private readonly host: AnalysisHost) {}

  /** `others`: what has a verdict without being read. */
  async update(
    sources: readonly SourceFile[],
    others: readonly FileResult[],
    settings: CaseSettings,
    context: CallContext,
  ): Promise<LineageModel> {
    const wanted = new Map(
      await Promise.all(
        sources.map(async ({ displayPath, absolutePath }): Promise<[string, Version]> => [
          displayPath,
          { absolutePath, stamp: await this.host.stamp(absolutePath) },
        ]),
      ),
    );
    throwIfAborted(context.signal);
    let read: readonly FileResult[] = [];
    const tried = new Set<string>();
    for (;;) {
      const missing = sources.filter(
        ({ displayPath }) => !tried.has(displayPath) && !this.holds(displayPath, wanted.get(displayPath)),
      );
      if (missing.length === 0) {
        break;
      }
      read = read.concat(await this.host.parseFiles(missing, context));
      missing.forEach(({ displayPath }) => tried.add(displayPath));
      throwIfAborted(context.signal);
    }
    context.progress({
      filesDone: sources.length,
      files: sources.length,
      bytesRead: read.reduce((sum, { bytes }) => sum + bytes, 0),
      events: read.reduce((sum, { columns }) => sum + (columns?.count ?? 0), 0),
      stage: 'linking',
    });
    this.apply(wanted, [...read, ...others]);
    return this.index.model(settings);
  }

  clear(): void {
    this.index = new LineageIndex();
    this.held.clear();
  }

  private holds(path: string, version: Version | undefined): boolean {
    const held = this.held.get(path);
    return held?.stamp !== undefined && held.stamp === version?.stamp && held.absolutePath === version.absolutePath;
  }

  /** In one go: nothing else runs in between. */
  private apply(wanted: ReadonlyMap<string, Version>, results: readonly FileResult[]): void {
    const paths = new Set([...wanted.keys(), ...results.map(({ path }) => path)]);
    for (const path of this.held.keys()) {
      if (!paths.has(path)) {
        this.index.remove(path);
        this.held.delete(path);
      }
    }
    for (const result of results) {
      this.index.add(result);
      const version = wanted.get(result.path) ?? { absolutePath: '', stamp: undefined };
      // What could not be read may be readable the next time, without having changed.
      this.held.set(result.path, result.verdict === 'failed' ? { ...version, stamp: undefined } : version);
    }
  }
}
