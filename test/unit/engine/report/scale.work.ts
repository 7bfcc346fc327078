/** Questions about many sessions and addresses, for `workOf`. */
import { AddressRanges } from '../../../../src/engine/detect/cidr';
import { isIn, rangeOf } from '../../../../src/engine/report/address-groups';
import { surveyBlast } from '../../../../src/engine/report/blast-survey';
import { answerWho } from '../../../../src/engine/report/who';
import type { Task } from '../../support/count-work';
import { incident } from './incident';
import { wideModel } from './like-one';

export const whoOfOne: Task = (size) => {
  const wide = wideModel(size);
  return () => answerWho(wide, wide.sessions[0]?.keys[0] ?? '');
};

export const whoOfAll: Task = (size) => {
  const wide = wideModel(size);
  return () => answerWho(wide, 'R1');
};

export const survey: Task = (size) => {
  const model = wideModel(size);
  const analysis = { ...incident().analysis(), model };
  const [top] = model.sessions;
  if (top === undefined) throw new Error('There is no session');
  return () => surveyBlast(analysis, top, () => null);
};

const net = '2001:db8::/32';
const addresses = (size: number): readonly string[] =>
  Array.from({ length: size }, (_, number) => `2001:db8:${(number & 0xffff).toString(16)}::1`);

export const addressesAsNumbers: Task = (size) => {
  const all = addresses(size);
  const range = rangeOf(net);
  if (range === undefined) throw new Error('That is no range');
  return () => all.filter((address) => isIn(range, address));
};

export const addressesInLibrary: Task = (size) => {
  const all = addresses(size);
  const library = new AddressRanges([net]);
  return () => all.filter((address) => library.contains(address));
};
