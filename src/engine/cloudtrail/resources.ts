/**
 * Which resources a record names: from its `resources`, else from its request and its answer, else from the message of a
 * denial ("… on resource: arn:…").
 *
 * Guarantee: total and bounded for every record, whatever it holds; a resource is named once a record, and the same resource
 * has the same `key` whether its ARN or its name was written. Names are the text of whoever made the call.
 * Source: API references of the services; CloudTrail User Guide, "CloudTrail record contents".
 */
import type { JsonObject, JsonValue } from './columns';
import { accountOf, arrayAt, objectAt, requestParameters, responseElements, stringAt, valueAt } from './record';
import { fields, typesOfArns } from './resource-tables';
import { cutText } from './text';

export interface ResourceRef {
  /** Identity: the same for the ARN and for the name of a resource. */
  readonly key: string;
  /** As AWS writes it (`AWS::S3::Object`); `service:kind` where we know no such name. */
  readonly type: string;
  /** Without account, region and kind; of an object in a bucket `bucket/key`. */
  readonly name: string;
  /** '' where the record has only the name. */
  readonly arn: string;
  readonly accountId: string;
  /** '' of what is in no region: IAM, S3, … */
  readonly region: string;
  /** Of what a call only reads, whatever it writes elsewhere: the source of a copy, a parameter that was decrypted. */
  readonly access?: 'read';
}

/** Resources of one record beyond this are like the first ones: a deletion of a thousand objects. */
const mostOfOne = 20;
/** Longer than any name or ARN of AWS, UTF-16 units. */
const mostLength = 2048;

/** Services whose resources are in no region, and those whose ARNs have no word before the name. */
const global = new Set(['iam', 's3', 'sts', 'route53', 'cloudfront', 'organizations']);
const wordless: ReadonlyMap<string, string> = new Map([
  ['sqs', 'AWS::SQS::Queue'],
  ['sns', 'AWS::SNS::Topic'],
  ['codecommit', 'AWS::CodeCommit::Repository'],
]);
/** Names that only their path within the service tells apart; of others the last segment is the name. */
const lastOnly = new Set(['AWS::IAM::User', 'AWS::IAM::Role', 'AWS::IAM::Group', 'AWS::IAM::InstanceProfile']);

const identities = new Set(['AWS::IAM::User', 'AWS::IAM::Role', 'AWS::IAM::Group']);
/** What the agent on a machine tells of that machine, every few minutes. */
const heartbeats = new Set([
  'UpdateInstanceInformation',
  'UpdateInstanceAssociationStatus',
  'ListInstanceAssociations',
  'PutInventory',
  'PutComplianceItems',
]);

export function resourcesOf(record: JsonObject): ResourceRef[] {
  if (heartbeats.has(stringAt(record, 'eventName'))) {
    return [];
  }
  const place = placeOf(record);
  const listed = arrayAt(record, 'resources')
    .slice(0, mostOfOne)
    .flatMap((each) => listedResource(each, place));
  const named = [
    ...(listed.length > 0 ? inBuckets(listed, record) : fromFields(record, place)),
    ...onlyRead(record, place),
  ];
  const found = named.length > 0 ? named : fromDenial(record, place);
  const byKey = new Map<string, ResourceRef>();
  for (const ref of found) {
    // What it also writes is more than read.
    byKey.set(ref.key, byKey.get(ref.key) ?? ref);
  }
  for (const { type, name } of found) {
    if (type === 'AWS::S3::Object') {
      // Whoever touches an object touches its bucket: only the object tells something.
      byKey.delete(keyOf('AWS::S3::Bucket', '', '', name.split('/')[0] ?? ''));
    }
  }
  const refs = [...byKey.values()];
  // What a policy is attached to changes, the policy does not.
  return refs.some(({ type }) => identities.has(type))
    ? refs.filter(({ type }) => type !== 'AWS::IAM::ManagedPolicy')
    : refs;
}

/** The resource of an ARN alone, with the same `key` as in records that name it. */
export function resourceOfArn(arn: string): ResourceRef {
  return refOfArn(arn, '', { service: '', partition: '', accountId: '', region: '' }, '');
}

