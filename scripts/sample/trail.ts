/**
 * One trail of the sample: turns "who did what from where" into a record with the fields that AWS writes
 * (AWS: "CloudTrail record contents"), and numbers it.
 */
import { Random } from './prng';
import type { Caller, JsonObject, UserIdentity } from './principals';
import { isoTime, type Seconds } from './time';

export interface CloudTrailRecord {
  readonly eventVersion: string;
  readonly userIdentity: UserIdentity;
  readonly eventTime: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly awsRegion: string;
  readonly sourceIPAddress: string;
  readonly userAgent: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly requestParameters: JsonObject | null;
  readonly responseElements: JsonObject | null;
  readonly additionalEventData?: JsonObject;
  readonly requestID?: string;
  readonly eventID: string;
  readonly readOnly: boolean;
  readonly resources?: readonly JsonObject[];
  readonly eventType: string;
  readonly managementEvent: boolean;
  readonly recipientAccountId: string;
  readonly sharedEventID?: string;
  readonly vpcEndpointId?: string;
  readonly vpcEndpointAccountId?: string;
  readonly serviceEventDetails?: JsonObject;
  readonly eventCategory: string;
  readonly tlsDetails?: JsonObject;
  readonly sessionCredentialFromConsole?: string;
}

export interface Action {
  /** Without `.amazonaws.com`. */
  readonly source: string;
  readonly name: string;
  readonly params?: JsonObject | null;
  readonly response?: JsonObject | null;
  /** Guessed from the name unless told. */
  readonly readOnly?: boolean;
  readonly resources?: readonly JsonObject[];
  readonly additional?: JsonObject;
  /** A data event (object-level S3 and the like). */
  readonly data?: boolean;
  readonly error?: { readonly code: string; readonly message: string };
  readonly region?: string;
  readonly type?: 'AwsApiCall' | 'AwsServiceEvent' | 'AwsConsoleSignIn';
  readonly serviceEventDetails?: JsonObject;
}

/** Where a call comes from, and with which program. */
export interface Origin {
  readonly ip: string;
  readonly ua: string;
  readonly vpce?: string;
  readonly vpceAccount?: string;
  /** The record carries `sessionCredentialFromConsole`. */
  readonly fromConsole?: boolean;
}

export function serviceOrigin(name: string): Origin {
  return { ip: `${name}.amazonaws.com`, ua: `${name}.amazonaws.com` };
}

export const internalOrigin: Origin = { ip: 'AWS Internal', ua: 'AWS Internal' };

const VERSIONS: Readonly<Record<string, string>> = {
  sts: '1.08',
  signin: '1.08',
  sso: '1.08',
  iam: '1.10',
  ec2: '1.10',
  s3: '1.11',
  kms: '1.11',
  secretsmanager: '1.11',
  dynamodb: '1.11',
};

const READS = /^(Get|List|Describe|Head|Lookup|Search|Query|Scan|BatchGet|Decrypt|AssumeRole)/;

function tlsDetails(source: string, region: string): JsonObject {
  const global = source === 'iam' || source === 'signin';
  const host = source === 'signin' ? 'signin.aws.amazon.com' : `${source}.${global ? '' : `${region}.`}amazonaws.com`;
  return { tlsVersion: 'TLSv1.3', cipherSuite: 'TLS_AES_128_GCM_SHA256', clientProvidedHostHeader: host };
}

export interface StampOptions {
  /** Twins share it; services always carry one. */
  readonly sharedEventID?: string;
  readonly requestID?: string;
  /** The account that this copy is delivered to, when it isn't the caller's. */
  readonly recipient?: string;
}

/** Numbers the records of one scenario; scenarios are independent of each other. */
export class Trail {
  readonly random: Random;

  constructor(scenario: string) {
    this.random = new Random(`trail ${scenario}`);
  }

  /** An ASIA… id not seen before. */
  temporaryKey(): string {
    return `ASIA${this.random.base32(16)}`;
  }

  record(at: Seconds, caller: Caller, action: Action, origin: Origin, stamp: StampOptions = {}): CloudTrailRecord {
    const region = action.region ?? 'us-east-1';
    const type = action.type ?? 'AwsApiCall';
    const refused = action.error !== undefined;
    // Calls between AWS services and from the console's own back end carry no TLS details.
    const direct = !origin.ip.endsWith('.amazonaws.com') && !origin.ua.startsWith('AWS Internal');
    const s3 = action.source === 's3';
    return {
      eventVersion: VERSIONS[action.source] ?? '1.09',
      userIdentity: caller.identity,
      eventTime: isoTime(at),
      eventSource: `${action.source}.amazonaws.com`,
      eventName: action.name,
      awsRegion: region,
      sourceIPAddress: origin.ip,
      userAgent: s3 && !origin.ip.endsWith('.amazonaws.com') ? `[${origin.ua}]` : origin.ua,
      ...(action.error === undefined ? {} : { errorCode: action.error.code, errorMessage: action.error.message }),
      requestParameters: action.params ?? null,
      responseElements: refused ? null : (action.response ?? null),
      ...(action.additional === undefined
        ? s3
          ? { additionalEventData: this.s3Transfer(refused) }
          : {}
        : { additionalEventData: action.additional }),
      ...(type === 'AwsApiCall'
        ? { requestID: stamp.requestID ?? (s3 ? this.random.base32(16) : this.random.uuid()) }
        : {}),
      eventID: this.random.uuid(),
      readOnly: action.readOnly ?? READS.test(action.name),
      ...(action.resources === undefined ? {} : { resources: action.resources }),
      eventType: type,
      managementEvent: action.data !== true,
      recipientAccountId: stamp.recipient ?? caller.account,
      ...(stamp.sharedEventID === undefined ? {} : { sharedEventID: stamp.sharedEventID }),
      ...(origin.vpce === undefined
        ? {}
        : { vpcEndpointId: origin.vpce, vpcEndpointAccountId: origin.vpceAccount ?? caller.account }),
      ...(action.serviceEventDetails === undefined ? {} : { serviceEventDetails: action.serviceEventDetails }),
      eventCategory: action.data === true ? 'Data' : 'Management',
      ...(direct ? { tlsDetails: tlsDetails(action.source, region) } : {}),
      ...(origin.fromConsole === true ? { sessionCredentialFromConsole: 'true' } : {}),
    };
  }

  private s3Transfer(refused: boolean): JsonObject {
    return {
      SignatureVersion: 'SigV4',
      CipherSuite: 'TLS_AES_128_GCM_SHA256',
      bytesTransferredIn: 0,
      AuthenticationMethod: 'AuthHeader',
      bytesTransferredOut: refused ? 243 : this.random.int(300, 90_000),
    };
  }
}
