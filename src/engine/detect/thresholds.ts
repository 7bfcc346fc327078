/**
 * The numbers that decide in rules and that a team may want otherwise, as data: the case file sets them under `thresholds`,
 * its schema and the pages of the rules list them.
 */
import type { CaseSettings } from '../case-settings';

export interface Threshold {
  readonly usual: number;
  /** Both inclusive. */
  readonly least: number;
  readonly most: number;
  /** What it decides, with its unit. */
  readonly description: string;
}

export const thresholds = {
  'federation-token-issued': {
    newKeyMinutes: {
      usual: 60,
      least: 1,
      most: 10_000,
      description: 'A key that was first seen less than so many minutes before it issues a token is new.',
    },
  },
  'session-multi-origin': {
    turnsMinutes: {
      usual: 30,
      least: 1,
      most: 1440,
      description: 'Minutes within which calls from one place, another and the first again count as taken in turns.',
    },
    impossibleKmPerHour: {
      usual: 900,
      least: 100,
      most: 100000,
      description: 'Speed above which nobody moved from one place to the next, km/h.',
    },
    nearKm: {
      usual: 100,
      least: 0,
      most: 20000,
      description: 'Kilometres below which two places are no journey: databases of addresses are no more exact.',
    },
  },
  'role-juggling': {
    returnSeconds: {
      usual: 60,
      least: 1,
      most: 86_400,
      description:
        'From how many seconds after its first session on a chain a role that is assumed again has come back.',
    },
    keepAliveHops: {
      usual: 3,
      least: 2,
      most: 100,
      description: 'From how many assumptions by role sessions in a row a chain may be one that is kept alive.',
    },
    keepAliveGapMinutes: {
      usual: 60,
      least: 1,
      most: 720,
      description: 'Minutes between these assumptions, at most, in the middle (median).',
    },
    keepAliveVariation: {
      usual: 0.5,
      least: 0,
      most: 10,
      description: 'How much the time between them may vary, as a part of its mean (coefficient of variation).',
    },
    keepAliveSpanMinutes: {
      usual: 60,
      least: 1,
      most: 10_080,
      description: 'Minutes from the first to the last of them that have to be exceeded.',
    },
  },
  'created-key-used': {
    selfUseMinutes: {
      usual: 60,
      least: 1,
      most: 1440,
      description: 'A key that a user made for itself and that is used elsewhere within so many minutes is medium.',
    },
  },
  'rare-role-edge': {
    days: {
      usual: 7,
      least: 1,
      most: 365,
      description: 'Days of logs and baseline below which nothing is called rare.',
    },
    assumptions: {
      usual: 50,
      least: 1,
      most: 1_000_000,
      description: 'Successful assumptions below which nothing is called rare.',
    },
    callers: { usual: 5, least: 1, most: 100_000, description: 'Callers below which nothing is called rare.' },
    learningDays: {
      usual: 3,
      least: 0,
      most: 365,
      description: 'Days from the beginning on in which nothing is new, at least.',
    },
    learningPercent: {
      usual: 30,
      least: 0,
      most: 90,
      description: 'Percent of the time from the beginning on in which nothing is new, at least.',
    },
  },
  'session-outlier': {
    sessions: {
      usual: 8,
      least: 3,
      most: 100_000,
      description: 'Sessions of a kind below which none of it is judged.',
    },
    deviations: {
      usual: 4,
      least: 1,
      most: 1000,
      description: 'Usual deviations above the median from which a number counts; two such numbers are an outlier.',
    },
    extreme: {
      usual: 8,
      least: 1,
      most: 1000,
      description: 'Usual deviations from which one number alone is an outlier.',
    },
  },
  'discovery-burst': {
    actionsInOneMinute: {
      usual: 15,
      least: 3,
      most: 1000,
      description: 'Different read actions of one session within 60 seconds from which it fires.',
    },
    actionsInFiveMinutes: {
      usual: 25,
      least: 3,
      most: 1000,
      description: 'Different read actions of one session within 300 seconds from which it fires.',
    },
    services: { usual: 3, least: 1, most: 100, description: 'Services that they have to be spread over.' },
  },
  'instance-credential-handoff': {
    minutes: {
      usual: 60,
      least: 1,
      most: 1440,
      description:
        'Minutes after somebody reached into an instance in which its credentials at the same address are theirs.',
    },
    timingMinutes: {
      usual: 10,
      least: 1,
      most: 1440,
      description: 'Minutes in which the first use of a key is told where the address is another.',
    },
  },
  'imdsv1-credential-use': {
    periodHours: {
      usual: 6,
      least: 1,
      most: 48,
      description:
        'Calls with keys of IMDSv1 and of IMDSv2 so many hours apart are in the same period; EC2 delivers anew after about six.',
    },
    usualDays: {
      usual: 3,
      least: 1,
      most: 90,
      description: 'A client that uses IMDSv1 on so many days is an old SDK where the instance is known to be.',
    },
    usualInstances: {
      usual: 3,
      least: 1,
      most: 10_000,
      description: 'So is one that uses it on so many instances of the role.',
    },
  },
  'access-denied-enumeration': {
    calls: {
      usual: 10,
      least: 2,
      most: 10_000,
      description: 'Refused calls of one session within 5 minutes from which it fires.',
    },
    actions: {
      usual: 5,
      least: 2,
      most: 1000,
      description: 'Different refused actions of one session within 5 minutes from which it fires.',
    },
    roles: {
      usual: 3,
      least: 2,
      most: 1000,
      description: 'Different roles that one session was refused within 10 minutes from which it fires.',
    },
    malformedDocuments: {
      usual: 3,
      least: 2,
      most: 1000,
      description: 'Trust documents of one session that IAM found malformed within 10 minutes from which it fires.',
    },
  },
  'defense-evasion-in-session': {
    trailRetentionDays: {
      usual: 7,
      least: 1,
      most: 3650,
      description:
        'Days after which a rule on the bucket of a trail may delete what it delivered, and still be an attack.',
    },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Threshold>>>>;

export type RuleWithThresholds = keyof typeof thresholds;

/** The number of a rule: the case file's, else the usual one. */
export function thresholdOf<R extends RuleWithThresholds>(
  settings: CaseSettings,
  rule: R,
  name: keyof (typeof thresholds)[R] & string,
): number {
  const table: Readonly<Record<string, Threshold>> = thresholds[rule];
  return settings.thresholds[rule]?.[name] ?? table[name]?.usual ?? 0;
}
