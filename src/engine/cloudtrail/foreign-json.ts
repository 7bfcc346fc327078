/**
 * Names for JSON that holds no CloudTrail records, by what its beginning says.
 *
 * Guarantee: consulted only for files without a single event, so a name that is wrong never hides one.
 */

export interface ForeignJson {
  readonly format: string;
  readonly reason: string;
}

interface Shape extends ForeignJson {
  /** Member names that must all occur in the beginning. */
  readonly names: readonly string[];
}

const unread = (what: string): string => `${what} is not a format this version reads`;

const SHAPES: readonly Shape[] = [
  {
    format: 'digest',
    names: ['digestStartTime', 'logFiles'],
    reason: 'CloudTrail digest file: it proves that log files are complete and holds no events',
  },
  { format: 'lookup-events', names: ['CloudTrailEvent'], reason: unread('lookup-events output') },
  { format: 'lookup-events', names: ['EventId', 'EventName', 'EventTime'], reason: unread('lookup-events output') },
  { format: 'eventbridge', names: ['detail-type', 'detail'], reason: unread('an EventBridge envelope') },
  {
    format: 's3-notification',
    names: ['s3Bucket', 's3ObjectKey'],
    reason: 'notification about a log file, not the log itself',
  },
  { format: 'cloudwatch-logs', names: ['logStreamName', 'message'], reason: unread('CloudWatch Logs output') },
  { format: 'cloudwatch-logs', names: ['logGroup', 'logEvents'], reason: unread('CloudWatch Logs output') },
  { format: 'cloudwatch-logs', names: ['events', 'ingestionTime'], reason: unread('CloudWatch Logs output') },
  { format: 'cloudwatch-insights', names: ['@message'], reason: unread('CloudWatch Logs Insights output') },
  { format: 'sqs', names: ['ReceiptHandle', 'Body'], reason: unread('an SQS message') },
  { format: 'sns', names: ['TopicArn', 'Message'], reason: unread('an SNS message') },
  { format: 'splunk', names: ['result', '_raw'], reason: unread('Splunk export') },
  { format: 'elastic', names: ['_source'], reason: unread('Elasticsearch export') },
  { format: 'ocsf', names: ['class_uid'], reason: unread('OCSF (Security Lake)') },
  {
    format: 'guardduty',
    names: ['schemaVersion', 'service', 'severity'],
    reason: 'GuardDuty findings, not CloudTrail',
  },
  {
    format: 'guardduty',
    names: ['SchemaVersion', 'Service', 'Severity'],
    reason: 'GuardDuty findings, not CloudTrail',
  },
  {
    format: 'security-hub',
    names: ['AwsAccountId', 'ProductArn', 'GeneratorId'],
    reason: 'Security Hub findings, not CloudTrail',
  },
  { format: 'azure', names: ['operationName', 'category'], reason: 'Azure log, not CloudTrail' },
  { format: 'azure', names: ['operationName', 'resourceId'], reason: 'Azure log, not CloudTrail' },
  { format: 'microsoft-365', names: ['CreationTime', 'Workload'], reason: 'Microsoft 365 audit log, not CloudTrail' },
  { format: 'gcp', names: ['logName', 'insertId'], reason: 'Google Cloud log, not CloudTrail' },
  { format: 'vpc-flow', names: ['interface_id', 'srcaddr'], reason: 'VPC flow log, not CloudTrail' },
  { format: 'vpc-flow', names: ['interface-id', 'srcaddr'], reason: 'VPC flow log, not CloudTrail' },
  { format: 'aws-config', names: ['configurationItems'], reason: 'AWS Config snapshot, not CloudTrail' },
  { format: 'waf', names: ['webaclId', 'httpRequest'], reason: 'AWS WAF log, not CloudTrail' },
  { format: 'kubernetes', names: ['apiVersion', 'kind', 'auditID'], reason: 'Kubernetes audit log, not CloudTrail' },
  { format: 'terraform-state', names: ['terraform_version'], reason: 'Terraform state, not a log' },
];

const OTHER: ForeignJson = { format: 'json', reason: 'JSON without CloudTrail records' };

const MEMBER = /"([\w@-]{1,40})"\s*:/g;

/** `head`: the first few KB of the file. */
export function nameForeignJson(head: string): ForeignJson {
  const names = new Set(Array.from(head.matchAll(MEMBER), (match) => match[1]));
  return SHAPES.find((shape) => shape.names.every((name) => names.has(name))) ?? OTHER;
}
