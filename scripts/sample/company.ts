/** An ordinary week of the company, without the incident: every record here is benign, and a tool should stay quiet on it. */
import { fleet, type InstanceHistory } from './fleet';
import { peopleAtWork } from './people';
import { deployments, keyRotation, oldBuildServer, terraform, vendor } from './pipelines';
import { servicesAtWork } from './services';
import type { CloudTrailRecord } from './trail';

export interface Company {
  readonly records: readonly CloudTrailRecord[];
  /** The instance where case 2 starts. */
  readonly web1: InstanceHistory;
  /** The instance whose credentials leave in case 3. */
  readonly analytics: InstanceHistory;
}

export function ordinaryWeek(): Company {
  const staff = peopleAtWork();
  const infrastructure = terraform();
  const machines = fleet({ web1: staff.web1Launch, analytics: infrastructure.analyticsLaunch });
  return {
    records: [
      ...staff.records,
      ...infrastructure.records,
      ...machines.records,
      ...deployments(),
      ...oldBuildServer(),
      ...vendor(),
      ...keyRotation(),
      ...servicesAtWork(),
    ],
    web1: machines.web1,
    analytics: machines.analytics,
  };
}
