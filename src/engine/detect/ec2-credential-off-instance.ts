/**
 * `ec2-credential-off-instance`: credentials delivered to an instance were used from somewhere else.
 *
 * Guarantee: one finding an instance over all its sessions; only direct calls count; a differing client adds weight and
 * never fires alone.
 */
import { actionClass } from '../cloudtrail/actions';
import { EventFlag } from '../cloudtrail/columns';
import { toolMarker, userAgentOs } from '../cloudtrail/user-agent';
import type { ContextFact, CoverageNote, Severity } from '../contract';
import { actionAt, hasFlag, succeeded, textAt } from '../lineage/table';
import { wordsOfLocation } from '../network-facts';
import { lowered } from '../severity';
import { roleLabel, sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, EvidenceRow, FindingDraft } from './detector';
import { inTimeOrder } from './hop-evidence';
import { instanceFacts } from './instance-facts';
import type { InstanceUse } from './instance-uses';
import { decidedVerdicts, whereabouts, type ElsewhereUse, type Verdict, type Whereabouts } from './locate-instances';
import { confidenceOf } from './paths';
import { hasOneLocationOnly } from './shared-places';
import { clean, counted, listed } from './text';

const id = 'ec2-credential-off-instance';

export const ec2CredentialOffInstance: Detector = {
  id,
  title: 'Instance credentials used elsewhere',
  description: 'Credentials that were delivered to an EC2 instance were used from a place that is not the instance.',
  severities: ['critical', 'high', 'medium', 'low'],
  techniques: ['T1552.005', 'T1078.004'],
  detect,
};

function detect(input: DetectionInput): Detection {
  const findings: FindingDraft[] = [];
  let oneLocation: boolean | undefined;
  let weakened = false;
  let undecidable = 0;
  for (const found of whereabouts(input)) {
    const elsewhere = found.elsewhere.filter(({ row }) => input.inWindow(row));
    if (elsewhere.length === 0) {
      undecidable += found.unjudged > 0 && found.elsewhere.length === 0 ? 1 : 0;
      continue;
    }
    const sharedOnly = elsewhere.every(({ verdict }) => verdict === 'shared');
    oneLocation ??= sharedOnly ? hasOneLocationOnly(input.model) : undefined;
    const weak = sharedOnly && oneLocation === true;
    weakened ||= weak;
    findings.push(draftOf(input, found, elsewhere, weak));
  }
  const notes: CoverageNote[] = [];
  if (weakened) {
    notes.push({
      id: 'one-location',
      message: `${id}: only one network location in these logs; they may be anonymised or filtered. That people share it with an instance says little.`,
    });
  }
  if (undecidable > 0) {
    notes.push({
      id: `${id}-unlocated`,
      message: `${id}: not evaluated for ${counted(undecidable, 'instance')}: nothing in these logs tells where ${undecidable === 1 ? 'it is' : 'they are'} (launch, addresses, agent calls), and each was seen at one place only.`,
    });
  }
  return { findings, notes };
}

const quiet: ReadonlySet<string> = new Set(['read', 'identity']);

interface Clients {
  /** Off-instance systems that the instance's own clients do not show. */
  readonly mismatch: readonly string[];
  readonly tools: readonly string[];
}

