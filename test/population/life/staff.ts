/** Who works in the company: where each calls from on which day, with which programs, and how each signs in. */
import {
  assumeRoleWithSaml,
  consoleFromPortal,
  type Caller,
  type Origin,
  type Role,
  type Seconds,
  type Session,
} from '../../../scripts/sample/records';
import { MANAGEMENT, ssoProvider } from '../company/estate';
import { agents, corporate } from '../company/networks';
import type { Diary } from '../company/diary';

export interface Person {
  readonly name: string;
  /** The address of the home, IPv4. */
  readonly home: string;
  readonly home6?: string;
  readonly cli: string;
  readonly browser: string;
  /** Permission set and team. */
  readonly set: 'Developer' | 'PlatformEngineer' | 'ReadOnly' | 'SecurityEngineer' | 'DataEngineer';
  /** Days of the week in the office, 0 Monday. */
  readonly office: readonly number[];
}

interface Computer {
  readonly cli: string;
  readonly browser: string;
}

const mac: Computer = { cli: agents.cliMac, browser: agents.browser };
const linux: Computer = { cli: agents.cliLinux, browser: agents.browser };
const windows: Computer = { cli: agents.cliWindows, browser: agents.browserWindows };

function person(
  name: string,
  home: string,
  set: Person['set'],
  office: readonly number[],
  computer: Computer,
  home6?: string,
): Person {
  return { name: `${name}@example.com`, home, set, office, ...computer, ...(home6 === undefined ? {} : { home6 }) };
}

export const staff: readonly Person[] = [
  person('ana.lindqvist', '84.142.10.21', 'PlatformEngineer', [0, 1, 3], mac),
  person('ben.okafor', '91.64.33.80', 'PlatformEngineer', [1, 2, 3], linux),
  person('chloe.marsh', '77.12.140.6', 'PlatformEngineer', [], mac, '2003:e1:7012:9a00::1f'),
  person('dev.patel', '87.123.44.5', 'Developer', [0, 2, 4], mac),
  person('erin.vogel', '93.192.71.40', 'Developer', [0, 1, 2, 3], windows),
  person('finn.larsen', '79.200.15.33', 'Developer', [], linux, '2003:e1:70a4:1b00::2c'),
  person('gina.rossi', '95.90.200.17', 'Developer', [2, 3], mac),
  person('hugo.weiss', '46.5.90.201', 'Developer', [0, 1], windows),
  person('ines.moreau', '88.130.62.9', 'Developer', [1, 4], mac),
  person('jan.novak', '178.1.30.77', 'Developer', [3], linux),
  person('kira.sato', '62.155.80.12', 'DataEngineer', [0, 2], mac),
  person('liam.byrne', '37.4.250.61', 'DataEngineer', [1, 3], linux),
  person('mia.keller', '217.80.9.144', 'DataEngineer', [], mac, '2003:e1:7b33:4d00::8'),
  person('noah.fischer', '80.133.201.5', 'ReadOnly', [0, 1, 2, 3, 4], windows),
  person('olga.petrova', '188.99.41.3', 'ReadOnly', [0, 1, 2, 3, 4], windows),
  person('paul.meyer', '109.91.33.58', 'ReadOnly', [1, 2], mac),
  person('quinn.adler', '84.60.77.20', 'SecurityEngineer', [0, 3], mac),
  person('rosa.conti', '91.10.18.222', 'SecurityEngineer', [2], linux),
];

export function named(name: string): Person {
  const found = staff.find((each) => each.name.startsWith(name));
  if (found === undefined) throw new Error(`nobody is called ${name}`);
  return found;
}

/** In the office by its own lines, elsewhere by the line at home. */
export function placeOf(diary: Diary, who: Person, day: number): string {
  return who.office.includes((day - 1) % 7) ? diary.random.pick(corporate.slice(0, 2)) : who.home;
}

/** What Identity Center records in its own account when a person asks for a role's credentials. */
function portalRecord(diary: Diary, at: Seconds, who: Person, role: Role, origin: Origin): void {
  const caller: Caller = {
    account: MANAGEMENT,
    identity: {
      type: 'IdentityCenterUser',
      accountId: MANAGEMENT,
      onBehalfOf: {
        userId: `90670a1b2c-${who.name.split('@')[0] ?? ''}`,
        identityStoreArn: `arn:aws:identitystore::${MANAGEMENT}:identitystore/d-90670a1b2c`,
      },
      credentialId: diary.random.hex(40),
    },
  };
  diary.does(
    at,
    caller,
    {
      source: 'sso',
      name: 'GetRoleCredentials',
      type: 'AwsServiceEvent',
      serviceEventDetails: { role_name: role.name.split('_')[1] ?? role.name, account_id: role.account },
    },
    origin,
  );
}

/** A session of Identity Center on the command line. */
export function signOn(diary: Diary, at: Seconds, who: Person, role: Role, origin: Origin, hours = 8): Session {
  portalRecord(diary, at, who, role, origin);
  const provider = ssoProvider(role.account);
  const grant = assumeRoleWithSaml(diary.trail, { at, role, name: who.name, provider, origin, hours });
  return diary.keep(grant, `${who.name} ${role.arn}`);
}

/** The console, opened from the access portal: one session, many keys. */
export function openConsole(diary: Diary, at: Seconds, who: Person, role: Role, ip: string): readonly Session[] {
  const origin: Origin = { ip, ua: who.browser };
  const portal = signOn(diary, at, who, role, origin);
  const opened = consoleFromPortal(diary.trail, at + 1, role, portal, who.name, origin, 8);
  diary.add(opened.records);
  diary.shows('a console link of the access portal');
  return opened.keys;
}
