/**
 * The records that a session leaves where and when it is issued (AWS: "Logging IAM and AWS STS API calls with AWS
 * CloudTrail"), for every kind of actor.
 *
 * Guarantee: the key, the role and the times are those that the session's own calls carry.
 */
import type { Dice } from './dice';
import { recordText, type RecordParts } from './record-text';
import { numberAt, providerArn, sessionOf, type Session } from './sessions';
import { stsDate } from './time';
import type { Account, Actor, RoleOf } from './world';

/** A record, and the region whose trail it is in. */
export interface Placed {
  readonly region: string;
  readonly text: string;
}

/** Services that leave `assumedRoleUser` out of their answer. */
const WITHOUT_ROLE_USER = new Set(['ec2', 'lambda']);

/** As RDS sends it with each assumption of its role: JSON in JSON, indented. */
const SESSION_POLICY =
  '{\\n  \\"Version\\": \\"2008-10-17\\",\\n  \\"Statement\\": [\\n    {\\n      \\"Effect\\": \\"Allow\\",\\n      \\"Action\\": [\\n' +
  ['AllocateAddress', 'AssociateAddress', 'CreateNetworkInterface', 'DeleteNetworkInterface', 'DescribeAddresses']
    .concat(['DescribeSecurityGroups', 'DescribeSubnets', 'DescribeVpcAttribute', 'DescribeVpcs', 'ReleaseAddress'])
    .map((name) => `        \\"ec2:${name}\\"`)
    .join(',\\n') +
  '\\n      ],\\n      \\"Resource\\": [ \\"*\\" ]\\n    }\\n  ]\\n}';

function roleResources(role: RoleOf): string {
  return `[{"accountId":"${role.account}","type":"AWS::IAM::Role","ARN":"${role.arn}"}]`;
}

function credentials(key: string, session: Session, dice: Dice): string {
  return `"credentials":{"accessKeyId":"${key}","sessionToken":"${dice.base64(860)}","expiration":"${stsDate(session.expiresAt)}"}`;
}

function roleUser(session: Session): string {
  const { role } = session.actor;
  return `"assumedRoleUser":{"assumedRoleId":"${role.id}:${session.name}","arn":"arn:aws:sts::${role.account}:assumed-role/${role.name}/${session.name}"}`;
}

/** What every assumption of a role has in common. */
function assumption(session: Session): Pick<RecordParts, 'at' | 'service' | 'name' | 'readOnly' | 'resources'> {
  return {
    at: session.issuedAt,
    service: 'sts',
    name: 'AssumeRole',
    readOnly: true,
    resources: roleResources(session.actor.role),
  };
}

/** The records of a session's issuance that are delivered to `account`: none for what was issued elsewhere or never is. */
export function issuanceOf(session: Session, account: Account, dice: Dice): Placed[] {
  const { actor } = session;
  switch (actor.kind) {
    case 'instance':
      return [session.spare, session.key].map((key) => delivered(session, 'ec2', key, dice));
    case 'task':
      return [delivered(session, 'ecs-tasks', session.key, dice)];
    case 'function':
      return [delivered(session, 'lambda', session.key, dice)];
    case 'linked':
      return [delivered(session, actor.name, session.spare, dice)];
    case 'pod':
      return [...askedByNode(session, account, dice), delivered(session, 'pods.eks', session.key, dice)];
    case 'irsa':
    case 'pipeline':
      return [webIdentity(session, dice)];
    case 'person':
      return [portal(session, dice)];
    case 'vendor':
      return [fromVendor(session, dice)];
    case 'keyRole':
      return [chained(session, account.id, dice)];
    case 'deploy':
      return [twin(session, dice)];
    case 'stack':
      return [chained(session, account.id, dice)];
    case 'console':
      return [signIn(session, dice)];
    case 'key':
      return [];
  }
}

