/**
 * Calls that make or open something beyond what `chain-then-persistence` judges: machines, buckets, snapshots, groups; what is
 * shared with others, and what lets them in.
 *
 * Guarantee: successful calls only, each logged once; never what is told as a lasting object. What calls only write into
 * (objects, items, log lines) is no thing of its own.
 */
import { actionClass } from '../cloudtrail/actions';
import { EventFlag, type Action } from '../cloudtrail/columns';
import { requestParameters, stringAt } from '../cloudtrail/record';
import { isLasting } from '../detect/lasting-changes';
import { actionKey } from '../detect/persistence-objects';
import type { EventTable } from '../lineage/model';
import { actionAt, callerAt, hasFlag, notableAt, succeeded } from '../lineage/table';

/** Names of calls that make something begin with these. */
const making = /^(?:Create|Run|Launch|Register|Import|Restore|Copy|Publish|Allocate|Request)(?=[A-Z])/;

type Table = Readonly<Record<string, string>>;

const keysOf = (table: Table): ReadonlySet<string> =>
  new Set(Object.entries(table).flatMap(([service, names]) => names.split(/\s+/).map((name) => `${service}:${name}`)));

/** Begin like the others and leave no thing: data, log lines, queries, what only runs for a moment. */
const nothingMade = keysOf({
  s3: 'CopyObject CreateMultipartUpload CreateSession RestoreObject',
  logs: 'CreateLogStream',
  ec2: 'CreateTags',
  autoscaling: 'CreateOrUpdateTags',
  sns: 'Publish',
  iot: 'Publish',
  sso: 'CreateToken',
  'sso-oauth': 'CreateToken RegisterClient',
  ssm: 'CreateResourceDataSync',
  ssmmessages: 'CreateControlChannel CreateDataChannel',
  iam: 'CreateServiceLinkedRole',
  ecs: 'RegisterContainerInstance',
  elasticloadbalancing: 'RegisterTargets RegisterInstancesWithLoadBalancer',
  cloudshell: 'CreateSession',
  support: 'CreateCase',
});

/** Let others in, hand something to them, or send them what comes. */
const opening = keysOf({
  iam: 'UpdateAccessKey UpdateServiceSpecificCredential UpdateSSHPublicKey UpdateSigningCertificate',
  ec2:
    'ModifySnapshotAttribute ModifyImageAttribute AuthorizeSecurityGroupIngress AcceptVpcPeeringConnection ' +
    'ModifyVpcEndpointServicePermissions DisableSnapshotBlockPublicAccess DisableImageBlockPublicAccess',
  rds: 'ModifyDBSnapshotAttribute ModifyDBClusterSnapshotAttribute ModifyDBInstance ModifyDBCluster StartExportTask',
  s3:
    'PutBucketPolicy PutBucketAcl PutObjectAcl PutBucketReplication PutBucketWebsite PutBucketNotification ' +
    'PutBucketPublicAccessBlock DeleteBucketPublicAccessBlock DeletePublicAccessBlock PutAccountPublicAccessBlock ' +
    'DeleteAccountPublicAccessBlock PutAccessPointPolicy PutBucketOwnershipControls',
  kms: 'PutKeyPolicy',
  sns: 'AddPermission Subscribe SetTopicAttributes',
  sqs: 'AddPermission SetQueueAttributes',
  ecr: 'SetRepositoryPolicy PutReplicationConfiguration',
  ram: 'AssociateResourceShare',
  redshift: 'AuthorizeSnapshotAccess',
  secretsmanager: 'PutResourcePolicy',
  dynamodb: 'PutResourcePolicy',
  backup: 'PutBackupVaultAccessPolicy',
  logs: 'PutSubscriptionFilter PutDestinationPolicy PutResourcePolicy',
  events: 'PutPermission',
  glue: 'PutResourcePolicy',
  ssm: 'ModifyDocumentPermission',
  lambda: 'UpdateFunctionConfiguration AddLayerVersionPermission',
  organizations: 'InviteAccountToOrganization AttachPolicy DetachPolicy',
  route53: 'ChangeResourceRecordSets',
  'cognito-idp': 'AdminCreateUser AdminSetUserPassword AdminAddUserToGroup',
  lightsail: 'OpenInstancePublicPorts',
});

export type AlsoMade = 'made' | 'opened';

/** What a call did, when that is more than to read, write data or make what `isLasting` knows. Each action is looked up once. */
export function alsoMadeIn(events: EventTable): (row: number) => AlsoMade | undefined {
  const known = new Map<number, AlsoMade | 'nothing'>();
  return (row) => {
    const readOnly = hasFlag(events, row, EventFlag.readOnly);
    const key = (events.action[row] ?? 0) * 2 + (readOnly ? 1 : 0);
    const does = known.get(key) ?? doesOf(actionAt(events, row), readOnly);
    known.set(key, does);
    return does === 'nothing' ||
      !succeeded(events, row) ||
      hasFlag(events, row, EventFlag.networkActivity) ||
      hasFlag(events, row, EventFlag.insight) ||
      callerAt(events, row).type === 'AWSAccount' ||
      isLasting(events, row) ||
      closesAgain(events, row)
      ? undefined
      : does;
  };
}

function doesOf({ eventSource, eventName }: Action, readOnly: boolean): AlsoMade | 'nothing' {
  const kind = actionClass(eventSource, eventName, readOnly);
  const key = actionKey(eventSource, eventName);
  if (kind === 'read' || kind === 'identity') {
    return 'nothing';
  }
  if (opening.has(key)) {
    return 'opened';
  }
  const judged = kind === 'persistence' || kind === 'privilege';
  return judged || (making.test(eventName) && !nothingMade.has(key)) ? 'made' : 'nothing';
}

/** A key that is put to sleep opens nothing. */
function closesAgain(events: EventTable, row: number): boolean {
  const { eventSource, eventName } = actionAt(events, row);
  return (
    eventSource.startsWith('iam.') &&
    eventName.startsWith('Update') &&
    stringAt(requestParameters(notableAt(events, row) ?? {}), 'status') !== 'Active'
  );
}
