/**
 * `chain-then-persistence`: a session reached by role assumption, or a workload's own, made something that outlives it.
 *
 * Guarantee: one finding a session, with every object it made; failed calls are none. What infrastructure tools make is
 * not judged, and counted in a note: a user agent is its caller's word.
 */
import { actionClass } from '../cloudtrail/actions';
import type { JsonObject } from '../cloudtrail/columns';
import { usableKey } from '../cloudtrail/keys';
import { accountOf, stringAt } from '../cloudtrail/record';
import { formatInstant } from '../cloudtrail/time';
import type { ContextFact, FindingConfidence, Severity } from '../contract';
import { firstFrom } from '../lineage/in-order';
import type { LineageModel, Session, SessionKind } from '../lineage/model';
import { accountAt, actionAt, eventIdAt, timeAt } from '../lineage/table';
import { lowered, worst } from '../severity';
import { createdObjectAt } from './created-object';
import { sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, EvidenceRow, FindingDraft } from './detector';
import { strangersIn } from './external-trust';
import { ConsoleLogins } from './console-logins';
import { isMadeByTool } from './automation';
import { rowsOfActions } from './facts';
import { hopEvidence, inTimeOrder, reachedBy } from './hop-evidence';
import { fieldsAt, isLasting, mayLast, Removals } from './lasting-changes';
import { knownAccounts } from './known-accounts';
import { originsOf } from './origins';
import { confidenceOf, pathTo, type RolePath } from './paths';
import { objectMade, type ObjectMade } from './persistence-objects';
import { capital, clean, counted, listed } from './text';

const id = 'chain-then-persistence';

export const chainThenPersistence: Detector = {
  id,
  title: 'Persistence after role assumptions',
  description:
    'A session reached by assuming roles, or the session of a workload, made something that outlives it: a user, an access key, a password, a policy, trust.',
  severities: ['critical', 'high', 'medium', 'low'],
  techniques: ['T1136.003', 'T1098.001', 'T1098.003', 'T1098'],
  detect,
};

/** Kinds that have no business making users. */
const machines: ReadonlySet<SessionKind> = new Set(['ec2-instance', 'ssm-hybrid', 'lambda', 'ecs-task', 'eks-pod']);
/** Objects that let somebody in by themselves. */
const doors = new Set(['user', 'access-key', 'login-profile']);

/** Deletions beyond this are counted in the explanation, not told one by one. */
const mostDeletionsTold = 8;

interface Made {
  readonly row: number;
  readonly object: ObjectMade;
  readonly severity: Severity;
  readonly strangers: readonly string[];
  readonly deletedRow: number | undefined;
}

function detect(input: DetectionInput): Detection {
  const { model } = input;
  const bySession = new Map<Session, number[]>();
  let automated = 0;
  for (const row of rowsOfActions(model.events, mayLast)) {
    const session = model.sessions[model.events.session[row] ?? -1];
    if (session === undefined || !mayFire(input, session) || !isLasting(model.events, row)) {
      continue;
    }
    if (isMadeByTool(model.events, row)) {
      automated++;
      continue;
    }
    const rows = bySession.get(session);
    if (rows === undefined) {
      bySession.set(session, [row]);
    } else {
      rows.push(row);
    }
  }
  const removals = bySession.size === 0 ? undefined : new Removals(model.events);
  const logins = new ConsoleLogins(model);
  const findings = [...bySession].flatMap(([session, rows]) => {
    const made = rows.flatMap((row) => judged(input, session, row, removals) ?? []);
    return made.some(({ row }) => input.inWindow(row)) ? [draftOf(input, session, made, logins)] : [];
  });
  const notes =
    automated === 0
      ? []
      : [
          {
            id: `${id}-infrastructure-tools`,
            message: `${id}: ${counted(automated, 'lasting change')} by Terraform, OpenTofu or CloudFormation in assumed sessions not judged. Callers choose their user agent: look at these when the session is suspicious for another reason.`,
          },
        ];
  return { findings, notes };
}

function mayFire({ model }: DetectionInput, session: Session): boolean {
  return session.depth >= 1 || isMachineMade(session, model.sessions[session.root]);
}

function isMachineMade(session: Session, root: Session | undefined): boolean {
  return machines.has(session.kind) || (root !== undefined && machines.has(root.kind));
}

