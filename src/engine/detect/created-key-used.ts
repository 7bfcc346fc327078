/**
 * `created-key-used`: an access key or a console password that a session made for a user was used: the lineage goes on in a
 * credential that does not expire.
 *
 * Guarantee: one finding a key, and one a user and session that set the password; a key that was not used is none. How bad it
 * is, is decided by the first of the reasons that holds.
 */
import type { ContextFact, CoverageNote, FindingConfidence, Severity } from '../contract';
import { formatInstant } from '../cloudtrail/time';
import type { SessionKind } from '../lineage/model';
import { actionAt, callerAt, eventIdAt, succeeded, timeAt } from '../lineage/table';
import { isRotation } from './automation';
import { AddressRanges } from './cidr';
import { baselineDays, CommonEdges, isEveryday, spanDays } from './common-edges';
import { createdCredentials, type UsedCredential } from './created-credentials';
import { createdObjectAt } from './created-object';
import { sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, EvidenceRow, FindingDraft } from './detector';
import { rowsOfActions } from './facts';
import { identityMatches } from './globs';
import { hopEvidence, reachedBy } from './hop-evidence';
import { fieldsAt, Removals } from './lasting-changes';
import { originsOf } from './origins';
import { confidenceOf, pathTo, type RolePath } from './paths';
import { objectMade, type ObjectMade } from './persistence-objects';
import { sessionFinding } from './session-finding';
import { capital, clean, counted, duration, listed } from './text';
import { thresholdOf } from './thresholds';

const id = 'created-key-used';

export const createdKeyUsed: Detector = {
  id,
  title: 'Created key or password used',
  description:
    'An access key or a console password that a session made for a user was used: what began with temporary credentials goes on with some that do not expire.',
  severities: ['critical', 'high', 'medium', 'low', 'info'],
  techniques: ['T1098.001', 'T1078.004'],
  detect,
};

/** Kinds of programs that run on a platform of AWS: they have no business making keys for users. */
const workloads: ReadonlySet<SessionKind> = new Set([
  'ec2-instance',
  'ssm-hybrid',
  'lambda',
  'ecs-task',
  'eks-pod',
  'workload',
]);

type Reason =
  'everyday' | 'chained' | 'workload' | 'same-place' | 'self-elsewhere' | 'automated' | 'ordinary' | 'guess';

const severityOf: Readonly<Record<Reason, Severity>> = {
  everyday: 'info',
  chained: 'critical',
  workload: 'critical',
  'same-place': 'high',
  'self-elsewhere': 'medium',
  automated: 'info',
  ordinary: 'low',
  guess: 'low',
};

interface Judged {
  readonly used: UsedCredential;
  readonly path: RolePath | undefined;
  readonly object: ObjectMade;
  readonly madeAt: string;
  readonly usedAt: string;
  readonly firstUse: number;
  readonly isSelf: boolean;
  readonly reason: Reason;
  readonly trusted: boolean;
}

function detect(input: DetectionInput): Detection {
  const { model } = input;
  const { events } = model;
  const { used, untold } = createdCredentials(model);
  const inPeriod = used.filter(({ uses }) => uses.some(input.inWindow));
  const usual = new UsualWays(input);
  const trusted = new AddressRanges(input.settings.trustedCidrs);
  const removals = inPeriod.length === 0 ? undefined : new Removals(events);
  const findings = inPeriod.map((each) => draftOf(input, judged(input, each, usual, trusted), removals));
  const services = rowsOfActions(
    events,
    ({ eventSource, eventName }) => eventSource.startsWith('iam.') && eventName === 'CreateServiceSpecificCredential',
  ).filter((row) => succeeded(events, row) && input.inWindow(row));
  const masked = untold.filter(input.inWindow);
  const notes: CoverageNote[] = [
    ...(services.length === 0
      ? []
      : [
          {
            id: `${id}-service-credentials`,
            message: `${id}: not evaluated for ${counted(services.length, 'service-specific credential')} that ${services.length === 1 ? 'was' : 'were'} created: calls with ${services.length === 1 ? 'it' : 'them'} carry no key id.`,
          },
        ]),
    ...(masked.length === 0
      ? []
      : [
          {
            id: `${id}-masked`,
            message: `${id}: not evaluated for ${counted(masked.length, 'new access key')} whose ids are masked, and of whose users no new key was seen.`,
          },
        ]),
    ...(usual.missed
      ? [
          {
            id: `${id}-baseline`,
            message: `${id}: whether the ways of tools that create keys are everyday ones was not evaluated: the logs span ${spanDays(model, input.baseline).toFixed(1)} days, it needs ${String(baselineDays)}.`,
          },
        ]
      : []),
  ];
  return { findings, notes };
}

/** Whether assumptions are everyday ones; counted when first asked. */
class UsualWays {
  private edges: CommonEdges | undefined;
  /** Somebody asked, and the logs are too short to tell. */
  missed = false;

  constructor(private readonly input: DetectionInput) {}

