/**
 * The worker's client as the views call it: the options of a call last, and only where a call is long.
 *
 * Guarantee: findings come in parts, between which everything else in the extension host has its turn; an analysis that is
 * cancelled before its last part is there does not take effect.
 */
import type { AnalysisClient } from '../worker/client';
import type { AnalysisSummary, AnalyzeRequest, Progress } from '../worker/protocol';
import { AbortError, throwIfAborted } from '../worker/rpc';
import { wholeSummary } from '../worker/summary-parts';
import type { AnalysisPort, AnalyzeOptions } from './analysis-port';

export function workerPort(client: AnalysisClient): AnalysisPort {
  return {
    analyze: (request, options) => analyze(client, request, options),
    report: (format, options) => client.report({}, format, options),
    json: () => client.json({}),
    baseline: () => client.baseline({}),
    roots: (options) => client.roots({}, options),
    children: (sessionId) => client.children({}, sessionId),
    session: (sessionId) => client.session({}, sessionId),
    lineage: (request) => client.lineage({}, request),
    record: (eventID) => client.record({}, eventID),
    who: (query) => client.who({}, query),
    blastRadius: (sessionId, options) => client.blastRadius(options, sessionId),
    remediation: (findingId) => client.remediation({}, findingId),
    clear: () => client.clear({}),
  };
}

type Analyst = Pick<AnalysisClient, 'analyze' | 'part' | 'adopt'>;

async function analyze(
  client: Analyst,
  request: AnalyzeRequest,
  { onProgress, onEarly, signal }: AnalyzeOptions,
): Promise<AnalysisSummary> {
  const cancelling = signal === undefined ? {} : { signal };
  const partAt = (id: number, index: number) => client.part(cancelling, id, index);
  let over = false;
  const early = async (head: AnalysisSummary): Promise<void> => {
    // One that is gone before it is whole is of no interest to anybody.
    const summary = await wholeSummary(head, partAt).catch(() => undefined);
    if (summary !== undefined && !over && signal?.aborted !== true) onEarly?.(summary);
  };
  const progress = (now: Progress): void => {
    onProgress?.(now);
    if (now.early !== undefined) void early(now.early);
  };
  try {
    const asked = { ...request, inParts: true, early: onEarly !== undefined };
    const head = await client.analyze({ ...cancelling, onProgress: progress }, asked);
    over = true;
    const summary = await wholeSummary(head, partAt);
    if (signal !== undefined) throwIfAborted(signal);
    if (summary === undefined || !(await client.adopt({}, head.parts?.id ?? -1))) throw new AbortError();
    return summary;
  } finally {
    over = true;
  }
}
