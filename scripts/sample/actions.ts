/** The API calls that the sample's people and programs make, with the parameters that CloudTrail records for each. */
import type { JsonObject, Role, User } from './principals';
import type { Action } from './trail';

function plain(
  source: string,
  name: string,
  params: JsonObject | null = null,
  response: JsonObject | null = null,
): Action {
  return { source, name, params, response };
}

function bucketResource(bucket: string, account: string): JsonObject {
  return { accountId: account, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucket}` };
}

function object(name: string, account: string, bucket: string, key: string): Action {
  return {
    source: 's3',
    name,
    params: { bucketName: bucket, Host: `${bucket}.s3.us-east-1.amazonaws.com`, key },
    resources: [{ type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${bucket}/${key}` }, bucketResource(bucket, account)],
    data: true,
    readOnly: name !== 'PutObject',
  };
}

export const actions = {
  plain,
  getCallerIdentity: plain('sts', 'GetCallerIdentity'),
  listBuckets: plain('s3', 'ListBuckets', { Host: 's3.us-east-1.amazonaws.com' }),
  getObject: (account: string, bucket: string, key: string): Action => object('GetObject', account, bucket, key),
  putObject: (account: string, bucket: string, key: string): Action => object('PutObject', account, bucket, key),
  listObjects: (account: string, bucket: string, prefix: string): Action => ({
    source: 's3',
    name: 'ListObjects',
    params: { 'list-type': '2', bucketName: bucket, prefix, Host: `${bucket}.s3.us-east-1.amazonaws.com` },
    resources: [{ type: 'AWS::S3::Object', ARNPrefix: `arn:aws:s3:::${bucket}/` }, bucketResource(bucket, account)],
    data: true,
    readOnly: true,
  }),
  bucketConfig: (account: string, name: string, bucket: string): Action => ({
    source: 's3',
    name,
    params: { bucketName: bucket, Host: `${bucket}.s3.us-east-1.amazonaws.com` },
    resources: [bucketResource(bucket, account)],
  }),
  getSecretValue: (account: string, secret: string): Action =>
    plain('secretsmanager', 'GetSecretValue', {
      secretId: `arn:aws:secretsmanager:us-east-1:${account}:secret:${secret}`,
    }),
  decrypt: (account: string, keyId: string, context: JsonObject): Action => ({
    source: 'kms',
    name: 'Decrypt',
    params: { encryptionContext: context, encryptionAlgorithm: 'SYMMETRIC_DEFAULT' },
    resources: [{ accountId: account, type: 'AWS::KMS::Key', ARN: `arn:aws:kms:us-east-1:${account}:key/${keyId}` }],
  }),
  getParameter: (name: string): Action => plain('ssm', 'GetParameter', { name, withDecryption: true }),
  getItem: (account: string, table: string): Action => ({
    source: 'dynamodb',
    name: 'GetItem',
    params: { tableName: table, key: { id: 'HIDDEN_DUE_TO_SECURITY_REASONS' }, consistentRead: false },
    resources: [
      { accountId: account, type: 'AWS::DynamoDB::Table', ARN: `arn:aws:dynamodb:us-east-1:${account}:table/${table}` },
    ],
    data: true,
    readOnly: true,
  }),
  heartbeat: (instanceId: string): Action => ({
    source: 'ssm',
    name: 'UpdateInstanceInformation',
    params: {
      instanceId,
      agentVersion: '3.3.2299.0',
      agentStatus: 'Active',
      platformType: 'Linux',
      platformName: 'Amazon Linux',
      platformVersion: '2023',
      agentName: 'amazon-ssm-agent',
    },
    readOnly: false,
  }),
  attachUserPolicy: (owner: User, policyArn: string): Action =>
    plain('iam', 'AttachUserPolicy', { userName: owner.name, policyArn }),
  updateTrust: (of: Role, document: JsonObject): Action =>
    plain('iam', 'UpdateAssumeRolePolicy', { roleName: of.name, policyDocument: JSON.stringify(document) }),
  createRole: (of: Role, servicePrincipal: string, createDate: string): Action => {
    const document = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: servicePrincipal }, Action: 'sts:AssumeRole' }],
    });
    return plain(
      'iam',
      'CreateRole',
      { path: '/', roleName: of.name, assumeRolePolicyDocument: document, maxSessionDuration: 3600 },
      {
        role: {
          path: '/',
          roleName: of.name,
          roleId: of.id,
          arn: of.arn,
          createDate,
          assumeRolePolicyDocument: encodeURIComponent(document),
        },
      },
    );
  },
  /** The call refused, as EC2 or as the other services say it; the request is left out of the record. */
  refused: (action: Action, arn: string): Action => ({
    source: action.source,
    name: action.name,
    ...(action.readOnly === undefined ? {} : { readOnly: action.readOnly }),
    ...(action.data === undefined ? {} : { data: action.data }),
    error:
      action.source === 'ec2'
        ? {
            code: 'Client.UnauthorizedOperation',
            message: `You are not authorized to perform this operation. User: ${arn} is not authorized to perform: ec2:${action.name} because no identity-based policy allows the ec2:${action.name} action`,
          }
        : {
            code:
              action.source === 'ssm' || action.source === 'secretsmanager' ? 'AccessDeniedException' : 'AccessDenied',
            message: `User: ${arn} is not authorized to perform: ${action.source}:${action.name} because no identity-based policy allows the ${action.source}:${action.name} action`,
          },
  }),
};
