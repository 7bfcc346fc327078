/**
 * Which API calls do what, as data. Services are `eventSource` without `.amazonaws.com`; names are without API date.
 *
 * Guarantee: an action is in at most one class; a test holds this.
 */
export type ActionClass =
  | 'read'
  | 'identity'
  | 'persistence'
  | 'privilege'
  | 'defense-evasion'
  | 'credential-access'
  | 'exfiltration'
  | 'impact'
  | 'other-write';

type Table = Readonly<Record<string, string>>;

/** Not a class, but the fallback for `readOnly` being absent. */
export const READ_PREFIXES: readonly string[] = [
  'List',
  'Describe',
  'Get',
  'Head',
  'Lookup',
  'Search',
  'Query',
  'Scan',
  'Select',
  'Check',
  'BatchGet',
  'Simulate',
];

/** Who am I, and give me a credential. `readOnly` is true for these in the logs. */
const identity: Table = {
  sts:
    'AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity AssumeRoot GetSessionToken GetFederationToken ' +
    'GetCallerIdentity GetAccessKeyInfo GetWebIdentityToken GetDelegatedAccessToken',
  signin:
    'ConsoleLogin SwitchRole ExitRole RenewRole GetSigninToken CheckMfa AuthorizeOAuth2Access CreateOAuth2Token ' +
    'CredentialChallenge CredentialVerification UserAuthentication',
  sso: 'Federate GetRoleCredentials CreateToken Authenticate',
  'eks-auth': 'AssumeRoleForPodIdentity',
  rolesanywhere: 'CreateSession',
  'cognito-identity': 'GetCredentialsForIdentity GetId GetOpenIdToken GetOpenIdTokenForDeveloperIdentity',
  ssm: 'RequestManagedInstanceRoleToken',
};

/** Leaves a way back in. */
const persistence: Table = {
  iam:
    'CreateUser CreateAccessKey CreateLoginProfile UpdateLoginProfile CreateServiceSpecificCredential ' +
    'ResetServiceSpecificCredential UploadSSHPublicKey UploadSigningCertificate CreateVirtualMFADevice EnableMFADevice ' +
    'CreateRole UpdateAssumeRolePolicy CreateOpenIDConnectProvider AddClientIDToOpenIDConnectProvider ' +
    'UpdateOpenIDConnectProviderThumbprint CreateSAMLProvider UpdateSAMLProvider CreateInstanceProfile ' +
    'AddRoleToInstanceProfile',
  rolesanywhere: 'CreateTrustAnchor UpdateTrustAnchor EnableTrustAnchor CreateProfile UpdateProfile EnableProfile',
  lambda:
    'CreateFunction UpdateFunctionCode AddPermission CreateFunctionUrlConfig UpdateFunctionUrlConfig ' +
    'PublishLayerVersion AddLayerVersionPermission',
  ec2:
    'CreateKeyPair ImportKeyPair AssociateIamInstanceProfile ReplaceIamInstanceProfileAssociation ' +
    'ModifyInstanceAttribute',
  sso: 'CreatePermissionSet CreateAccountAssignment',
  'sso-admin': 'CreatePermissionSet CreateAccountAssignment',
  identitystore: 'CreateUser',
  'sso-directory': 'CreateUser',
  eks: 'CreateAccessEntry AssociateAccessPolicy CreatePodIdentityAssociation',
  events: 'PutRule PutTargets',
  'cognito-identity': 'SetIdentityPoolRoles',
  ssm: 'CreateActivation',
};

/** Widens what an identity may do, directly or by handing a role to something new. */
const privilege: Table = {
  iam:
    'AttachUserPolicy AttachRolePolicy AttachGroupPolicy PutUserPolicy PutRolePolicy PutGroupPolicy ' +
    'CreatePolicyVersion SetDefaultPolicyVersion AddUserToGroup DeleteUserPermissionsBoundary ' +
    'DeleteRolePermissionsBoundary PutUserPermissionsBoundary PutRolePermissionsBoundary',
  sso:
    'AttachManagedPolicyToPermissionSet PutInlinePolicyToPermissionSet ' +
    'AttachCustomerManagedPolicyReferenceToPermissionSet',
  'sso-admin':
    'AttachManagedPolicyToPermissionSet PutInlinePolicyToPermissionSet ' +
    'AttachCustomerManagedPolicyReferenceToPermissionSet',
  'sso-directory': 'AddMemberToGroup',
  identitystore: 'CreateGroupMembership',
  ec2: 'RunInstances RequestSpotInstances',
  cloudformation: 'CreateStack',
  glue: 'CreateDevEndpoint UpdateDevEndpoint',
  sagemaker: 'CreateNotebookInstance',
  codebuild: 'CreateProject',
  datapipeline: 'CreatePipeline',
};

