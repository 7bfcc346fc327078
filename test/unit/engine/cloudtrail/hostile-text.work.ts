/** Reading of text that is made to be expensive, for `workOf`. */
import { requestParameters } from '../../../../src/engine/cloudtrail/record';
import type { Task } from '../../support/count-work';
import { brokenLines, hostileMaps } from './hostile-text';
import { bytesOf, scan } from './scan';

const asked =
  (make: (times: number) => string): Task =>
  (times) => {
    const text = make(times);
    return () => requestParameters({ requestParameters: text });
  };

export const maps = asked(hostileMaps.maps);
export const mapsInLists = asked(hostileMaps.mapsInLists);
export const lists = asked(hostileMaps.lists);
export const values = asked(hostileMaps.values);
export const jsonLists = asked(hostileMaps.jsonLists);

export const brokenRecords: Task = (times) => {
  const content = bytesOf(brokenLines(times));
  return () => scan(content);
};
