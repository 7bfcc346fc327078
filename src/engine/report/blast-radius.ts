/**
 * The blast radius of a session: everything that came of it, on one page. Sessions, objects left behind, resources read and
 * written, accounts, regions, services, places.
 *
 * Guarantee: every list is capped and stands beside its true total; the same model and the same records give the same page.
 * What stands in the event table is counted over all events; resources are read from the records themselves, which are on
 * disk: `records` says how many of them, and which files could not be read again.
 */
import type { CreatedObject, Severity } from '../contract';
import type { SessionKind } from '../lineage/model';

export interface BlastTally {
  readonly events: number;
  /** Refused for lack of permission. */
  readonly denied: number;
  /** Failed for another reason. */
  readonly failed: number;
}

export interface BlastCount extends BlastTally {
  readonly name: string;
}

export interface BlastSession extends BlastTally {
  readonly id: string;
  /** Who it is, as in the titles of findings. */
  readonly label: string;
  readonly kind: SessionKind;
  readonly arn: string;
  readonly accountId: string;
  readonly keys: readonly string[];
  readonly parent: string | null;
  readonly depth: number;
  readonly depthIsMinimum: boolean;
  readonly firstEventTime: string | null;
  readonly lastEventTime: string | null;
  readonly severity: Severity | null;
}

export interface BlastObject extends CreatedObject {
  readonly session: string;
  readonly createdAt: string;
  readonly eventName: string;
  /** What it is, as the object of "made": `user bob`, `removed permissions boundary of user bob`. */
  readonly words: string;
  /** True for what is no object of its own: trust that was changed, a boundary that was removed. */
  readonly change: boolean;
  /** ISO time since which a key that is still there cannot be used. */
  readonly inactiveSince?: string;
  /** False where no record that is kept would tell of its end: nobody can say that it is still there. */
  readonly endKnown: boolean;
  readonly file: string;
}

/** What calls made or opened beyond the lasting objects; whether it is still there is not looked at. */
export interface BlastAlsoMade {
  readonly what: 'made' | 'opened';
  readonly eventSource: string;
  readonly eventName: string;
  /** Of the resource that the record names; '' where it names none or was not read again. */
  readonly type: string;
  readonly name: string;
  readonly calls: number;
  readonly firstEventTime: string;
  readonly lastEventTime: string;
  /** Of the first call. */
  readonly session: string;
  readonly eventID: string;
  readonly file: string;
}

export interface BlastResource {
  /** `AWS::S3::Object`, `AWS::SecretsManager::Secret`, … as AWS writes resource types. */
  readonly type: string;
  /** Of many objects of one bucket what their names begin with, and `*`. */
  readonly name: string;
  /** '' where the records have only the name, and of many objects together. */
  readonly arn: string;
  /** How many resources this is: more than one where the objects of a bucket are told together. */
  readonly count: number;
  readonly accountId: string;
  readonly region: string;
  readonly reads: number;
  readonly writes: number;
  readonly denied: number;
  readonly failed: number;
  readonly firstEventTime: string;
  readonly lastEventTime: string;
  /** Classes of what was done to it, the most telling first. */
  readonly classes: readonly string[];
  /** Names of the calls, most frequent first; at most 6. */
  readonly actions: readonly string[];
  /** A record that names it: the first write, else the first. */
  readonly eventID: string;
  readonly file: string;
}

export interface BlastAddress extends BlastTally {
  readonly location: string;
  /** Network class: `public-v4`, `vpce-private`, … */
  readonly class: string;
  readonly firstEventTime: string;
  readonly lastEventTime: string;
}

export interface BlastRefusal {
  readonly roleArn: string;
  readonly attempts: number;
  readonly firstEventTime: string;
  readonly lastEventTime: string;
  readonly eventID: string;
  readonly file: string;
}

export interface Listed<T> {
  readonly total: number;
  readonly listed: readonly T[];
}

/** A file whose records could not be read again. */
export interface BlastProblem {
  readonly file: string;
  readonly records: number;
  readonly reason: string;
}

export interface BlastRadius {
  /** The session asked for. */
  readonly session: BlastSession;
  /** Sessions from the root of its lineage down to its parent: they are not part of the page. */
  readonly above: number;
  readonly root: string;
  readonly firstEventTime: string | null;
  readonly lastEventTime: string | null;
  readonly tally: BlastTally;
  readonly sessions: Listed<BlastSession> & {
    /** Issued and not used in these logs. */
    readonly unused: number;
    readonly byKind: readonly { readonly name: string; readonly sessions: number }[];
    /** Role assumptions from the root: `0`, `1`, `≥ 2`, …, `more than 10`. */
    readonly byDepth: readonly { readonly name: string; readonly sessions: number }[];
  };
  /** In time order, what was deleted again last. */
  readonly objects: Listed<BlastObject> & {
    /** Of all, those that are changes of what was there. */
    readonly changes: number;
    /** Of the changes. */
    readonly undone: number;
    /** Of the others. */
    readonly deleted: number;
    /** Of the others: not seen deleted, and no record that is kept would tell. */
    readonly endUnknown: number;
  };
  /** In time order. */
  readonly alsoMade: Listed<BlastAlsoMade>;
  /** `total` counts each object of a bucket; `listed` may tell them together. */
  readonly resources: Listed<BlastResource> & {
    /** Entries there are; `listed` may hold fewer. */
    readonly entries: number;
    /** Of all resources. */
    readonly written: number;
    readonly read: number;
    /** Every attempt on them was refused or failed. */
    readonly untouched: number;
  };
  /** Roles that were asked for and not given. */
  readonly refusals: Listed<BlastRefusal>;
  readonly accounts: Listed<BlastCount>;
  readonly regions: Listed<BlastCount>;
  readonly services: Listed<BlastCount>;
  /** Classes of actions: `read`, `persistence`, … */
  readonly classes: readonly BlastCount[];
  readonly addresses: Listed<BlastAddress>;
  readonly records: {
    /** Records that may name a resource: all but those that only hand out credentials. */
    readonly total: number;
    /** Of them read again for the resources; fewer than `total` where the limit cut or a file could not be read. */
    readonly read: number;
    /** Of those read, the ones that name no resource that we can read from them. */
    readonly unnamed: number;
    /** Of those, the successful calls that changed or took something, most frequent first. */
    readonly unnamedActions: Listed<{ readonly name: string; readonly records: number }>;
    readonly limit: number;
    readonly problems: readonly BlastProblem[];
  };
}

export const blastLimits = {
  sessions: 50,
  objects: 100,
  resources: 200,
  alsoMade: 100,
  unnamedActions: 20,
  refusals: 50,
  counts: 50,
  addresses: 100,
  /** Records read again. */
  records: 20_000,
} as const;

export function listed<T>(items: readonly T[], most: number): Listed<T> {
  return { total: items.length, listed: items.slice(0, most) };
}
