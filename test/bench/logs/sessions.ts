/**
 * The sessions of an actor: which one is in use at a time, with which key, and how it looks in `userIdentity`.
 *
 * Guarantee: a session is a function of its actor and its number, so that the account in which it was issued and the one
 * in which it is used agree on it without asking each other.
 */
import { runnerAddress } from './agents';
import { Dice } from './dice';
import { DAY_START, isoTime, type Seconds } from './time';
import type { Actor } from './world';

export interface Session {
  readonly actor: Actor;
  readonly number: number;
  readonly name: string;
  /** What signs its calls: empty where the record has none. */
  readonly key: string;
  /** The key that was delivered beside it and isn't used. */
  readonly spare: string;
  readonly issuedAt: Seconds;
  readonly expiresAt: Seconds;
  readonly address: string;
  /** The ids that the two records of a call into another account share. */
  readonly requestID: string;
  readonly sharedEventID: string;
  readonly identity: string;
}

/** Number of the session that is in use at a time; undefined when none is. */
export function numberAt(actor: Actor, at: Seconds): number | undefined {
  const since = at - DAY_START - actor.phase;
  const number = Math.floor(since / actor.interval);
  return since < 0 || number >= actor.sessions || since - number * actor.interval >= actor.active ? undefined : number;
}

export function startOf(actor: Actor, number: number): Seconds {
  return DAY_START + Math.floor(actor.phase + number * actor.interval);
}

export function sessionOf(actor: Actor, number: number): Session {
  const dice = new Dice(`${actor.path} session ${String(number)}`);
  const issuedAt = startOf(actor, number);
  const name = sessionName(actor, number, dice, issuedAt);
  const key = actor.kind === 'key' ? actor.key : actor.kind === 'linked' ? '' : `ASIA${dice.base32(16)}`;
  const session = {
    actor,
    number,
    name,
    key,
    spare: `ASIA${dice.base32(16)}`,
    issuedAt,
    expiresAt: issuedAt + Math.floor(actor.life),
    address: addressOf(actor, number),
    requestID: dice.uuid(),
    sharedEventID: dice.uuid(),
  };
  return { ...session, identity: identityOf(actor, name, key, issuedAt, '') };
}

/** A job has the address of the machine that it ran on, in every account that it reaches. */
function addressOf(actor: Actor, number: number): string {
  switch (actor.kind) {
    case 'deploy':
    case 'stack':
      return actor.caller === undefined ? actor.address : addressOf(actor.caller, number);
    case 'pipeline':
      return runnerAddress(new Dice(`${actor.path} runner ${String(number)}`));
    default:
      return actor.address;
  }
}

function sessionName(actor: Actor, number: number, dice: Dice, at: Seconds): string {
  switch (actor.kind) {
    case 'irsa':
      return `botocore-session-${String(at)}`;
    case 'pod':
      return `eks-prod-${actor.name.slice(0, 24)}-${dice.uuid()}`;
    case 'pipeline':
      return `GitHubActions-${String(14_000_000_000 + dice.int(0, 999_999_999))}`;
    case 'keyRole':
      return `aws-go-sdk-${String(at)}${String(dice.int(100_000_000, 999_999_999))}`;
    case 'vendor':
      return `vendor-${String(number)}`;
    case 'linked':
      return actor.name === 'config' ? 'AWSConfig-Describe' : `SLRManagement-${dice.hex(8)}`;
    case 'deploy':
    case 'stack':
      return `${actor.app}-${String(number)}`;
    default:
      return actor.name;
  }
}

/** `userIdentity` of a session's calls; `invokedBy` for those that a service makes in its name. */
export function identityOf(actor: Actor, name: string, key: string, issuedAt: Seconds, invokedBy: string): string {
  const { role } = actor;
  const invoked = invokedBy === '' ? '' : `,"invokedBy":"${invokedBy}"`;
  const keyMember = key === '' ? '' : `"accessKeyId":"${key}",`;
  if (actor.kind === 'key') {
    return `{"type":"IAMUser","principalId":"${role.id}","arn":"${role.arn}","accountId":"${role.account}",${keyMember}"userName":"${role.name}"${invoked}}`;
  }
  if (actor.kind === 'console') {
    return `{"type":"IAMUser","principalId":"${role.id}","arn":"${role.arn}","accountId":"${role.account}",${keyMember}"userName":"${role.name}","sessionContext":{"attributes":{"creationDate":"${isoTime(issuedAt)}","mfaAuthenticated":"true"}}${invoked}}`;
  }
  const federation = federationOf(actor);
  const delivery = actor.kind === 'instance' ? ',"ec2RoleDelivery":"2.0"' : '';
  const service = actor.kind === 'linked' ? `,"invokedBy":"${actor.address}"` : invoked;
  return (
    `{"type":"AssumedRole","principalId":"${role.id}:${name}","arn":"arn:aws:sts::${role.account}:assumed-role/${role.name}/${name}",` +
    `"accountId":"${role.account}",${keyMember}"sessionContext":{"sessionIssuer":{"type":"Role","principalId":"${role.id}",` +
    `"arn":"${role.arn}","accountId":"${role.account}","userName":"${role.name}"},${federation}` +
    `"attributes":{"creationDate":"${isoTime(issuedAt)}","mfaAuthenticated":"false"}${delivery}}${service}}`
  );
}

function federationOf(actor: Actor): string {
  switch (actor.kind) {
    case 'irsa':
      return `"webIdFederationData":{"federatedProvider":"${providerArn(actor)}","attributes":{}},`;
    case 'pipeline':
      return `"webIdFederationData":{"federatedProvider":"${providerArn(actor)}","attributes":{}},`;
    default:
      return '';
  }
}

/** What vouched for a federated session. */
export function providerArn(actor: Actor): string {
  const { account } = actor.role;
  switch (actor.kind) {
    case 'irsa':
      return `arn:aws:iam::${account}:oidc-provider/oidc.eks.${actor.region}.amazonaws.com/id/${new Dice(`cluster ${account}`).hex(32).toUpperCase()}`;
    case 'pipeline':
      return `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
    default:
      return `arn:aws:iam::${account}:saml-provider/AWSSSO_${new Dice(`saml ${account}`).hex(16)}_DO_NOT_DELETE`;
  }
}
