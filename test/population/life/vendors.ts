/** Vendors under contract: each assumes the role it was given, from its own account; only our copy of the call is logged. */
import { assumeRole, seenFromOutside, type Action, type Caller, type Role } from '../../../scripts/sample/records';
import { call, postureReads } from '../company/calls';
import { days, on } from '../company/calendar';
import type { Diary } from '../company/diary';
import { METRICS_VENDOR, POSTURE_VENDOR, roles } from '../company/estate';
import { agents, from, metricsVendor, postureVendor } from '../company/networks';

function visits(
  diary: Diary,
  account: string,
  of: Role,
  clocks: readonly string[],
  ip: string,
  work: readonly Action[],
  since = 1,
): void {
  const outside: Caller = seenFromOutside({
    account,
    identity: { principalId: `AROAVENDOR${account.slice(0, 11)}:collector`, accountId: account },
  });
  const origin = from(ip, agents.podGo);
  for (const number of days.filter((each) => each >= since)) {
    for (const clock of clocks) {
      const at = on(number, clock) + diary.random.int(0, 300);
      const { records, session } = assumeRole(diary.trail, {
        at,
        caller: outside,
        role: of,
        name: 'collector',
        origin,
        externalId: 'example-7341',
      });
      // The first copy stays in the vendor's own trail.
      diary.add(records.slice(1));
      diary.doesAll(at + 2, session, work, origin, 2);
      diary.shows('a vendor that the case file trusts');
    }
  }
}

export function vendors(diary: Diary): void {
  const metrics = ['monitoring:ListMetrics', 'monitoring:GetMetricData', 'ec2:DescribeInstances', 'tag:GetResources'];
  visits(
    diary,
    METRICS_VENDOR,
    roles.vendorMetrics,
    ['00:10', '06:10', '12:10', '18:10'],
    metricsVendor,
    metrics.map((name) => call(name)),
  );
  visits(diary, POSTURE_VENDOR, roles.vendorPosture, ['04:00'], postureVendor, postureReads.slice(1), 4);
  diary.shows('a vendor under contract reads everything', 11);
}