/** Where a name without an ARN is. */
interface Place {
  readonly service: string;
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
}

function placeOf(record: JsonObject): Place {
  const service = stringAt(record, 'eventSource')
    .toLowerCase()
    .replace(/\.amazonaws\.(?:com(?:\.cn)?|eu)$/, '');
  const region = stringAt(record, 'awsRegion');
  return {
    service: service === 'sso-admin' ? 'sso' : service,
    partition: /^(?:cn|us-gov)-/.exec(region) === null ? 'aws' : `aws-${region.split('-').slice(0, -2).join('-')}`,
    accountId: stringAt(record, 'recipientAccountId') || stringAt(record, 'userIdentity', 'accountId'),
    region,
  };
}

function listedResource(value: JsonValue, place: Place): ResourceRef[] {
  const arn = stringAt(value, 'ARN') || stringAt(value, 'arn');
  const type = stringAt(value, 'type');
  return arn === '' ? [] : [refOfArn(arn, type, place, stringAt(value, 'accountId'))];
}

/** An entry for an object has no account: it is where its bucket is. */
function inBuckets(refs: readonly ResourceRef[], record: JsonObject): ResourceRef[] {
  const owners = new Map<string, string>();
  for (const each of arrayAt(record, 'resources').slice(0, mostOfOne)) {
    const arn = stringAt(each, 'ARN') || stringAt(each, 'arn');
    const owner = stringAt(each, 'accountId');
    if (owner !== '' && /^arn:[\w-]+:s3:::[^/]+$/.test(arn)) {
      owners.set(arn.split(':').at(-1) ?? '', owner);
    }
  }
  return refs.map((ref) =>
    ref.type === 'AWS::S3::Object'
      ? { ...ref, accountId: owners.get(ref.name.split('/')[0] ?? '') ?? ref.accountId }
      : ref,
  );
}

/** What a call reads beside what it is about: the source of a copy, and what KMS was asked to decrypt. */
function onlyRead(record: JsonObject, place: Place): ResourceRef[] {
  const request = requestParameters(record);
  switch (`${place.service}:${stringAt(record, 'eventName')}`) {
    case 's3:CopyObject':
    case 's3:UploadPartCopy': {
      const source = decoded(stringAt(request, 'x-amz-copy-source').replace(/\?versionId=.*$/, '')).replace(/^\//, '');
      return source === '' ? [] : [{ ...refOf(source, 'AWS::S3::Object', place), access: 'read' }];
    }
    case 'kms:Decrypt':
      return Object.values(objectAt(request, 'encryptionContext') ?? {})
        .slice(0, mostOfOne)
        .filter((value): value is string => typeof value === 'string' && value.startsWith('arn:') && !isWide(value))
        .map((arn) => ({ ...refOfArn(arn, '', place, ''), access: 'read' }));
    default:
      return [];
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.slice(0, mostLength));
  } catch {
    // Not encoded: a name may have a percent sign.
    return text;
  }
}

/** `…:*` and `…:group/` are what a policy could allow, not a resource. */
function isWide(arn: string): boolean {
  return /[*/:]$/.test(arn);
}

function fromFields(record: JsonObject, place: Place): ResourceRef[] {
  const sources = { request: requestParameters(record), response: responseElements(record) };
  return Object.entries(Object.hasOwn(fields, place.service) ? (fields[place.service] ?? {}) : {}).flatMap(
    ([type, paths]) => {
      for (const path of paths.split(' ')) {
        const from = path.startsWith('>') ? sources.response : sources.request;
        const names = path
          .replace(/^[<>]/, '')
          .split('+')
          .map((part) => textsAt(from, part.split('.')));
        const [first = [], second] = names;
        const joined =
          second === undefined ? first : first.length === 0 ? [] : second.map((name) => `${first[0] ?? ''}/${name}`);
        // Without a type only an ARN tells what it is.
        const known = type === '' ? joined.filter((name) => name.startsWith('arn:') && !isWide(name)) : joined;
        if (known.length > 0) {
          return known.slice(0, mostOfOne).map((name) => ({
            ...refOf(name, type, place),
            ...(path.startsWith('<') ? { access: 'read' as const } : {}),
          }));
        }
      }
      return [];
    },
  );
}

