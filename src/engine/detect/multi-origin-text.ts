/** How the places of a session are called, and what is shown of them. Guarantee: log text is cleaned; order of first use. */
import { formatInstant } from '../cloudtrail/time';
import type { ContextFact } from '../contract';
import type { LineageModel } from '../lineage/model';
import { eventIdAt, timeAt } from '../lineage/table';
import type { AddressFacts } from '../network-facts';
import { clientLabel, type Client } from './agents';
import type { EvidenceRow } from './detector';
import type { PlacesOfSessions, SessionPlace, SessionPlaces } from './session-places';
import { clean, counted, listed } from './text';

/** Places beyond this are counted. */
const mostPlacesTold = 10;

/** The address, or the range when several addresses of it were used. */
export function placeLabel({ trusted, cloudShell, locations }: SessionPlace): string {
  if (cloudShell) {
    return 'CloudShell';
  }
  const [first] = locations;
  if (trusted) {
    return `your own ranges (${listed(
      [...locations].map(({ address }) => clean(address, 64)),
      2,
    )})`;
  }
  const several = locations.size > 1 && first?.isPrivate === false;
  return clean((several ? first.compared : first?.location) ?? '', 64);
}

export function factsOfPlaces(
  { events }: LineageModel,
  all: PlacesOfSessions,
  places: readonly SessionPlace[],
): ContextFact[] {
  const told = places.slice(0, mostPlacesTold).map((place): ContextFact => {
    const [first] = place.locations;
    const known = first === undefined ? [] : knownOf(all.factsOf(first));
    const clients = [...new Set([...place.clients.keys()].map((client) => clean(clientLabel(client), 64)))];
    return {
      label: `From ${placeLabel(place)}`,
      value: [
        `${counted(place.count, 'call')}, ${formatInstant(timeAt(events, place.firstRow))} to ${formatInstant(timeAt(events, place.lastRow))}`,
        ...(clients.length > 0 ? [`with ${listed(clients)}`] : []),
        ...known,
      ].join('; '),
      eventID: eventIdAt(events, place.firstRow),
    };
  });
  const more = places.length - told.length;
  return more > 0 ? [...told, { label: 'Further places', value: String(more) }] : told;
}

/** What the databases say of an address, in words. */
export function knownOf(facts: AddressFacts | undefined): string[] {
  const network = [facts?.asn === undefined ? '' : `AS${String(facts.asn)}`, clean(facts?.organization ?? '', 64)]
    .filter((part) => part !== '')
    .join(' ');
  return [
    clean(facts?.country ?? '', 8),
    network,
    facts?.hosting === true ? 'hosting, VPN or proxy' : '',
    facts?.awsService === undefined
      ? ''
      : `AWS ${clean(facts.awsService, 32)} ${clean(facts.awsRegion ?? '', 32)}`.trim(),
  ].filter((part) => part !== '');
}

export function evidenceOfPlaces(all: PlacesOfSessions, { places, turns, fastest }: SessionPlaces): EvidenceRow[] {
  const decisive = (row: number, reason: string): EvidenceRow => ({ row, reason, role: 'decisive' });
  const labels = new Map<string, string>(places.map((place) => [place.group, placeLabel(place)]));
  const of = (row: number): string => {
    const place = all.placeAt(row, false);
    return place === undefined ? '' : (labels.get(all.groupOf(place)) ?? clean(place.location, 64));
  };
  return [
    ...places.flatMap((place) => [
      decisive(place.firstRow, `First call from ${placeLabel(place)}, with ${clientOfRow(all, place.firstRow)}`),
      ...clientRows(place).map(([client, row]) => ({
        row,
        reason: `First call from ${placeLabel(place)} with ${clean(clientLabel(client), 64)}`,
      })),
    ]),
    ...(turns === undefined
      ? []
      : [
          decisive(turns[0], `In turns: from ${of(turns[0])}`),
          decisive(turns[1], `In turns: meanwhile from ${of(turns[1])}`),
          decisive(turns[2], `In turns: again from ${of(turns[2])}`),
        ]),
    ...(fastest === undefined
      ? []
      : [decisive(fastest.from, 'Last call before the journey'), decisive(fastest.to, 'First call after the journey')]),
  ];
}

function clientOfRow(all: PlacesOfSessions, row: number): string {
  return clean(clientLabel(all.clientAt(row)), 64);
}

/** One row a client that has a name of its own. */
function clientRows({ clients }: SessionPlace): [Client, number][] {
  const known = new Map<string, [Client, number]>();
  for (const [client, row] of clients) {
    const label = clientLabel(client);
    if (!known.has(label)) {
      known.set(label, [client, row]);
    }
  }
  return [...known.values()];
}
