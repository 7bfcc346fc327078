/** What the tests of issuing compare, and callers that only they need. */
import {
  roleSession,
  stsDate,
  type Caller,
  type JsonObject,
  type Role,
  type Session as Held,
} from '../../../../scripts/sample/records';
import type { LineageModel, Session } from '../../../../src/engine/lineage/model';
import { eventIdAt } from '../../../../src/engine/lineage/table';
import { sessionWithKey } from '../support/files';
import { start, type World } from '../support/world';

export function facts({ kind, link, depth, depthIsMinimum }: Session): readonly [string, string, number, boolean] {
  return [kind, link, depth, depthIsMinimum];
}

export function parentOf(model: LineageModel, session: Session): Session | undefined {
  return session.parent === undefined ? undefined : model.sessions[session.parent];
}

/** The one session that held this key; its issuances and parent are looked at by the tests. */
export function holder(model: LineageModel, held: { readonly key: string }): Session {
  return sessionWithKey(model, held.key);
}

export function eventIdOf(record: object | undefined): string {
  return (record as { readonly eventID: string }).eventID;
}

/** Event ids of the records that issued what a session holds. */
export function issuedBy(model: LineageModel, session: Session): string[] {
  return session.issuances.map((index) => eventIdAt(model.events, model.issuances[index]?.row ?? -1));
}

/** The session that a role's credentials act in, with a key of its own. */
export function acting(world: World, of: Role, name: string, at: number, more: JsonObject = {}): Held {
  const held = roleSession({
    role: of,
    name,
    key: world.trail.temporaryKey(),
    issuedAt: start + at,
    expiresAt: start + at + 3600,
  });
  const context = held.identity['sessionContext'] as JsonObject;
  return { ...held, identity: { ...held.identity, sessionContext: { ...context, ...more } } };
}

export function credentialsOf(key: string, at: number, seconds = 3600): JsonObject {
  return { accessKeyId: key, sessionToken: 'REMOVED', expiration: stsDate(start + at + seconds) };
}

/** A caller of whom AWS tells an account and no more. */
export function unknownCaller(of: string): Caller {
  return { account: of, identity: { type: 'Unknown', principalId: '', accountId: of, accessKeyId: '', userName: '' } };
}
