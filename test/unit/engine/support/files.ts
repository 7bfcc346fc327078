/** Records, as the sample's builders make them, read by the real scanner: what a parse worker would hand over. */
import type { FileResult } from '../../../../src/engine/cloudtrail/columns';
import { FileScanner } from '../../../../src/engine/cloudtrail/scanner';
import { emptyCase, type CaseSettings } from '../../../../src/engine/case-settings';
import { buildModel } from '../../../../src/engine/lineage/build-model';
import type { LineageModel, Session } from '../../../../src/engine/lineage/model';

export function fileOf(path: string, records: readonly object[]): FileResult {
  const scanner = new FileScanner(path);
  scanner.push(new TextEncoder().encode(JSON.stringify({ Records: records })));
  return scanner.finish();
}

export function modelOf(records: readonly object[], settings: CaseSettings = emptyCase): LineageModel {
  return buildModel([fileOf('logs.json', records)], settings);
}

/** The one session with this key; fails when there is none. */
export function sessionWithKey(model: LineageModel, key: string): Session {
  const session = model.sessions[model.sessionByKey.get(key) ?? -1];
  if (session === undefined) {
    throw new Error(`no session has the key ${key}`);
  }
  return session;
}