/** A role handed by a service to its own workload. */
function delivered(session: Session, service: string, key: string, dice: Dice): Placed {
  const { actor } = session;
  const dns = `${service}.amazonaws.com`;
  const parameters = [`"roleArn":"${actor.role.arn}"`, `"roleSessionName":"${session.name}"`];
  if (service === 'rds') {
    parameters.push(`"policy":"${SESSION_POLICY}"`);
  }
  if (actor.kind === 'linked') {
    parameters.push('"durationSeconds":900');
  }
  if (actor.kind === 'pod') {
    parameters.push(
      '"durationSeconds":21600',
      `"tags":[{"key":"eks-cluster-name","value":"prod"},{"key":"kubernetes-namespace","value":"${actor.app}"},{"key":"kubernetes-service-account","value":"${actor.app}"},{"key":"kubernetes-pod-name","value":"${actor.name}"}]`,
    );
  }
  const answer = credentials(key, session, dice) + (WITHOUT_ROLE_USER.has(service) ? '' : `,${roleUser(session)}`);
  const text = recordText(
    {
      ...assumption(session),
      identity: `{"type":"AWSService","invokedBy":"${dns}"}`,
      region: actor.region,
      address: dns,
      agent: dns,
      request: `{${parameters.join(',')}}`,
      response: `{${answer}}`,
      account: actor.role.account,
      sharedEventID: dice.uuid(),
    },
    dice,
  );
  return { region: actor.region, text };
}

/** Before EKS delivers a pod its role, the node asks for it; the record has no key. */
function askedByNode(session: Session, account: Account, dice: Dice): Placed[] {
  const node = account.actors.find(({ kind }) => kind === 'instance');
  const number = node === undefined ? undefined : numberAt(node, session.issuedAt);
  if (node === undefined || number === undefined) {
    return [];
  }
  const holder = sessionOf(node, number);
  const text = recordText(
    {
      identity: holder.identity,
      at: session.issuedAt,
      service: 'eks-auth',
      name: 'AssumeRoleForPodIdentity',
      region: session.actor.region,
      address: holder.address,
      agent: 'aws-sdk-go-v2/1.32.4 os/linux lang/go#1.23.4 md/GOOS#linux md/GOARCH#amd64 api/eksauth#1.6.3',
      request: '{"clusterName":"prod","token":"HIDDEN_DUE_TO_SECURITY_REASONS"}',
      response: 'null',
      readOnly: false,
      account: account.id,
    },
    dice,
  );
  return [{ region: session.actor.region, text }];
}

function webIdentity(session: Session, dice: Dice): Placed {
  const { actor } = session;
  const provider = providerArn(actor);
  const issuer = provider.slice(provider.indexOf('/') + 1);
  const audience = 'sts.amazonaws.com';
  const text = recordText(
    {
      ...assumption(session),
      identity: `{"type":"WebIdentityUser","principalId":"${provider}:${audience}:${actor.name}","userName":"${actor.name}","identityProvider":"${provider}"}`,
      name: 'AssumeRoleWithWebIdentity',
      region: actor.region,
      address: session.address,
      agent: dice.pick(actor.agents),
      request: `{"roleArn":"${actor.role.arn}","roleSessionName":"${session.name}","durationSeconds":3600}`,
      response: `{${credentials(session.key, session, dice)},"subjectFromWebIdentityToken":"${actor.name}",${roleUser(session)},"provider":"${actor.kind === 'irsa' ? issuer : provider}","audience":"${audience}"}`,
      account: actor.role.account,
    },
    dice,
  );
  return { region: actor.region, text };
}

/** The access portal takes a SAML assertion to the account. */
function portal(session: Session, dice: Dice): Placed {
  const { actor } = session;
  const provider = providerArn(actor);
  const text = recordText(
    {
      ...assumption(session),
      identity: `{"type":"SAMLUser","principalId":"${dice.base64(27)}=:${session.name}","userName":"${session.name}","identityProvider":"${dice.base64(27)}="}`,
      name: 'AssumeRoleWithSAML',
      region: actor.region,
      address: session.address,
      agent:
        'aws-internal/3 aws-sdk-java/1.12.780 Linux/5.10.236 OpenJDK_64-Bit_Server_VM/17.0.15+11-LTS java/17.0.15 vendor/Amazon.com_Inc. cfg/retry-mode/standard',
      request: `{"sAMLAssertionID":"_${dice.uuid()}","roleSessionName":"${session.name}","roleArn":"${actor.role.arn}","principalArn":"${provider}","durationSeconds":14400}`,
      response: `{${credentials(session.key, session, dice)},${roleUser(session)},"subject":"${session.name}","subjectType":"persistent","issuer":"https://portal.sso.us-east-1.amazonaws.com/saml/assertion/MTIz","audience":"https://signin.aws.amazon.com/saml","nameQualifier":"${dice.base64(27)}="}`,
      account: actor.role.account,
    },
    dice,
  );
  return { region: actor.region, text };
}

