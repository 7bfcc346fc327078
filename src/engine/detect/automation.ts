/**
 * Calls that infrastructure tools make, and services that rotate credentials: data, for the rules that judge them apart.
 *
 * Guarantee: a user agent is its caller’s word; who rests a judgement on it says so.
 */
import { userAgentFamily } from '../cloudtrail/user-agent';
import type { EventTable } from '../lineage/model';
import { callerAt, textAt } from '../lineage/table';

interface Automation {
  /** As `userAgentFamily` gives it. */
  readonly agents: RegExp;
  /** Services that call on behalf of somebody. */
  readonly services: RegExp;
}

const infrastructure: Automation = {
  agents: /^(terraform|opentofu|cloudformation(\.amazonaws\.com)?)(\||$)/,
  services: /^cloudformation\./,
};
const rotation: Automation = {
  agents: /^(pulumi|secretsmanager(\.amazonaws\.com)?)(\||$)/,
  services: /^secretsmanager\./,
};

/** Terraform, OpenTofu or CloudFormation. */
export function isMadeByTool(events: EventTable, row: number): boolean {
  return isBy(infrastructure, events, row);
}

/** Those, Pulumi, or the rotation of secrets. */
export function isRotation(events: EventTable, row: number): boolean {
  return isMadeByTool(events, row) || isBy(rotation, events, row);
}

function isBy({ agents, services }: Automation, events: EventTable, row: number): boolean {
  return (
    services.test(callerAt(events, row).invokedBy) || agents.test(userAgentFamily(textAt(events, 'userAgent', row)))
  );
}
