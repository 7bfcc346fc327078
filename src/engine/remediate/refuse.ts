/** A step without commands: it says why, and names the value as text only. */
import { step } from './command';
import { rule, type ValueKind } from './quote';
import type { Step } from './remediation';

/** A value from the logs is not what AWS would allow: damaged or forged, and not fit for a command or a policy. */
export function unsafeValue(title: string, kind: ValueKind, value: string): Step {
  return step({
    title,
    refused: `The logs give the value "${value}", which AWS would not allow here (${rule(kind)}). No command is made from it.`,
    notes: ['Look at the record: it is damaged or forged. Do this step by hand, with the name as IAM shows it.'],
  });
}
