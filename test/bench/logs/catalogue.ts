/**
 * The API calls of the generated logs: what each looks like in a record, and how often who makes it.
 *
 * Guarantee: data only. Names, members and their order are those of the services' own CloudTrail records; `<name>` stands
 * for a value that differs from call to call (values.ts).
 */

/** Who makes a call: programs all day long, tools that look around, or whoever changes something. */
export type Use = 'hot' | 'read' | 'write';

export interface Action {
  readonly service: string;
  readonly name: string;
  readonly use: Use;
  /** Among the calls of its service and use. */
  readonly weight: number;
  readonly request: string;
  readonly response: string;
  readonly readOnly: boolean;
  /** A data event: object, item or invocation. */
  readonly data: boolean;
  readonly resources: string;
  readonly additional: string;
}

type Row = readonly [name: string, weight: number, request: string, response?: string];

interface Service {
  readonly hot?: readonly Row[];
  readonly read?: readonly Row[];
  readonly write?: readonly Row[];
  /** Reads by name alone; each takes one of the requests in turn. */
  readonly reads?: string;
  readonly requests?: readonly string[];
  /** Names of the calls that are data events. */
  readonly data?: string;
  readonly resources?: string;
  readonly additional?: string;
}

const NONE = 'null';
const s3Object =
  '[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::<bucket>/<key>"},{"accountId":"<account>","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::<bucket>"}]';
const kmsContext =
  '{"encryptionAlgorithm":"SYMMETRIC_DEFAULT","encryptionContext":{"aws:s3:arn":"arn:aws:s3:::<bucket>"}}';
const filters = '{"filterSet":{"items":[{"name":"tag:Environment","valueSet":{"items":[{"value":"<stage>"}]}}]}}';

