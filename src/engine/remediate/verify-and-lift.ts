/** Does it hold, and when may it be taken off again. */
import { formatInstant } from '../cloudtrail/time';
import { aws, step } from './command';
import { revokePolicyName } from './names';
import type { Outline, PlanContext } from './outline';
import { isSafe } from './quote';
import type { Command } from './remediation';
import { principalArnOf } from './scope';

export function verifyAndLift(context: PlanContext): readonly Outline[] {
  return [
    {
      id: 'verify:lineage',
      title: 'Verify that the containment holds',
      phase: 'verify',
      build: () => buildVerify(context),
    },
    {
      id: 'lift:lineage',
      title: 'Take the incident policies off again',
      phase: 'lift',
      choices: [],
      build: () => buildLift(context),
    },
  ];
}

/** Asks IAM itself, as the session that is to be stopped. Values with a comma cannot be told to the CLI this way. */
function simulate(context: PlanContext): Command[] {
  const seen = new Set<string>();
  const commands: Command[] = [];
  for (const session of context.scope.sessions) {
    const arn = principalArnOf(session);
    if (
      arn === '' ||
      !/:(role|user)\//.test(arn) ||
      seen.has(arn) ||
      !context.scope.ownAccounts.has(session.accountId) ||
      !isSafe('account', session.accountId) ||
      arn.includes(':role/aws-')
    ) {
      continue;
    }
    seen.add(arn);
    const entries: string[] = [];
    if (session.creationDate !== undefined) {
      entries.push(
        `ContextKeyName=aws:TokenIssueTime,ContextKeyType=date,ContextKeyValues=${formatInstant(session.creationDate)}`,
      );
    }
    if (isSafe('user-id', session.principalId) && !session.principalId.includes(',')) {
      entries.push(`ContextKeyName=aws:userid,ContextKeyType=string,ContextKeyValues=${session.principalId}`);
    }
    commands.push(
      aws({ account: session.accountId }, [
        'iam',
        'simulate-principal-policy',
        '--policy-source-arn',
        arn,
        '--action-names',
        's3:ListAllMyBuckets',
        ...(entries.length > 0 ? ['--context-entries', ...entries] : []),
        '--query',
        'EvaluationResults[].EvalDecision',
        '--output',
        'text',
      ]),
    );
  }
  return commands;
}

function buildVerify(context: PlanContext): ReturnType<Outline['build']> {
  return {
    steps: [
      step({
        title: 'Wait five minutes, then look',
        does: 'Each answer of the simulation must be explicitDeny. It does not count service control policies of member accounts in full: the logs are the proof.',
        console: [
          'Download the CloudTrail logs from the time of applying on, and analyse them together with these: sessions of this lineage may only appear as AccessDenied. The incident then says whether the containment holds, since when and what went on.',
        ],
        commands: simulate(context),
        breaks: ['Nothing: reads only.'],
        notes: [
          ...(context.containment === undefined
            ? []
            : [`The logs that were analysed show containment already: ${context.containment}`]),
          'Do not test with sts get-caller-identity: it cannot be denied.',
          'If a session of the lineage appears that was issued after the time of applying, something before it is still open: find it, and repeat the sessions phase with a new time.',
        ],
      }),
    ],
    files: [],
  };
}

function buildLift(context: PlanContext): ReturnType<Outline['build']> {
  return {
    steps: [
      step({
        title: 'Lift in this order, and not before',
        does: 'Each policy is removed with the undo of its own step.',
        console: [
          'Only after the way in is closed: new keys are out, the instance is rebuilt, the user has a new password and MFA, trust policies are what you want them to be.',
          `${revokePolicyName} and ${context.names.denySession}: 12 hours after the time of applying at the earliest (the longest role session), 36 hours where the lineage has GetSessionToken or GetFederationToken; 1 hour is enough for roles that were only ever assumed from roles.`,
          `${context.names.denyAll} on roles: when their sessions of before have expired, and their owners are ready.`,
          `${context.names.denyInstance}: when the instance is rebuilt or gone.`,
          'Trust statements: keep them until the trust policies are rewritten.',
          `${context.names.scp}: last, after the policies in the accounts have proved themselves.`,
        ],
        breaks: [
          'What is lifted too early gives the attacker’s sessions their permissions back: the sessions themselves were never ended.',
        ],
        notes: [
          'Objects that the lineage made stay disabled; delete them when the investigation no longer needs them.',
        ],
      }),
    ],
    files: [],
  };
}
