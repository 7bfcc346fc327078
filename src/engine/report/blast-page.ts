/**
 * A blast radius as sections of sentences and tables, in the order in which a responder asks: what is still there, what was
 * changed and read, who acted, from where, what was refused; then the counts.
 *
 * Guarantee: whatever a limit cut is said with both numbers; what was not read again is said before the resources. Texts are as
 * the logs have them: whoever prints them cleans them.
 */
import { withThousands } from '../cloudtrail/text';
import { capital, listed as listedText } from '../detect/text';
import type { BlastCount, BlastObject, BlastRadius, BlastTally, Listed } from './blast-radius';

/** An identifier, shown as it is; prose otherwise. */
export type Cell = string | { readonly code: string };

export interface BlastTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Rows there are in all. */
  readonly total: number;
}

export interface BlastSection {
  readonly title: string;
  readonly lines: readonly string[];
  readonly table?: BlastTable;
}

export interface BlastPage {
  readonly title: string;
  readonly sections: readonly BlastSection[];
}

export function blastPage(radius: BlastRadius): BlastPage {
  return {
    title: `Blast radius of ${radius.session.label}`,
    sections: [
      summary(radius),
      leftBehind(radius),
      alsoMade(radius),
      resources(radius),
      sessions(radius),
      places(radius),
      refusals(radius),
      counts('Accounts', 'Account', radius.accounts),
      counts('Regions', 'Region', radius.regions),
      counts('What kind of calls', 'Class', { total: radius.classes.length, listed: radius.classes }),
      counts('Services', 'Service', radius.services),
    ].filter((section) => section !== undefined),
  };
}

function summary(radius: BlastRadius): BlastSection {
  const { session, above, root, tally, firstEventTime, lastEventTime } = radius;
  const { unused, total } = radius.sessions;
  const span = firstEventTime === null ? '' : `, ${firstEventTime} to ${lastEventTime ?? firstEventTime}`;
  const { resources: touched, records } = radius;
  return {
    title: 'At a glance',
    lines: [
      `Session ${session.id}`,
      above === 0
        ? 'It is the root of its lineage: this page is all that came of it, across keys that it made.'
        : `It is not the root: ${countedMany(above, 'session')} above it ${above === 1 ? 'is' : 'are'} not part of this page. The root is ${root}.`,
      `${countedMany(total, 'session')}${unused === 0 ? '' : `, ${many(unused)} of them issued and never used here`}; ${eventsText(tally)}${span}.`,
      ...lastingLines(radius),
      `${records.read < records.total ? 'At least ' : ''}${countedMany(touched.total, 'resource')} named: ${many(touched.written)} changed, ${many(touched.read)} read, ${many(touched.untouched)} only tried.`,
      ...onlyOnes(radius),
    ],
  };
}

function lastingLines({ objects, alsoMade: more }: BlastRadius): string[] {
  const { changes, undone, deleted, endUnknown } = objects;
  const made = objects.total - changes;
  const unknown = endUnknown === 0 ? '' : `, of ${many(endUnknown)} these logs would not tell the end`;
  if (objects.total === 0 && more.total === 0) {
    return ['No call that makes or opens something that lasts succeeded.'];
  }
  return [
    ...(objects.total === 0
      ? ['No user, key or password was made, and nobody’s permissions or trust were changed.']
      : []),
    ...(made === 0
      ? []
      : [
          `${countedMany(made, 'lasting object')} made or changed, ${many(made - deleted - endUnknown)} still there at the end of the logs${unknown}.`,
        ]),
    ...(changes === 0
      ? []
      : [`${countedMany(changes, 'lasting change')} of what was there, ${many(undone)} of them seen undone.`]),
    ...(more.total === 0 ? [] : [`${countedMany(more.total, 'other thing')} made or opened.`]),
  ];
}

/** What needs no table. */
function onlyOnes({ accounts, regions, services, classes }: BlastRadius): string[] {
  const only = [
    ...(accounts.total === 1 ? accounts.listed.map(({ name }) => `account ${name}`) : []),
    ...(regions.total === 1 ? regions.listed.map(({ name }) => `region ${name}`) : []),
    ...(services.total === 1 ? services.listed.map(({ name }) => `service ${name}`) : []),
    ...(classes.length === 1 ? classes.map(({ name }) => `class ${name}`) : []),
  ];
  return only.length === 0 ? [] : [`All calls in ${listedText(only)}.`];
}

