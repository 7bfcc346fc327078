/** Which resources a record names: expectations written by hand, after the API references. */
import assert from 'node:assert/strict';
import { resourcesOf } from '../../../../src/engine/cloudtrail/resources';
import type { JsonObject } from '../../../../src/engine/cloudtrail/columns';

const account = '111122223333';
const other = '444455556666';

function record(service: string, eventName: string, request: unknown, more: object = {}): JsonObject {
  return {
    eventSource: `${service}.amazonaws.com`,
    eventName,
    awsRegion: 'eu-west-1',
    recipientAccountId: account,
    userIdentity: { accountId: other },
    requestParameters: request,
    responseElements: null,
    ...more,
  } as JsonObject;
}

const brief = (of: JsonObject): string[] =>
  resourcesOf(of).map(({ type, name, accountId, region }) => `${type} ${name} @${accountId} ${region}`.trim());

describe('the resources of a record', () => {
  const table: readonly (readonly [service: string, event: string, request: unknown, expected: readonly string[]])[] = [
    ['s3', 'GetObject', { bucketName: 'b', key: 'a/k.txt' }, ['AWS::S3::Object b/a/k.txt @111122223333']],
    ['s3', 'ListObjects', { bucketName: 'b', prefix: 'a/' }, ['AWS::S3::Bucket b @111122223333']],
    ['secretsmanager', 'GetSecretValue', { secretId: 'app' }, ['AWS::SecretsManager::Secret app @111122223333 eu-west-1']],
    ['secretsmanager', 'GetSecretValue', { secretId: `arn:aws:secretsmanager:eu-west-2:${other}:secret:app/db-Qr7sTu` }, ['AWS::SecretsManager::Secret app/db-Qr7sTu @444455556666 eu-west-2']],
    ['ssm', 'GetParameters', { names: ['/a/b', '/a/c'] }, ['AWS::SSM::Parameter /a/b @111122223333 eu-west-1', 'AWS::SSM::Parameter /a/c @111122223333 eu-west-1']],
    ['ssm', 'SendCommand', { instanceIds: ['i-1', 'i-2'], documentName: 'AWS-RunShellScript' }, ['AWS::EC2::Instance i-1 @111122223333 eu-west-1', 'AWS::EC2::Instance i-2 @111122223333 eu-west-1', 'AWS::SSM::Document AWS-RunShellScript @111122223333 eu-west-1']],
    ['kms', 'ScheduleKeyDeletion', { keyId: `arn:aws:kms:eu-west-1:${account}:key/1-2` }, ['AWS::KMS::Key 1-2 @111122223333 eu-west-1']],
    ['dynamodb', 'Scan', { tableName: 'orders' }, ['AWS::DynamoDB::Table orders @111122223333 eu-west-1']],
    ['lambda', 'UpdateFunctionCode20150331v2', { functionName: `arn:aws:lambda:eu-west-1:${account}:function:f` }, ['AWS::Lambda::Function f @111122223333 eu-west-1']],
    ['ec2', 'StopInstances', { instancesSet: { items: [{ instanceId: 'i-1' }, { instanceId: 'i-2' }] } }, ['AWS::EC2::Instance i-1 @111122223333 eu-west-1', 'AWS::EC2::Instance i-2 @111122223333 eu-west-1']],
    ['ec2', 'ModifySnapshotAttribute', { snapshotId: 'snap-1', attributeType: 'CREATE_VOLUME_PERMISSION' }, ['AWS::EC2::Snapshot snap-1 @111122223333 eu-west-1']],
    ['ec2', 'DeleteFlowLogs', { DeleteFlowLogsRequest: { FlowLogId: { tag: 1, content: 'fl-1' } } }, ['AWS::EC2::FlowLog fl-1 @111122223333 eu-west-1']],
    ['iam', 'AttachRolePolicy', { roleName: 'R', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }, ['AWS::IAM::Role R @111122223333']],
    ['iam', 'DeletePolicy', { policyArn: `arn:aws:iam::${account}:policy/p` }, ['AWS::IAM::ManagedPolicy p @111122223333']],
    ['iam', 'UpdateAccessKey', { userName: 'bob', accessKeyId: 'AKIA0000000000000BOB' }, ['AWS::IAM::AccessKey AKIA0000000000000BOB @111122223333', 'AWS::IAM::User bob @111122223333']],
    ['rds', 'CreateDBSnapshot', { dBSnapshotIdentifier: 's', dBInstanceIdentifier: 'db' }, ['AWS::RDS::DBSnapshot s @111122223333 eu-west-1', 'AWS::RDS::DBInstance db @111122223333 eu-west-1']],
    ['sqs', 'ReceiveMessage', { queueUrl: `https://sqs.eu-west-1.amazonaws.com/${other}/jobs` }, ['AWS::SQS::Queue jobs @444455556666 eu-west-1']],
    ['sns', 'Publish', { topicArn: `arn:aws:sns:eu-west-1:${account}:alerts` }, ['AWS::SNS::Topic alerts @111122223333 eu-west-1']],
    ['logs', 'DeleteLogGroup', { logGroupName: '/ecs/web' }, ['AWS::Logs::LogGroup /ecs/web @111122223333 eu-west-1']],
    ['ecr', 'BatchGetImage', { repositoryName: 'shop/web' }, ['AWS::ECR::Repository shop/web @111122223333 eu-west-1']],
    ['cloudformation', 'DeleteStack', { stackName: `arn:aws:cloudformation:eu-west-1:${account}:stack/shop/0a1b2c3d-0000-4000-8000-000000000000` }, ['AWS::CloudFormation::Stack shop @111122223333 eu-west-1']],
    ['cloudtrail', 'StopLogging', { name: `arn:aws:cloudtrail:eu-west-1:${account}:trail/t` }, ['AWS::CloudTrail::Trail t @111122223333 eu-west-1']],
    ['glue', 'GetTable', { databaseName: 'd', tableName: 't' }, ['AWS::Glue::Database d @111122223333 eu-west-1', 'AWS::Glue::Table d/t @111122223333 eu-west-1']],
    ['sso-admin', 'DeletePermissionSet', { permissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-1/ps-1' }, ['AWS::SSO::PermissionSet permissionSet/ssoins-1/ps-1 @111122223333']],
    ['rds-data', 'ExecuteStatement', { resourceArn: `arn:aws:rds:eu-west-1:${account}:cluster:aurora`, secretArn: `arn:aws:secretsmanager:eu-west-1:${account}:secret:db-Qr7sTu`, sql: '**' }, ['AWS::RDS::DBCluster aurora @111122223333 eu-west-1', 'AWS::SecretsManager::Secret db-Qr7sTu @111122223333 eu-west-1']],
    ['rds', 'StartExportTask', { sourceArn: `arn:aws:rds:eu-west-1:${account}:snapshot:s1`, s3BucketName: 'out' }, ['AWS::S3::Bucket out @111122223333 eu-west-1', 'AWS::RDS::DBSnapshot s1 @111122223333 eu-west-1']],
    ['logs', 'CreateExportTask', { logGroupName: 'lg', destination: 'out' }, ['AWS::Logs::LogGroup lg @111122223333 eu-west-1', 'AWS::S3::Bucket out @111122223333 eu-west-1']],
    ['dynamodb', 'ExportTableToPointInTime', { tableArn: `arn:aws:dynamodb:eu-west-1:${account}:table/t`, s3Bucket: 'out' }, ['AWS::DynamoDB::Table t @111122223333 eu-west-1', 'AWS::S3::Bucket out @111122223333 eu-west-1']],
    ['ebs', 'GetSnapshotBlock', { snapshotId: 'snap-1', blockIndex: 7 }, ['AWS::EC2::Snapshot snap-1 @111122223333 eu-west-1']],
    ['route53resolver', 'DeleteResolverQueryLogConfig', { resolverQueryLogConfigId: 'rqlc-1' }, ['AWS::Route53Resolver::ResolverQueryLoggingConfig rqlc-1 @111122223333 eu-west-1']],
    ['ec2', 'DeleteKeyPair', { keyPairId: 'key-1' }, ['AWS::EC2::KeyPair key-1 @111122223333 eu-west-1']],
    ['wafv2', 'AssociateWebACL', { webACLArn: 'w', resourceArn: '*' }, ['AWS::WAFv2::WebACL w @111122223333 eu-west-1']],
  ]; // prettier-ignore
  for (const [service, event, request, expected] of table) {
    it(`reads ${service} ${event}`, () => {
      assert.deepEqual(brief(record(service, event, request)), expected);
      // Exporters write the element as text.
      assert.deepEqual(brief(record(service, event, JSON.stringify(request))), expected);
    });
  }

  it('takes what AWS lists before what it can guess', () => {
    const resources = [
      { type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::b/k' },
      { accountId: other, type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::b' },
      { type: 'AWS::S3::Object', ARNPrefix: 'arn:aws:s3:::b/' },
    ];
    // The bucket of the object goes without saying.
    assert.deepEqual(resourcesOf(record('s3', 'GetObject', { bucketName: 'x', key: 'y' }, { resources })), [
      {
        key: 'AWS::S3::Object|||b/k',
        type: 'AWS::S3::Object',
        name: 'b/k',
        arn: 'arn:aws:s3:::b/k',
        // An entry of an object has no account: that of its bucket.
        accountId: other,
        region: '',
      },
    ]);
    const key = [{ accountId: account, type: 'AWS::KMS::Key', ARN: `arn:aws:kms:eu-west-1:${account}:key/9` }];
    assert.deepEqual(brief(record('kms', 'Decrypt', { encryptionAlgorithm: 'x' }, { resources: key })), [
      `AWS::KMS::Key 9 @${account} eu-west-1`,
    ]);
  });

  it('names what a call only reads beside what it writes', () => {
    const reads = (of: JsonObject): string[] =>
      resourcesOf(of).map(({ type, name, access }) => `${type} ${name} ${access ?? 'all'}`);
    const copy = (source: string): JsonObject =>
      record('s3', 'CopyObject', { bucketName: 'out', key: 'loot', 'x-amz-copy-source': source });
    for (const source of ['crown/a b', '/crown/a%20b', 'crown/a%20b?versionId=3']) {
      assert.deepEqual(reads(copy(source)), ['AWS::S3::Object out/loot all', 'AWS::S3::Object crown/a b read']);
    }
    assert.deepEqual(reads(copy('crown/100%')), ['AWS::S3::Object out/loot all', 'AWS::S3::Object crown/100% read']);
    assert.deepEqual(reads(copy('out/loot')), ['AWS::S3::Object out/loot all']);
    const resources = [
      { type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::out/loot' },
      { accountId: other, type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::out' },
    ];
    assert.deepEqual(reads({ ...copy('crown/a'), resources }), [
      'AWS::S3::Object out/loot all',
      'AWS::S3::Object crown/a read',
    ]);
    const encryptionContext = {
      PARAMETER_ARN: `arn:aws:ssm:eu-west-1:${account}:parameter/prod/pw`,
      'aws:s3:arn': 'x',
      all: 'arn:aws:ssm:eu-west-1:1:*',
    };
    const key = [{ accountId: account, type: 'AWS::KMS::Key', ARN: `arn:aws:kms:eu-west-1:${account}:key/9` }];
    assert.deepEqual(reads(record('kms', 'Decrypt', { encryptionContext }, { resources: key })), [
      'AWS::KMS::Key 9 all',
      'AWS::SSM::Parameter /prod/pw read',
    ]);
    assert.deepEqual(reads(record('kms', 'Encrypt', { encryptionContext }, { resources: key })), [
      'AWS::KMS::Key 9 all',
    ]);
    const [, exported] = reads(
      record('rds', 'StartExportTask', {
        sourceArn: `arn:aws:rds:eu-west-1:${account}:snapshot:s1`,
        s3BucketName: 'out',
      }),
    );
    assert.equal(exported, 'AWS::RDS::DBSnapshot s1 read');
  });

  it('knows a resource again by its name and by its ARN', () => {
    const keyOf = (of: JsonObject): string | undefined => resourcesOf(of)[0]?.key;
    const pairs: readonly (readonly [JsonObject, JsonObject])[] = [
      [
        record('dynamodb', 'Scan', { tableName: 'orders' }),
        record('dynamodb', 'Scan', { tableName: `arn:aws:dynamodb:eu-west-1:${account}:table/orders` }),
      ],
      [
        record('ssm', 'GetParameter', { name: '/a/b' }),
        record('ssm', 'GetParameter', { name: `arn:aws:ssm:eu-west-1:${account}:parameter/a/b` }),
      ],
      [
        record('iam', 'GetRole', { roleName: 'R' }),
        record('iam', 'GetRole', null, { resources: [{ ARN: `arn:aws:iam::${account}:role/a/path/R` }] }),
      ],
      [
        record('s3', 'GetObject', { bucketName: 'b', key: 'k' }, { awsRegion: 'us-east-1' }),
        record('s3', 'GetObject', null, { resources: [{ ARN: 'arn:aws:s3:::b/k', accountId: other }] }),
      ],
      [
        record('logs', 'GetLogEvents', { logGroupName: '/x' }),
        record('logs', 'GetLogEvents', { logGroupIdentifier: `arn:aws:logs:eu-west-1:${account}:log-group:/x:*` }),
      ],
    ];
    for (const [byName, byArn] of pairs) {
      assert.ok(keyOf(byName) !== undefined);
      assert.equal(keyOf(byName), keyOf(byArn));
    }
    const elsewhere = record('dynamodb', 'Scan', { tableName: 'orders' }, { awsRegion: 'us-east-1' });
    assert.notEqual(keyOf(record('dynamodb', 'Scan', { tableName: 'orders' })), keyOf(elsewhere));
  });

  it('reads what a call made from its answer', () => {
    const made = { responseElements: { instancesSet: { items: [{ instanceId: 'i-9' }] } } };
    assert.ok(
      brief(record('ec2', 'RunInstances', { minCount: 1 }, made)).includes(
        `AWS::EC2::Instance i-9 @${account} eu-west-1`,
      ),
    );
    assert.deepEqual(
      brief(
        record('iam', 'CreateAccessKey', null, {
          responseElements: { accessKey: { accessKeyId: 'AKIA0000000000000BOB' } },
        }),
      ),
      [`AWS::IAM::AccessKey AKIA0000000000000BOB @${account}`],
    );
  });

  it('reads what a denial was about from its message', () => {
    const denied = (arn: string): JsonObject =>
      record('secretsmanager', 'GetSecretValue', null, {
        errorMessage: `User: x is not authorized to perform: y on resource: ${arn} because no identity-based policy allows it`,
      });
    assert.deepEqual(brief(denied(`arn:aws:secretsmanager:eu-west-1:${other}:secret:app-Qr7sTu`)), [
      `AWS::SecretsManager::Secret app-Qr7sTu @${other} eu-west-1`,
    ]);
    for (const wide of ['*', 'arn:aws:iam::1:*', 'arn:aws:iam::111122223333:group/', 'arn:aws:ec2:us-east-1:1:*/*']) {
      assert.deepEqual(brief(denied(wide)), [], wide);
    }
  });

  it('writes the partition of the region into the ARN of an object', () => {
    const arnIn = (awsRegion: string): string | undefined =>
      resourcesOf(record('s3', 'GetObject', { bucketName: 'b', key: 'k' }, { awsRegion }))[0]?.arn;
    assert.deepEqual(['eu-west-1', 'us-gov-west-1', 'cn-north-1'].map(arnIn), [
      'arn:aws:s3:::b/k',
      'arn:aws-us-gov:s3:::b/k',
      'arn:aws-cn:s3:::b/k',
    ]);
  });

  it('leaves out what an agent tells of its own machine, and placeholders', () => {
    assert.deepEqual(brief(record('ssm', 'UpdateInstanceInformation', { instanceId: 'i-1' })), []);
    for (const mask of ['', '-', 'HIDDEN_DUE_TO_SECURITY_REASONS', '***', null, 7, {}, [[]]]) {
      assert.deepEqual(brief(record('secretsmanager', 'GetSecretValue', { secretId: mask })), []);
    }
  });

  it('is bounded and total, whatever the record holds', () => {
    const many = Array.from({ length: 10_000 }, (_, at) => `/p/${String(at)}`);
    assert.ok(resourcesOf(record('ssm', 'GetParameters', { names: many })).length <= 20);
    const long = resourcesOf(record('secretsmanager', 'GetSecretValue', { secretId: 'x'.repeat(1_000_000) }));
    assert.ok((long[0]?.name.length ?? 0) < 3000);
    const strange: readonly unknown[] = [
      {},
      { eventSource: 7, resources: 'x' },
      { resources: [null, 7, 'x', { ARN: 7 }, { ARN: 'arn:' }, { ARN: 'arn:aws:s3' }, { ARN: ':::::' }] },
      {
        resources: [{ ARN: 'arn:aws:constructor:eu-west-1:111122223333:x' }, { ARN: 'arn:aws:toString:::toString/x' }],
      },
      { eventSource: 's3.amazonaws.com', requestParameters: '{bucketName=b, key=' },
      { eventSource: '__proto__.amazonaws.com', requestParameters: { constructor: 'x' } },
      { eventSource: 'toString.amazonaws.com', requestParameters: { x: 'y' } },
      { eventSource: 'constructor', requestParameters: { name: 'y' } },
      record('s3', 'GetObject', { bucketName: ['a', 'b'], key: { x: 1 } }),
    ];
    for (const each of strange) {
      for (const ref of resourcesOf(each as JsonObject)) {
        assert.ok(
          Object.values(ref).every((value) => typeof value === 'string'),
          JSON.stringify(each),
        );
      }
    }
  });
});
