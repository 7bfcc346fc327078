/**
 * What each persistence or privilege call leaves behind. The data is in object-readers.ts, what takes it away in
 * object-removals.ts.
 *
 * Guarantee: every successful call of these classes gives an object; one in no row of the table is of kind `other`, named
 * after its action. `thing` identifies the object within its account and region, so that a later deletion finds it.
 */
import type { ObjectFields } from './object-fields';
import { readers, type Reader } from './object-readers';

/**
 * The parts of what was made (one machine of several): each with the names that a removal may call it by, its own and those of
 * what it goes with. Gone when every part is; none when it cannot be told.
 */
export type Thing = readonly (readonly string[])[];

export interface ObjectMade {
  readonly kind: string;
  readonly name: string;
  readonly arn: string;
  readonly accessKeyId: string;
  /** As the object of "created": `user bob`. */
  readonly words: string;
  /** True for what is no object of its own: trust that was changed, a boundary that was removed. */
  readonly change: boolean;
  /** True where its end would be among the records that are kept; without that nobody can say that it is still there. */
  readonly endKnown: boolean;
  readonly thing: Thing;
}

/** `service:EventName` of the tables: Identity Center has two names for one service. */
export function actionKey(eventSource: string, eventName: string): string {
  const service = eventSource.toLowerCase().replace(/\.amazonaws\.(?:com(?:\.cn)?|eu)$/, '');
  return `${service === 'sso-admin' ? 'sso' : service}:${eventName}`;
}

export function objectMade(eventSource: string, eventName: string, fields: ObjectFields): ObjectMade {
  const reader = readers[actionKey(eventSource, eventName)];
  const name = reader?.name(fields) ?? '';
  if (reader === undefined || name === '') {
    return {
      kind: reader?.kind ?? 'other',
      name: eventName,
      arn: '',
      accessKeyId: '',
      words: `what ${eventName} made`,
      change: reader?.change === true,
      endKnown: false,
      thing: [],
    };
  }
  const accessKeyId = reader.key?.(fields) ?? '';
  const thing = thingOf(reader, fields);
  return {
    kind: reader.kind,
    name,
    arn: reader.arn?.(fields) ?? '',
    accessKeyId,
    words: accessKeyId === '' ? `${reader.noun} ${name}` : `${reader.noun} ${accessKeyId} of user ${name}`,
    change: reader.change === true,
    endKnown: reader.endUnknown !== true && thing.length > 0,
    thing,
  };
}

function thingOf(
  { kind, thing = kind, name, ids = [name], each, owners: of = [] }: Reader,
  fields: ObjectFields,
): Thing {
  const own = (id: string): string[] => (id === '' ? [] : [`${thing}|${id}`]);
  const ofOwners = of.flatMap(([owner, field]) => {
    const id = field(fields);
    return id === '' ? [] : [`${owner}|${id}`];
  });
  const parts = each === undefined ? [ids.flatMap((id) => own(id(fields)))] : each(fields).map(own);
  return parts.map((names) => [...new Set([...names, ...ofOwners])]).filter((names) => names.length > 0);
}