/** Makes the defenders blind. */
const defenseEvasion: Table = {
  cloudtrail: 'StopLogging DeleteTrail UpdateTrail PutEventSelectors DeleteEventDataStore StopEventDataStoreIngestion',
  guardduty:
    'DeleteDetector UpdateDetector CreateIPSet UpdateIPSet CreateFilter UpdateFilter DisassociateFromMasterAccount ' +
    'DisassociateFromAdministratorAccount DeleteMembers DisassociateMembers StopMonitoringMembers ' +
    'DeletePublishingDestination',
  config: 'StopConfigurationRecorder DeleteConfigurationRecorder DeleteDeliveryChannel DeleteConfigRule',
  ec2: 'DeleteFlowLogs',
  securityhub: 'DisableSecurityHub DeleteMembers DisassociateMembers',
  organizations: 'LeaveOrganization',
  s3: 'PutBucketLifecycle PutBucketLifecycleConfiguration DeleteBucketLogging PutBucketLogging',
  monitoring: 'DeleteAlarms DisableAlarmActions',
  logs: 'DeleteLogGroup DeleteLogStream',
  route53resolver: 'DeleteResolverQueryLogConfig DisassociateResolverQueryLogConfig',
  iam: 'DeleteAccountPasswordPolicy DeactivateMFADevice DeleteVirtualMFADevice',
  wafv2: 'DeleteWebACL DeleteLoggingConfiguration',
  macie2: 'DisableMacie',
  inspector2: 'Disable',
  detective: 'DeleteGraph',
};

/** Reads a secret. */
const credentialAccess: Table = {
  secretsmanager: 'GetSecretValue BatchGetSecretValue',
  ssm: 'GetParameter GetParameters GetParametersByPath GetParameterHistory',
  ec2: 'GetPasswordData GetConsoleOutput',
  ecr: 'GetAuthorizationToken',
  codeartifact: 'GetAuthorizationToken',
  redshift: 'GetClusterCredentials GetClusterCredentialsWithIAM',
  'redshift-serverless': 'GetCredentials',
  lightsail: 'DownloadDefaultKeyPair GetInstanceAccessDetails',
  appsync: 'CreateApiKey',
  'acm-pca': 'IssueCertificate',
  acm: 'ExportCertificate',
};

/** Carries data out, or opens it to others. */
const exfiltration: Table = {
  ec2:
    'ModifySnapshotAttribute ModifyImageAttribute CreateSnapshot CreateSnapshots CreateInstanceExportTask ' +
    'ExportImage CreateStoreImageTask CreateTrafficMirrorSession CreateTrafficMirrorTarget',
  ebs: 'GetSnapshotBlock',
  rds:
    'ModifyDBSnapshotAttribute ModifyDBClusterSnapshotAttribute StartExportTask CreateDBSnapshot ' +
    'CreateDBClusterSnapshot',
  s3: 'PutBucketPolicy PutBucketAcl PutBucketReplication PutObjectAcl PutBucketPublicAccessBlock DeleteBucketPublicAccessBlock DeletePublicAccessBlock PutBucketWebsite',
  kms: 'PutKeyPolicy CreateGrant',
  sns: 'AddPermission',
  sqs: 'AddPermission',
  ecr: 'SetRepositoryPolicy',
  ram: 'CreateResourceShare AssociateResourceShare',
  dynamodb: 'ExportTableToPointInTime',
  secretsmanager: 'PutResourcePolicy',
  redshift: 'AuthorizeSnapshotAccess',
  backup: 'PutBackupVaultAccessPolicy',
};

/** Destroys, stops or locks. */
const impact: Table = {
  s3: 'DeleteObjects DeleteObject DeleteBucket PutBucketVersioning DeleteBucketEncryption',
  ec2:
    'TerminateInstances StopInstances DeleteVolume DeleteSnapshot DeregisterImage DeleteVpc DeleteSubnet ' +
    'DeleteSecurityGroup',
  kms: 'ScheduleKeyDeletion DisableKey DeleteImportedKeyMaterial',
  rds:
    'DeleteDBInstance DeleteDBCluster DeleteGlobalCluster DeleteDBSnapshot DeleteDBClusterSnapshot ' +
    'StopDBInstance StopDBCluster',
  dynamodb: 'DeleteTable DeleteBackup',
  backup: 'DeleteRecoveryPoint DeleteBackupVault DeleteBackupPlan',
  elasticfilesystem: 'DeleteFileSystem DeleteMountTarget',
  secretsmanager: 'DeleteSecret',
  lambda: 'DeleteFunction',
  eks: 'DeleteCluster',
  ecs: 'DeleteCluster',
  cloudformation: 'DeleteStack',
  route53: 'DeleteHostedZone',
  ecr: 'DeleteRepository',
  glacier: 'DeleteVault DeleteArchive',
  redshift: 'DeleteCluster',
  organizations: 'CloseAccount',
};

