/**
 * Why a step that would contain somebody may be no response: deployments, rotations and scaling do the same every day.
 *
 * Guarantee: a hint for judging, never a reason to leave a step out: whoever looks at an incident sees it all the same.
 */
import type { CaseSettings } from '../../case-settings';
import { userAgentFamily } from '../../cloudtrail/user-agent';
import type { LineageModel } from '../../lineage/model';
import { callerAt, textAt } from '../../lineage/table';
import { callerIdentity } from '../describe';
import { identityMatches } from '../globs';
import { clean } from '../text';

const tools = /^(terraform|opentofu|pulumi|cloudformation(\.amazonaws\.com)?)(\||$)/;

export class Routine {
  /** Who made keys for a user, by `account|user`. */
  private readonly keyMakers = new Map<string, Set<string>>();

  constructor(
    private readonly model: LineageModel,
    private readonly settings: CaseSettings,
  ) {}

  /** In time order. */
  keyMade(row: number, account: string, user: string): void {
    const key = `${account}|${user}`;
    const makers = this.keyMakers.get(key) ?? new Set<string>();
    this.keyMakers.set(key, makers);
    makers.add(this.identityAt(row));
  }

  /** Words that end a sentence about the step; '' where nothing speaks for routine. `user`: whose key it is about. */
  of(row: number, account: string, user: string): string {
    const { events } = this.model;
    const { invokedBy } = callerAt(events, row);
    if (invokedBy !== '' && invokedBy !== 'AWS Internal') {
      return `the service ${clean(invokedBy, 64)} did it`;
    }
    const [family = ''] = userAgentFamily(textAt(events, 'userAgent', row)).split('|');
    if (tools.test(family)) {
      return `it was done by ${clean(family, 64)}, which changes things all day`;
    }
    const identity = this.identityAt(row);
    if (this.settings.ciRoles.some((glob) => identityMatches(glob, identity))) {
      return 'a pipeline of the case file did it';
    }
    return user !== '' && this.keyMakers.get(`${account}|${user}`)?.has(identity) === true
      ? 'whoever did it made another key for the same user before: it looks like a rotation'
      : '';
  }

  private identityAt(row: number): string {
    const { events, sessions } = this.model;
    const session = sessions[events.session[row] ?? -1];
    return session === undefined ? callerAt(events, row).arn : callerIdentity(session);
  }
}