function judged(
  input: DetectionInput,
  session: Session,
  row: number,
  removals: Removals | undefined,
): Made | undefined {
  const { events, sessions } = input.model;
  const { eventSource, eventName } = actionAt(events, row);
  const fields = fieldsAt(events, row);
  const { request } = fields;
  const object = objectMade(eventSource, eventName, fields);
  const strangers = strangersLetIn(input, eventName, request, object);
  const privilegeOnly = actionClass(eventSource, eventName, false) === 'privilege';
  const opensDoor = doors.has(object.kind);
  let severity: Severity | undefined;
  if (session.depth >= 2) {
    severity = 'critical';
  } else if (session.depth === 1) {
    severity = opensDoor || strangers.length > 0 ? 'high' : 'medium';
  }
  severity = severity !== undefined && privilegeOnly ? lowered(severity) : severity;
  if (opensDoor && isMachineMade(session, sessions[session.root])) {
    severity = worst([severity ?? 'high', 'high']);
  }
  return severity === undefined
    ? undefined
    : { row, object, severity, strangers, deletedRow: removals?.of(row, object.thing) };
}

/** Who from outside can come in by what was made. */
function strangersLetIn(
  input: DetectionInput,
  eventName: string,
  request: JsonObject,
  object: ObjectMade,
): readonly string[] {
  const known = knownAccounts(input);
  const principal = stringAt(request, 'principal') || stringAt(request, 'principalArn');
  switch (eventName) {
    case 'UpdateAssumeRolePolicy':
      return strangersIn(request['policyDocument'], known);
    case 'CreateRole':
      return strangersIn(request['assumeRolePolicyDocument'], known);
    case 'CreateOpenIDConnectProvider':
    case 'CreateSAMLProvider':
    case 'UpdateSAMLProvider':
      return /AWSSSO_|oidc\.eks\./.test(object.name) ? [] : [`identity provider ${object.name}`];
    case 'CreateTrustAnchor':
    case 'UpdateTrustAnchor':
      return [`the authority of trust anchor ${object.name}`];
    case 'CreateFunctionUrlConfig':
      return stringAt(request, 'authType') === 'NONE' ? ['everybody'] : [];
    case 'AddPermission':
    case 'CreateAccessEntry': {
      const account = /^\d{12}$/.test(principal) ? principal : accountOf(principal);
      return principal === '*' ? ['everybody'] : account === '' || known.has(account) ? [] : [`account ${account}`];
    }
    default:
      return [];
  }
}

function draftOf(input: DetectionInput, session: Session, made: readonly Made[], logins: ConsoleLogins): FindingDraft {
  const { model } = input;
  const path = pathTo(model, session);
  const words = made.map(({ object }) => clean(object.words, 96));
  const by = reachedBy(path, session);
  const strangers = [...new Set(made.flatMap((each) => each.strangers))].map((stranger) => clean(stranger));
  const gone = made.filter(({ deletedRow }) => deletedRow !== undefined);
  const opened = openedBy(model, logins, made);
  const dormant = opened.filter(isDormant).map(({ words: what }) => what);
  return {
    rule: id,
    keys: [session.id],
    severity: worst(made.map(({ severity }) => severity)),
    confidence: confidence(model.sessions[session.root], session, path),
    title: `${capital(listed(words, 3))} made by ${by}`,
    explanation: [
      session.depth >= 1
        ? `${capital(sessionLabel(session))} was reached by ${session.depthIsMinimum ? 'at least ' : ''}${counted(session.depth, 'role assumption')} and then made ${counted(made.length, 'lasting change')}.`
        : `${capital(sessionLabel(session))} made ${counted(made.length, 'lasting change')}; machines rarely make users, keys or passwords.`,
      'They stay when the temporary credentials expire, and have to be removed on their own once the chain is contained.',
      ...(strangers.length > 0 ? [`They let in from outside: ${listed(strangers)}.`] : []),
      ...(dormant.length > 0
        ? [`${listed(dormant)} ${dormant.length === 1 ? 'is' : 'are'} dormant: these logs do not show a use.`]
        : []),
      ...gone.slice(0, mostDeletionsTold).map((each) => goneText(model, each)),
      ...(gone.length > mostDeletionsTold
        ? [`${String(gone.length - mostDeletionsTold)} more of them were later deleted or undone.`]
        : []),
    ].join(' '),
    sessions: [...new Set([session.index, ...path.sessions.map(({ index }) => index), ...usersOfKeys(input, made)])],
    roles: path.roles.length > 0 ? path.roles : session.roleArn === '' ? [] : [session.roleArn],
    instanceIds: [...new Set(path.sessions.map(({ instanceId }) => instanceId).filter((instance) => instance !== ''))],
    addresses: originsOf(model.events).directLocations(session),
    techniques: techniquesOf(made),
    count: made.length,
    evidence: inTimeOrder([...made.flatMap(madeEvidence), ...hopEvidence(model, path, 'background')]),
    context: opened.map((each) => openedFact(model, each)),
    createdObjects: made.map(({ row, deletedRow }) => createdObjectAt(model.events, row, deletedRow)),
  };
}

