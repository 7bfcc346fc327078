/**
 * What the user agents of calls tell of the client, each distinct text looked at once.
 *
 * Guarantee: an agent that AWS's own console wrote tells nothing of the client of a person: it has neither name nor system,
 * like a call without an agent.
 */
import { isConsoleAgent } from '../cloudtrail/network';
import { userAgentFamily, userAgentOs } from '../cloudtrail/user-agent';
import type { EventTable } from '../lineage/model';

export interface Client {
  /** Family without the operating system: `aws-cli`, `aws-cli|kali`; '' where nothing tells. */
  readonly tool: string;
  /** `linux`, `darwin`, `windows`; '' where nothing tells. */
  readonly os: string;
  /** It says that it runs in CloudShell, the console's own command line. */
  readonly cloudShell: boolean;
  /** The console's back end made the call. */
  readonly console: boolean;
}

/** `RDS Console, aws-internal/3 aws-sdk-java/…`, and the access portal of Identity Center. */
const backEnds = /\baws-internal\/|^jersey\/\$\{project\.version\}/i;
const systems: ReadonlySet<string> = new Set(['linux', 'darwin', 'windows']);

export function clientOf(userAgent: string): Client {
  const family = userAgentFamily(userAgent);
  const cloudShell = userAgent.includes('exec-env/CloudShell');
  if (family === '' || family === 'console' || isConsoleAgent(userAgent) || backEnds.test(userAgent)) {
    return { tool: '', os: '', cloudShell, console: family !== '' };
  }
  const tool = family
    .split('|')
    .filter((part) => !systems.has(part))
    .join('|');
  return { tool, os: userAgentOs(userAgent), cloudShell, console: false };
}

export class Clients {
  /** By index of the text. */
  private readonly known: (Client | undefined)[] = [];

  constructor(private readonly events: EventTable) {}

  at(row: number): Client {
    const index = this.events.userAgent[row] ?? 0;
    return (this.known[index] ??= clientOf(this.events.strings[index] ?? ''));
  }
}

/** `aws-cli on linux`; `an unnamed client`. */
export function clientLabel({ tool, os }: Client): string {
  const name = tool === '' ? 'an unnamed client' : tool;
  return os === '' ? name : `${name} on ${os}`;
}
