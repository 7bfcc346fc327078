/**
 * Calls that make the defenders blind: data, by `service:EventName`. What each leaves undone, and which of them only count with
 * certain requests.
 *
 * Guarantee: total; a request that is not in the record is `unknown`, never a no.
 * Source: API references of CloudTrail, GuardDuty, Config, EC2, Security Hub, Organizations, S3, CloudWatch, KMS, IAM.
 */
import type { JsonObject } from '../cloudtrail/columns';
import { arrayAt, isJsonObject, requestParameters, stringAt, valueAt } from '../cloudtrail/record';
import { parseInstant } from '../cloudtrail/time';
import { least } from '../extremes';
import { dayMs } from './common-edges';
import { listOf } from './policy-document';
import { isFalse, keyName, leftOut, trailName, type TrailFacts } from './trail-facts';

/** What a request is measured against. */
export interface EvasionContext {
  readonly record: JsonObject;
  readonly request: JsonObject | undefined;
  readonly row: number;
  /** ms. */
  readonly time: number;
  readonly account: string;
  readonly trails: TrailFacts;
  /** Days within which a lifecycle rule on the bucket of a trail is an attack. */
  readonly retentionDays: number;
}

export interface Verdict {
  /** `suspect`: it may be, but the logs do not show what it was before. */
  readonly verdict: 'yes' | 'suspect' | 'no' | 'unknown';
  /** What it does; '' for what the action says. */
  readonly effect: string;
}

export interface EvasionCall {
  /** What it is about, with a preposition: ` of trail main`; '' where the record does not say. */
  readonly of: (context: EvasionContext) => string;
  readonly effect: string;
  readonly techniques: readonly string[];
  /** Absent: always. */
  readonly judge?: (context: EvasionContext) => Verdict;
  /** Failed ones whose request is not in the record say nothing. */
  readonly needsTarget?: true;
}

const logs = ['T1562.008', 'T1685.002'];
const tools = ['T1562.001', 'T1685'];
const networks = ['T1562.007', 'T1686.001'];

const yes = (effect = ''): Verdict => ({ verdict: 'yes', effect });
const no: Verdict = { verdict: 'no', effect: '' };
const unknown: Verdict = { verdict: 'unknown', effect: '' };

/** Looks at a request that is there. */
const asked =
  (judge: (request: JsonObject, context: EvasionContext) => Verdict) =>
  (context: EvasionContext): Verdict =>
    context.request === undefined ? unknown : judge(context.request, context);

const named = (noun: string, ...path: readonly string[]) => {
  return ({ request }: EvasionContext): string => {
    const name = stringAt(request, ...path);
    return name === '' ? '' : ` of ${noun} ${name}`;
  };
};
const nothing = (): string => '';

function ofTrail({ record }: EvasionContext): string {
  const name = trailName(record);
  return name === '' ? '' : ` of trail ${name}`;
}

