/**
 * The rule that joined an issuing record to the first record that used the credential, and how surely, in words: the same
 * in the tree, the drawing and the hover.
 */
import type { LinkConfidence, LinkExplanation } from '../lineage/model';

const rules: Readonly<Record<LinkExplanation['rule'], string>> = {
  'issued-key': 'the access key that was issued is the one that was used',
  twin: 'the issued access key was used; the issuing call is recorded in two accounts',
  'role-session': 'same role session, created when the call was made',
  console: 'same principal, session created at the sign-in',
  'created-key': 'the access key that was created is the one that was used',
  'issuer-only': 'the issuing record is not in these logs, only the issuer is known',
  root: 'nothing in these logs issued it',
};

const confidences: Readonly<Record<LinkConfidence, string>> = {
  exact: 'exact',
  twin: 'exact',
  session: 'by session',
  console: 'by sign-in',
  inferred: 'inferred',
  ambiguous: 'ambiguous',
  none: 'start of the lineage',
};

/** Of a rule that is not known here, its id. */
export function ruleWords(rule: string): string {
  return isRule(rule) ? rules[rule] : rule;
}

export function confidenceWords(confidence: LinkConfidence): string {
  return confidences[confidence];
}

function isRule(rule: string): rule is LinkExplanation['rule'] {
  return Object.hasOwn(rules, rule);
}