const SERVICES: Readonly<Record<string, Service>> = {
  s3: {
    hot: [
      ['GetObject', 40, '{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","key":"<key>"}'],
      [
        'PutObject',
        16,
        '{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","key":"<key>"}',
        '{"x-amz-server-side-encryption":"aws:kms","x-amz-server-side-encryption-aws-kms-key-id":"<kms>","x-amz-server-side-encryption-bucket-key-enabled":"true"}',
      ],
      ['HeadObject', 14, '{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","key":"<key>"}'],
      [
        'ListObjects',
        8,
        '{"list-type":"2","bucketName":"<bucket>","max-keys":"1000","prefix":"<key>","Host":"<bucket>.s3.<region>.amazonaws.com"}',
      ],
      ['DeleteObject', 3, '{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","key":"<key>"}'],
      [
        'UploadPart',
        3,
        '{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","key":"<key>","partNumber":"<small>","uploadId":"<token>"}',
      ],
      ['HeadBucket', 3, '{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com"}'],
    ],
    reads:
      'GetBucketAcl GetBucketTagging GetBucketLocation GetBucketVersioning GetBucketLogging GetBucketPolicy GetBucketPolicyStatus GetBucketLifecycle GetBucketEncryption GetBucketReplication GetBucketWebsite GetBucketCors GetBucketPublicAccessBlock GetBucketOwnershipControls GetBucketNotification GetBucketRequestPayment GetBucketObjectLockConfiguration GetAccelerateConfiguration GetBucketInventoryConfiguration',
    requests: ['{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","acl":""}'],
    write: [
      ['PutBucketTagging', 3, '{"bucketName":"<bucket>","Host":"s3.<region>.amazonaws.com","tagging":""}'],
      ['PutBucketLifecycle', 1, '{"bucketName":"<bucket>","Host":"s3.<region>.amazonaws.com","lifecycle":""}'],
    ],
    data: 'GetObject PutObject HeadObject ListObjects DeleteObject UploadPart',
    resources: s3Object,
    additional:
      '{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":0,"AuthenticationMethod":"AuthHeader","x-amz-id-2":"<id2>","bytesTransferredOut":<large>}',
  },
  kms: {
    hot: [
      ['Decrypt', 50, kmsContext],
      [
        'GenerateDataKey',
        25,
        '{"keyId":"<kms>","encryptionContext":{"aws:s3:arn":"arn:aws:s3:::<bucket>/<key>"},"keySpec":"AES_256"}',
      ],
      ['Encrypt', 3, '{"keyId":"<kms>","encryptionAlgorithm":"SYMMETRIC_DEFAULT"}'],
    ],
    reads: 'DescribeKey GetKeyPolicy GetKeyRotationStatus ListAliases ListGrants ListKeys ListResourceTags',
    requests: ['{"keyId":"<kms>"}'],
    resources: '[{"accountId":"<account>","type":"AWS::KMS::Key","ARN":"<kms>"}]',
  },
  dynamodb: {
    hot: [
      ['GetItem', 30, '{"tableName":"<table>","key":{"pk":"<token>"},"consistentRead":false}'],
      [
        'Query',
        25,
        '{"tableName":"<table>","keyConditionExpression":"#pk = :pk AND begins_with(#sk, :sk)","limit":50}',
      ],
      ['PutItem', 14, '{"tableName":"<table>","key":{"pk":"<token>"}}'],
      [
        'UpdateItem',
        14,
        '{"tableName":"<table>","key":{"pk":"<token>","sk":"<stage>"},"updateExpression":"SET #s = :s, #u = :u","returnValues":"NONE"}',
      ],
      ['BatchGetItem', 4, '{"requestItems":{"<table>":{"keys":[{"pk":"<token>"},{"pk":"<token>"}]}}}'],
    ],
    reads:
      'DescribeTable ListTables DescribeTimeToLive DescribeContinuousBackups ListTagsOfResource DescribeLimits ListBackups',
    requests: ['{"tableName":"<table>"}'],
    write: [['UpdateTable', 1, '{"tableName":"<table>","billingMode":"PAY_PER_REQUEST"}']],
    data: 'GetItem Query PutItem UpdateItem BatchGetItem',
    resources:
      '[{"accountId":"<account>","type":"AWS::DynamoDB::Table","ARN":"arn:aws:dynamodb:<region>:<account>:table/<table>"}]',
  },
  sqs: {
    hot: [
      ['GetQueueUrl', 3, '{"queueName":"<queue>"}', NONE],
      [
        'GetQueueAttributes',
        6,
        '{"queueUrl":"https://sqs.<region>.amazonaws.com/<account>/<queue>","attributeNames":["ApproximateNumberOfMessages","ApproximateNumberOfMessagesNotVisible"]}',
      ],
      [
        'ReceiveMessage',
        20,
        '{"queueUrl":"https://sqs.<region>.amazonaws.com/<account>/<queue>","maxNumberOfMessages":10,"waitTimeSeconds":20}',
      ],
      [
        'DeleteMessage',
        14,
        '{"queueUrl":"https://sqs.<region>.amazonaws.com/<account>/<queue>","receiptHandle":"<id2>"}',
      ],
    ],
    reads: 'ListQueues ListQueueTags',
    requests: ['{"queueUrl":"https://sqs.<region>.amazonaws.com/<account>/<queue>"}'],
    data: 'ReceiveMessage DeleteMessage',
  },
  lambda: {
    hot: [
      [
        'Invoke',
        20,
        '{"functionName":"arn:aws:lambda:<region>:<account>:function:<function>","invocationType":"RequestResponse"}',
      ],
      ['GetFunctionConfiguration20150331v2', 1, '{"functionName":"<function>"}'],
    ],
    reads:
      'ListFunctions20150331 GetFunction20150331v2 GetPolicy20150331v2 ListTags20170331 GetAccountSettings20160819 ListEventSourceMappings20150331 ListVersionsByFunction20150331 ListAliases20150331',
    requests: ['{"functionName":"<function>"}', '{"maxItems":50}'],
    data: 'Invoke',
    resources:
      '[{"accountId":"<account>","type":"AWS::Lambda::Function","ARN":"arn:aws:lambda:<region>:<account>:function:<function>"}]',
  },
  secretsmanager: {
    hot: [['GetSecretValue', 10, '{"secretId":"<secret>"}']],
    reads: 'DescribeSecret ListSecrets GetResourcePolicy ListSecretVersionIds',
    requests: ['{"secretId":"<secret>"}', '{"maxResults":100}'],
  },
  ssm: {
    hot: [
      [
        'UpdateInstanceInformation',
        14,
        '{"instanceId":"<instance>","agentVersion":"3.3.1957.0","agentStatus":"Active","platformType":"Linux","platformName":"Amazon Linux","platformVersion":"2023","iPAddress":"<private>","computerName":"ip-<host>.<region>.compute.internal","agentName":"amazon-ssm-agent","availabilityZone":"<region>a","availabilityZoneId":"use1-az2"}',
      ],
      ['GetParameter', 8, '{"name":"/<stage>/<app>/<setting>","withDecryption":true}'],
      ['GetParametersByPath', 5, '{"path":"/<stage>/<app>","recursive":true,"withDecryption":true}'],
      ['ListInstanceAssociations', 4, '{"instanceId":"<instance>","maxResults":20}'],
      [
        'PutInventory',
        2,
        '{"instanceId":"<instance>","items":[{"typeName":"AWS:InstanceInformation","schemaVersion":"1.0","captureTime":"<time>","contentHash":"<token>"}]}',
      ],
    ],
    reads:
      'DescribeInstanceInformation DescribeParameters ListTagsForResource ListDocuments DescribeDocument ListAssociations DescribePatchBaselines DescribeInstancePatchStates ListComplianceItems',
    requests: [
      '{"maxResults":50}',
      '{"filters":[{"key":"InstanceIds","valueSet":["<instance>"]}]}',
      '{"resourceType":"Parameter","resourceId":"/<stage>/<app>/<setting>"}',
    ],
    write: [
      [
        'PutParameter',
        2,
        '{"name":"/<stage>/<app>/<setting>","value":"HIDDEN_DUE_TO_SECURITY_REASONS","type":"SecureString","overwrite":true}',
        '{"version":<small>,"tier":"Standard"}',
      ],
    ],
  },
  logs: {
    hot: [
      ['CreateLogStream', 10, '{"logGroupName":"<logGroup>","logStreamName":"<app>/<token>"}'],
      [
        'DescribeLogStreams',
        4,
        '{"logGroupName":"<logGroup>","logStreamNamePrefix":"<app>/","orderBy":"LogStreamName"}',
      ],
      ['DescribeLogGroups', 2, '{"logGroupNamePrefix":"<logGroup>"}'],
    ],
    reads:
      'DescribeMetricFilters DescribeSubscriptionFilters DescribeQueries DescribeResourcePolicies ListTagsLogGroup',
    requests: ['{"logGroupName":"<logGroup>"}', '{"limit":50}'],
    write: [['PutRetentionPolicy', 1, '{"logGroupName":"<logGroup>","retentionInDays":30}']],
  },
  ecr: {
    hot: [
      ['GetAuthorizationToken', 4, NONE],
      [
        'BatchGetImage',
        6,
        '{"registryId":"<account>","repositoryName":"<app>","imageIds":[{"imageTag":"<hash>"}],"acceptedMediaTypes":["application/vnd.docker.distribution.manifest.v2+json","application/vnd.oci.image.manifest.v1+json"]}',
      ],
      [
        'GetDownloadUrlForLayer',
        8,
        '{"registryId":"<account>","repositoryName":"<app>","layerDigest":"sha256:<digest>"}',
      ],
    ],
    reads: 'DescribeRepositories DescribeImages ListImages GetLifecyclePolicy GetRepositoryPolicy ListTagsForResource',
    requests: ['{"repositoryName":"<app>"}', '{"repositoryName":"<app>","maxResults":100}'],
    write: [
      [
        'PutImage',
        3,
        '{"repositoryName":"<app>","imageTag":"<hash>","imageManifest":"{\\n   \\"schemaVersion\\": 2,\\n   \\"mediaType\\": \\"application/vnd.docker.distribution.manifest.v2+json\\",\\n   \\"config\\": {\\n      \\"mediaType\\": \\"application/vnd.docker.container.image.v1+json\\",\\n      \\"size\\": <large>,\\n      \\"digest\\": \\"sha256:<digest>\\"\\n   }\\n}"}',
        '{"image":{"repositoryName":"<app>","imageId":{"imageDigest":"sha256:<digest>","imageTag":"<hash>"},"registryId":"<account>"}}',
      ],
      ['InitiateLayerUpload', 3, '{"repositoryName":"<app>"}', '{"uploadId":"<uuid>","partSize":20971520}'],
      [
        'CompleteLayerUpload',
        3,
        '{"repositoryName":"<app>","uploadId":"<uuid>","layerDigests":["sha256:<digest>"]}',
        '{"layerDigest":"sha256:<digest>","uploadId":"<uuid>","repositoryName":"<app>","registryId":"<account>"}',
      ],
    ],
  },
  sts: {
    hot: [['GetCallerIdentity', 4, NONE]],
    read: [['GetCallerIdentity', 4, NONE]],
  },
  monitoring: {
    hot: [
      [
        'PutMetricAlarm',
        1,
        '{"alarmName":"<app>-<setting>","metricName":"CPUUtilization","namespace":"AWS/ECS","statistic":"Average","period":60,"evaluationPeriods":5,"threshold":80,"comparisonOperator":"GreaterThanThreshold"}',
      ],
      ['DescribeAlarms', 8, '{"alarmNamePrefix":"<app>","maxRecords":100}'],
      [
        'GetMetricData',
        6,
        '{"startTime":"<time>","endTime":"<time>","metricDataQueries":[{"id":"m1","metricStat":{"metric":{"namespace":"AWS/SQS","metricName":"ApproximateNumberOfMessagesVisible","dimensions":[{"name":"QueueName","value":"<queue>"}]},"period":60,"stat":"Sum"},"returnData":true}]}',
      ],
    ],
    reads: 'ListMetrics GetMetricStatistics ListDashboards GetDashboard DescribeAlarmHistory DescribeAnomalyDetectors',
    requests: ['{"namespace":"AWS/EC2"}', '{"namespace":"AWS/Lambda","metricName":"Errors"}'],
  },
  ec2: {
    hot: [
      ['DescribeInstances', 12, '{"instancesSet":{"items":[{"instanceId":"<instance>"}]},"filterSet":{}}'],
      [
        'DescribeTags',
        6,
        '{"maxResults":1000,"filterSet":{"items":[{"name":"resource-id","valueSet":{"items":[{"value":"<instance>"}]}}]},"tagSet":{}}',
      ],
      [
        'DescribeNetworkInterfaces',
        6,
        '{"networkInterfaceIdSet":{"items":[{"networkInterfaceId":"<eni>"}]},"filterSet":{}}',
      ],
      ['DescribeVolumes', 4, '{"volumeSet":{"items":[{"volumeId":"<volume>"}]},"filterSet":{}}'],
      [
        'AttachNetworkInterface',
        1,
        '{"networkInterfaceId":"<eni>","instanceId":"<instance>","deviceIndex":1}',
        '{"requestId":"<uuid>","attachmentId":"eni-attach-<shorthex>"}',
      ],
    ],
    reads:
      'DescribeInstances DescribeSecurityGroups DescribeSubnets DescribeVpcs DescribeRouteTables DescribeVolumes DescribeSnapshots DescribeImages DescribeAddresses DescribeNetworkAcls DescribeNatGateways DescribeInternetGateways DescribeVpcEndpoints DescribeRegions DescribeAvailabilityZones DescribeInstanceTypes DescribeInstanceStatus DescribeKeyPairs DescribeFlowLogs DescribeLaunchTemplates DescribeLaunchTemplateVersions DescribeVpcPeeringConnections DescribeTransitGateways DescribeTransitGatewayAttachments DescribeVpnConnections DescribeAccountAttributes DescribeVpcAttribute DescribeInstanceAttribute DescribeIamInstanceProfileAssociations DescribeInstanceCreditSpecifications DescribeSecurityGroupRules DescribeManagedPrefixLists DescribeReservedInstances DescribeSpotInstanceRequests DescribeCustomerGateways DescribeDhcpOptions DescribePlacementGroups DescribeVolumesModifications GetEbsEncryptionByDefault DescribeInstanceTypeOfferings',
    requests: [
      '{"instancesSet":{},"filterSet":{}}',
      filters,
      '{"filterSet":{"items":[{"name":"vpc-id","valueSet":{"items":[{"value":"<vpc>"}]}}]}}',
      '{"maxResults":100,"filterSet":{}}',
      '{"filterSet":{"items":[{"name":"instance-state-name","valueSet":{"items":[{"value":"running"},{"value":"pending"},{"value":"stopped"}]}}]}}',
    ],
    write: [
      [
        'CreateTags',
        6,
        '{"resourcesSet":{"items":[{"resourceId":"<instance>"}]},"tagSet":{"items":[{"key":"Name","value":"<app>-<stage>"},{"key":"Environment","value":"<stage>"},{"key":"Team","value":"<app>"}]}}',
        '{"requestId":"<uuid>","_return":true}',
      ],
      [
        'AuthorizeSecurityGroupIngress',
        1,
        '{"groupId":"<sg>","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":443,"toPort":443,"groups":{},"ipRanges":{"items":[{"cidrIp":"10.0.0.0/8","description":"<app>"}]},"ipv6Ranges":{},"prefixListIds":{}}]}}',
        '{"requestId":"<uuid>","_return":true,"securityGroupRuleSet":{"items":[{"groupOwnerId":"<account>","groupId":"<sg>","securityGroupRuleId":"sgr-<shorthex>","isEgress":false,"ipProtocol":"tcp","fromPort":443,"toPort":443,"cidrIpv4":"10.0.0.0/8"}]}}',
      ],
      [
        'RunInstances',
        2,
        '{"instancesSet":{"items":[{"imageId":"<ami>","minCount":1,"maxCount":1,"keyName":"<app>"}]},"instanceType":"m6i.large","blockDeviceMapping":{"items":[{"deviceName":"/dev/xvda","ebs":{"volumeSize":50,"deleteOnTermination":true,"volumeType":"gp3"}}]},"monitoring":{"enabled":false},"subnetId":"<subnet>","disableApiTermination":false,"disableApiStop":false,"clientToken":"<uuid>","tagSpecificationSet":{"items":[{"resourceType":"instance","tags":[{"key":"Name","value":"<app>-<stage>"}]}]}}',
        '{"requestId":"<uuid>","reservationId":"r-<shorthex>","ownerId":"<account>","groupSet":{},"instancesSet":{"items":[{"instanceId":"<instance>","imageId":"<ami>","instanceState":{"code":0,"name":"pending"},"privateDnsName":"ip-<host>.<region>.compute.internal","amiLaunchIndex":0,"productCodes":{},"instanceType":"m6i.large","launchTime":<epoch>,"placement":{"availabilityZone":"<region>a","tenancy":"default"},"monitoring":{"state":"disabled"},"subnetId":"<subnet>","vpcId":"<vpc>","privateIpAddress":"<private>","stateReason":{"code":"pending","message":"pending"},"architecture":"x86_64","rootDeviceType":"ebs","rootDeviceName":"/dev/xvda","blockDeviceMapping":{},"virtualizationType":"hvm","hypervisor":"xen","groupSet":{"items":[{"groupId":"<sg>","groupName":"<app>"}]},"sourceDestCheck":true,"networkInterfaceSet":{"items":[{"networkInterfaceId":"<eni>","subnetId":"<subnet>","vpcId":"<vpc>","ownerId":"<account>","status":"in-use","macAddress":"0e:2f:1a:77:4c:05","privateIpAddress":"<private>"}]},"ebsOptimized":false,"enaSupport":true,"metadataOptions":{"state":"pending","httpTokens":"required","httpPutResponseHopLimit":2,"httpEndpoint":"enabled","httpProtocolIpv4":"enabled","httpProtocolIpv6":"disabled","instanceMetadataTags":"disabled"}}]}}',
      ],
      [
        'TerminateInstances',
        2,
        '{"instancesSet":{"items":[{"instanceId":"i-<longhex>"}]}}',
        '{"requestId":"<uuid>","instancesSet":{"items":[{"instanceId":"i-<longhex>","currentState":{"code":32,"name":"shutting-down"},"previousState":{"code":16,"name":"running"}}]}}',
      ],
      [
        'CreateSnapshot',
        3,
        '{"volumeId":"<volume>","description":"<app> daily"}',
        '{"requestId":"<uuid>","snapshotId":"snap-<longhex>","volumeId":"<volume>","status":"pending","startTime":<epoch>,"progress":"","ownerId":"<account>","volumeSize":"50","description":"<app> daily","encrypted":true}',
      ],
      ['DeleteSnapshot', 3, '{"snapshotId":"snap-<longhex>"}', '{"requestId":"<uuid>","_return":true}'],
    ],
  },
  ecs: {
    hot: [
      [
        'DiscoverPollEndpoint',
        3,
        '{"containerInstance":"arn:aws:ecs:<region>:<account>:container-instance/<stage>/<hash>","cluster":"<stage>"}',
        '{"endpoint":"https://ecs-a-1.<region>.amazonaws.com/","telemetryEndpoint":"https://ecs-t-1.<region>.amazonaws.com/","serviceConnectEndpoint":"https://ecs-sc.<region>.api.aws"}',
      ],
      [
        'SubmitTaskStateChange',
        6,
        '{"cluster":"<stage>","task":"arn:aws:ecs:<region>:<account>:task/<stage>/<hash>","status":"RUNNING","attachments":[],"containers":[{"containerName":"<app>","runtimeId":"<hash>-<epoch>","status":"RUNNING","networkBindings":[]}]}',
        '{"acknowledgment":"arn:aws:ecs:<region>:<account>:task/<stage>/<hash>"}',
      ],
    ],
    reads:
      'DescribeServices DescribeTasks DescribeClusters ListServices ListTasks ListClusters DescribeTaskDefinition ListTaskDefinitions DescribeContainerInstances',
    requests: [
      '{"cluster":"<stage>","services":["<app>"]}',
      '{"cluster":"<stage>","serviceName":"<app>","desiredStatus":"RUNNING"}',
      '{"cluster":"<stage>","tasks":["arn:aws:ecs:<region>:<account>:task/<stage>/<hash>"],"include":["TAGS"]}',
    ],
    write: [
      [
        'RegisterTaskDefinition',
        3,
        '{"family":"<app>-<stage>","taskRoleArn":"arn:aws:iam::<account>:role/<app>-<stage>","networkMode":"awsvpc","containerDefinitions":[{"name":"<app>","image":"<account>.dkr.ecr.<region>.amazonaws.com/<app>:<hash>","cpu":0,"portMappings":[{"containerPort":8080,"hostPort":8080,"protocol":"tcp"}],"essential":true,"environment":[{"name":"STAGE","value":"<stage>"}],"logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"<logGroup>","awslogs-region":"<region>","awslogs-stream-prefix":"<app>"}}}],"requiresCompatibilities":["FARGATE"],"cpu":"1024","memory":"2048"}',
        '{"taskDefinition":{"taskDefinitionArn":"arn:aws:ecs:<region>:<account>:task-definition/<app>-<stage>:<small>","family":"<app>-<stage>","taskRoleArn":"arn:aws:iam::<account>:role/<app>-<stage>","networkMode":"awsvpc","revision":<small>,"status":"ACTIVE","compatibilities":["EC2","FARGATE"],"requiresCompatibilities":["FARGATE"],"cpu":"1024","memory":"2048","registeredBy":"arn:aws:sts::<account>:assumed-role/deploy/<app>"}}',
      ],
      [
        'UpdateService',
        4,
        '{"cluster":"<stage>","service":"<app>","taskDefinition":"arn:aws:ecs:<region>:<account>:task-definition/<app>-<stage>:<small>","forceNewDeployment":false}',
        '{"service":{"serviceArn":"arn:aws:ecs:<region>:<account>:service/<stage>/<app>","serviceName":"<app>","clusterArn":"arn:aws:ecs:<region>:<account>:cluster/<stage>","status":"ACTIVE","desiredCount":4,"runningCount":4,"pendingCount":0,"launchType":"FARGATE","taskDefinition":"arn:aws:ecs:<region>:<account>:task-definition/<app>-<stage>:<small>","deployments":[{"id":"ecs-svc/<digits>","status":"PRIMARY","desiredCount":4,"pendingCount":0,"runningCount":0,"rolloutState":"IN_PROGRESS"}]}}',
      ],
    ],
  },
  elasticloadbalancing: {
    hot: [
      [
        'DescribeTargetHealth',
        6,
        '{"targetGroupArn":"arn:aws:elasticloadbalancing:<region>:<account>:targetgroup/<app>/<shorthex>"}',
      ],
    ],
    reads:
      'DescribeLoadBalancers DescribeTargetGroups DescribeListeners DescribeRules DescribeTags DescribeLoadBalancerAttributes DescribeTargetGroupAttributes DescribeListenerCertificates',
    requests: [
      '{"pageSize":400}',
      '{"loadBalancerArn":"arn:aws:elasticloadbalancing:<region>:<account>:loadbalancer/app/<app>/<shorthex>"}',
    ],
    write: [
      [
        'RegisterTargets',
        2,
        '{"targetGroupArn":"arn:aws:elasticloadbalancing:<region>:<account>:targetgroup/<app>/<shorthex>","targets":[{"id":"<private>","port":8080}]}',
      ],
    ],
  },
  autoscaling: {
    hot: [['DescribeAutoScalingGroups', 8, '{"autoScalingGroupNames":["<app>-<stage>"],"maxRecords":100}']],
    reads:
      'DescribeAutoScalingInstances DescribeLaunchConfigurations DescribePolicies DescribeScalingActivities DescribeTags DescribeLifecycleHooks',
    requests: ['{"maxRecords":100}', '{"autoScalingGroupName":"<app>-<stage>"}'],
    write: [
      [
        'SetDesiredCapacity',
        1,
        '{"autoScalingGroupName":"<app>-<stage>","desiredCapacity":<small>,"honorCooldown":false}',
      ],
    ],
  },
  iam: {
    reads:
      'GetRole GetPolicy GetPolicyVersion ListRolePolicies ListAttachedRolePolicies ListRoles ListUsers GetUser ListAccessKeys GetAccessKeyLastUsed ListMFADevices ListGroupsForUser ListInstanceProfilesForRole GetRolePolicy ListPolicies GetAccountSummary GetAccountPasswordPolicy GenerateCredentialReport GetCredentialReport ListEntitiesForPolicy ListAttachedUserPolicies ListUserPolicies GetLoginProfile ListSAMLProviders ListOpenIDConnectProviders ListVirtualMFADevices GetInstanceProfile ListRoleTags SimulatePrincipalPolicy GetServiceLastAccessedDetails',
    requests: [
      '{"roleName":"<app>-<stage>"}',
      '{"policyArn":"arn:aws:iam::<account>:policy/<app>-<stage>"}',
      '{"userName":"<person>"}',
      '{"maxItems":1000}',
    ],
    write: [
      ['TagRole', 1, '{"roleName":"<app>-<stage>","tags":[{"key":"team","value":"<app>"}]}'],
      ['PassRole', 1, NONE],
    ],
  },
  cloudformation: {
    reads:
      'DescribeStacks DescribeStackEvents DescribeStackResources ListStacks GetTemplate ListStackResources DescribeChangeSet GetTemplateSummary ListStackSets ListExports',
    requests: [
      '{"stackName":"<app>-<stage>"}',
      '{"stackName":"arn:aws:cloudformation:<region>:<account>:stack/<app>-<stage>/<uuid>"}',
    ],
    write: [
      [
        'CreateChangeSet',
        2,
        '{"stackName":"<app>-<stage>","changeSetName":"deploy-<hash>","capabilities":["CAPABILITY_NAMED_IAM"],"changeSetType":"UPDATE","parameters":[{"parameterKey":"Image","parameterValue":"HIDDEN_DUE_TO_SECURITY_REASONS"}]}',
        '{"id":"arn:aws:cloudformation:<region>:<account>:changeSet/deploy-<hash>/<uuid>","stackId":"arn:aws:cloudformation:<region>:<account>:stack/<app>-<stage>/<uuid>"}',
      ],
      ['ExecuteChangeSet', 2, '{"stackName":"<app>-<stage>","changeSetName":"deploy-<hash>"}'],
    ],
  },
  rds: {
    reads:
      'DescribeDBInstances DescribeDBClusters DescribeDBSnapshots DescribeDBSubnetGroups DescribeDBEngineVersions DescribeDBParameterGroups DescribeOrderableDBInstanceOptions DescribeEvents ListTagsForResource DescribePendingMaintenanceActions DescribeDBClusterSnapshots',
    requests: ['{"dBInstanceIdentifier":"<app>-<stage>"}', '{"maxRecords":100}'],
    write: [
      [
        'CreateDBSnapshot',
        1,
        '{"dBSnapshotIdentifier":"<app>-<hash>","dBInstanceIdentifier":"<app>-<stage>"}',
        '{"dBSnapshotIdentifier":"<app>-<hash>","dBInstanceIdentifier":"<app>-<stage>","engine":"postgres","allocatedStorage":100,"status":"creating","port":5432,"availabilityZone":"<region>a","vpcId":"<vpc>","masterUsername":"app","engineVersion":"15.7","snapshotType":"manual","encrypted":true,"kmsKeyId":"<kms>"}',
      ],
    ],
  },
  eks: {
    reads: 'DescribeCluster ListClusters DescribeNodegroup ListNodegroups ListAddons DescribeAddon ListFargateProfiles',
    requests: ['{"name":"<stage>"}', '{"name":"<stage>","maxResults":100}'],
  },
  sns: {
    reads: 'ListTopics GetTopicAttributes ListSubscriptionsByTopic ListSubscriptions ListTagsForResource',
    requests: ['{"topicArn":"arn:aws:sns:<region>:<account>:<app>"}'],
  },
  events: {
    reads: 'ListRules ListTargetsByRule DescribeRule ListEventBuses DescribeEventBus',
    requests: ['{"name":"<app>-<stage>"}', '{"rule":"<app>-<stage>","eventBusName":"default"}'],
    write: [
      [
        'PutRule',
        1,
        '{"name":"<app>-<stage>","scheduleExpression":"rate(5 minutes)","state":"ENABLED"}',
        '{"ruleArn":"arn:aws:events:<region>:<account>:rule/<app>-<stage>"}',
      ],
    ],
  },
  cloudtrail: {
    reads: 'DescribeTrails GetTrailStatus GetEventSelectors LookupEvents ListTrails ListTags GetInsightSelectors',
    requests: [
      '{"trailNameList":[],"includeShadowTrails":true}',
      '{"name":"arn:aws:cloudtrail:<region>:<account>:trail/organization"}',
    ],
  },
  config: {
    hot: [
      [
        'PutEvaluations',
        3,
        '{"evaluations":[{"complianceResourceType":"AWS::EC2::Instance","complianceResourceId":"<instance>","complianceType":"COMPLIANT","orderingTimestamp":"<time>"}],"resultToken":"<id2>","testMode":false}',
        '{"failedEvaluations":[]}',
      ],
    ],
    reads:
      'DescribeConfigRules DescribeComplianceByConfigRule GetComplianceDetailsByConfigRule DescribeConfigurationRecorders DescribeConfigurationRecorderStatus ListDiscoveredResources SelectResourceConfig BatchGetResourceConfig',
    requests: ['{"configRuleNames":["<app>-<setting>"]}', '{"resourceType":"AWS::EC2::Instance","limit":100}'],
  },
  guardduty: {
    reads: 'ListDetectors GetDetector ListFindings GetFindings ListMembers GetFindingsStatistics',
    requests: [
      '{"detectorId":"<hash>"}',
      '{"detectorId":"<hash>","findingCriteria":{"criterion":{"severity":{"gte":4}}}}',
    ],
  },
  securityhub: {
    reads: 'GetFindings DescribeHub GetEnabledStandards DescribeStandardsControls ListMembers GetInsights',
    requests: ['{"filters":{"recordState":[{"value":"ACTIVE","comparison":"EQUALS"}]},"maxResults":100}'],
  },
  organizations: {
    reads: 'DescribeOrganization ListAccounts DescribeAccount ListParents ListPoliciesForTarget ListTagsForResource',
    requests: ['{"accountId":"<account>"}', NONE],
  },
  tagging: {
    reads: 'GetResources GetTagKeys GetTagValues',
    requests: ['{"paginationToken":"","resourcesPerPage":100,"resourceTypeFilters":["ec2:instance"]}'],
  },
  route53: {
    reads: 'ListHostedZones ListResourceRecordSets GetHostedZone GetChange ListTagsForResource',
    requests: ['{"id":"Z<digits>"}', '{"id":"Z<digits>","maxItems":"300"}'],
    write: [
      [
        'ChangeResourceRecordSets',
        2,
        '{"hostedZoneId":"Z<digits>","changeBatch":{"changes":[{"action":"UPSERT","resourceRecordSet":{"name":"<app>.<stage>.example.com","type":"A","tTL":60,"resourceRecords":[{"value":"<private>"}]}}]}}',
        '{"changeInfo":{"id":"/change/C<digits>","status":"PENDING","submittedAt":"<time>"}}',
      ],
    ],
  },
  cloudfront: {
    reads: 'ListDistributions GetDistribution GetDistributionConfig ListInvalidations ListTagsForResource',
    requests: ['{"id":"E<digits>"}', '{"maxItems":"100"}'],
  },
  apigateway: {
    reads: 'GetRestApis GetStages GetResources GetDeployments GetUsagePlans GetDomainNames',
    requests: ['{"restApiId":"<shorthex>"}', '{"limit":500}'],
  },
  states: {
    hot: [
      [
        'StartExecution',
        2,
        '{"stateMachineArn":"arn:aws:states:<region>:<account>:stateMachine:<app>","name":"<uuid>","input":"HIDDEN_DUE_TO_SECURITY_REASONS"}',
        '{"executionArn":"arn:aws:states:<region>:<account>:execution:<app>:<uuid>","startDate":"<time>"}',
      ],
    ],
    reads: 'ListStateMachines DescribeStateMachine ListExecutions DescribeExecution',
    requests: ['{"stateMachineArn":"arn:aws:states:<region>:<account>:stateMachine:<app>"}'],
  },
  glue: {
    hot: [
      ['GetTable', 8, '{"databaseName":"<app>","name":"<table>"}'],
      [
        'GetPartitions',
        6,
        '{"databaseName":"<app>","tableName":"<table>","expression":"dt >= \'2025-05-01\' and stage = \'<stage>\'","maxResults":1000}',
      ],
    ],
    reads: 'GetDatabases GetTables GetJobs GetJobRuns GetCrawlers GetConnections GetTags',
    requests: ['{"databaseName":"<app>"}', '{"maxResults":100}'],
  },
  athena: {
    hot: [
      ['GetQueryExecution', 6, '{"queryExecutionId":"<uuid>"}'],
      [
        'StartQueryExecution',
        3,
        '{"queryString":"HIDDEN_DUE_TO_SECURITY_REASONS","clientRequestToken":"<uuid>","queryExecutionContext":{"database":"<app>","catalog":"AwsDataCatalog"},"workGroup":"primary"}',
        '{"queryExecutionId":"<uuid>"}',
      ],
    ],
    reads: 'ListWorkGroups GetWorkGroup ListQueryExecutions ListDataCatalogs',
    requests: ['{"workGroup":"primary"}'],
  },
  health: {
    reads: 'DescribeEvents DescribeEventAggregates DescribeAffectedEntities',
    requests: ['{"filter":{"eventStatusCodes":["open","upcoming"],"startTimes":[{"from":"<time>"}]},"maxResults":100}'],
  },
  ce: {
    reads: 'GetCostAndUsage GetCostForecast GetReservationUtilization GetDimensionValues',
    requests: [
      '{"timePeriod":{"start":"2025-05-01","end":"2025-05-16"},"granularity":"DAILY","metrics":["UnblendedCost"],"groupBy":[{"type":"DIMENSION","key":"SERVICE"}]}',
    ],
  },
};