function draftOf(
  input: DetectionInput,
  found: Whereabouts,
  elsewhere: readonly ElsewhereUse[],
  weak: boolean,
): FindingDraft {
  const { model } = input;
  const { instance } = found;
  const clients = clientsOf(input, found, elsewhere);
  const places = [...new Set(elsewhere.map(({ location }) => location))];
  const ownPlaces = ownPlacesOf(found);
  const decided = elsewhere.some(({ verdict }) => decidedVerdicts.has(verdict));
  const writes = elsewhere.filter((use) => decidedVerdicts.has(use.verdict) && isWrite(input, use));
  const verdicts = new Set(elsewhere.map(({ verdict }) => verdict));
  const sessions = [...new Set(elsewhere.map(({ session }) => session))].sort((a, b) => a - b);
  const joined = sessions.map((index) => model.sessions[index]).filter((session) => session !== undefined);
  const name = `instance ${clean(instance.instanceId, 64)}${instance.roleArn === '' ? '' : ` (${roleLabel(instance.roleArn)})`}`;
  const shownPlaces = listed(
    places.map((place) => clean(place, 64)),
    3,
  );
  const undecided = verdicts.has('undecided') && !decided;
  return {
    rule: id,
    keys: [instance.key],
    severity: severityOf(verdicts, writes.length > 0, clients, weak),
    confidence: confidenceOf(joined),
    title: undecided
      ? `Credentials of ${name} used from several places: ${listed(
          [...ownPlaces, ...places].map((place) => clean(place, 64)),
          4,
        )}`
      : verdicts.has('shared') && !decided
        ? `Credentials of ${name} used from ${shownPlaces}, where people work`
        : `Credentials of ${name} used from ${shownPlaces}${
            ownPlaces.length > 0
              ? `, not from the instance (${listed(
                  ownPlaces.map((place) => clean(place, 64)),
                  2,
                )})`
              : ', not from the instance'
          }`,
    explanation: explain(input, found, elsewhere, { clients, writes: writes.length, places, weak }),
    sessions,
    roles: [...new Set(joined.map(({ roleArn }) => roleArn).filter((role) => role !== ''))],
    instanceIds: [instance.instanceId],
    addresses: [...new Set(elsewhere.map(({ address }) => address))],
    techniques: ec2CredentialOffInstance.techniques,
    count: elsewhere.length,
    evidence: evidenceOf(input, found, elsewhere),
    context: [
      ...placeFacts(found, elsewhere),
      ...instanceFacts(
        model,
        instance,
        elsewhere.map(({ row }) => row),
      ),
    ],
    createdObjects: [],
  };
}

function severityOf(verdicts: ReadonlySet<Verdict>, writes: boolean, clients: Clients, weak: boolean): Severity {
  if ([...verdicts].some((verdict) => decidedVerdicts.has(verdict))) {
    return writes ? 'critical' : 'high';
  }
  if (verdicts.has('undecided') || verdicts.has('unlike-habit')) {
    return 'medium';
  }
  const shared = clients.mismatch.length > 0 || clients.tools.length > 0 ? 'high' : 'medium';
  return weak ? lowered(shared) : shared;
}

/** A call that changed something or read a secret; asking who one is and reading are what a thief tries first. */
function isWrite({ model }: DetectionInput, { row }: InstanceUse): boolean {
  const { events } = model;
  const { eventSource, eventName } = actionAt(events, row);
  return (
    succeeded(events, row) && !quiet.has(actionClass(eventSource, eventName, hasFlag(events, row, EventFlag.readOnly)))
  );
}

function clientsOf({ model }: DetectionInput, { ownAgents }: Whereabouts, elsewhere: readonly ElsewhereUse[]): Clients {
  const systemsOf = (agents: ReadonlySet<string>): Set<string> =>
    new Set([...agents].map(userAgentOs).filter((system) => system !== ''));
  const away = new Set(elsewhere.map(({ row }) => textAt(model.events, 'userAgent', row)));
  const awaySystems = systemsOf(away);
  let home = systemsOf(ownAgents());
  if (home.size === 0 && awaySystems.has('linux')) {
    // At the one place that all calls come from, Linux is taken for the instance.
    home = new Set(['linux']);
  }
  return {
    mismatch: home.size === 0 ? [] : [...awaySystems].filter((system) => !home.has(system)).sort(),
    tools: [...new Set([...away].map(toolMarker).filter((tool) => tool !== undefined))].sort(),
  };
}

/** Where the instance itself is: what is known of it publicly, else where its own calls came from. */
function ownPlacesOf({ known, own }: Whereabouts): string[] {
  const open = known.filter(({ isPrivate }) => !isPrivate).map(({ address }) => address);
  const seen = own.map(({ location }) => location);
  const all = open.length > 0 ? open : seen.length > 0 ? seen : known.map(({ address }) => address);
  return [...new Set(all)];
}

const verdictWords: Readonly<Record<Verdict, string>> = {
  elsewhere: 'not a known address of the instance',
  'other-host': 'another host behind the VPC endpoint',
  terminated: 'after the instance was terminated',
  'unlike-habit': 'not where the instance usually calls from',
  undecided: 'a second place; nothing tells which is the instance',
  shared: 'people call from the same address',
};

