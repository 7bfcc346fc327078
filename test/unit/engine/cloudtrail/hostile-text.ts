/** Text of any length that is made to be expensive to read: what tests and the tasks of `hostile-text` read. */

/** Values of `requestParameters` as delivered through a SIEM, that open and never close. */
export const hostileMaps = {
  maps: (times: number): string => '{a='.repeat(times),
  mapsInLists: (times: number): string => '{a=['.repeat(times),
  lists: (times: number): string => `{a=${'['.repeat(times)}`,
  values: (times: number): string => `{a=${'b,'.repeat(times)}`,
  jsonLists: (times: number): string => `{"a":${'['.repeat(times)}`,
} as const;

/** Lines that begin a record, in it a list and in that another record. */
export const brokenLines = (times: number): string => '{"eventName":"x","a":[{"eventName":"\n'.repeat(times);