  has(path: RolePath): boolean {
    const { model, baseline } = this.input;
    if (spanDays(model, baseline) < baselineDays) {
      this.missed = true;
      return false;
    }
    this.edges ??= new CommonEdges(
      model,
      model.issuances.filter(({ counted: isHop }) => isHop).map(({ roleArn }) => roleArn),
      baseline,
    );
    return isEveryday(path, this.edges);
  }
}

function judged(input: DetectionInput, used: UsedCredential, usual: UsualWays, trusted: AddressRanges): Judged {
  const { events, sessions } = input.model;
  const { row, creator, uses } = used;
  const origins = originsOf(events);
  const placeOf = (at: number): string => {
    const origin = origins.at(at, sessions[events.session[at] ?? -1]?.kind === 'console');
    return origin.direct ? origin.location : '';
  };
  const firstUse = uses.find((use) => placeOf(use) !== '') ?? uses[0] ?? row;
  const { eventSource, eventName } = actionAt(events, row);
  const caller = callerAt(events, row);
  const facts = {
    used,
    path: creator === undefined ? undefined : pathTo(input.model, creator),
    object: objectMade(eventSource, eventName, fieldsAt(events, row)),
    madeAt: placeOf(row),
    usedAt: placeOf(firstUse),
    firstUse,
    isSelf: caller.principalId !== '' && caller.type !== 'AssumedRole' && caller.principalId === used.user.principalId,
    trusted: trusted.contains(addressOf(placeOf(firstUse))),
  };
  return { ...facts, reason: reasonOf(input, facts, usual) };
}

/** Without the endpoint that it came by. */
function addressOf(place: string): string {
  return place.slice(place.lastIndexOf(' ') + 1);
}

/** The first that holds. What is an everyday way of a tool stays one at any depth. */
function reasonOf(input: DetectionInput, facts: Omit<Judged, 'reason'>, usual: UsualWays): Reason {
  const { used, path, madeAt, usedAt, isSelf, trusted, firstUse } = facts;
  const { creator, row } = used;
  const { model, settings } = input;
  const { events } = model;
  if (used.guessed) {
    return 'guess';
  }
  const automated = isRotation(events, row);
  if (automated && creator !== undefined && path !== undefined && isEverydayTool(input, facts, usual)) {
    return 'everyday';
  }
  if (creator !== undefined && creator.depth >= 2) {
    return 'chained';
  }
  if (
    creator !== undefined &&
    [creator, model.sessions[creator.root]].some((each) => each !== undefined && workloads.has(each.kind))
  ) {
    return 'workload';
  }
  if (madeAt !== '' && madeAt === usedAt && !isSelf && !trusted) {
    return 'same-place';
  }
  const withinMs = thresholdOf(settings, id, 'selfUseMinutes') * 60_000;
  if (
    isSelf &&
    madeAt !== '' &&
    usedAt !== '' &&
    madeAt !== usedAt &&
    timeAt(events, firstUse) - timeAt(events, row) <= withinMs
  ) {
    return 'self-elsewhere';
  }
  return automated ? 'automated' : 'ordinary';
}

/** A way without an assumption tells nothing of a workload, unless the case file names its role. */
function isEverydayTool(
  { settings }: DetectionInput,
  { used, path }: Omit<Judged, 'reason'>,
  usual: UsualWays,
): boolean {
  const { creator } = used;
  if (creator === undefined || path === undefined) {
    return false;
  }
  return path.hops.length > 0
    ? usual.has(path)
    : settings.ciRoles.some((glob) => creator.roleArn !== '' && identityMatches(glob, creator.roleArn));
}

