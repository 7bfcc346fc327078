/**
 * What a user agent claims. It is chosen by the caller: its presence is a hint, its absence means nothing.
 *
 * Guarantee: versions, run ids and build details do not make two families of one client.
 */

/** Marker in the lower-cased agent → tool. The first match wins. */
const TOOL_MARKERS: readonly (readonly [pattern: RegExp, tool: string])[] = [
  [/\bkali\d*\b/, 'kali'],
  [/\bparrot\d*\b/, 'parrot'],
  [/\bpentoo\d*\b/, 'pentoo'],
  [/trufflehog/, 'trufflehog'],
  [/\bpacu\b/, 'pacu'],
  [/cloudfox/, 'cloudfox'],
  [/scout ?-?suite/, 'scoutsuite'],
  [/prowler/, 'prowler'],
  [/s3 ?browser/, 's3browser'],
  [/stratus-red-team/, 'stratus-red-team'],
];

/** Clients whose name stands somewhere behind a generic first token. The first match wins; none carries an OS. */
const NAMED_CLIENTS: readonly (readonly [pattern: RegExp, family: string])[] = [
  [/\bterraform\//, 'terraform'],
  [/\bopentofu\//, 'opentofu'],
  [/\bpulumi\//, 'pulumi'],
];

const CONSOLE = /^(?:s3console|ec2consolefrontend|signin\.amazonaws\.com|console\.|[a-z0-9 ]*\bconsole\b)/;

const RUN_ID = /[_-]?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Agents are attacker-written: beyond this nothing is read. */
const MAX_LENGTH = 2048;

function plain(userAgent: string): string {
  return userAgent
    .slice(0, MAX_LENGTH)
    .toLowerCase()
    .replace(/^[\s[]+|[\s\]]+$/g, '');
}

/** `linux`, `darwin`, `windows`, or '' when the agent does not say. */
export function userAgentOs(userAgent: string): string {
  const agent = plain(userAgent);
  if (/\bdarwin\b|\bmac ?os\b|\bmacosx?\b|\bmacintosh\b/.test(agent)) return 'darwin';
  if (/\bwindows\b|\bwin32\b|\bwin64\b|goos[#/]windows/.test(agent)) return 'windows';
  return /\blinux\b|\bamzn2|\bandroid\b/.test(agent) ? 'linux' : '';
}

/** The attack or assessment tool, or the distribution made for such work, that an agent names. */
export function toolMarker(userAgent: string): string | undefined {
  const agent = plain(userAgent);
  return TOOL_MARKERS.find(([pattern]) => pattern.test(agent))?.[1];
}

/**
 * Name of the client without version, with its operating system and the tool marker if any: `aws-cli|linux`,
 * `boto3|darwin`, `terraform`, `console`, `mozilla`, `aws-cli|linux|kali`. '' for no agent.
 */
export function userAgentFamily(userAgent: string): string {
  const agent = plain(userAgent);
  if (agent === '' || agent === '-') return '';
  const marker = toolMarker(userAgent);
  const suffix = (name: string): string => (marker === undefined || marker === name ? name : `${name}|${marker}`);
  const named = NAMED_CLIENTS.find(([pattern]) => pattern.test(agent))?.[1];
  if (named !== undefined) return suffix(named);
  if (CONSOLE.test(agent)) return suffix('console');
  if (agent.startsWith('aws internal')) return suffix('aws-internal');
  if (agent.startsWith('s3 browser')) return 's3browser';
  const first = (agent.split(/[\s/,;(#]/, 1)[0] ?? '').replace(RUN_ID, '').slice(0, 64);
  if (first === '' || first === 'mozilla') return suffix(first === '' ? 'other' : first);
  const os = /\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu)$/.test(first) ? '' : userAgentOs(userAgent);
  return suffix(os === '' ? first : `${first}|${os}`);
}
