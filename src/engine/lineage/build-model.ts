/**
 * The lineage of files that are all there at once.
 *
 * Guarantee: a function of the set of events and the settings; files may come in any order and any partition.
 */
import type { CaseSettings } from '../case-settings';
import type { FileResult } from '../cloudtrail/columns';
import { LineageIndex } from './lineage-index';
import type { LineageModel } from './model';

export function buildModel(files: readonly FileResult[], settings: CaseSettings): LineageModel {
  const index = new LineageIndex();
  files.forEach((file) => {
    index.add(file);
  });
  return index.model(settings);
}
