/**
 * What kind of session it is: from the record that issued it, else from what AWS writes into its calls, else, marked as
 * inferred, from names and user agents, which the caller chooses.
 *
 * Guarantee: a session name that imitates a workload (`i-…`) never makes one: an EC2 session needs a delivery by EC2 or
 * `ec2RoleDelivery`.
 */
import type { Caller } from '../cloudtrail/caller';
import { EventFlag } from '../cloudtrail/columns';
import { AgentClass, classesOf } from './classes';
import type { EventTable, SessionKind } from './model';
import { hasFlag } from './table';
import type { IssuanceDraft, SessionDraft } from './drafts';

export interface KindVerdict {
  readonly kind: SessionKind;
  /** False when the origin of the credential is not known from what AWS itself wrote. */
  readonly originKnown: boolean;
}

const workloadKinds: readonly { readonly service: RegExp; readonly kind: SessionKind }[] = [
  { service: /^ec2\./, kind: 'ec2-instance' },
  { service: /^lambda\./, kind: 'lambda' },
  { service: /^ecs-tasks\./, kind: 'ecs-task' },
  { service: /^pods\.eks\./, kind: 'eks-pod' },
  { service: /^ssm\./, kind: 'ssm-hybrid' },
  {
    service:
      /^(codebuild|glue|sagemaker|tasks\.apprunner|build\.apprunner|batch|elasticmapreduce|states|bedrock-agentcore)\./,
    kind: 'workload',
  },
];

export function kindOf(table: EventTable, draft: SessionDraft): KindVerdict {
  const { caller } = draft;
  const issuance = draft.link?.issuances[0];
  switch (caller?.type) {
    case 'IAMUser':
      return userKind(table, draft, caller, issuance);
    case 'Root':
      return {
        kind: issuance?.kind === 'assume-root' ? 'assume-root' : 'root',
        originKnown: draft.creationDate === undefined || issuance !== undefined,
      };
    case 'FederatedUser':
      return { kind: 'federated-user', originKnown: issuance !== undefined };
    case 'AWSAccount':
      // Known by its issuance, and by what it did in other accounts.
      return issuance === undefined
        ? { kind: 'external-account', originKnown: false }
        : roleKind(table, draft, caller, issuance);
    case 'AssumedRole':
    case 'Role':
    case undefined:
      return roleKind(table, draft, caller, issuance);
    default:
      return isReserved(caller?.arn ?? '')
        ? { kind: 'sso', originKnown: true }
        : { kind: 'unknown', originKnown: false };
  }
}

/** Roles that Identity Center makes: nobody else can assume them. */
function isReserved(arn: string): boolean {
  return arn.includes('/AWSReservedSSO_');
}

function userKind(
  table: EventTable,
  draft: SessionDraft,
  caller: Caller,
  issuance: IssuanceDraft | undefined,
): KindVerdict {
  if (issuance?.kind === 'created-key') {
    return { kind: 'long-term-key', originKnown: true };
  }
  if (caller.creationDate === undefined && draft.creationDate === undefined) {
    return { kind: caller.accessKeyId === '' && !caller.keyMasked ? 'unknown' : 'long-term-key', originKnown: true };
  }
  if (issuance?.kind === 'session-token') {
    return { kind: 'session-token', originKnown: true };
  }
  if (issuance?.kind === 'console-login' || issuance?.kind === 'cli-login' || hasConsoleMark(table, draft)) {
    return { kind: 'console', originKnown: true };
  }
  return { kind: 'session-token', originKnown: false };
}

/** The console marks only some of a session's events: one is enough. */
function hasConsoleMark(table: EventTable, draft: SessionDraft): boolean {
  const classes = classesOf(table);
  return draft.rows.some(
    (row) => hasFlag(table, row, EventFlag.fromConsole) || (classes.ofAgent(table, row) & AgentClass.console) !== 0,
  );
}

function roleKind(
  table: EventTable,
  draft: SessionDraft,
  caller: Caller | undefined,
  issuance: IssuanceDraft | undefined,
): KindVerdict {
  const roleArn = caller?.issuer?.arn ?? issuance?.roleArn ?? '';
  if (roleArn.includes(':role/aws-service-role/')) {
    return { kind: 'service-linked', originKnown: true };
  }
  if (draft.principalId.includes(':aws:ec2-instance:')) {
    return { kind: 'ec2-instance', originKnown: true };
  }
  const reserved = isReserved(roleArn) || isReserved(caller?.arn ?? '');
  switch (issuance?.kind) {
    case 'service-delivery':
      return {
        kind: workloadKinds.find(({ service }) => service.test(issuance.service))?.kind ?? 'service',
        originKnown: true,
      };
    case 'assume-role-saml':
      return { kind: reserved ? 'sso' : 'saml', originKnown: true };
    case 'assume-role-web-identity':
      return { kind: isPodProvider(caller?.federatedProvider ?? '') ? 'eks-pod' : 'web-identity', originKnown: true };
    case 'roles-anywhere':
      return { kind: 'roles-anywhere', originKnown: true };
    case 'cognito':
      return { kind: 'cognito', originKnown: true };
    case 'federation-token':
      return { kind: 'federated-user', originKnown: true };
    case 'session-token':
      return { kind: 'session-token', originKnown: true };
    case 'assume-root':
      return { kind: 'assume-root', originKnown: true };
    case 'console-login':
    case 'cli-login':
      return { kind: reserved ? 'sso' : 'console', originKnown: true };
    case 'created-key':
      return { kind: 'long-term-key', originKnown: true };
    case 'assume-role':
    case 'switch-role':
      return { kind: 'role', originKnown: true };
    case undefined:
      return reserved ? { kind: 'sso', originKnown: true } : unseenRoleKind(table, draft, caller);
  }
}

function isPodProvider(provider: string): boolean {
  return /oidc\.eks\.|oidc-eks\./.test(provider);
}

/** The issuing record is not in the logs. */
function unseenRoleKind(table: EventTable, draft: SessionDraft, caller: Caller | undefined): KindVerdict {
  const name = draft.principalId.slice(draft.principalId.indexOf(':') + 1);
  // Written by AWS, not by the caller.
  if (draft.delivered) {
    return { kind: name.startsWith('mi-') ? 'ssm-hybrid' : 'ec2-instance', originKnown: true };
  }
  const provider = caller?.federatedProvider ?? '';
  if (provider !== '') {
    const kind = isPodProvider(provider)
      ? 'eks-pod'
      : provider.includes('cognito-identity')
        ? 'cognito'
        : provider.includes(':saml-provider/')
          ? 'saml'
          : 'web-identity';
    return { kind, originKnown: true };
  }
  if (caller !== undefined && caller.invokedBy !== '' && caller.accessKeyId === '') {
    return { kind: 'service', originKnown: true };
  }
  // Chosen by the caller: a hint, no more.
  if (name === 'CognitoIdentityCredentials') {
    return { kind: 'cognito', originKnown: false };
  }
  if (/^eks-.+-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(name)) {
    return { kind: 'eks-pod', originKnown: false };
  }
  const classes = classesOf(table);
  const { rows } = draft;
  for (let at = 0; at < rows.length; at++) {
    const agent = classes.ofAgent(table, rows[at] ?? 0);
    if ((agent & AgentClass.lambda) !== 0) {
      return { kind: 'lambda', originKnown: false };
    }
    if ((agent & AgentClass.ecs) !== 0) {
      return { kind: 'ecs-task', originKnown: false };
    }
    if ((agent & AgentClass.codeBuild) !== 0) {
      return { kind: 'workload', originKnown: false };
    }
  }
  return { kind: 'role', originKnown: false };
}
