/**
 * The platforms that hand credentials to workloads, and how their calls look: as data.
 *
 * Guarantee: a session belongs to a platform by the record that issued it, by the provider that AWS wrote into its calls, or
 * by the mark of the platform in its user agents; never by its name.
 * Source: AWS SDKs and Tools Reference Guide, "execution environment" in user agents (`AWS_EXECUTION_ENV`).
 */
import { classesOf, AgentClass } from '../lineage/classes';
import type { LineageModel, Session } from '../lineage/model';
import { callerAt } from '../lineage/table';

export interface Platform {
  readonly id: 'lambda' | 'ecs' | 'codebuild' | 'aws' | 'pod' | 'ci' | 'oidc';
  /** In a sentence: `used … not from Lambda`. */
  readonly name: string;
  /** Bit of `AgentClass` that clients on it write into their user agents; 0: none does. */
  readonly mark: number;
  readonly markText: string;
  /** Where it runs: on machines of AWS, or where its token was exchanged. */
  readonly runs: 'on-aws' | 'where-issued';
  /** An address that several of its sessions use is its way out; a pipeline's jobs each have their own. */
  readonly learns: boolean;
  /** A private address behind a VPC endpoint is nothing odd: it has a new one each time. */
  readonly anyPrivate: boolean;
  /** Any address of AWS is normal, where a database tells which those are. */
  readonly anyOfAws: boolean;
  readonly techniques: readonly string[];
}

const base = { mark: 0, markText: '', learns: false, anyPrivate: false, anyOfAws: false } as const;

const platforms = {
  lambda: {
    ...base,
    id: 'lambda',
    name: 'Lambda',
    mark: AgentClass.lambda,
    markText: 'exec-env/AWS_Lambda_',
    runs: 'on-aws',
    anyPrivate: true,
    techniques: ['T1552.005', 'T1078.004'],
  },
  ecs: {
    ...base,
    id: 'ecs',
    name: 'ECS',
    mark: AgentClass.ecs,
    markText: 'exec-env/AWS_ECS_',
    runs: 'on-aws',
    techniques: ['T1552.005', 'T1552.007', 'T1078.004'],
  },
  codebuild: {
    ...base,
    id: 'codebuild',
    name: 'CodeBuild',
    mark: AgentClass.codeBuild,
    markText: 'exec-env/AWS_CodeBuild',
    runs: 'on-aws',
    anyOfAws: true,
    techniques: ['T1552.005', 'T1078.004'],
  },
  /** Glue, SageMaker, App Runner, AgentCore: on machines of AWS, without a mark. */
  aws: {
    ...base,
    id: 'aws',
    name: 'its service',
    runs: 'on-aws',
    anyPrivate: true,
    anyOfAws: true,
    techniques: ['T1552.005', 'T1078.004'],
  },
  pod: {
    ...base,
    id: 'pod',
    name: 'its cluster',
    runs: 'where-issued',
    learns: true,
    anyPrivate: true,
    techniques: ['T1552.007', 'T1528', 'T1078.004'],
  },
  ci: { ...base, id: 'ci', name: 'its runner', runs: 'where-issued', techniques: ['T1528', 'T1078.004'] },
  oidc: {
    ...base,
    id: 'oidc',
    name: 'where it signed in',
    runs: 'where-issued',
    learns: true,
    techniques: ['T1528', 'T1078.004'],
  },
} as const satisfies Readonly<Record<string, Platform>>;

/** Each job has a machine of its own. */
const pipelineProviders =
  /(?:^|[/.])(?:token\.actions\.githubusercontent\.com|(?:[\w-]+\.)*gitlab\.[\w.-]+|api\.bitbucket\.org|oidc\.circleci\.com)(?:[/:]|$)/;
const unmarkedServices = /^(?:glue|sagemaker|tasks\.apprunner|build\.apprunner|bedrock-agentcore)\./;

/** The platform of a session; undefined for what is no workload, or of which only its name says so. */
export function platformOf(model: LineageModel, session: Session): Platform | undefined {
  switch (session.kind) {
    case 'lambda':
      return platforms.lambda;
    case 'ecs-task':
      return platforms.ecs;
    case 'workload': {
      const service = serviceOf(model, session);
      return service === '' || service.startsWith('codebuild.')
        ? platforms.codebuild
        : unmarkedServices.test(service)
          ? platforms.aws
          : undefined;
    }
    case 'eks-pod':
      return session.issuances.length > 0 || providerOf(model, session) !== '' ? platforms.pod : undefined;
    case 'web-identity':
      // Names of providers have at most 255 characters.
      return pipelineProviders.test(providerOf(model, session).slice(0, 512)) ? platforms.ci : platforms.oidc;
    default:
      return undefined;
  }
}

function serviceOf(model: LineageModel, { issuances }: Session): string {
  return model.issuances[issuances[0] ?? -1]?.service ?? '';
}

/** Of a web identity: what AWS wrote into its calls, or into the call that issued it. */
export function providerOf({ events, issuances }: LineageModel, session: Session): string {
  const used = session.rows[0];
  const issued = issuances[session.issuances[0] ?? -1]?.row;
  return (
    (used === undefined ? '' : callerAt(events, used).federatedProvider) ||
    (issued === undefined ? '' : callerAt(events, issued).identityProvider)
  );
}

/** The client says that it runs on the platform. */
export function isMarked({ events }: LineageModel, { mark }: Platform, row: number): boolean {
  return mark !== 0 && (classesOf(events).ofAgent(events, row) & mark) !== 0;
}
