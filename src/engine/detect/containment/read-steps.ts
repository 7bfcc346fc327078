/**
 * Every step of a response that the logs show, and every end of one, in the order of time.
 *
 * Guarantee: successful calls only, each once, whatever accounts logged it.
 */
import type { CaseSettings } from '../../case-settings';
import { EventFlag } from '../../cloudtrail/columns';
import { stringAt } from '../../cloudtrail/record';
import type { LineageModel } from '../../lineage/model';
import { accountAt, actionAt, callerAt, hasFlag, succeeded, timeAt } from '../../lineage/table';
import { rowsOfActions } from '../facts';
import { fieldsAt } from '../lasting-changes';
import { actionKey } from '../persistence-objects';
import { iamSteps } from './iam-steps';
import { instanceSteps } from './instance-steps';
import { organizationSteps } from './organization-steps';
import { Memory, type Reader } from './reader';
import { Routine } from './routine';
import { changeTime, type Change } from './step';
import { trustSteps } from './trust-steps';

const readers: Readonly<Record<string, Reader>> = {
  ...iamSteps,
  ...trustSteps,
  ...instanceSteps,
  ...organizationSteps,
};
const keyMaking = 'iam:CreateAccessKey';

/** By mechanism, each in time order: what takes it off in the second in which it was put on comes after. */
export function changesOf(model: LineageModel, settings: CaseSettings): ReadonlyMap<string, readonly Change[]> {
  const { events } = model;
  const byMechanism = new Map<string, Change[]>();
  /** What was taken off last where nothing was on: within a second, nobody knows the order. */
  const before = new Map<string, Change>();
  const memory = new Memory();
  const routine = new Routine(model, settings);
  const rows = rowsOfActions(events, ({ eventSource, eventName }) => {
    const key = actionKey(eventSource, eventName);
    return key === keyMaking || readers[key] !== undefined;
  });
  for (const row of rows) {
    if (
      !succeeded(events, row) ||
      !events.notable.has(row) ||
      hasFlag(events, row, EventFlag.networkActivity | EventFlag.insight) ||
      callerAt(events, row).type === 'AWSAccount'
    ) {
      continue;
    }
    const { eventSource, eventName } = actionAt(events, row);
    const key = actionKey(eventSource, eventName);
    const fields = fieldsAt(events, row);
    const account = accountAt(events, row);
    const user = stringAt(fields.request, 'userName') || fields.self;
    if (key === keyMaking) {
      routine.keyMade(row, account, user);
      continue;
    }
    const time = timeAt(events, row);
    const session = events.session[row] ?? -1;
    const actor = session < 0 ? undefined : session;
    for (const read of readers[key]?.({ model, row, time, account, ...fields, memory }) ?? []) {
      const known = byMechanism.get(read.mechanism) ?? [];
      const { mechanism, words } = read;
      if (read.type === 'off') {
        const lift = { lift: { row, time, mechanism, words, actor } };
        if (known.length > 0) {
          known.push(lift);
        } else {
          before.set(mechanism, lift);
        }
        continue;
      }
      const early = before.get(mechanism);
      if (early !== undefined && changeTime(early) === time) {
        known.push(early);
      }
      known.push({
        step: {
          row,
          time,
          mechanism,
          words,
          actor,
          places: read.places,
          covers: read.covers ?? (() => 'yes'),
          strength: read.strength ?? 'whole',
          routine: routine.of(row, account, eventName.endsWith('AccessKey') ? user : ''),
          shutsDown: read.shutsDown === true,
        },
      });
      byMechanism.set(mechanism, known);
    }
  }
  for (const changes of byMechanism.values()) {
    changes.sort((a, b) => changeTime(a) - changeTime(b) || Number('lift' in a) - Number('lift' in b));
  }
  return byMechanism;
}
