/**
 * The text of one record, members in the order in which AWS writes them (AWS: "CloudTrail record contents").
 *
 * Guarantee: valid JSON if the parts that are given as JSON are.
 */
import type { Dice } from './dice';
import { eventTime, type Seconds } from './time';

export interface RecordParts {
  /** JSON. */
  readonly identity: string;
  readonly at: Seconds;
  /** Without `.amazonaws.com`. */
  readonly service: string;
  readonly name: string;
  readonly region: string;
  readonly address: string;
  readonly agent: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  /** JSON. */
  readonly request: string;
  readonly response: string;
  readonly additional?: string;
  readonly requestID?: string;
  readonly readOnly: boolean;
  readonly resources?: string;
  readonly type?: 'AwsApiCall' | 'AwsServiceEvent' | 'AwsConsoleSignIn';
  readonly data?: boolean;
  readonly account: string;
  readonly sharedEventID?: string;
  readonly endpoint?: string;
  readonly fromConsole?: boolean;
}

const VERSIONS: Readonly<Record<string, string>> = {
  sts: '1.08',
  signin: '1.08',
  iam: '1.10',
  ec2: '1.10',
  s3: '1.11',
  kms: '1.11',
  secretsmanager: '1.11',
  dynamodb: '1.11',
};

/** Services with one endpoint for all regions. */
export const GLOBAL: ReadonlySet<string> = new Set(['iam', 'route53', 'cloudfront', 'organizations', 'ce', 'health']);

function hostOf(service: string, region: string): string {
  return service === 'signin'
    ? 'signin.aws.amazon.com'
    : GLOBAL.has(service)
      ? `${service}.amazonaws.com`
      : `${service}.${region}.amazonaws.com`;
}

export function recordText(parts: RecordParts, dice: Dice): string {
  const { service, region, address, endpoint = '', data = false, type = 'AwsApiCall' } = parts;
  // Calls between services carry no TLS details.
  const direct = !address.endsWith('.amazonaws.com') && address !== 'AWS Internal';
  const agent = service === 's3' && direct ? `[${parts.agent}]` : parts.agent;
  let text =
    `{"eventVersion":"${VERSIONS[service] ?? '1.09'}","userIdentity":${parts.identity},"eventTime":"${eventTime(parts.at)}",` +
    `"eventSource":"${service}.amazonaws.com","eventName":"${parts.name}","awsRegion":"${region}",` +
    `"sourceIPAddress":"${address}","userAgent":"${agent}",`;
  if (parts.errorCode !== undefined) {
    text += `"errorCode":"${parts.errorCode}","errorMessage":"${parts.errorMessage ?? ''}",`;
  }
  text += `"requestParameters":${parts.request},"responseElements":${parts.response},`;
  if (parts.additional !== undefined && parts.additional !== '') {
    text += `"additionalEventData":${parts.additional},`;
  }
  if (type === 'AwsApiCall') {
    text += `"requestID":"${parts.requestID ?? (service === 's3' ? dice.base32(16) : dice.uuid())}",`;
  }
  text += `"eventID":"${dice.uuid()}","readOnly":${String(parts.readOnly)},`;
  if (parts.resources !== undefined && parts.resources !== '') {
    text += `"resources":${parts.resources},`;
  }
  text += `"eventType":"${type}","managementEvent":${String(!data)},"recipientAccountId":"${parts.account}",`;
  if (parts.sharedEventID !== undefined) {
    text += `"sharedEventID":"${parts.sharedEventID}",`;
  }
  if (endpoint !== '') {
    text += `"vpcEndpointId":"${endpoint}","vpcEndpointAccountId":"${parts.account}",`;
  }
  text += `"eventCategory":"${data ? 'Data' : 'Management'}"`;
  if (direct) {
    text += `,"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"${hostOf(service, region)}"}`;
  }
  return parts.fromConsole === true ? `${text},"sessionCredentialFromConsole":"true"}` : `${text}}`;
}
