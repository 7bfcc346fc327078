/** What a table of calls says of one record: what it puts on, or takes off. */
import type { JsonObject } from '../../cloudtrail/columns';
import type { LineageModel, Session } from '../../lineage/model';
import { createdBefore, type Deny } from './deny-documents';
import type { Cover, Step } from './step';

export interface ReadCall {
  readonly model: LineageModel;
  readonly row: number;
  readonly time: number;
  /** The account that the call acted in. */
  readonly account: string;
  readonly request: JsonObject;
  readonly response: JsonObject;
  /** The caller's own user name, which some calls mean when they name nobody. */
  readonly self: string;
  readonly memory: Memory;
}

/** What earlier records tell, in time order. */
export class Memory {
  /** Statements of managed policies, by ARN, and of service control policies, by id. */
  readonly policies = new Map<string, readonly JsonObject[]>();
  /** Users of a group, by `account|group`. */
  readonly members = new Map<string, Set<string>>();
  /** Names of permission sets, by ARN. */
  readonly permissionSets = new Map<string, string>();
  /** Targets of a service control policy, by its id. */
  readonly attachments = new Map<string, Set<string>>();
  /** The last trust policy of a role, by place. */
  readonly trust = new Map<string, readonly JsonObject[]>();
  /** Who assumed a role and is no longer let in, by its place. */
  readonly leftOut = new Map<string, ReadonlySet<string>>();
}

/** What a call puts on. */
export interface Put extends Pick<Step, 'mechanism' | 'places' | 'words'> {
  readonly type: 'put';
  readonly covers?: (session: Session) => Cover;
  readonly strength?: Step['strength'];
  readonly shutsDown?: boolean;
}

/** What a call takes off, where it was on. */
export interface Off {
  readonly type: 'off';
  readonly mechanism: string;
  readonly words: string;
}

export type Reader = (call: ReadCall) => readonly (Put | Off)[];

/** Who is hit by denies of everything, and how surely. */
export function hitBy(denies: readonly Deny[], model: LineageModel): Pick<Step, 'covers' | 'strength'> {
  const clear = denies.filter(({ unclear }) => !unclear);
  const used = clear.length > 0 ? clear : denies;
  return {
    strength: clear.length > 0 ? 'whole' : 'unclear',
    covers: (session) => {
      let cover: Cover = 'no';
      for (const deny of used) {
        if (deny.fits?.(session, model.events) === false) {
          continue;
        }
        if (createdBefore(session, deny.before)) {
          return 'yes';
        }
        cover = session.creationDate === undefined ? cover : 'again';
      }
      return cover;
    },
  };
}
