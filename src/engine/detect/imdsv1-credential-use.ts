/**
 * `imdsv1-credential-use`: keys that version 1 of the instance metadata service gave out were used. Version 1 answers any
 * request; where the programs of an instance use version 2, what uses version 1 is something else.
 *
 * Guarantee: one finding an instance role, never more than medium; a client for which version 1 is usual is not taken for a
 * thief where the instance is known to be.
 */
import { formatInstant } from '../cloudtrail/time';
import type { ContextFact, Severity } from '../contract';
import type { InstanceContext } from '../lineage/model';
import { textAt, timeAt } from '../lineage/table';
import { roleLabel } from './describe';
import type { Detection, DetectionInput, Detector, EvidenceRow, FindingDraft } from './detector';
import {
  Version2Calls,
  version1Roles,
  type ClientUse,
  type RoleUse,
  type UsedFrom,
  type Version1Uses,
} from './imdsv1-uses';
import { sessionFinding } from './session-finding';
import { clean, counted, listed } from './text';
import { thresholdOf } from './thresholds';

const id = 'imdsv1-credential-use';

export const imdsv1CredentialUse: Detector = {
  id,
  title: 'Credentials from IMDSv1 in use',
  description:
    'Calls were made with keys that version 1 of the instance metadata service gave out: it answers any request, also a forged one.',
  severities: ['medium', 'low', 'info'],
  techniques: ['T1552.005'],
  detect,
};

function detect(input: DetectionInput): Detection {
  const { roles, untold } = version1Roles(input);
  const version2 = new Version2Calls(input.model, thresholdOf(input.settings, id, 'periodHours') * 3_600_000);
  const findings = roles.flatMap((role) => draftOf(input, role, version2) ?? []);
  return {
    findings,
    notes:
      untold === 0
        ? []
        : [
            {
              id: `${id}-not-told`,
              message: `${id}: not evaluated for ${counted(untold, 'instance')}: no record of theirs tells which version of the metadata service gave out the key (ec2RoleDelivery).`,
            },
          ],
  };
}

interface Judged {
  readonly severity: Severity;
  /** What decides: calls beside version 2, calls from where nothing tells that the instance is, or all. */
  readonly deciding: readonly Version1Uses[];
  /** A call with a key of version 2 for each instance that made both. */
  readonly version2: readonly number[];
}

function judge(input: DetectionInput, role: RoleUse, calls: Version2Calls): Judged {
  const usual = usualClients(input, role);
  const beside: Version1Uses[] = [];
  const unknown: Version1Uses[] = [];
  const version2 = new Map<InstanceContext, number>();
  for (const uses of role.uses) {
    if (uses.from === 'agent' || (uses.from === 'known' && usual.has(uses.client))) {
      continue;
    }
    const near = uses.rows.filter((row) => {
      const other = calls.near(uses.instance, row);
      if (other !== undefined && !version2.has(uses.instance)) {
        version2.set(uses.instance, other);
      }
      return other !== undefined;
    });
    if (near.length > 0) {
      beside.push({ ...uses, rows: near });
    } else if (uses.from === 'unknown') {
      unknown.push(uses);
    }
  }
  if (beside.length > 0) {
    return { severity: 'medium', deciding: beside, version2: [...version2.values()] };
  }
  return unknown.length > 0
    ? { severity: 'low', deciding: unknown, version2: [] }
    : { severity: 'info', deciding: role.uses, version2: [] };
}

/** Clients that use version 1 on so many days, or instances, that it is how they work: old SDKs. */
function usualClients({ settings }: DetectionInput, { clients }: RoleUse): ReadonlySet<string> {
  const days = thresholdOf(settings, id, 'usualDays');
  const instances = thresholdOf(settings, id, 'usualInstances');
  return new Set(
    [...clients].filter(([, use]) => use.days.size >= days || use.instances.size >= instances).map(([name]) => name),
  );
}

function draftOf(input: DetectionInput, role: RoleUse, calls: Version2Calls): FindingDraft | undefined {
  if (role.uses.length === 0) {
    return undefined;
  }
  const { sessions } = input.model;
  const judged = judge(input, role, calls);
  const { severity, deciding } = judged;
  const robbed = severity === 'medium';
  const subject = sessions[inOrder(deciding)[0]?.session ?? -1];
  if (subject === undefined) {
    return undefined;
  }
  const ids = idsOf(robbed ? deciding : role.uses);
  const where = ids.length === 1 ? clean(ids[0] ?? '', 64) : counted(ids.length, 'instance');
  return sessionFinding(input, subject, {
    rule: id,
    keys: [role.roleArn === '' ? subject.id : role.roleArn],
    severity,
    title: `IMDSv1 credentials of role ${roleLabel(role.roleArn)} used ${robbed ? 'beside IMDSv2 ' : ''}on ${where}`,
    explanation: explain(input, role, judged),
    // A role is shared by many instances: only those that may have been robbed have something to do with each other.
    sessions: robbed ? deciding.map(({ session }) => session).sort((a, b) => a - b) : [],
    roles: role.roleArn === '' ? [] : [role.roleArn],
    instanceIds: idsOf(role.uses),
    addresses: [...new Set(inOrder(deciding).map(({ location }) => location.slice(location.indexOf(' ') + 1)))],
    techniques: imdsv1CredentialUse.techniques,
    count: countOf(role.uses),
    evidence: evidenceOf(input, role.uses, judged),
    context: instanceCounts(role.uses),
  });
}

