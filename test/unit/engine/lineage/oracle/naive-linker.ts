/**
 * The linker's slow twin: plain loops over parsed records, written from what CloudTrail says of credentials and not from
 * the engine's code. It shares nothing with the engine, so that the two can only agree by being right, or by reading
 * the rules in the same wrong way.
 *
 * Guarantee: a function of the set of records. Quadratic: for small worlds only.
 *
 * Where the rules leave a choice, the line marked "Choice:" says which was taken.
 */
import { compare, happeningsOf, textAt, valueAt, type Happening } from './happenings';
import { isHop, issuancesOf, signIns, type Issuance } from './naive-issuances';
import { actsOf, World, type Session } from './naive-sessions';

export interface NaiveSession {
  readonly id: string;
  readonly keys: readonly string[];
  readonly parent: string | null;
  readonly candidates: readonly string[];
  readonly link: string;
  readonly depth: number;
  readonly minimum: boolean;
  readonly events: readonly string[];
}

const consoleAgents =
  /^\[?S3Console|^AWS Internal|^signin\.amazonaws\.com|^console\.|^EC2ConsoleFrontend|\.console\.aws/i;

interface Verdict {
  readonly link: string;
  readonly parent: Session | undefined;
  readonly candidates: readonly Session[];
  readonly issuances: readonly Issuance[];
}

function verdictOf(session: Session): Verdict {
  const { exact, other } = session;
  const assumed = other.filter(({ kind }) => !signIns.includes(kind));
  // Key, then session, then sign-in.
  const deciding = exact.length > 0 ? exact : assumed.length > 0 ? assumed : other;
  const issuances = [...exact, ...other];
  if (deciding.length === 0) {
    const here = startsHere(session);
    return { link: here ? 'none' : 'inferred', parent: undefined, candidates: [], issuances };
  }
  const named = deciding.filter(({ caller, kind }) => caller !== undefined || !signIns.includes(kind));
  const telling = named.length > 0 ? named : deciding;
  const callers = new Set(telling.map(({ caller, main }) => caller ?? main.invokedBy));
  if (callers.size > 1) {
    const candidates = [...callers].filter((caller) => typeof caller !== 'string');
    return { link: 'ambiguous', parent: undefined, candidates, issuances };
  }
  // T10: seen from two accounts; two copies in one account are no twins.
  const twin = deciding.some(({ copies, main }) => copies.some(({ recipient }) => recipient !== main.recipient));
  const sure = deciding.some(({ guessed }) => !guessed);
  const weak = assumed.length === 0 ? 'console' : sure ? 'session' : 'inferred';
  const link = exact.length === 0 ? weak : twin ? 'twin' : 'exact';
  return { link, parent: telling[0]?.caller, candidates: [], issuances };
}

/** Choice: keys of users, root, and what only another account tells of start here; the rest came from elsewhere. */
function startsHere(session: Session): boolean {
  const [act] = actsOf(session);
  switch (act?.type) {
    case 'AWSAccount':
      return true;
    case 'IAMUser':
      return session.created === undefined && act.created === undefined;
    case 'AssumedRole':
    case 'Role':
    case 'FederatedUser':
      return false;
    default:
      return session.created === undefined && !isReserved(act);
  }
}

/** Something that AWS itself writes says where a session of no issuance comes from. */
function originKnown(session: Session): boolean {
  const acts = actsOf(session);
  const [first] = acts;
  const has = (...path: readonly string[]): boolean =>
    acts.some(({ record }) => textAt(record, 'userIdentity', 'sessionContext', ...path) !== '');
  const fromConsole = [...session.all].some(
    ({ record }) =>
      ['true', true].includes(valueAt(record, 'sessionCredentialFromConsole') as string) ||
      consoleAgents.test(textAt(record, 'userAgent')),
  );
  switch (first?.type) {
    case 'Root':
      return session.created === undefined;
    case 'IAMUser':
      return (session.created === undefined && first.created === undefined) || fromConsole;
    case 'AssumedRole':
    case 'Role':
      return (
        first.issuerArn.includes(':role/aws-service-role/') ||
        isReserved(first) ||
        session.principal.includes(':aws:ec2-instance:') ||
        has('ec2RoleDelivery') ||
        has('webIdFederationData', 'federatedProvider') ||
        (first.invokedBy !== '' && first.key === '')
      );
    default:
      return isReserved(first);
  }
}

/** Roles that Identity Center makes: nobody else can assume them, whatever the caller is called. */
function isReserved(act: Happening | undefined): boolean {
  return `${act?.issuerArn ?? ''} ${act?.arn ?? ''}`.includes('/AWSReservedSSO_');
}

interface Count {
  readonly depth: number;
  readonly minimum: boolean;
}

function countOf(session: Session, cut: ReadonlySet<Session>, above: readonly Session[] = []): Count {
  const { link, candidates, issuances, ...verdict } = verdictOf(session);
  const parent = cut.has(session) ? undefined : verdict.parent;
  const hop = issuances.some(isHop) ? 1 : 0;
  if (parent !== undefined) {
    // A created key starts a new count.
    if (issuances[0]?.kind === 'created-key') {
      return { depth: 0, minimum: false };
    }
    const count = countOf(parent, cut, [...above, session]);
    return { depth: count.depth + hop, minimum: count.minimum };
  }
  const ways = candidates.filter((each) => each !== session && !above.includes(each));
  if (ways.length > 0) {
    const depths = ways.map((each) => countOf(each, cut, [...above, session]).depth + hop);
    return { depth: Math.min(...depths), minimum: true };
  }
  // An assumption by somebody without a session here is one all the same.
  return {
    depth: hop,
    minimum: hop === 1 || link === 'ambiguous' || (issuances.length === 0 && !originKnown(session)),
  };
}

/** Cycles, which only damaged records make, are cut where the session with the smallest id was issued. */
function cuts(sessions: readonly Session[]): Set<Session> {
  const cut = new Set<Session>();
  for (const start of sessions) {
    const walk: Session[] = [];
    let at: Session | undefined = start;
    while (at !== undefined && !walk.includes(at)) {
      walk.push(at);
      at = verdictOf(at).parent;
    }
    const [smallest] = at === undefined ? [] : walk.slice(walk.indexOf(at)).sort((a, b) => compare(a.id, b.id));
    if (smallest !== undefined) {
      cut.add(smallest);
    }
  }
  return cut;
}

export function naiveLineage(records: readonly unknown[]): NaiveSession[] {
  const happenings = happeningsOf(records);
  const issuances = issuancesOf(happenings);
  const world = new World(happenings, issuances);
  world.findSessions();
  world.link();
  const cut = cuts(world.sessions);
  return world.sessions
    .map((session) => {
      const verdict = verdictOf(session);
      const longTerm = verdict.issuances[0]?.kind === 'created-key';
      const issued = longTerm ? [] : verdict.issuances.map(({ key }) => key).filter((key) => key !== '');
      return {
        id: session.id,
        keys: [...new Set([...session.keys, ...issued])].sort(),
        parent: cut.has(session) ? null : (verdict.parent?.id ?? null),
        candidates: verdict.candidates.map(({ id }) => id).sort(),
        link: verdict.link,
        ...countOf(session, cut),
        events: [...session.all].map(({ id }) => id).sort(),
      };
    })
    .sort((a, b) => compare(a.id, b.id));
}