const READ_NAMES =
  /^(Get|List|Describe|Head|Lookup|Search|Query|Scan|BatchGet|Decrypt|Select|Generate(?:Data|Cred)|Simulate|Receive)/;

function actionsOf(service: string, entry: Service): Action[] {
  const data = new Set((entry.data ?? '').split(' '));
  const action = (use: Use, [name, weight, request, response = NONE]: Row): Action => ({
    service,
    name,
    use,
    weight,
    request,
    response,
    readOnly: READ_NAMES.test(name),
    data: data.has(name),
    // Object and bucket of a bucket's own calls are the bucket alone.
    resources:
      service === 's3' && !data.has(name) ? s3Object.replace(/\{[^}]*Object[^}]*\},/, '') : (entry.resources ?? ''),
    additional: entry.additional ?? '',
  });
  const requests = entry.requests ?? [NONE];
  const listed = (entry.reads ?? '')
    .split(' ')
    .filter((name) => name !== '')
    .map((name, at): Row => [name, 1 / (1 + at), requests[at % requests.length] ?? NONE]);
  return [
    ...(entry.hot ?? []).map((row) => action('hot', row)),
    ...[...(entry.read ?? []), ...listed].map((row) => action('read', row)),
    ...(entry.write ?? []).map((row) => action('write', row)),
  ];
}

export const ACTIONS: readonly Action[] = Object.entries(SERVICES).flatMap(([service, entry]) =>
  actionsOf(service, entry),
);

/** `service:name` of a call that must be there. */
export function actionNamed(service: string, name: string): Action {
  const found = ACTIONS.find((action) => action.service === service && action.name === name);
  if (found === undefined) {
    throw new Error(`no call ${service}:${name} in the catalogue`);
  }
  return found;
}