export const evasionCalls: Readonly<Record<string, EvasionCall>> = {
  'cloudtrail:StopLogging': { of: ofTrail, effect: 'the trail logs nothing any more', techniques: logs },
  'cloudtrail:DeleteTrail': { of: ofTrail, effect: 'the trail is gone', techniques: logs },
  'cloudtrail:UpdateTrail': {
    of: ofTrail,
    effect: 'the trail logs less, or elsewhere',
    techniques: logs,
    judge: asked((request, { row, trails }) => {
      if (isFalse(valueAt(request, 'isMultiRegionTrail'))) {
        return yes('the trail logs one Region only');
      }
      const bucket = stringAt(request, 's3BucketName');
      const before = trails.bucketBefore(row);
      if (bucket === '' || bucket === before) {
        return no;
      }
      return before === undefined
        ? { verdict: 'suspect', effect: `it delivers to bucket ${bucket}; which one it had is not in these logs` }
        : yes(`it delivers to bucket ${bucket} instead of ${before}`);
    }),
  },
  'cloudtrail:PutEventSelectors': {
    of: ofTrail,
    effect: 'the trail leaves events out',
    techniques: logs,
    judge: asked((request) => {
      const without = leftOut(request);
      return without === undefined ? unknown : without === '' ? no : yes(`the trail leaves out ${without}`);
    }),
  },
  'cloudtrail:DeleteEventDataStore': {
    of: named('event data store', 'eventDataStore'),
    effect: 'the events in it can no longer be searched',
    techniques: logs,
  },
  'guardduty:DeleteDetector': {
    of: named('detector', 'detectorId'),
    effect: 'GuardDuty detects nothing there any more',
    techniques: tools,
  },
  'guardduty:UpdateDetector': {
    of: named('detector', 'detectorId'),
    effect: 'GuardDuty is suspended',
    techniques: tools,
    judge: asked((request) => (isFalse(valueAt(request, 'enable')) ? yes() : no)),
  },
  'guardduty:CreateIPSet': {
    of: named('list', 'name'),
    effect: 'GuardDuty says nothing of the addresses in it',
    techniques: networks,
  },
  'guardduty:CreateFilter': {
    of: named('filter', 'name'),
    effect: 'findings that match are archived unseen',
    techniques: tools,
    judge: asked((request) => (stringAt(request, 'action').toUpperCase() === 'ARCHIVE' ? yes() : no)),
  },
  'guardduty:DisassociateFromMasterAccount': {
    of: named('detector', 'detectorId'),
    effect: 'the security account no longer sees its findings',
    techniques: tools,
  },
  'guardduty:DisassociateFromAdministratorAccount': {
    of: named('detector', 'detectorId'),
    effect: 'the security account no longer sees its findings',
    techniques: tools,
  },
  'config:StopConfigurationRecorder': {
    of: named('recorder', 'configurationRecorderName'),
    effect: 'changes of resources are no longer recorded',
    techniques: tools,
  },
  'ec2:DeleteFlowLogs': {
    of: ({ request }) => {
      const ids = listOf(valueAt(request, 'DeleteFlowLogsRequest', 'FlowLogId'))
        .map((entry) => stringAt(entry, 'content'))
        .filter((id) => id !== '');
      return ids.length === 0 ? '' : ` of ${ids.slice(0, 3).join(', ')}`;
    },
    effect: 'traffic of that network is no longer logged',
    techniques: logs,
  },
  'securityhub:DisableSecurityHub': { of: nothing, effect: 'Security Hub is off', techniques: tools },
  'organizations:LeaveOrganization': {
    of: nothing,
    effect: 'the account is outside the policies and trails of its organization',
    techniques: tools,
  },
  's3:PutBucketLifecycle': lifecycle(),
  's3:PutBucketLifecycleConfiguration': lifecycle(),
  'monitoring:DeleteAlarms': {
    of: ({ request }) => {
      const names = arrayAt(request, 'alarmNames').filter((name) => typeof name === 'string');
      return names.length === 0 ? '' : ` of ${names.slice(0, 3).join(', ')}`;
    },
    effect: 'nobody is told any more',
    techniques: tools,
  },
  'kms:ScheduleKeyDeletion': {
    of: named('key', 'keyId'),
    effect: 'what the trail delivered can then no longer be read',
    techniques: logs,
    needsTarget: true,
    judge: asked((request, { account, trails }) =>
      trails.keys.size === 0 ? unknown : trails.keys.has(keyName(stringAt(request, 'keyId'), account)) ? yes() : no,
    ),
  },
  'iam:DeleteAccountPasswordPolicy': {
    of: nothing,
    effect: 'passwords may be short and old',
    techniques: tools,
  },
};

function lifecycle(): EvasionCall {
  return {
    of: named('bucket', 'bucketName'),
    effect: 'what the trail delivered is deleted within days',
    techniques: logs,
    needsTarget: true,
    judge: asked((request, { trails, retentionDays, time }) => {
      const days = shortestDays(request, time);
      if (days === undefined || days > retentionDays) {
        return no;
      }
      return trails.buckets.size === 0
        ? unknown
        : trails.buckets.has(stringAt(request, 'bucketName'))
          ? yes(`what the trail delivered is deleted after ${String(days)} days`)
          : no;
    }),
  };
}

/** After how many days the first rule that is on deletes; undefined where none does. */
function shortestDays(request: JsonObject, time: number): number | undefined {
  const days = listOf(valueAt(request, 'LifecycleConfiguration', 'Rule'))
    .filter(isJsonObject)
    .filter((rule) => stringAt(rule, 'Status') !== 'Disabled')
    .map((rule) => {
      const date = parseInstant(valueAt(rule, 'Expiration', 'Date'));
      return date === undefined
        ? Number(valueAt(rule, 'Expiration', 'Days') ?? NaN)
        : Math.max(0, Math.ceil((date - time) / dayMs));
    })
    .filter((each) => !Number.isNaN(each));
  return days.length === 0 ? undefined : least(days);
}

export function contextOf(
  record: JsonObject,
  more: Pick<EvasionContext, 'row' | 'time' | 'account' | 'trails' | 'retentionDays'>,
): EvasionContext {
  return { record, request: requestParameters(record), ...more };
}