function draftOf(input: DetectionInput, each: Judged, removals: Removals | undefined): FindingDraft {
  const { model } = input;
  const { events } = model;
  const { used, path, object, reason } = each;
  const { row, creator, owner, user, uses } = used;
  const what =
    used.kind === 'password'
      ? `console password of user ${clean(owner, 64)}`
      : `access key ${clean(object.accessKeyId === '' || used.guessed ? (user.keys[0] ?? '') : object.accessKeyId, 64)} of ${owner === '' ? 'its caller' : `user ${clean(owner, 64)}`}`;
  const by =
    creator === undefined || path === undefined
      ? 'a caller outside these logs'
      : each.isSelf
        ? `user ${clean(owner, 64)} itself`
        : reachedBy(path, creator);
  const deletedRow = removals?.of(row, object.thing);
  const places = [...new Set(used.sessions.flatMap((index) => placesOf(input, index)))];
  const hops = path === undefined ? [] : hopEvidence(model, path, 'background');
  return sessionFinding(input, user, {
    rule: id,
    keys: used.kind === 'key' ? [user.id] : [creator?.id ?? eventIdAt(events, row), `${used.account}|${owner}`],
    severity: severityOf[reason],
    confidence: confidence(used, path),
    title: `${capital(what)}, ${used.kind === 'key' ? 'created' : 'set'} by ${by}, was used${each.usedAt === '' ? '' : ` from ${clean(each.usedAt, 64)}`}`,
    explanation: [
      `${capital(by)} ${used.kind === 'key' ? 'created' : 'set'} the ${what}${each.madeAt === '' ? '' : ` from ${clean(each.madeAt, 64)}`}; it was first used ${duration(timeAt(events, uses[0] ?? row) - timeAt(events, row))} later${each.usedAt === '' ? '' : ` from ${clean(each.usedAt, 64)}`}, ${used.kind === 'key' ? counted(uses.length, 'call') : counted(uses.length, 'sign-in')} in all.`,
      ...reasonText(each),
      ...(each.trusted && each.madeAt === each.usedAt
        ? ['The case file trusts that address: that others call from it says little.']
        : []),
      deletedRow === undefined
        ? 'It stays until it is deactivated, whatever is done about the sessions before it.'
        : `It was deleted at ${formatInstant(timeAt(events, deletedRow))}.`,
    ].join(' '),
    sessions: [...used.sessions, ...(path?.sessions.map(({ index }) => index) ?? [])],
    roles: path?.roles ?? [],
    instanceIds: [...new Set(path?.sessions.map(({ instanceId }) => instanceId).filter((one) => one !== '') ?? [])],
    addresses: places,
    techniques: createdKeyUsed.techniques,
    count: uses.length,
    evidence: [
      { row, reason: `Made: ${what}`, role: 'decisive' },
      ...useEvidence(input, each),
      ...(deletedRow === undefined ? [] : [{ row: deletedRow, reason: 'Deleted again', role: 'background' as const }]),
      ...hops,
    ],
    context: factsOf(input, each, places),
    createdObjects: [createdObjectAt(events, row, deletedRow)],
  });
}

function confidence(used: UsedCredential, path: RolePath | undefined): FindingConfidence {
  return used.guessed ? 'inferred' : confidenceOf([used.user, ...(path?.sessions.slice(1) ?? [])]);
}

function placesOf({ model }: DetectionInput, index: number): readonly string[] {
  const session = model.sessions[index];
  return session === undefined ? [] : originsOf(model.events).directLocations(session);
}

function reasonText({ used, reason, isSelf, usedAt }: Judged): string[] {
  const { creator } = used;
  switch (reason) {
    case 'everyday':
      return ['A tool made it on its everyday way: provisioning or rotation.'];
    case 'chained':
      return [
        `Who made it was reached by ${creator?.depthIsMinimum === true ? 'at least ' : ''}${counted(creator?.depth ?? 0, 'role assumption')}: the chain goes on in a credential that does not expire.`,
      ];
    case 'workload':
      return [
        `Who made it goes back to ${creator === undefined ? 'a workload' : 'credentials of a workload'}: programs rarely make keys or passwords for users.`,
      ];
    case 'same-place':
      return [
        `It was made and first used at one address, ${clean(usedAt, 64)}, for another user than whoever made it: that is how a back door is tried out.`,
      ];
    case 'self-elsewhere':
      return [
        'The user made it itself, and it was soon used elsewhere: whoever took the first credential may have made a second to keep.',
      ];
    case 'automated':
      return ['A tool made it, by what its client says of itself: provisioning or rotation.'];
    case 'guess':
      return ['The record that made it masks the new key: this is the first key of the user that was seen after it.'];
    case 'ordinary':
      return [
        isSelf ? 'Users make keys anew to rotate them.' : 'Keys and passwords are made for others in ordinary life.',
      ];
  }
}

/** The first use, and the first from each other place. */
function useEvidence({ model }: DetectionInput, { used }: Judged): EvidenceRow[] {
  const { events } = model;
  const origins = originsOf(events);
  const rows: EvidenceRow[] = [];
  const seen = new Set<string>();
  for (const row of used.uses) {
    const { location, direct } = origins.at(row);
    if (rows.length === 0 || (direct && !seen.has(location))) {
      const where = direct ? ` from ${clean(location, 64)}` : '';
      rows.push({
        row,
        reason: rows.length === 0 ? `First use${where}` : `Used from another place: ${clean(location, 64)}`,
        role: 'decisive',
      });
    }
    if (direct) {
      seen.add(location);
    }
    if (rows.length >= 20) {
      break;
    }
  }
  return rows;
}

function factsOf(input: DetectionInput, { used, madeAt, path }: Judged, places: readonly string[]): ContextFact[] {
  const { creator, row } = used;
  return [
    ...(creator === undefined
      ? []
      : [{ label: 'Made by', value: sessionLabel(creator), eventID: eventIdAt(input.model.events, row) }]),
    ...(path === undefined || creator === undefined
      ? []
      : [{ label: 'Depth of its maker', value: String(creator.depth) }]),
    ...(madeAt === '' ? [] : [{ label: 'Made from', value: clean(madeAt, 64) }]),
    ...(places.length === 0
      ? []
      : [
          {
            label: 'Used from',
            value: listed(
              places.map((place) => clean(place, 64)),
              6,
            ),
          },
        ]),
  ];
}
