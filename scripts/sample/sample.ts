/** The whole sample incident, in memory: every file of its `cloudtrail-logs` folder. */
import { ordinaryWeek } from './company';
import { delivered, digest, secondCopy, type DeliveredFile } from './deliver';
import { chainFromInstance, credentialsElsewhere, leakedKey } from './incident';
import type { CloudTrailRecord } from './trail';
import { END, PROD, START } from './world';

export interface Sample {
  readonly files: readonly DeliveredFile[];
  readonly benign: readonly CloudTrailRecord[];
  readonly cases: readonly (readonly CloudTrailRecord[])[];
}

export function buildSample(): Sample {
  const company = ordinaryWeek();
  const benign = company.records.filter(({ eventTime }) => {
    const at = Date.parse(eventTime) / 1000;
    return at >= START && at < END;
  });
  const cases = [leakedKey(), chainFromInstance(company), credentialsElsewhere(company)];
  const files = delivered([...benign, ...cases.flat()]);
  return { files: [...files, secondCopy(files, PROD), digest(files, PROD)], benign, cases };
}
