/**
 * Sessions whose credentials some rule says were stolen: for the rules that are more severe on those.
 *
 * Guarantee: the same answers as the findings of those rules in the period asked for. Each rule of theft adds its sessions to
 * the list below.
 */
import type { DetectionInput } from './detector';
import { whereabouts } from './locate-instances';

export interface Theft {
  /** How the rule says it, to follow “its credentials …”. */
  readonly words: string;
}

type Thieves = (input: DetectionInput) => Iterable<readonly [session: number, theft: Theft]>;

const theftRules: readonly Thieves[] = [usedOffInstance];

const computed = new WeakMap<DetectionInput, ReadonlyMap<number, Theft>>();

/** By index of session; of several rules the first one’s words. */
export function stolenSessions(input: DetectionInput): ReadonlyMap<number, Theft> {
  const known = computed.get(input);
  if (known !== undefined) {
    return known;
  }
  const stolen = new Map<number, Theft>();
  for (const rule of theftRules) {
    for (const [session, theft] of rule(input)) {
      if (!stolen.has(session)) {
        stolen.set(session, theft);
      }
    }
  }
  computed.set(input, stolen);
  return stolen;
}

/** `ec2-credential-off-instance`. */
function* usedOffInstance(input: DetectionInput): Generator<readonly [number, Theft]> {
  for (const { elsewhere } of whereabouts(input)) {
    for (const { row, session } of elsewhere) {
      if (input.inWindow(row)) {
        yield [session, { words: 'were used from elsewhere than the instance' }];
      }
    }
  }
}
