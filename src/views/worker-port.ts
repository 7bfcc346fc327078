/** The worker's client as the views call it: the options of a call last, and only where a call is long. */
import type { AnalysisClient } from '../worker/client';
import type { AnalysisPort } from './analysis-port';

export function workerPort(client: AnalysisClient): AnalysisPort {
  return {
    analyze: (request, options) => client.analyze(options, request),
    report: (format) => client.report({}, format),
    json: () => client.json({}),
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
