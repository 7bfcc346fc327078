/**
 * What linking asks of actions and texts, answered once for each entry of a dictionary instead of once for each row.
 *
 * Guarantee: dictionaries only grow, so an answer stays true as long as its dictionary lives.
 */
import type { Action } from '../cloudtrail/columns';
import { isDenied } from '../cloudtrail/outcome';
import { issuanceKindOf } from './issuances';
import type { EventTable } from './model';

/** Bits of the class of an action. */
export const ActionClass = {
  /** Some caller is handed a credential by it. */
  issues: 1,
  /** A call of the sign-in service: made with no credential. */
  signIn: 2,
  /** A call of a session that a sign-in may follow. */
  signInToken: 4,
  /** GetWebIdentityToken. */
  webIdentityToken: 8,
  /** AssumeRoleForPodIdentity. */
  podIdentity: 16,
  /** AssumeRole, however it is asked for. */
  assumes: 32,
  /** Tells something of an EC2 instance. */
  instance: 64,
  /** Made by agents on instances only. */
  agent: 128,
} as const;

/** Bits of the class of a user agent. */
export const AgentClass = {
  /** An agent that runs on an instance. */
  onInstance: 1,
  console: 2,
  lambda: 4,
  ecs: 8,
  codeBuild: 16,
} as const;

/** A text that was looked at. */
const seen = 128;

/** Through the federation endpoint, and `aws login` in the session's browser. */
const signInTokenCalls: ReadonlySet<string> = new Set(['GetSigninToken', 'AuthorizeOAuth2Access']);
const agentCalls: ReadonlySet<string> = new Set([
  'ssm/UpdateInstanceInformation',
  'ssm/ListInstanceAssociations',
  'ssm/PutInventory',
  'ssm/PutComplianceItems',
  'ssm/UpdateInstanceAssociationStatus',
]);
const agentSources: ReadonlySet<string> = new Set(['ssmmessages', 'ec2messages']);
const instanceCalls: ReadonlySet<string> = new Set([
  'ssm/SendCommand',
  'ssm/StartSession',
  'ec2/StopInstances',
  'ec2/StartInstances',
  'ec2/TerminateInstances',
  'ec2/RunInstances',
  'ec2/CreateNetworkInterface',
  'ec2/AttachNetworkInterface',
  'ec2/AssignPrivateIpAddresses',
  'ec2/AssignIpv6Addresses',
  'ec2/AllocateAddress',
  'ec2/AssociateAddress',
  'ec2/ModifyInstanceMetadataOptions',
  'ec2/AssociateIamInstanceProfile',
]);

const agentMarks = /amazon-ssm-agent|CloudWatchAgent|ecs-agent/i;
const consoleMarks =
  /^\[?S3Console|^AWS Internal|^signin\.amazonaws\.com|^console\.|^EC2ConsoleFrontend|\.console\.aws/i;

export class Classes {
  private actionClasses = new Uint8Array(0);
  private agentClasses = new Uint8Array(0);
  private denials = new Uint8Array(0);
  /** Of addresses that calls without an endpoint or a service came from, by index of string: see `originOf`. */
  readonly locations = new Map<number, string>();

  /** Bits of `ActionClass`, by index of action. */
  ofActions(actions: readonly Action[]): Uint8Array {
    const known = this.actionClasses.length;
    if (known < actions.length) {
      const grown = new Uint8Array(actions.length);
      grown.set(this.actionClasses);
      for (let index = known; index < actions.length; index++) {
        const action = actions[index];
        grown[index] = action === undefined ? 0 : classOfAction(action);
      }
      this.actionClasses = grown;
    }
    return this.actionClasses;
  }

  /** Bits of `AgentClass`. */
  ofAgent({ strings, userAgent }: EventTable, row: number): number {
    if (this.agentClasses.length < strings.length) {
      this.agentClasses = grownTo(strings.length, this.agentClasses);
    }
    const index = userAgent[row] ?? 0;
    const known = this.agentClasses[index] ?? 0;
    if (known !== 0) {
      return known & ~seen;
    }
    const found = classOfAgent(strings[index] ?? '');
    this.agentClasses[index] = found | seen;
    return found;
  }

  isDenied({ strings, errorCode }: EventTable, row: number): boolean {
    const index = errorCode[row] ?? 0;
    if (index === 0) {
      return false;
    }
    if (this.denials.length < strings.length) {
      this.denials = grownTo(strings.length, this.denials);
    }
    const known = this.denials[index] ?? 0;
    if (known !== 0) {
      return known === 2;
    }
    const denied = isDenied(strings[index] ?? '');
    this.denials[index] = denied ? 2 : 1;
    return denied;
  }
}

const byDictionary = new WeakMap<readonly string[], Classes>();

/** Of the dictionaries of this table, which it shares with the tables before and after. */
export function classesOf({ strings }: EventTable): Classes {
  const classes = byDictionary.get(strings) ?? new Classes();
  byDictionary.set(strings, classes);
  return classes;
}

function grownTo(length: number, from: Uint8Array): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(length);
  grown.set(from);
  return grown;
}

function classOfAction({ eventSource, eventName }: Action): number {
  const service = eventSource.split('.')[0] ?? '';
  const call = `${service}/${eventName}`;
  const dotted = eventSource.includes('.');
  return (
    (issuanceKindOf(eventSource, eventName, '') === undefined ? 0 : ActionClass.issues) |
    (dotted && service === 'signin' ? ActionClass.signIn : 0) |
    (dotted && service === 'signin' && signInTokenCalls.has(eventName) ? ActionClass.signInToken : 0) |
    (dotted && call === 'sts/GetWebIdentityToken' ? ActionClass.webIdentityToken : 0) |
    (dotted && call === 'eks-auth/AssumeRoleForPodIdentity' ? ActionClass.podIdentity : 0) |
    (dotted && call.startsWith('sts/AssumeRole') ? ActionClass.assumes : 0) |
    (dotted && instanceCalls.has(call) ? ActionClass.instance : 0) |
    (agentCalls.has(call) || agentSources.has(service) ? ActionClass.agent : 0)
  );
}

/** Bits of `AgentClass`. */
export function classOfAgent(text: string): number {
  return (
    (agentMarks.test(text) ? AgentClass.onInstance : 0) |
    (consoleMarks.test(text) ? AgentClass.console : 0) |
    (text.includes('exec-env/AWS_Lambda_') ? AgentClass.lambda : 0) |
    (text.includes('exec-env/AWS_ECS_') ? AgentClass.ecs : 0) |
    (text.includes('exec-env/AWS_CodeBuild') ? AgentClass.codeBuild : 0)
  );
}
