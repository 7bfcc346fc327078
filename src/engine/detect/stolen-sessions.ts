/**
 * Sessions whose credentials some rule says were stolen: for the rules that are more severe on those.
 *
 * Guarantee: the same answers as the findings of those rules in the period asked for. Each rule of theft adds its sessions to
 * the list below.
 */
import type { Session } from '../lineage/model';
import { isAtLeast } from '../severity';
import type { DetectionInput, Detector } from './detector';
import { whereabouts } from './locate-instances';
import { isWorkloadSession } from './session-nature';
import { workloadCredentialOffPlatform } from './workload-credential-off-platform';

export interface Theft {
  /** How the rule says it, to follow “its credentials …”. */
  readonly words: string;
}

type Thieves = (input: DetectionInput) => Iterable<readonly [session: number, theft: Theft]>;

/** What `instance-credential-handoff` finds by address, the first of these finds too. */
const theftRules: readonly Thieves[] = [
  usedOffInstance,
  foundBy(
    workloadCredentialOffPlatform,
    isWorkloadSession,
    'were used by something else than the platform they are for',
  ),
];

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

/** Of a rule that tells nothing but findings: those that rest on more than timing or a client. */
function foundBy(rule: Detector, isVictim: (session: Session) => boolean, words: string): Thieves {
  return function* (input) {
    for (const { severity, sessions } of rule.detect(input).findings) {
      for (const index of isAtLeast(severity, 'medium') ? sessions : []) {
        const session = input.model.sessions[index];
        if (session !== undefined && isVictim(session)) {
          yield [index, { words }];
        }
      }
    }
  };
}
