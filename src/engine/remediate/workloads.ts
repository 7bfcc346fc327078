/** Roots that are neither a key nor an instance: where a workload or a federated login gets its next session from, and how to stop that. */
import type { Session, SessionKind } from '../lineage/model';
import { textAt } from '../lineage/table';
import { aws, option, step, type Where } from './command';
import { outlineId, type Outline, type PlanContext } from './outline';
import { isSafe } from './quote';
import type { Step } from './remediation';
import { durableArn } from './scope';

interface Advice {
  readonly title: string;
  readonly console: readonly string[];
  readonly breaks: string;
  readonly notes: readonly string[];
}

const advice: Partial<Readonly<Record<SessionKind, Advice>>> = {
  'ecs-task': {
    title: 'Stop the task, and keep its service from starting another',
    console: ['ECS → Clusters → the cluster → the service → Update → desired tasks 0; then Tasks → the task → Stop.'],
    breaks: 'The service.',
    notes: [
      'The session name is the task id. ecs update-service --desired-count 0, then ecs stop-task; undo with the former count.',
    ],
  },
  'eks-pod': {
    title: 'Take the role off the service account, and delete the pod',
    console: [
      'EKS → Clusters → the cluster → Access → Pod Identity associations → Delete. For IRSA: limit sub in the trust policy of the role.',
    ],
    breaks: 'Every pod of that service account.',
    notes: [
      'eks delete-pod-identity-association; undo: create the association again. Deleting the OIDC provider is the last resort: it breaks every role that uses it.',
    ],
  },
  'web-identity': {
    title: 'Limit the subject in the trust policy of the role',
    console: [
      'IAM → Roles → the role → Trust relationships: take the repository, branch or service account out of the condition on sub.',
    ],
    breaks: 'Pipelines and pods with that subject.',
    notes: [
      'Look at how the identity provider was made to issue the token: a changed workflow, a stolen pipeline token.',
      'iam delete-open-id-connect-provider is the last resort: it breaks every role that uses the provider.',
    ],
  },
  saml: {
    title: 'Disable the user at the identity provider',
    console: ['In the identity provider: disable the user, end its sessions, look for added signing certificates.'],
    breaks: 'That user, everywhere.',
    notes: ['iam delete-saml-provider is the last resort; save its metadata first (iam get-saml-provider).'],
  },
  'roles-anywhere': {
    title: 'Disable the profile or the trust anchor, or revoke the certificate',
    console: [
      'IAM → Roles → Roles Anywhere → Manage → the profile → Disable; or import a revocation list with the certificate.',
    ],
    breaks: 'Every workload that signs in through it.',
    notes: [
      'rolesanywhere disable-profile or disable-trust-anchor; undo with enable-…. The session name is the serial number of the certificate, the source identity its subject.',
    ],
  },
  cognito: {
    title: 'Take the role off the identity pool, or switch guests off',
    console: ['Cognito → Identity pools → the pool → User access: change the role, or deactivate guest access.'],
    breaks: 'Every user of the pool.',
    notes: ['cognito-identity set-identity-pool-roles. Everybody who knows the pool id gets guest credentials.'],
  },
  workload: {
    title: 'Stop the job or notebook',
    console: [
      'In the service that the session name tells (CodeBuild, Glue, SageMaker, …): stop the running job; look at who changed its definition.',
    ],
    breaks: 'That job.',
    notes: [],
  },
  service: {
    title: 'Find who made the service act',
    console: [
      'The session is held by an AWS service: look for the call that handed it the role (iam:PassRole) or changed its task.',
    ],
    breaks: 'Nothing.',
    notes: [],
  },
};

export function workloads(context: PlanContext): readonly Outline[] {
  const seen = new Map<string, Outline>();
  for (const session of context.scope.roots) {
    const known = session.kind === 'lambda' ? lambdaStep(context, session) : adviceStep(session);
    if (known !== undefined) {
      const id = outlineId('workload', `${session.kind}:${session.accountId}:${session.name}`);
      seen.set(id, {
        id,
        title: `${known.title} (${session.kind} ${session.name})`,
        phase: 'root',
        build: () => ({ steps: [known], files: [] }),
      });
    }
  }
  return [...seen.values()];
}

function adviceStep(session: Session): Step | undefined {
  const known = advice[session.kind];
  return known === undefined
    ? undefined
    : step({
        title: known.title,
        does: `The lineage starts at ${durableArn(session) || session.arn}, session ${session.name}. The deny on its role ends its sessions; this keeps new ones from being made.`,
        console: known.console,
        breaks: [known.breaks],
        refused: 'Which resource it is, these logs do not say surely enough for a command.',
        notes: known.notes,
      });
}

function lambdaStep(context: PlanContext, session: Session): Step {
  const row = session.rows[0];
  const region = row === undefined ? '' : textAt(context.model.events, 'region', row);
  const title = `Stop function ${session.name}`;
  if (!isSafe('name', session.name) || !isSafe('account', session.accountId)) {
    return step({ title, refused: 'The logs do not give a function name that AWS would allow.' });
  }
  const place: Where = { account: session.accountId, region: isSafe('region', region) ? region : '' };
  const name = option('--function-name', session.name);
  return step({
    title,
    does: 'Concurrency 0: the function is not run any more. The deny on its execution role ends the sessions it has.',
    console: [`Lambda → Functions → ${session.name} → Throttle, in account ${session.accountId}.`],
    commands: [aws(place, ['lambda', 'put-function-concurrency', ...name, '--reserved-concurrent-executions', '0'])],
    breaks: [`Everything that calls ${session.name}.`],
    check: [aws(place, ['lambda', 'get-function-concurrency', ...name])],
    undo: [aws(place, ['lambda', 'delete-function-concurrency', ...name])],
    notes: ['Look at its environment variables, layers, URL and resource policy.'],
  });
}