function goneText(model: LineageModel, { object, deletedRow = 0 }: Made): string {
  const by = model.sessions[model.events.session[deletedRow] ?? -1];
  const who = by === undefined ? '' : ` by ${sessionLabel(by)}`;
  const when = formatInstant(timeAt(model.events, deletedRow));
  return `${capital(clean(object.words, 96))} was later ${object.change ? 'undone' : 'deleted'}${who} at ${when}.`;
}

/** A machine known by what its caller chose to call itself is a guess, where the finding rests on that alone. */
function confidence(root: Session | undefined, session: Session, path: RolePath): FindingConfidence {
  if (session.depth < 1) {
    const machine = machines.has(session.kind) ? session : (root ?? session);
    if (machine.link === 'inferred' && machine.depthIsMinimum) {
      return 'inferred';
    }
    return confidenceOf([machine]);
  }
  return confidenceOf(path.sessions.slice(1));
}

function techniquesOf(made: readonly Made[]): string[] {
  const kinds = new Set(made.map(({ object }) => object.kind));
  const techniques = [
    ...(kinds.has('user') || kinds.has('identity-store-user') ? ['T1136.003'] : []),
    ...(['access-key', 'login-profile', 'service-credential', 'ssh-key', 'signing-certificate', 'key-pair'].some(
      (kind) => kinds.has(kind),
    )
      ? ['T1098.001']
      : []),
    ...(['policy', 'policy-version', 'trust-policy', 'role', 'group-membership'].some((kind) => kinds.has(kind))
      ? ['T1098.003']
      : []),
  ];
  return techniques.length > 0 ? techniques : ['T1098'];
}

function madeEvidence({ row, object, strangers, deletedRow }: Made): EvidenceRow[] {
  const words = clean(object.words, 96);
  const outside = strangers.length > 0 ? `, which lets in ${listed(strangers.map((stranger) => clean(stranger)))}` : '';
  const arn = object.arn === '' ? '' : ` (${clean(object.arn, 256)})`;
  return [
    { row, reason: `Made: ${words}${arn}${outside}`, role: 'decisive' },
    ...(deletedRow === undefined
      ? []
      : [{ row: deletedRow, reason: `Deleted again: ${words}`, role: 'background' as const }]),
  ];
}

/** Sessions that used a key that was made: the lineage goes on in them. */
function usersOfKeys({ model }: DetectionInput, made: readonly Made[]): number[] {
  return made.flatMap(({ object }) =>
    object.accessKeyId === '' ? [] : (model.sessionByKey.get(object.accessKeyId) ?? []),
  );
}

/** A key or password that was made, with its first use in the logs. */
interface Opened {
  readonly made: Made;
  /** As the subject of a sentence. */
  readonly words: string;
  readonly firstUse: number | undefined;
  readonly value: string;
}

/** Whether the keys and passwords that were made have been used. A key that is masked tells nothing. */
function openedBy(model: LineageModel, logins: ConsoleLogins, made: readonly Made[]): Opened[] {
  return made.flatMap((each): Opened[] => {
    const { row, object } = each;
    if (object.kind === 'login-profile') {
      const all = logins.of(accountAt(model.events, row), object.name);
      const from = firstFrom(all, row + 1, (login) => login);
      return [
        {
          made: each,
          words: `Password of user ${clean(object.name, 64)}`,
          firstUse: all[from],
          value: `used in ${counted(all.length - from, 'console sign-in')}`,
        },
      ];
    }
    if (usableKey(object.accessKeyId) === '') {
      return [];
    }
    const user = model.sessions[model.sessionByKey.get(object.accessKeyId) ?? -1];
    const places = user === undefined ? [] : originsOf(model.events).directLocations(user);
    return [
      {
        made: each,
        words: `Key ${clean(object.accessKeyId, 64)}`,
        firstUse: user?.rows[0],
        value: `used in ${counted(user?.rows.length ?? 0, 'event')}${places.length > 0 ? ` from ${listed(places.map((place) => clean(place, 64)))}` : ''}`,
      },
    ];
  });
}

function isDormant({ firstUse, made }: Opened): boolean {
  return firstUse === undefined && made.deletedRow === undefined;
}

function openedFact(model: LineageModel, opened: Opened): ContextFact {
  const { words, firstUse, made, value } = opened;
  return {
    label: words,
    value:
      firstUse !== undefined
        ? value
        : isDormant(opened)
          ? 'not used in these logs: dormant'
          : 'deleted without having been used in these logs',
    eventID: eventIdAt(model.events, firstUse ?? made.row),
  };
}
