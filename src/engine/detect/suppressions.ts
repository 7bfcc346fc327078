/**
 * Which findings the team has decided not to see. A suppressed finding stays, flagged with the reason.
 *
 * Guarantee: every matcher that a suppression names has to match; one that names none matches nothing. A caller is who
 * stands at the start of what happened, a role is where it led: a path that merely passes an allowed role is not hidden.
 */
import type { Suppression } from '../case-settings';
import { parseInstant } from '../cloudtrail/time';
import { userAgentFamily } from '../cloudtrail/user-agent';
import type { LineageModel, Session } from '../lineage/model';
import { textAt } from '../lineage/table';
import { AddressRanges } from './cidr';
import { dayMs } from './common-edges';
import type { FindingDraft } from './detector';
import { globMatches, identityMatches } from './globs';

/** `now`: ms since the epoch; without it nothing has expired. */
export function isExpired(suppression: Suppression, now: number | undefined): boolean {
  const expires = suppression.expires === undefined ? undefined : parseInstant(suppression.expires);
  if (expires === undefined || now === undefined) {
    return false;
  }
  // A date without a time lasts until the end of that day.
  return now >= (/^\d{4}-?\d{2}-?\d{2}$/.test(suppression.expires ?? '') ? expires + dayMs : expires);
}

/** All that apply, in the order of the case file. */
export function suppressionsOf(
  model: LineageModel,
  draft: FindingDraft,
  findingId: string,
  suppressions: readonly Suppression[],
): Suppression[] {
  return suppressions.filter((suppression) => applies(model, draft, findingId, suppression));
}

function applies(model: LineageModel, draft: FindingDraft, findingId: string, suppression: Suppression): boolean {
  const { rule, finding, caller, role, account, cidr, userAgent, sessionName } = suppression;
  const tests: boolean[] = [];
  const subject = model.sessions[draft.sessions[0] ?? -1];
  const root = subject === undefined ? undefined : model.sessions[subject.root];
  if (rule !== undefined) {
    tests.push(globMatches(rule, draft.rule));
  }
  if (finding !== undefined) {
    tests.push(finding === findingId);
  }
  if (caller !== undefined) {
    tests.push(root !== undefined && isCalled(root, caller));
  }
  if (role !== undefined) {
    const target = draft.roles.at(-1);
    tests.push(target !== undefined && identityMatches(role, target));
  }
  if (account !== undefined) {
    tests.push(subject !== undefined && globMatches(account, subject.accountId));
  }
  if (cidr !== undefined) {
    const ranges = new AddressRanges([cidr]);
    const addresses = draft.addresses.map((address) => address.slice(address.indexOf(' ') + 1));
    tests.push(addresses.length > 0 && addresses.every((address) => ranges.contains(address)));
  }
  if (userAgent !== undefined) {
    const families = new Set(
      draft.evidence
        .filter((each) => each.role !== 'background')
        .map(({ row }) => userAgentFamily(textAt(model.events, 'userAgent', row))),
    );
    tests.push(families.size > 0 && [...families].every((family) => globMatches(userAgent, family)));
  }
  if (sessionName !== undefined) {
    tests.push(subject !== undefined && globMatches(sessionName, subject.name));
  }
  return tests.length > 0 && tests.every(Boolean);
}

function isCalled(session: Session, glob: string): boolean {
  return (
    identityMatches(glob, session.identityArn) ||
    globMatches(glob, session.name) ||
    globMatches(glob, session.arn) ||
    session.keys.some((key) => globMatches(glob, key))
  );
}
