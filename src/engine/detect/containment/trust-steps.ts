/**
 * Trust policies that stop letting in somebody who assumed the role before: by leaving them out, or by a Deny, as the response
 * plan writes it. The sessions that they have go on; new ones should not come.
 *
 * Guarantee: a caller counts as left out only where the document can be read in full and names nothing that lets them in;
 * conditions of an Allow are taken to be met.
 * Source: IAM User Guide, "AWS JSON policy elements: Principal".
 */
import type { JsonObject } from '../../cloudtrail/columns';
import { accountOf, roleNameOf, stringAt } from '../../cloudtrail/record';
import type { EventTable, LineageModel, Session } from '../../lineage/model';
import { durableArn } from '../../remediate/scope';
import { callerIdentity, sessionLabel } from '../describe';
import { allows, matches, principalsOf, readPolicy, textsOf, type Principal } from '../policy-document';
import { clean, listed } from '../text';
import { createdBefore, denyOf } from './deny-documents';
import { rolePlace } from './places';
import type { ReadCall, Reader } from './reader';

const assumptions = ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'];

/** Who assumed a role, each identity and session name once, with when first. */
interface Assumer {
  readonly key: string;
  readonly session: Session;
  readonly since: number;
}

const assumersByModel = new WeakMap<LineageModel, ReadonlyMap<string, ReadonlyMap<string, Assumer>>>();

function assumersOf(model: LineageModel, place: string): readonly Assumer[] {
  let all = assumersByModel.get(model);
  if (all === undefined) {
    all = findAssumers(model);
    assumersByModel.set(model, all);
  }
  return [...(all.get(place)?.values() ?? [])];
}

function findAssumers(model: LineageModel): ReadonlyMap<string, ReadonlyMap<string, Assumer>> {
  const found = new Map<string, Map<string, Assumer>>();
  for (const { roleArn, callerSession, time } of model.issuances) {
    const session = model.sessions[callerSession ?? -1];
    if (session === undefined || roleArn === '') {
      continue;
    }
    const place = rolePlace(accountOf(roleArn), roleNameOf(roleArn));
    const assumers = found.get(place) ?? new Map<string, Assumer>();
    found.set(place, assumers);
    const key = assumerKey(session);
    const known = assumers.get(key);
    if (known === undefined || time < known.since) {
      assumers.set(key, { key, session: known?.session ?? session, since: time });
    }
  }
  return found;
}

function assumerKey(session: Session): string {
  return `${callerIdentity(session)}|${session.principalId}`;
}

const trustChanged: Reader = (call) => {
  const { request, account, memory, model, time } = call;
  const name = stringAt(request, 'roleName');
  const place = rolePlace(account, name);
  const read = readPolicy(request['policyDocument']);
  const mechanism = `trust|${account}|${name}`;
  const off = { type: 'off' as const, mechanism, words: `trust policy of role ${clean(name, 64)} written anew` };
  if (read.state !== 'read' || !read.complete) {
    return [];
  }
  const before = memory.trust.get(place);
  const out = memory.leftOut.get(place) ?? new Set<string>();
  memory.trust.set(place, read.statements);
  const removed = assumersOf(model, place).filter(
    ({ key, session, since }) =>
      since <= time &&
      !letsIn(read.statements, session, model.events) &&
      (before === undefined || out.has(key) || letsIn(before, session, model.events)),
  );
  const keys = new Set(removed.map(({ key }) => key));
  memory.leftOut.set(place, keys);
  if (removed.length === 0) {
    return [off];
  }
  const parents = [...new Set(removed.map(({ session }) => sessionLabel(session)))].sort();
  return [
    {
      type: 'put',
      mechanism,
      places: [place],
      strength: 'cut',
      covers: (session) => {
        const parent = model.sessions[session.parent ?? -1];
        return parent !== undefined && keys.has(assumerKey(parent)) ? 'yes' : 'no';
      },
      words: `trust of role ${clean(name, 64)} in ${listed(parents, 3)} removed`,
    },
  ];
};

const roleCreated: Reader = ({ request, account, memory }: ReadCall) => {
  const read = readPolicy(request['assumeRolePolicyDocument']);
  if (read.state === 'read' && read.complete) {
    memory.trust.set(rolePlace(account, stringAt(request, 'roleName')), read.statements);
  }
  return [];
};

function letsIn(statements: readonly JsonObject[], session: Session, events: EventTable): boolean {
  return (
    statements.some(
      (statement) => allows(statement, assumptions) && principalsOf(statement).some((each) => isThis(each, session)),
    ) && !statements.some((statement) => keepsOut(statement, session, events))
  );
}

function keepsOut(statement: JsonObject, session: Session, events: EventTable): boolean {
  if (
    statement['Effect'] !== 'Deny' ||
    !textsOf(statement['Action']).some((pattern) => assumptions.some((action) => matches(pattern, action))) ||
    statement['NotPrincipal'] !== undefined ||
    !principalsOf(statement).some((each) => isThis(each, session))
  ) {
    return false;
  }
  const deny = denyOf(statement['Condition']);
  return (
    deny !== undefined &&
    !deny.unclear &&
    createdBefore(session, deny.before) &&
    (deny.fits === undefined || deny.fits(session, events))
  );
}

function isThis(principal: Principal, session: Session): boolean {
  switch (principal.kind) {
    case 'everybody':
    case 'all-but-some':
      return true;
    case 'unknown':
      return session.principalId.split(':')[0] === principal.id;
    case 'provider':
      return false;
    case 'aws': {
      const arn = durableArn(session);
      const account = accountOf(arn) || session.accountId;
      return (
        principal.account === account &&
        (principal.arn.endsWith(':root') ||
          arn === '' ||
          principal.arn === session.arn ||
          nameOf(principal.arn) === nameOf(arn))
      );
    }
  }
}

/** `role/R1`, `user/alice`: without the path, which not every ARN has. */
function nameOf(arn: string): string {
  const resource = arn.slice(arn.lastIndexOf(':') + 1);
  return `${resource.split('/')[0] ?? ''}/${resource.slice(resource.lastIndexOf('/') + 1)}`;
}

export const trustSteps: Readonly<Record<string, Reader>> = {
  'iam:UpdateAssumeRolePolicy': trustChanged,
  'iam:CreateRole': roleCreated,
};
