/**
 * Values from logs on their way into a shell, a policy or a page.
 *
 * Guarantee: every value from a log is first held against the characters AWS allows for its kind (`Safe`); what does not
 * match never becomes an argument or a policy value. Quoting comes on top of that, so that either alone would do.
 * Text for people (`plain`, `markdownText`, `commentText`) cannot end a comment, a line or a Markdown construct, nor hide
 * itself with control or direction characters.
 */

/** What a value is, and so which characters it may have. Source: IAM User Guide, "IAM and AWS STS quotas". */
export type ValueKind =
  | 'account'
  | 'access-key'
  | 'name' // role, user, policy, group
  | 'session-name'
  | 'user-id' // AROA…:session-name
  | 'principal-arn'
  | 'resource-arn'
  | 'instance'
  | 'region'
  | 'word'; // ids of other services: letters, digits, - _ . / :

const patterns: Readonly<Record<ValueKind, RegExp>> = {
  account: /^\d{12}$/,
  'access-key': /^[A-Z0-9]{16,128}$/,
  name: /^[\w+=,.@-]{1,128}$/,
  'session-name': /^[\w+=,.@-]{2,64}$/,
  'user-id': /^A[A-Z0-9]{15,127}:[\w+=,.@-]{2,64}$/,
  'principal-arn': /^arn:aws(-[a-z]+)*:(iam|sts)::\d{12}:(root|(role|user|federated-user)\/[\w+=,.@/-]{1,600})$/,
  'resource-arn': /^arn:aws(-[a-z]+)*:[a-z0-9-]{1,32}:[a-z0-9-]{0,32}:(\d{12}|aws)?:[\w+=,.@/:-]{1,600}$/,
  instance: /^(i|mi)-[0-9a-f]{8,17}$/,
  region: /^[a-z]{2}(-[a-z]+){1,2}-\d$/,
  // Never what the AWS CLI would take for a file or an address to load.
  word: /^(?!.*:\/\/)[\w./:-]{1,256}$/,
};

/** True when `value` has only what AWS allows in a value of this kind. */
export function isSafe(kind: ValueKind, value: string): boolean {
  return patterns[kind].test(value);
}

/** In words: what such a value may look like. */
export function rule(kind: ValueKind): string {
  return patterns[kind].source;
}

/** For sh, bash, zsh: nothing is special between single quotes, and a single quote ends them for the length of itself. */
export function posixQuote(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/**
 * For PowerShell: a verbatim string. PowerShell takes the typographic quotes U+2018–U+201B for a single quote, so those are
 * doubled too.
 */
export function powershellQuote(value: string): string {
  return `'${value.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
}

/** An option (`--role-name`): needs no quotes in either shell, and no value is ever passed where it could be one. */
const bare = /^--[a-z][a-z0-9-]*$/;
/** A file of ours. */
const ownFile = /^file:\/\/[A-Za-z0-9][A-Za-z0-9._/-]*$/;

export function posixArgument(value: string): string {
  return bare.test(value) || ownFile.test(value) ? value : posixQuote(value);
}

export function powershellArgument(value: string): string {
  return bare.test(value) || ownFile.test(value) ? value : powershellQuote(value);
}

/**
 * One line of visible text: control, direction and zero-width characters and line separators are written as `\u…`; at most
 * `limit` characters.
 */
export function plain(value: string, limit = 300): string {
  const shown = value.replace(
    // eslint-disable-next-line no-control-regex -- the control characters are what is looked for
    /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return shown.length > limit ? `${shown.slice(0, limit)}…` : shown;
}

/** As `plain`, with everything that Markdown or an extension of it would act on made literal. */
export function markdownText(value: string): string {
  return plain(value, 2000)
    .replace(/[\\`*_[\]<>#|~&$!^{}@]/g, '\\$&')
    .replaceAll('://', '\\://')
    .replace(/\bwww\./gi, (match) => `${match.slice(0, 3)}\\.`);
}

/** For a `#` comment of either shell: printable ASCII on one line. */
export function commentText(value: string): string {
  return plain(value).replace(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