/** A vendor's own account is all that the record tells of the caller. */
function fromVendor(session: Session, dice: Dice): Placed {
  const { actor } = session;
  const text = recordText(
    {
      ...assumption(session),
      identity: `{"type":"AWSAccount","principalId":"AROA4VENDOR${actor.name}:collector","accountId":"${actor.name}"}`,
      region: actor.region,
      address: session.address,
      agent: dice.pick(actor.agents),
      request: `{"roleArn":"${actor.role.arn}","roleSessionName":"${session.name}","externalId":"${actor.path.replaceAll(' ', '-')}","durationSeconds":3600}`,
      response: `{${credentials(session.key, session, dice)},${roleUser(session)}}`,
      account: actor.role.account,
      sharedEventID: session.sharedEventID,
    },
    dice,
  );
  return { region: actor.region, text };
}

/** Who assumed the role of a chain: a session of an actor, or a user with its key. */
function callerOf(actor: Actor, number: number): { readonly identity: string; readonly address: string } {
  const { caller } = actor;
  if (caller === undefined) {
    throw new Error(`${actor.path} was assumed by nobody`);
  }
  if (caller.key !== '') {
    const { role, key, address } = caller;
    return {
      identity: `{"type":"IAMUser","principalId":"${role.id}","arn":"${role.arn}","accountId":"${role.account}","accessKeyId":"${key}","userName":"${role.name}"}`,
      address,
    };
  }
  return sessionOf(caller, number);
}

/** The assumption by a principal, as the trail of the caller's account has it. */
export function chained(session: Session, recipient: string, dice: Dice): Placed {
  const { actor, number } = session;
  const { identity, address } = callerOf(actor, number);
  const away = actor.caller?.role.account !== actor.role.account;
  const text = recordText(
    {
      ...chainedParts(session, dice),
      identity,
      address,
      account: recipient,
      ...(away ? { requestID: session.requestID, sharedEventID: session.sharedEventID } : {}),
    },
    dice,
  );
  return { region: actor.region, text };
}

function chainedParts(session: Session, dice: Dice): Omit<RecordParts, 'identity' | 'address' | 'account'> {
  const { actor } = session;
  return {
    ...assumption(session),
    region: actor.region,
    agent: actor.agents[0] ?? '',
    request: `{"roleArn":"${actor.role.arn}","roleSessionName":"${session.name}","durationSeconds":3600}`,
    response: `{${credentials(session.key, session, dice)},${roleUser(session)}}`,
  };
}

/** The same assumption in the account of the role: the caller is no more than its account and its principal. */
function twin(session: Session, dice: Dice): Placed {
  const { actor, number } = session;
  const { address } = callerOf(actor, number);
  const caller = actor.caller;
  const from = caller === undefined ? undefined : sessionOf(caller, number);
  const text = recordText(
    {
      ...chainedParts(session, dice),
      identity: `{"type":"AWSAccount","principalId":"${caller?.role.id ?? ''}:${from?.name ?? ''}","accountId":"${caller?.role.account ?? ''}"}`,
      address,
      account: actor.role.account,
      requestID: session.requestID,
      sharedEventID: session.sharedEventID,
    },
    dice,
  );
  return { region: actor.region, text };
}

function signIn(session: Session, dice: Dice): Placed {
  const { actor } = session;
  const { role } = actor;
  const text = recordText(
    {
      identity: `{"type":"IAMUser","principalId":"${role.id}","arn":"${role.arn}","accountId":"${role.account}","accessKeyId":"","userName":"${role.name}"}`,
      at: session.issuedAt,
      service: 'signin',
      name: 'ConsoleLogin',
      region: 'us-east-1',
      address: session.address,
      agent: actor.agents[0] ?? '',
      request: 'null',
      response: '{"ConsoleLogin":"Success"}',
      additional: `{"LoginTo":"https://console.aws.amazon.com/console/home?hashArgs=%23&isauthcode=true&state=hashArgsFromTB_${actor.region}","MobileVersion":"No","MFAIdentifier":"arn:aws:iam::${role.account}:mfa/phone","MFAUsed":"Yes"}`,
      readOnly: false,
      type: 'AwsConsoleSignIn',
      account: role.account,
    },
    dice,
  );
  return { region: 'us-east-1', text };
}