export const CLASS_TABLES: readonly (readonly [ActionClass, Table])[] = [
  ['identity', identity],
  ['persistence', persistence],
  ['privilege', privilege],
  ['defense-evasion', defenseEvasion],
  ['credential-access', credentialAccess],
  ['exfiltration', exfiltration],
  ['impact', impact],
];

/** Kept with request and answer beyond the classes `identity`, `persistence`, `privilege` and `defense-evasion`. */
export const NOTABLE_ACTIONS: Table = {
  // Containment of an identity, its reversal, and the end of what was created.
  iam:
    'UpdateAccessKey DeleteAccessKey DeleteUser DeleteRole DeleteLoginProfile DetachUserPolicy DetachRolePolicy ' +
    'DetachGroupPolicy DeleteUserPolicy DeleteRolePolicy DeleteGroupPolicy DeletePolicy DeletePolicyVersion ' +
    'RemoveUserFromGroup RemoveRoleFromInstanceProfile DeleteInstanceProfile DeleteOpenIDConnectProvider ' +
    'RemoveClientIDFromOpenIDConnectProvider DeleteSAMLProvider DeleteServiceSpecificCredential ' +
    'UpdateServiceSpecificCredential DeleteSSHPublicKey UpdateSSHPublicKey DeleteSigningCertificate ' +
    'UpdateSigningCertificate CreateGroup DeleteGroup CreatePolicy UpdateUser UpdateRole UpdateRoleDescription ' +
    'ChangePassword CreateServiceLinkedRole DeleteServiceLinkedRole',
  sso: 'DeleteAccountAssignment DeletePermissionSet UpdatePermissionSet ProvisionPermissionSet',
  'sso-admin': 'DeleteAccountAssignment DeletePermissionSet UpdatePermissionSet ProvisionPermissionSet',
  identitystore: 'DeleteUser',
  'sso-directory': 'DeleteUser DisableUser EnableUser',
  rolesanywhere: 'DisableTrustAnchor DeleteTrustAnchor DisableProfile DeleteProfile',
  organizations: 'AttachPolicy DetachPolicy CreatePolicy UpdatePolicy DeletePolicy',
  cloudtrail: 'StartLogging CreateTrail',
  // Instance life, addresses and ways into an instance.
  ec2:
    'StartInstances StopInstances TerminateInstances RebootInstances AssociateAddress DisassociateAddress ' +
    'AllocateAddress ReleaseAddress CreateNetworkInterface AttachNetworkInterface DetachNetworkInterface ' +
    'DeleteNetworkInterface AssignPrivateIpAddresses UnassignPrivateIpAddresses AssignIpv6Addresses ' +
    'UnassignIpv6Addresses DisassociateIamInstanceProfile ModifyInstanceMetadataOptions DeleteKeyPair ' +
    'GetPasswordData GetConsoleOutput DescribeInstanceAttribute ' +
    'ModifySnapshotAttribute ModifyImageAttribute CreateFlowLogs',
  ssm:
    'SendCommand StartSession ResumeSession TerminateSession UpdateInstanceInformation StartAutomationExecution ' +
    'DeleteActivation RegisterManagedInstance DeregisterManagedInstance',
  'ec2-instance-connect': 'SendSSHPublicKey SendSerialConsoleSSHPublicKey OpenTunnel',
  // Removal of what a session left in other services.
  lambda: 'RemovePermission DeleteFunction DeleteFunctionUrlConfig DeleteLayerVersion UpdateFunctionConfiguration',
  eks: 'DeleteAccessEntry DisassociateAccessPolicy DeletePodIdentityAssociation',
  events: 'RemoveTargets DeleteRule DisableRule',
  'cognito-identity': 'DeleteIdentityPool',
  // Opening data or keys to other accounts.
  rds: 'ModifyDBSnapshotAttribute ModifyDBClusterSnapshotAttribute',
  // CloudTrail asks for the list of its bucket: that names it.
  s3: 'PutBucketPolicy PutBucketAcl DeleteBucketPolicy PutBucketReplication GetBucketAcl',
  kms: 'PutKeyPolicy ScheduleKeyDeletion CancelKeyDeletion',
  sns: 'AddPermission',
  sqs: 'AddPermission',
  ecr: 'SetRepositoryPolicy',
  ram: 'CreateResourceShare AssociateResourceShare',
  secretsmanager: 'PutResourcePolicy',
  redshift: 'AuthorizeSnapshotAccess',
  backup: 'PutBackupVaultAccessPolicy',
};

/** Frequent calls of the class `identity` that hand out nothing: their columns say all there is. */
export const NOT_NOTABLE: Table = {
  sts: 'GetCallerIdentity GetAccessKeyInfo',
  'cognito-identity': 'GetId GetOpenIdToken',
};
