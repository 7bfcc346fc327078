/**
 * `rare-client`: somebody who is known called with a client that nearly nobody uses and they never used before, or from such a
 * country or network; or with a client that names an attack tool.
 *
 * Guarantee: nothing is called rare before enough was seen; tools are named without that. A user agent is the caller's word:
 * what it names counts, what it leaves out means nothing. One finding a caller and client.
 */
import { toolMarker } from '../cloudtrail/user-agent';
import { formatInstant } from '../cloudtrail/time';
import type { Severity } from '../contract';
import { succeeded, timeAt } from '../lineage/table';
import { actionClassesOf } from './action-classes';
import { sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, EvidenceRow, FindingDraft } from './detector';
import { knownPopulation } from './known-population';
import { learningOf } from './learning';
import { grouped } from './population';
import { traitKey } from './population-keys';
import { sessionFinding } from './session-finding';
import { capital, clean, counted, listed } from './text';
import { traitsOf, type Trait, type TraitUse } from './traits';

const id = 'rare-client';

export const rareClient: Detector = {
  id,
  title: 'A client that is rare here, or an attack tool',
  description:
    'Credentials were used with a client, or from a country or network, that their holder never used before and nearly nobody uses, or with a client that names an attack tool.',
  severities: ['high', 'medium', 'low', 'info'],
  techniques: ['T1078.004', 'T1036'],
  detect,
};

/** What is shown by fewer sessions and callers than that is rare. */
const rareShare = 0.01;
const rareCallers = 3;

/** Made to look after an account, or to exercise its alarms. */
const securityTools: ReadonlySet<string> = new Set(['stratus-red-team', 'prowler', 'scoutsuite']);

const words: Readonly<Record<Trait['kind'], string>> = {
  client: 'client',
  country: 'country',
  network: 'network',
};

function detect(input: DetectionInput): Detection {
  const uses = [...traitsOf(input).uses.values()];
  const byTool = grouped(
    uses.filter(({ trait }) => toolOf(trait) !== ''),
    ({ caller, trait }) => `${caller.key}\n${toolOf(trait)}`,
  );
  const toolRows = rowsOfUses(input, [...byTool.values()].flat());
  const tools = [...byTool.values()].flatMap((each) => toolDraft(input, each, toolRows));
  const { until, lacks } = learningOf(input);
  if (until === undefined) {
    return {
      findings: tools,
      notes: [
        {
          id: `${id}-baseline`,
          message: `${id}: which clients are rare was not evaluated: the logs have ${lacks}. Attack tools were looked for.`,
        },
      ],
    };
  }
  const rare = uses.filter((use) => toolOf(use.trait) === '' && isRare(input, use, until));
  const rareRows = rowsOfUses(input, rare);
  return {
    findings: [...tools, ...rare.flatMap((use) => rareDraft(input, use, inOrder(rareRows.get(use) ?? [])))],
    notes: [],
  };
}

/** '' where the client names none. */
function toolOf({ kind, name }: Trait): string {
  return kind === 'client' ? (toolMarker(name.replaceAll('|', ' ')) ?? '') : '';
}

function isRare(input: DetectionInput, { caller, trait, firstRow }: TraitUse, until: number): boolean {
  const known = knownPopulation(input.baseline);
  const { sessions, callers } = countsOf(input, trait);
  return (
    timeAt(input.model.events, firstRow) >= until &&
    (caller.firstSeen < until || known.callers.has(caller.key)) &&
    !known.traits.has(traitKey(caller.key, trait)) &&
    sessions < rareShare * allSessions(input) &&
    callers < rareCallers
  );
}

/** In the logs and the baseline: a caller that is in both counts twice, which makes a client less rare. */
function countsOf(
  input: DetectionInput,
  { kind, name, sessions, callers }: Trait,
): { sessions: number; callers: number } {
  const before = knownPopulation(input.baseline).countOf(kind, name);
  return { sessions: sessions + before.sessions, callers: callers + before.callers };
}

function allSessions(input: DetectionInput): number {
  return traitsOf(input).sessions + knownPopulation(input.baseline).sessions;
}

/** Calls that show each of these, in the period asked for; each session is gone through once, however many it shows. */
function rowsOfUses(input: DetectionInput, uses: readonly TraitUse[]): ReadonlyMap<TraitUse, number[]> {
  const traits = traitsOf(input);
  const bySession = new Map<number, Map<Trait, TraitUse>>();
  for (const use of uses) {
    for (const index of use.sessions) {
      const wanted = bySession.get(index) ?? new Map<Trait, TraitUse>();
      bySession.set(index, wanted);
      wanted.set(use.trait, use);
    }
  }
  const found = new Map<TraitUse, number[]>(uses.map((use) => [use, []]));
  for (const [index, wanted] of bySession) {
    for (const row of input.model.sessions[index]?.rows ?? []) {
      if (input.inWindow(row)) {
        for (const trait of traits.traitsAt(row)) {
          const use = wanted.get(trait);
          if (use !== undefined) {
            found.get(use)?.push(row);
          }
        }
      }
    }
  }
  return found;
}