/** Strings at a path, through arrays; at most as many as are wanted of one record. */
function textsAt(start: JsonValue | undefined, path: readonly string[]): string[] {
  let values: readonly (JsonValue | undefined)[] = [start];
  for (const name of path) {
    values = flat(values).map((value) => valueAt(value, name));
  }
  return flat(values).filter((value): value is string => typeof value === 'string' && !placeholder.test(value));
}

const placeholder = /^(?:|-|null|\*+|HIDDEN_DUE_TO_SECURITY_REASONS|REDACTED)$/;

function flat(values: readonly (JsonValue | undefined)[]): (JsonValue | undefined)[] {
  return values
    .flatMap((value) => (Array.isArray(value) ? (value as readonly JsonValue[]).slice(0, mostOfOne) : [value]))
    .slice(0, mostOfOne);
}

/** `User: … is not authorized to perform: … on resource: arn:… because …` */
function fromDenial(record: JsonObject, place: Place): ResourceRef[] {
  const [, arn = ''] =
    / on resource: "?(arn:[\w-]+:[^\s"]+)/.exec(stringAt(record, 'errorMessage').slice(0, 8192)) ?? [];
  return arn === '' || isWide(arn) ? [] : [refOfArn(arn.replace(/[.,]$/, ''), '', place, '')];
}

function refOf(text: string, type: string, place: Place): ResourceRef {
  if (text.startsWith('arn:')) {
    return refOfArn(text, type, place, '');
  }
  const queue = type === 'AWS::SQS::Queue' ? /^https?:\/\/[^/]+\/(\d{12})\/([^/]+)$/.exec(text) : null;
  const name = cutText(queue?.[2] ?? text, mostLength);
  return made(
    type,
    name,
    '',
    queue?.[1] ?? place.accountId,
    global.has(place.service) ? '' : place.region,
    place.partition,
  );
}

function refOfArn(text: string, type: string, place: Place, accountId: string): ResourceRef {
  const arn = cutText(text, mostLength);
  const [, , service = '', region = '', , ...rest] = arn.split(':');
  const resource = rest.join(':');
  const [, word = '', name = resource] = /^([a-z][a-z-]*)[:/](.+)$/s.exec(resource) ?? [];
  if (service === 's3') {
    const is = resource.includes('/') && type !== 'AWS::S3::Bucket' ? 'AWS::S3::Object' : 'AWS::S3::Bucket';
    return made(type || is, resource.replace(/\/$/, ''), arn, accountId || place.accountId, '', '');
  }
  const known =
    type || wordless.get(service) || typesOfArns[`${service}:${word}`] || `${service}:${word}`.replace(/:$/, '');
  return made(
    known,
    wordless.has(service) ? resource : name,
    arn,
    accountOf(arn) || accountId || place.accountId,
    region,
    '',
  );
}

function made(
  type: string,
  name: string,
  arn: string,
  accountId: string,
  region: string,
  partition: string,
): ResourceRef {
  const isS3 = type.startsWith('AWS::S3::');
  const short = lastOnly.has(type) ? (name.split('/').at(-1) ?? name) : tidy(type, name);
  return {
    key: keyOf(type, isS3 ? '' : accountId, region, short),
    type,
    name: short,
    // An object's name is all that its ARN has.
    arn: arn === '' && isS3 ? `arn:${partition}:s3:::${short}` : arn,
    accountId,
    region,
  };
}

/** What stands behind the name in some ARNs. */
function tidy(type: string, name: string): string {
  switch (type) {
    case 'AWS::Logs::LogGroup':
      return name.replace(/:\*$/, '');
    case 'AWS::SSM::Parameter':
      // The ARN of `/a/b` leaves out the first slash, the ARN of `a` has no other.
      return name.includes('/') && !name.startsWith('/') ? `/${name}` : name;
    case 'AWS::CloudFormation::Stack':
      return name.replace(/\/[0-9a-f-]{36}$/, '');
    default:
      return name;
  }
}

function keyOf(type: string, accountId: string, region: string, name: string): string {
  return `${type}|${accountId}|${region}|${name}`;
}
