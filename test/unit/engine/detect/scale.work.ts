/** Detectors on what somebody does over and over, for `workOf`. */
import type { Task } from '../../support/count-work';
import type { World } from '../support/world';
import { madeAndDeleted, refusals, starts } from './over-and-over';

const judging =
  (make: (times: number) => World, rule: string): Task =>
  (times) => {
    const world = make(times);
    return () => world.findings(rule, {}, { rules: [rule] });
  };

export const deletions = judging(madeAndDeleted, 'chain-then-persistence');
export const chainsThatEnd = judging(refusals, 'role-chain-depth');
export const epochs = judging(starts, 'ec2-credential-off-instance');
