/**
 * Calls that open data, keys or functions to others: data, by `service:EventName`.
 *
 * Guarantee: total; only what is added counts, never what is taken away. What restricts a policy is read as for trust policies.
 * Source: API references of EC2, RDS, S3, Lambda, SNS, SQS and KMS.
 */
import type { JsonObject, JsonValue } from '../cloudtrail/columns';
import { arrayAt, stringAt, valueAt } from '../cloudtrail/record';
import { grantsOf, type Grant } from './external-trust';
import { awsPrincipal, isAccount, listOf, readPolicy, textsOf } from './policy-document';

export interface Share {
  /** `snapshot snap-…`; log text. */
  readonly what: string;
  /** Everybody, or a principal; known ones too. */
  readonly grants: readonly Grant[];
  /** True where the record has a policy that cannot be read in full. */
  readonly unread: boolean;
}

type Reader = (request: JsonObject, known: ReadonlySet<string>) => Share;

export const shareCalls: Readonly<Record<string, Reader>> = {
  'ec2:ModifySnapshotAttribute': byItems('snapshot', 'snapshotId', 'createVolumePermission'),
  'ec2:ModifyImageAttribute': byItems('image', 'imageId', 'launchPermission'),
  'rds:ModifyDBSnapshotAttribute': byValues('database snapshot', 'dBSnapshotIdentifier'),
  'rds:ModifyDBClusterSnapshotAttribute': byValues('cluster snapshot', 'dBClusterSnapshotIdentifier'),
  's3:PutBucketPolicy': (request, known) =>
    byPolicy(`bucket ${stringAt(request, 'bucketName')}`, valueAt(request, 'bucketPolicy'), known),
  'kms:PutKeyPolicy': (request, known) =>
    byPolicy(`key ${stringAt(request, 'keyId')}`, valueAt(request, 'policy'), known),
  'lambda:AddPermission': (request, known) =>
    byStatement(`function ${stringAt(request, 'functionName')}`, permissionOf(request), known),
  'sns:AddPermission': byAccounts('topic', 'topicArn'),
  'sqs:AddPermission': byAccounts('queue', 'queueUrl'),
};

function byItems(noun: string, name: string, permission: string): Reader {
  return (request, known) => {
    const items = arrayAt(request, permission, 'add', 'items');
    const principals = items.flatMap((item) =>
      stringAt(item, 'group') === 'all' ? ['*'] : [stringAt(item, 'userId')].filter((id) => id !== ''),
    );
    return byPrincipals(`${noun} ${stringAt(request, name)}`, principals, known);
  };
}

function byValues(noun: string, name: string): Reader {
  return (request, known) => {
    const principals = textsOf(valueAt(request, 'valuesToAdd')).map((value) => (value === 'all' ? '*' : value));
    const what = `${noun} ${stringAt(request, name)}`;
    // Other attributes are no permissions.
    return byPrincipals(what, stringAt(request, 'attributeName') === 'restore' ? principals : [], known);
  };
}

function byAccounts(noun: string, name: string): Reader {
  return (request, known) => {
    const accounts = listOf(valueAt(request, 'aWSAccountIds') ?? valueAt(request, 'aWSAccountId'));
    return byPrincipals(`${noun} ${stringAt(request, name)}`, textsOf(accounts), known);
  };
}

function byPrincipals(what: string, principals: readonly string[], known: ReadonlySet<string>): Share {
  const distinct = [...new Set(principals)];
  return byStatement(what, { Effect: 'Allow', Principal: { AWS: distinct } }, known);
}

function byStatement(what: string, statement: JsonObject, known: ReadonlySet<string>): Share {
  return { what, grants: grantsOf(statement, known, 'resource'), unread: false };
}

function byPolicy(what: string, document: JsonValue | undefined, known: ReadonlySet<string>): Share {
  const read = readPolicy(document);
  const statements = read.state === 'read' ? read.statements : [];
  return {
    what,
    grants: statements
      .filter((statement) => statement['Effect'] === 'Allow')
      .flatMap((statement) => grantsOf(statement, known, 'resource')),
    unread: read.state !== 'read' || !read.complete,
  };
}

/** The statement that a permission of Lambda becomes. Services are principals by their names. */
function permissionOf(request: JsonObject): JsonObject {
  const principal = stringAt(request, 'principal');
  const isSomebody = principal === '*' || isAccount(principal) || awsPrincipal(principal).kind === 'aws';
  const conditions: Record<string, string> = {};
  for (const [key, name] of [
    ['aws:SourceAccount', 'sourceAccount'],
    ['aws:SourceArn', 'sourceArn'],
    ['aws:PrincipalOrgID', 'principalOrgID'],
  ] as const) {
    const value = stringAt(request, name);
    if (value !== '') {
      conditions[key] = value;
    }
  }
  return {
    Effect: 'Allow',
    Principal: isSomebody ? { AWS: principal } : { Service: principal },
    ...(Object.keys(conditions).length === 0 ? {} : { Condition: { StringEquals: conditions } }),
  };
}
