/**
 * Globs of the case file over names, ARNs and chains of roles.
 *
 * Guarantee: a glob that cannot be compiled matches nothing; `*` crosses `/`, so that an ARN with a path can be named.
 */
import picomatch from 'picomatch';
import { roleNameOf } from '../cloudtrail/record';

type Matcher = (text: string) => boolean;

const compiled = new Map<string, Matcher>();
/** Case files are small; this only bounds a long-lived process that sees many of them. */
const mostCompiled = 2000;

function matcherOf(glob: string): Matcher {
  const known = compiled.get(glob);
  if (known !== undefined) {
    return known;
  }
  let matcher: Matcher = () => false;
  if (glob !== '' && glob.length <= 2048) {
    try {
      matcher = picomatch(glob, { dot: true, bash: true, nonegate: true, noextglob: true });
    } catch {
      // Not a glob: matches nothing.
    }
  }
  if (compiled.size >= mostCompiled) {
    compiled.clear();
  }
  compiled.set(glob, matcher);
  return matcher;
}

export function globMatches(glob: string, text: string): boolean {
  return glob === text || matcherOf(glob)(text);
}

/** An identity: by its ARN, or by the name at the end of it. */
export function identityMatches(glob: string, arn: string): boolean {
  const name = roleNameOf(arn) || arn.slice(arn.lastIndexOf('/') + 1);
  return globMatches(glob, arn) || globMatches(glob, name);
}

/** `ci-*>deploy-*>cfn-exec-*`: one glob an identity, `**` any number of them. The whole chain has to match. */
export function chainMatches(pattern: string, chain: readonly string[]): boolean {
  const globs = pattern.split('>').map((glob) => glob.trim());
  // reach[i]: the globs so far match the first i of the chain.
  let reach = [true, ...chain.map(() => false)];
  for (const glob of globs) {
    const next: boolean[] = chain.map(() => false);
    next.push(false);
    for (let at = 0; at <= chain.length; at++) {
      if (glob === '**') {
        next[at] = (reach[at] ?? false) || (at > 0 && (next[at - 1] ?? false));
      } else if (at > 0 && (reach[at - 1] ?? false)) {
        next[at] = identityMatches(glob, chain[at - 1] ?? '');
      }
    }
    reach = next;
  }
  return reach[chain.length] ?? false;
}
