/** Linking, for `workOf`. */
import { emptyCase } from '../../../../src/engine/case-settings';
import type { FileResult } from '../../../../src/engine/cloudtrail/columns';
import { buildModel } from '../../../../src/engine/lineage/build-model';
import { manySessions } from '../../../bench/many-sessions';
import type { Task } from '../../support/count-work';
import { callsOf, deliveries, grantsAtOnce, maskedGrants, pipeline } from './same-names';

const linking =
  (make: (size: number) => FileResult): Task =>
  (size) => {
    const file = make(size);
    return () => buildModel([file], emptyCase);
  };

export const delivered = linking(deliveries);
export const maskedOverWeeks = linking((size) => maskedGrants(size, 60));
export const maskedInOneSecond = linking((size) => maskedGrants(size, 0));
// Each is compared with those of the 36 hours before: few, so that the number of all is what counts.
export const forwarded = linking((size) => pipeline(size, 3600));
export const callsForwarded = linking((size) => callsOf('forwarded', size));
export const callsFromOutside = linking((size) => callsOf('outside', size));
export const callsItself = linking((size) => callsOf('itself', size));
export const grantedAtOnce = linking(grantsAtOnce);
export const underOneKey = linking(manySessions);