function explain(
  input: DetectionInput,
  found: Whereabouts,
  elsewhere: readonly ElsewhereUse[],
  shown: {
    readonly clients: Clients;
    readonly writes: number;
    readonly places: readonly string[];
    readonly weak: boolean;
  },
): string {
  const verdicts = new Set(elsewhere.map(({ verdict }) => verdict));
  const { clients } = shown;
  const sentences = [
    `${counted(elsewhere.length, 'call')} with credentials that EC2 delivered to this instance came from ${listed(shown.places.map((place) => clean(place, 64)))}: ${listed([...verdicts].map((verdict) => verdictWords[verdict]))}.`,
    'Instance credentials are meant for the instance alone; whoever holds them elsewhere took them from it, by way of its metadata service or its disk.',
  ];
  const networks = networksOf(input, shown.places);
  if (networks.length > 0) {
    sentences.push(`Whose network that is: ${listed(networks)}.`);
  }
  if (shown.writes > 0) {
    sentences.push(`${counted(shown.writes, 'call')} from there changed something or read a secret.`);
  }
  if (clients.mismatch.length > 0) {
    sentences.push(`The client says ${listed(clients.mismatch)}, which the instance’s own clients do not.`);
  }
  if (clients.tools.length > 0) {
    sentences.push(`The client names ${listed(clients.tools)}.`);
  }
  if (verdicts.has('shared')) {
    const who = found.people
      .map(({ session }) => input.model.sessions[session])
      .filter((session) => session !== undefined);
    sentences.push(`Within a day the same address was used by ${listed(who.map(sessionLabel), 3)}.`);
  }
  if (shown.weak) {
    sentences.push(
      'It is the only network location in these logs, which may be anonymised or filtered: one step less severe.',
    );
  }
  if (found.onlyPrivateKnown) {
    sentences.push(
      'Only private addresses of it are known: if it goes out through a NAT gateway, name that address under egressByVpc in the case file.',
    );
  }
  return sentences.join(' ');
}

/** `8.8.8.8: AS15169 Google LLC, US`, of places that a database of the user knows. AWS is named, never trusted for that. */
function networksOf({ network }: DetectionInput, places: readonly string[]): string[] {
  return places.flatMap((place) => {
    const words = wordsOfLocation(network, place);
    return words === '' ? [] : [clean(`${place}: ${words}`, 160)];
  });
}

function evidenceOf(input: DetectionInput, found: Whereabouts, elsewhere: readonly ElsewhereUse[]): EvidenceRow[] {
  const background: EvidenceRow[] = found.known.flatMap(({ row, address, says }) =>
    row === undefined
      ? []
      : [{ row, reason: `Known address ${clean(address, 64)}: ${says}`, role: 'background' as const }],
  );
  const own = found.own[0];
  const first: EvidenceRow[] =
    own === undefined || background.length > 0
      ? []
      : [
          {
            row: own.row,
            reason: `First call from ${clean(own.location, 64)}, taken for the instance`,
            role: 'background',
          },
        ];
  const people = elsewhere.some(({ verdict }) => verdict === 'shared')
    ? found.people.map(({ row }): EvidenceRow => ({
        row,
        reason: 'Somebody else at the same address',
        role: 'background',
      }))
    : [];
  const seen = new Set<string>();
  const uses = elsewhere.map((use): EvidenceRow => {
    // The first call from each place, and what changed something, are kept where evidence is cut.
    const decisive = !seen.has(use.location) || isWrite(input, use);
    seen.add(use.location);
    return {
      row: use.row,
      reason: `Called from ${clean(use.location, 64)}: ${verdictWords[use.verdict]}`,
      ...(decisive ? { role: 'decisive' } : {}),
    };
  });
  return inTimeOrder([...uses, ...background.slice(0, 10), ...first, ...people]);
}

/** One fact a place, with how often and why it counts as elsewhere. */
export function placeFacts(found: Whereabouts, elsewhere: readonly ElsewhereUse[]): ContextFact[] {
  const counts = new Map<string, { readonly verdict: Verdict; count: number }>();
  for (const { location, verdict } of elsewhere) {
    const entry = counts.get(location) ?? { verdict, count: 0 };
    counts.set(location, entry);
    entry.count++;
  }
  const places = [...counts].slice(0, 12).map(([location, { verdict, count }]) => ({
    label: 'Used elsewhere',
    value: `${clean(location, 64)}: ${counted(count, 'call')}, ${verdictWords[verdict]}`,
  }));
  const own = ownPlacesOf(found);
  return [
    ...places,
    ...(own.length > 0
      ? [
          {
            label: 'The instance itself',
            value: listed(
              own.map((place) => clean(place, 64)),
              6,
            ),
          },
        ]
      : []),
  ];
}