function eventsText({ events, denied, failed }: BlastTally): string {
  return `${countedMany(events, 'event')}, ${many(denied)} of them denied${failed === 0 ? '' : ` and ${many(failed)} failed for other reasons`}`;
}

function leftBehind({ objects, sessions: { listed } }: BlastRadius): BlastSection | undefined {
  const labels = new Map(listed.map(({ id, label }) => [id, label]));
  return objects.total === 0
    ? undefined
    : {
        title: 'Left behind',
        lines: [],
        table: {
          head: ['When', 'What', 'Until', 'By', 'Record'],
          rows: objects.listed.map((object) => [
            object.createdAt,
            { code: objectName(object) },
            untilText(object),
            labels.get(object.session) ?? { code: object.session },
            { code: `${object.eventID} in ${object.file}` },
          ]),
          total: objects.total,
        },
      };
}

function objectName({ kind, name, accessKeyId, change, words }: BlastObject): string {
  return change
    ? words
    : `${kind.replaceAll('-', ' ')} ${accessKeyId === undefined ? name : `${accessKeyId} of ${name}`}`;
}

function untilText({ deletedAt, inactiveSince, change, endKnown }: BlastObject): string {
  if (deletedAt !== undefined) {
    return `${change ? 'undone' : 'deleted'} ${deletedAt}`;
  }
  if (inactiveSince !== undefined) {
    return `still there, inactive since ${inactiveSince}`;
  }
  return change ? 'not seen undone' : endKnown ? 'still there' : 'not known';
}

function alsoMade({ alsoMade: more, sessions: { listed } }: BlastRadius): BlastSection | undefined {
  const labels = new Map(listed.map(({ id, label }) => [id, label]));
  return more.total === 0
    ? undefined
    : {
        title: 'Also made or opened',
        lines: ['Whether it is still there is not looked at.'],
        table: {
          head: ['When', 'Call', 'What', 'Calls', 'By', 'Record'],
          rows: more.listed.map((each) => [
            each.firstEventTime,
            { code: each.eventName },
            each.name === '' ? `${each.what}, not named in the record` : { code: `${shortType(each)} ${each.name}` },
            many(each.calls),
            labels.get(each.session) ?? { code: each.session },
            { code: `${each.eventID} in ${each.file}` },
          ]),
          total: more.total,
        },
      };
}

function resources({ resources: found, records }: BlastRadius): BlastSection {
  return {
    title: 'Resources changed, read and tried',
    lines: recordLines(records),
    ...(found.total === 0
      ? {}
      : {
          table: {
            head: ['Changed', 'Read', 'Denied', 'Failed', 'What', 'Account', 'First', 'Last', 'Calls', 'Record'],
            rows: found.listed.map((resource) => [
              ...[resource.writes, resource.reads, resource.denied, resource.failed].map(some),
              {
                code: `${resource.count > 1 ? `${many(resource.count)} × ` : ''}${shortType(resource)} ${resource.name}`,
              },
              { code: [resource.accountId, resource.region].filter((part) => part !== '').join(' ') },
              resource.firstEventTime,
              resource.lastEventTime,
              { code: resource.actions.join(', ') },
              { code: `${resource.eventID} in ${resource.file}` },
            ]),
            total: found.entries,
          },
        }),
  };
}

