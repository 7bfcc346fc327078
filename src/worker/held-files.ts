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
import type { AnalysisHost, ParseContext } from './analysis-host';
import type { SourceFile } from './protocol';
import { throwIfAborted } from './rpc';

/** A file as it was when it was read. */
interface Version {
  readonly absolutePath: string;
  /** Undefined when it could not be told: then it is read every time. */
  readonly stamp: string | undefined;
}

/** Of the files that were read. */
interface Totals {
  readonly bytes: number;
  readonly events: number;
}

export class HeldFiles {
  private index = new LineageIndex();
  /** By the path that reports name it by. */
  private held = new Map<string, Version>();

  constructor(private readonly host: AnalysisHost) {}

  /** `others`: what has a verdict without being read. */
  async update(
    sources: readonly SourceFile[],
    others: readonly FileResult[],
    settings: CaseSettings,
    context: ParseContext,
  ): Promise<LineageModel> {
    const wanted = new Map(
      sources.map(({ displayPath, absolutePath }): [string, Version] => [
        displayPath,
        { absolutePath, stamp: this.host.stamp(absolutePath) },
      ]),
    );
    throwIfAborted(context.signal);
    const missing = this.missing(sources, wanted);
    // The model is asked for before anything else can run: another update may apply what it read as soon as this one waits.
    const model = (): LineageModel => this.index.model(settings);
    return missing.length * 2 > sources.length
      ? this.readAll(sources, wanted, others, context, model)
      : this.readSome(sources, missing, wanted, others, context, model);
  }

  /** Into a new lineage, which takes files in while others are still being parsed. */
  private async readAll(
    sources: readonly SourceFile[],
    wanted: ReadonlyMap<string, Version>,
    others: readonly FileResult[],
    context: ParseContext,
    model: () => LineageModel,
  ): Promise<LineageModel> {
    const index = new LineageIndex();
    const versions = new Map<string, Version>();
    const take = (result: FileResult): void => {
      index.add(result);
      versions.set(result.path, versionOf(result, wanted));
    };
    const totals = await this.read(sources, context, take);
    others.forEach(take);
    tellLinking(sources, totals, context);
    this.index = index;
    this.held = versions;
    return model();
  }

  /** Into the lineage that is there, all at once: until then it stays what it was. */
  private async readSome(
    sources: readonly SourceFile[],
    first: readonly SourceFile[],
    wanted: ReadonlyMap<string, Version>,
    others: readonly FileResult[],
    context: ParseContext,
    model: () => LineageModel,
  ): Promise<LineageModel> {
    const results: FileResult[] = [];
    const tried = new Set<string>();
    let totals: Totals = { bytes: 0, events: 0 };
    // Another update may have changed what is held meanwhile.
    for (let missing = first; missing.length > 0;) {
      const { bytes, events } = await this.read(missing, context, (result) => results.push(result));
      totals = { bytes: totals.bytes + bytes, events: totals.events + events };
      missing.forEach(({ displayPath }) => tried.add(displayPath));
      missing = this.missing(sources, wanted).filter(({ displayPath }) => !tried.has(displayPath));
    }
    tellLinking(sources, totals, context);
    this.apply(wanted, [...results, ...others]);
    return model();
  }

  private async read(
    sources: readonly SourceFile[],
    context: ParseContext,
    take: (result: FileResult) => void,
  ): Promise<Totals> {
    const totals = { bytes: 0, events: 0 };
    await this.host.parseFiles(sources, {
      ...context,
      onFile: (result) => {
        totals.bytes += result.bytes;
        totals.events += result.columns?.count ?? 0;
        take(result);
        context.onFile(result);
      },
    });
    throwIfAborted(context.signal);
    return totals;
  }

  clear(): void {
    this.index = new LineageIndex();
    this.held = new Map();
  }

  private missing(sources: readonly SourceFile[], wanted: ReadonlyMap<string, Version>): SourceFile[] {
    return sources.filter(({ displayPath }) => !this.holds(displayPath, wanted.get(displayPath)));
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
      this.held.set(result.path, versionOf(result, wanted));
    }
  }
}

/** What could not be read may be readable the next time, without having changed. */
function versionOf({ path, verdict }: FileResult, wanted: ReadonlyMap<string, Version>): Version {
  const version = wanted.get(path) ?? { absolutePath: '', stamp: undefined };
  return verdict === 'failed' ? { ...version, stamp: undefined } : version;
}

function tellLinking(sources: readonly SourceFile[], { bytes, events }: Totals, context: ParseContext): void {
  const files = sources.length;
  context.progress({ filesDone: files, files, bytesRead: bytes, events, stage: 'linking' });
}
