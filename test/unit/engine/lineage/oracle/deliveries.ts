/**
 * What becomes of records on their way into files: some are lost, masked, repeated, damaged or written in another way, and
 * what is left is shuffled and dealt.
 *
 * Guarantee: the same random numbers give the same files.
 */
import type { Random } from '../../../../../scripts/sample/records';

export type Edited = Record<string, unknown> & { userIdentity: Record<string, unknown> };

export const masks = ['HIDDEN_DUE_TO_SECURITY_REASONS', 'REDACTED', '***', '1111', 'ASIAXXXXXXXXXXXXXXXX', '', null];

/** Loses, masks, repeats and damages records, and deals what is left to files. */
export function delivered(records: readonly object[], random: Random): object[][] {
  const lost = random.chance(0.5) ? random.pick([0.05, 0.2, 0.4]) : 0;
  const hidden = random.chance(0.35) ? random.pick([0.1, 0.5, 1]) : 0;
  const damaged = random.chance(0.1) ? 0.2 : 0;
  const repeated = random.chance(0.4) ? 0.2 : 0;
  const spelled = random.chance(0.2) ? 0.3 : 0;
  const files: object[][] = Array.from({ length: random.int(1, 5) }, () => []);
  const kept = records
    .filter(() => !random.chance(lost))
    .map((record) => (random.chance(hidden) ? masked(record, random.pick(masks)) : record))
    .map((record) => (random.chance(damaged) ? damagedId(record, random) : record));
  const told = kept.flatMap((record) => (random.chance(spelled) ? rewritten(record, random) : [record]));
  for (const record of random.shuffled(told)) {
    random.pick(files).push(record);
    while (random.chance(repeated)) {
      random.pick(files).push(random.chance(0.2) ? masked(record, masks[0]) : record);
    }
  }
  return files;
}

/** What exporters and AWS itself do to a record: other spellings, less of it, or a second one. */
function rewritten(record: object, random: Random): readonly object[] {
  const copy = structuredClone(record) as Edited & { responseElements: unknown; eventTime: string };
  const attributes = attributesOf(copy);
  const eventID = random.uuid();
  switch (random.int(0, 8)) {
    case 0:
      // Elements as text.
      return [{ ...copy, responseElements: JSON.stringify(copy.responseElements) }];
    case 1:
      // Left out because the record was too long.
      return [{ ...copy, responseElements: null }];
    case 2:
      return [{ ...copy, requestParameters: null }];
    case 3:
      if (attributes !== undefined) {
        attributes['creationDate'] = attributes['creationDate']?.replace('Z', '.000Z');
      }
      return [copy];
    case 4:
      if (attributes !== undefined) {
        attributes['creationDate'] = attributes['creationDate']?.replace(/[-:]/g, '');
      }
      return [copy];
    case 5:
      // The first one lacks what the second one adds, or says what the second one takes back.
      return random.chance(0.5)
        ? [
            { ...copy, responseElements: null },
            { ...copy, ...addendumTo(copy, eventID) },
          ]
        : [copy, { ...copy, errorCode: 'AccessDenied', responseElements: null, ...addendumTo(copy, eventID) }];
    case 6:
      // Fields that an exporter does not know.
      delete copy.userIdentity['sessionContext'];
      return [copy];
    case 7:
      delete contextOf(copy)?.['sessionIssuer'];
      return [copy];
    default:
      return [copy, networkActivity(copy, eventID)];
  }
}

/** The same call as an endpoint saw it. */
function networkActivity(record: Edited, eventID: string): object {
  const { userIdentity, responseElements: _answer, requestParameters: _request, ...rest } = record;
  const { principalId, accountId, accessKeyId } = userIdentity;
  return {
    ...rest,
    eventID,
    userIdentity: { type: 'AWSAccount', principalId, accountId, accessKeyId },
    ...{ eventType: 'AwsVpceEvent', eventCategory: 'NetworkActivity', vpcEndpointId: 'vpce-0a1b2c3d' },
  };
}

function damagedId(record: object, random: Random): object {
  const id = random.pick(['', null, 'REDACTED', '00000000-0000-0000-0000-000000000000', `evt-${random.hex(6)}`]);
  const eventID = random.chance(0.3) ? random.uuid().toUpperCase() : id;
  return { ...record, eventID };
}

function addendumTo({ eventID: originalEventID }: Edited, eventID: string): object {
  return { eventID, addendum: { reason: 'UPDATED_DATA', originalEventID } };
}

function contextOf(record: Edited): Record<string, unknown> | undefined {
  return record.userIdentity['sessionContext'] as Record<string, unknown> | undefined;
}

function attributesOf(record: Edited): Record<string, string | undefined> | undefined {
  return contextOf(record)?.['attributes'] as Record<string, string | undefined> | undefined;
}

/** The record with another key in the place of one. */
export function withKey(record: object, key: string, other: string): object {
  return JSON.parse(JSON.stringify(record).replaceAll(key, other)) as object;
}

/** The record with a mask where keys were. */
export function masked(record: object, mask: string | null | undefined): object {
  const copy = structuredClone(record) as Edited;
  if (copy.userIdentity['accessKeyId'] !== undefined && copy.userIdentity['accessKeyId'] !== '') {
    copy.userIdentity['accessKeyId'] = mask;
  }
  const response = copy['responseElements'] as Record<string, Record<string, unknown> | null> | null;
  const { credentials, accessKey } = response ?? {};
  for (const issued of [credentials, accessKey]) {
    if (typeof issued === 'object' && issued !== null) {
      issued['accessKeyId'] = mask;
    }
  }
  return copy;
}