/** How much of what there is these resources rest on. */
function recordLines({ total, read, unnamed, unnamedActions, limit, problems }: BlastRadius['records']): string[] {
  const missing = problems.reduce((sum, { records }) => sum + records, 0);
  const more = unnamedActions.total - unnamedActions.listed.length;
  return [
    total === 0
      ? 'No record here can name a resource.'
      : `From ${many(read)} of ${countedMany(total, 'record')} that may name a resource, read again from the logs.`,
    ...(unnamed === 0
      ? []
      : [
          `${many(unnamed)} of them ${unnamed === 1 ? 'names' : 'name'} no resource that we can read${unnamedActions.total === 0 ? '.' : `; of what changed or took something: ${unnamedActions.listed.map(({ name, records }) => `${name} (${many(records)})`).join(', ')}${more === 0 ? '.' : ` and ${countedMany(more, 'other call')}.`}`}`,
        ]),
    ...(total > limit
      ? [
          `The limit is ${many(limit)}: what changed something, took credentials or data was read first, then what was denied, then other reads, each from the earliest on. ${many(total - limit)} were not read: there is more than this list says.`,
        ]
      : []),
    ...(missing === 0
      ? []
      : [`${countedMany(missing, 'record')} could not be read again; analyse again to have them:`]),
    ...problems.map(({ file, records, reason }) => `${file}: ${countedMany(records, 'record')}, ${reason}`),
  ];
}

/** `S3 object`: the vendor is known. */
function shortType({ type }: { readonly type: string }): string {
  const [, service = '', kind = ''] = /^AWS::(\w+)::(\w+)$/.exec(type) ?? [];
  return service === '' ? type : `${service} ${kind}`;
}

function sessions({ sessions: all }: BlastRadius): BlastSection {
  return {
    title: 'Sessions',
    lines: [
      `By kind: ${all.byKind.map(({ name, sessions: count }) => `${many(count)} ${name}`).join(', ')}.`,
      `By role assumptions from the root: ${all.byDepth.map(({ name, sessions: count }) => `${many(count)} at depth ${name}`).join(', ')}.`,
    ],
    table: {
      head: ['Depth', 'Who', 'Account', 'First', 'Last', 'Events', 'Denied', 'Failed', 'Worst finding', 'Session'],
      rows: all.listed.map((session) => [
        `${session.depthIsMinimum ? '≥ ' : ''}${String(session.depth)}`,
        capital(session.label),
        { code: session.accountId },
        session.firstEventTime ?? 'not used',
        session.lastEventTime ?? '',
        many(session.events),
        some(session.denied),
        some(session.failed),
        session.severity ?? '',
        { code: session.id },
      ]),
      total: all.total,
    },
  };
}

function places({ addresses }: BlastRadius): BlastSection | undefined {
  return addresses.total === 0
    ? undefined
    : {
        title: 'From where',
        lines: [],
        table: {
          head: ['Place', 'Class', 'Events', 'Denied', 'First', 'Last'],
          rows: addresses.listed.map((place) => [
            { code: place.location },
            place.class,
            many(place.events),
            some(place.denied),
            place.firstEventTime,
            place.lastEventTime,
          ]),
          total: addresses.total,
        },
      };
}

function refusals({ refusals: refused }: BlastRadius): BlastSection | undefined {
  return refused.total === 0
    ? undefined
    : {
        title: 'Roles asked for and not given',
        lines: [],
        table: {
          head: ['Attempts', 'Role', 'First', 'Last', 'Record'],
          rows: refused.listed.map(({ attempts, roleArn, firstEventTime, lastEventTime, eventID, file }) => [
            many(attempts),
            roleArn === '' ? 'not named in the records' : { code: roleArn },
            firstEventTime,
            lastEventTime,
            { code: `${eventID} in ${file}` },
          ]),
          total: refused.total,
        },
      };
}

function counts(title: string, name: string, { total, listed }: Listed<BlastCount>): BlastSection | undefined {
  return total < 2
    ? undefined
    : {
        title,
        lines: [],
        table: {
          head: ['Events', 'Denied', 'Failed', 'Denied share', name],
          rows: listed.map((each) => [
            many(each.events),
            some(each.denied),
            some(each.failed),
            share(each),
            { code: each.name },
          ]),
          total,
        },
      };
}

function share({ events, denied }: BlastTally): string {
  if (denied === 0) {
    return '';
  }
  const percent = Math.round((100 * denied) / events);
  return percent === 0 ? '< 1 %' : `${String(percent)} %`;
}

function many(count: number): string {
  return withThousands(count);
}

/** Nothing is shown as nothing: the numbers that matter stand out. */
function some(count: number): string {
  return count === 0 ? '' : many(count);
}

function countedMany(count: number, noun: string): string {
  return `${many(count)} ${count === 1 ? noun : `${noun}s`}`;
}
