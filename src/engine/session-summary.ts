/** What is told of one session: who, from whom, how deep, when, from where. */
import { formatInstant } from './cloudtrail/time';
import type { SessionLocation, SessionSummary } from './contract';
import { originsOf } from './detect/origins';
import { compareText } from './cloudtrail/text';
import { clean } from './detect/text';
import type { LineageModel, Session } from './lineage/model';
import { eventIdAt } from './lineage/table';
import { wordsOfLocation, type NetworkFacts } from './network-facts';

/** A tool that puts a run id into its user agent makes thousands. */
const mostUserAgents = 50;

export interface Summarized {
  readonly model: LineageModel;
  readonly network?: NetworkFacts | undefined;
}

export function sessionSummary({ model, network }: Summarized, index: number): SessionSummary {
  const session = model.sessions[index];
  if (session === undefined) {
    throw new RangeError(`no session ${String(index)}`);
  }
  const idOf = (other: number): string => model.sessions[other]?.id ?? '';
  const { rule, text, issueRow, useRow, requestRow } = session.explanation;
  const candidates = session.candidates.map(idOf);
  return {
    id: session.id,
    kind: session.kind,
    arn: session.arn,
    principalId: session.principalId,
    accountId: session.accountId,
    name: session.name,
    keys: session.keys,
    parent: session.parent === undefined ? null : idOf(session.parent),
    link: session.link,
    linkExplanation: {
      rule,
      text,
      ...(issueRow === undefined ? {} : { issueEventID: eventIdAt(model.events, issueRow) }),
      ...(useRow === undefined ? {} : { useEventID: eventIdAt(model.events, useRow) }),
      ...(requestRow === undefined ? {} : { requestEventID: eventIdAt(model.events, requestRow) }),
    },
    ...(candidates.length === 0 ? {} : { candidates }),
    depth: session.depth,
    depthIsMinimum: session.depthIsMinimum,
    root: idOf(session.root),
    firstEventTime: session.firstEventTime === undefined ? null : formatInstant(session.firstEventTime),
    lastEventTime: session.lastEventTime === undefined ? null : formatInstant(session.lastEventTime),
    ...(session.creationDate === undefined ? {} : { issuedAt: formatInstant(session.creationDate) }),
    ...(session.expiresAt === undefined ? {} : { expiresAt: formatInstant(session.expiresAt) }),
    events: session.rows.length,
    denied: session.denied,
    locations: locationsOf(model, session, network),
    userAgents: userAgentsOf(model, session),
  };
}

/** Most used first. Calls by services and by AWS itself have a location too: its class says so. */
function locationsOf(model: LineageModel, session: Session, network: NetworkFacts | undefined): SessionLocation[] {
  const origins = originsOf(model.events);
  const counts = new Map<string, { readonly location: string; readonly class: string; events: number }>();
  for (const row of session.rows) {
    const origin = origins.at(row, session.kind === 'console');
    if (origin.location === '') {
      continue;
    }
    const key = `${origin.class} ${origin.location}`;
    const entry = counts.get(key) ?? { location: origin.location, class: origin.class, events: 0 };
    counts.set(key, entry);
    entry.events++;
  }
  return [...counts.values()]
    .sort((a, b) => b.events - a.events || compareText(a.location, b.location) || compareText(a.class, b.class))
    .map((place) => {
      const words = wordsOfLocation(network, place.location);
      return words === '' ? place : { ...place, network: clean(words, 128) };
    });
}

function userAgentsOf(model: LineageModel, session: Session): string[] {
  const counts = new Map<number, number>();
  for (const row of session.rows) {
    const agent = model.events.userAgent[row] ?? 0;
    counts.set(agent, (counts.get(agent) ?? 0) + 1);
  }
  const { strings } = model.events;
  return [...counts]
    .map(([agent, count]) => ({ text: strings[agent] ?? '', count }))
    .filter(({ text }) => text !== '')
    .sort((a, b) => b.count - a.count || compareText(a.text, b.text))
    .slice(0, mostUserAgents)
    .map(({ text }) => text);
}
