/** Reading for tests that have the results of all files at once. */
import type { FileResult } from '../../../src/engine/cloudtrail/columns';
import type { AnalysisHost, ParseContext } from '../../../src/worker/analysis-host';
import type { SourceFile } from '../../../src/worker/protocol';

export function resultsOf(
  read: (files: readonly SourceFile[], context: ParseContext) => Promise<readonly FileResult[]>,
): AnalysisHost['parseFiles'] {
  return async (files, context) => {
    for (const result of await read(files, context)) {
      context.onFile(result);
    }
  };
}
