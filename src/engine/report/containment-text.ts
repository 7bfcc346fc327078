/** Whether the containment of an incident held, in a few words: the same in reports, in the tree and in the response plan. */
import type { Containment, ContainmentState, Incident } from '../contract';

const words: Readonly<Record<ContainmentState, string>> = {
  holds: 'holds',
  partial: 'partial',
  'not-held': 'did not hold',
  reverted: 'reverted',
  lifted: 'lifted',
  'too-early': 'too early to tell',
};

export function containmentWord({ state }: Containment): string {
  return words[state];
}

/** `did not hold: Access key AKIA… set inactive at …; 3 sessions went on: …`. */
export function containmentText({ containment }: Pick<Incident, 'containment'>): string {
  return containment === undefined
    ? 'no step seen in these logs'
    : `${containmentWord(containment)}. ${containment.text}`;
}
