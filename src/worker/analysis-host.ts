/** What the analysis needs of the machine that it runs on. */
import type { FileResult } from '../engine/cloudtrail/columns';
import type { NetworkFacts } from '../engine/network-facts';
import type { NetworkDatabases, NetworkProblem, SourceFile } from './protocol';
import type { CallContext } from './rpc';

export interface ParseContext extends CallContext {
  /** Told each result as soon as it is there, in any order. */
  readonly onFile: (result: FileResult) => void;
}

export interface OpenedDatabases {
  /** Absent where none can be used. */
  readonly facts: NetworkFacts | undefined;
  readonly problems: readonly NetworkProblem[];
  /** What is used, for the coverage: `GeoLite2-ASN of 2026-10-01 (asn.mmdb)`. */
  readonly used: readonly string[];
}

export interface AnalysisHost {
  /** One result a file. */
  parseFiles(files: readonly SourceFile[], context: ParseContext): Promise<void>;
  /** Another text whenever the file's content is another; undefined when that cannot be told. */
  stamp(absolutePath: string): string | undefined;
  /** Bytes of the decompressed file as text. */
  readSpan(absolutePath: string, start: number, length: number): Promise<string>;
  /** Texts of spans of one file, which are in the order of their starts. */
  readSpans(
    absolutePath: string,
    spans: readonly { readonly start: number; readonly length: number }[],
    signal: AbortSignal,
  ): AsyncIterable<string>;
  /** What databases of the user say of addresses; absent where the host cannot read any. */
  networkFacts?(databases: NetworkDatabases): Promise<OpenedDatabases>;
  /** Milliseconds since the epoch: for the expiry of suppressions only. */
  now(): number;
}