function inOrder(rows: readonly number[]): number[] {
  return [...rows].sort((a, b) => a - b);
}

/** Successful calls that change something or read a secret. */
function writesOf({ model }: DetectionInput, rows: readonly number[]): number[] {
  const classes = actionClassesOf(model.events);
  return rows.filter((row) => {
    const kind = classes.at(row);
    return kind !== 'read' && kind !== 'identity' && succeeded(model.events, row);
  });
}

function toolDraft(
  input: DetectionInput,
  uses: readonly TraitUse[],
  found: ReadonlyMap<TraitUse, readonly number[]>,
): FindingDraft[] {
  const [use] = uses;
  const tool = use === undefined ? '' : toolOf(use.trait);
  const rows = inOrder(uses.flatMap((each) => found.get(each) ?? []));
  const writes = writesOf(input, rows);
  const harmless = securityTools.has(tool);
  const severity: Severity = harmless ? 'info' : writes.length > 0 ? 'high' : 'medium';
  return draft(input, uses, rows, {
    severity,
    key: `tool ${tool}`,
    title: (who) => `${who} called with ${harmless ? 'the security tool' : 'an attack tool:'} ${tool}`,
    says: (who) => [
      `${counted(rows.length, 'call')} of ${who} with a client that names ${tool}${harmless ? ', a security tool: make sure that its user is yours' : ''}.`,
      ...(writes.length > 0 ? [`${counted(writes.length, 'call')} of them changed something or read a secret.`] : []),
      'A user agent is the caller’s own word: that others name no tool means nothing.',
    ],
    writes,
  });
}

function rareDraft(input: DetectionInput, use: TraitUse, rows: readonly number[]): FindingDraft[] {
  const { trait } = use;
  const { sessions, callers } = countsOf(input, trait);
  const word = words[trait.kind];
  const name = clean(trait.name, 64);
  const first = formatInstant(timeAt(input.model.events, use.firstRow));
  return draft(input, [use], rows, {
    severity: 'low',
    key: `${trait.kind} ${trait.name}`,
    title: (who) => `${who} called ${trait.kind === 'client' ? 'with' : 'from'} the rare ${word} ${name}`,
    says: (who) => [
      `${capital(who)} called ${trait.kind === 'client' ? 'with' : 'from'} the ${word} ${name} for the first time at ${first}: ${counted(rows.length, 'call')}.`,
      `Of ${counted(allSessions(input), 'session')} in all, ${counted(sessions, 'session')} of ${counted(callers, 'caller')} ${sessions === 1 ? 'shows' : 'show'} it.`,
      ...(trait.kind === 'client' ? ['A user agent is the caller’s own word: others may hide theirs.'] : []),
    ],
    writes: [],
  });
}

interface Words {
  readonly severity: Severity;
  readonly key: string;
  readonly title: (who: string) => string;
  readonly says: (who: string) => readonly string[];
  readonly writes: readonly number[];
}

function draft(
  input: DetectionInput,
  uses: readonly TraitUse[],
  rows: readonly number[],
  { severity, key, title, says, writes }: Words,
): FindingDraft[] {
  const { model } = input;
  const { events } = model;
  const indexes = [...new Set(rows.map((row) => events.session[row] ?? -1))].sort((a, b) => a - b);
  const sessions = indexes.flatMap((index) => model.sessions[index] ?? []);
  const [session] = sessions;
  const [use] = uses;
  if (session === undefined || use === undefined) {
    return [];
  }
  const who = sessionLabel(session);
  const written = new Set(writes);
  return [
    sessionFinding(input, session, {
      rule: id,
      keys: [use.caller.key, key],
      severity,
      title: capital(title(who)),
      explanation: [
        ...says(who),
        ...(sessions.length > 1 ? [`Sessions that show it: ${listed(sessions.map(sessionLabel), 4)}.`] : []),
      ].join(' '),
      techniques: rareClient.techniques,
      count: rows.length,
      sessions: indexes,
      evidence: rows.map((row): EvidenceRow => ({
        row,
        reason: written.has(row) ? 'Changed something or read a secret with it' : 'Called with it',
        ...(row === rows[0] || written.has(row) ? { role: 'decisive' } : {}),
      })),
    }),
  ];
}