function countOf(uses: readonly Version1Uses[]): number {
  return uses.reduce((sum, { rows }) => sum + rows.length, 0);
}

/** By their first call. */
function inOrder(uses: readonly Version1Uses[]): Version1Uses[] {
  return [...uses].sort((a, b) => (a.rows[0] ?? 0) - (b.rows[0] ?? 0));
}

function idsOf(uses: readonly Version1Uses[]): string[] {
  return [...new Set(inOrder(uses).map(({ instance }) => instance.instanceId))];
}

function explain(input: DetectionInput, role: RoleUse, { severity, deciding }: Judged): string {
  const { events } = input.model;
  const [first = 0, last = 0] = firstAndLast(role.uses);
  const count = countOf(role.uses);
  const ids = idsOf(role.uses).map((each) => clean(each, 64));
  return [
    `${String(count)} of ${counted(role.calls, 'direct call')} with credentials of role ${roleLabel(role.roleArn)} ${count === 1 ? 'was' : 'were'} made with keys that version 1 of the metadata service gave out, on ${listed(ids, 6)}, from ${formatInstant(timeAt(events, first))} to ${formatInstant(timeAt(events, last))}.`,
    'Version 1 answers any request, also one that somebody makes a program on the instance send.',
    ...(severity === 'medium'
      ? besideText(input, role, deciding)
      : severity === 'low'
        ? [
            `For ${String(countOf(deciding))} of them nothing tells that the instance is at ${listed([...new Set(inOrder(deciding).map(({ location }) => clean(location, 64)))])}.`,
          ]
        : [
            'All of them were made by agents on the instances, or from where the instances are known to be, by programs of which that is usual or that have no version 2 beside them.',
          ]),
  ].join(' ');
}

function besideText({ settings }: DetectionInput, role: RoleUse, deciding: readonly Version1Uses[]): string[] {
  const count = countOf(deciding);
  const clients = new Set(
    inOrder(deciding).map(({ client, location }) =>
      clean(`${client === '' ? 'a client without a name' : client} from ${location}`, 128),
    ),
  );
  const known = [...new Set(deciding.map(({ client }) => client))].flatMap((client) => role.clients.get(client) ?? []);
  const distinct = <T>(of: (use: ClientUse) => ReadonlySet<T>): number =>
    new Set(known.flatMap((use) => [...of(use)])).size;
  const hours = counted(thresholdOf(settings, id, 'periodHours'), 'hour');
  return [
    `${String(count)} of them ${count === 1 ? 'was' : 'were'} made within ${hours} of calls with keys of version 2 by the same instance, and not by its agent: ${listed([...clients])}.`,
    `Such clients used version 1 on ${counted(
      distinct(({ days }) => days),
      'day',
    )} and ${counted(
      distinct(({ instances }) => instances),
      'instance',
    )} in these logs. That something else than the programs of the instance asks version 1 is how a theft looks.`,
  ];
}

function firstAndLast(uses: readonly Version1Uses[]): readonly number[] {
  const ends = uses.flatMap(({ rows }) => [rows[0] ?? 0, rows.at(-1) ?? 0]).sort((a, b) => a - b);
  return [ends[0] ?? 0, ends.at(-1) ?? 0];
}

const reasons: Readonly<Record<UsedFrom, string>> = {
  agent: 'by an agent',
  known: 'where the instance is known to be',
  unknown: 'nothing tells that the instance is there',
};

/** The first call from each instance and place, those that decide before others, and the first and last of all. */
function evidenceOf({ model }: DetectionInput, all: readonly Version1Uses[], judged: Judged): EvidenceRow[] {
  const decide = judged.severity !== 'info';
  const shown = new Map<string, EvidenceRow>();
  const tell = ({ instance, location, from }: Version1Uses, row: number, decisive: boolean, key: string): void => {
    if (!shown.has(key)) {
      const reason = `IMDSv1’s key of ${clean(instance.instanceId, 64)} used from ${clean(location, 64)}, ${reasons[from]}`;
      shown.set(key, { row, reason, ...(decisive ? { role: 'decisive' } : {}) });
    }
  };
  for (const [uses, decisive] of [
    [judged.deciding, decide],
    [all, false],
  ] as const) {
    const ends = firstAndLast(uses);
    for (const each of inOrder(uses)) {
      const { rows, instance, location } = each;
      tell(each, rows[0] ?? 0, decisive, `${instance.key}|${location}`);
      ends
        .filter((end) => rows[0] === end || rows.at(-1) === end)
        .forEach((end) => tell(each, end, decisive, String(end)));
    }
  }
  const beside = judged.version2.map((row): EvidenceRow => ({
    row,
    reason: `IMDSv2’s key of the same instance used from ${clean(textAt(model.events, 'sourceAddress', row), 64)}`,
    role: 'background',
  }));
  return [...shown.values(), ...beside];
}

/** How often on each instance; of many the first. */
function instanceCounts(uses: readonly Version1Uses[]): ContextFact[] {
  const counts = new Map<InstanceContext, number>();
  for (const { instance, rows } of inOrder(uses)) {
    counts.set(instance, (counts.get(instance) ?? 0) + rows.length);
  }
  return [...counts].slice(0, 12).map(([{ instanceId, httpTokens }, count]) => ({
    label: `Instance ${clean(instanceId, 64)}`,
    value: `${counted(count, 'call')} with keys of IMDSv1${httpTokens === '' ? '' : `; httpTokens ${clean(httpTokens, 32)}`}`,
  }));
}
