/**
 * The signs that several places of one session are several people, or one: each with its points.
 *
 * Guarantee: what is not known, of an address or a client, is no sign.
 */
import { formatInstant } from '../cloudtrail/time';
import { withThousands } from '../cloudtrail/text';
import { timeAt } from '../lineage/table';
import type { AddressFacts } from '../network-facts';
import type { DetectionInput } from './detector';
import { placeLabel } from './multi-origin-text';
import type { Client } from './agents';
import type { PlacesOfSessions, SessionPlace, SessionPlaces } from './session-places';
import { clean, counted, listed } from './text';
import { thresholdOf } from './thresholds';

export interface Sign {
  readonly points: number;
  /** What was seen, without a full stop. */
  readonly text: string;
}

export function signsOf(input: DetectionInput, all: PlacesOfSessions, found: SessionPlaces): Sign[] {
  // CloudShell runs in Amazon's network beside the person: neither its client nor its country differ for a reason.
  const places = found.places.filter(({ cloudShell }) => !cloudShell);
  const systems = different(places, ({ os }) => os);
  const tools = different(places, ({ tool }) => tool);
  const signs = [
    turns(input, found),
    systems.length === 0 ? undefined : { points: 2, text: `the clients’ operating systems differ: ${listed(systems)}` },
    tools.length === 0 ? undefined : { points: 1, text: `the clients differ: ${listed(tools)}` },
    ...networkSigns(input, all, found, places),
    systems.length > 0 || tools.length > 0 ? undefined : oneHost(input, found.places),
  ];
  return signs.filter((sign) => sign !== undefined);
}

function turns({ model: { events } }: DetectionInput, { turns: rows, places }: SessionPlaces): Sign | undefined {
  if (rows === undefined) {
    return undefined;
  }
  const [first, between, again] = rows;
  const seconds = Math.round((timeAt(events, again) - timeAt(events, first)) / 1000);
  const took = seconds < 120 ? counted(seconds, 'second') : counted(Math.round(seconds / 60), 'minute');
  return {
    points: 2,
    text: `${places.length === 2 ? 'they' : 'places'} were used in turns: one, another at ${formatInstant(timeAt(events, between))} and the first again, within ${took}`,
  };
}

/** What the clients of some places have and those of others do not; places whose clients tell nothing are left out. */
function different(places: readonly SessionPlace[], of: (client: Client) => string): string[] {
  const sets = places
    .map(({ clients }) => new Set([...clients.keys()].map(of).filter((name) => name !== '')))
    .filter(({ size }) => size > 0);
  const union = new Set(sets.flatMap((set) => [...set]));
  return sets.every(({ size }) => size === union.size) ? [] : [...union].sort().map((name) => clean(name, 64));
}

function networkSigns(
  input: DetectionInput,
  all: PlacesOfSessions,
  { fastest }: SessionPlaces,
  places: readonly SessionPlace[],
): (Sign | undefined)[] {
  const facts = places.map((place) => [...place.locations].map((location) => all.factsOf(location)));
  const limit = thresholdOf(input.settings, 'session-multi-origin', 'impossibleKmPerHour');
  const numbers = new Set(facts.flat().map((each) => each?.asn));
  const [number] = numbers;
  return [
    countries(facts),
    fastest === undefined || fastest.perHour <= limit
      ? undefined
      : { points: 2, text: journey(input, fastest.kilometers, fastest.perHour, fastest.from, fastest.to) },
    places.length >= 2 && facts.flat().every((each) => each?.hosting === true)
      ? { points: 1, text: 'all of them are in hosting, VPN or proxy networks' }
      : undefined,
    places.length >= 2 && numbers.size === 1 && number !== undefined
      ? { points: -1, text: `all of them are in one network, AS${String(number)}` }
      : undefined,
  ];
}

function journey(
  { model: { events } }: DetectionInput,
  distance: number,
  perHour: number,
  from: number,
  to: number,
): string {
  const seconds = Math.round((timeAt(events, to) - timeAt(events, from)) / 1000);
  const took = seconds < 120 ? counted(seconds, 'second') : counted(Math.round(seconds / 60), 'minute');
  return `nobody travels so fast: ${withThousands(Math.round(distance))} km in ${took}, ${withThousands(Math.round(perHour))} km/h`;
}

/** Two places that have no country in common. */
function countries(facts: readonly (readonly (AddressFacts | undefined)[])[]): Sign | undefined {
  const sets = facts
    .map((each) => new Set(each.map((known) => known?.country).filter((country) => country !== undefined)))
    .filter(({ size }) => size > 0);
  // One place per distinct set of countries: there are few of those, whatever the number of places.
  const distinct = [...new Map(sets.map((set) => [[...set].sort().join(' '), set])).values()];
  const apart = distinct.some((set, at) => distinct.slice(at + 1).some((other) => areApart(set, other)));
  const names = [...new Set(sets.flatMap((set) => [...set]))].sort().map((name) => clean(name, 8));
  return apart ? { points: 2, text: `they are in different countries: ${listed(names, 6)}` } : undefined;
}

function areApart(set: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return [...set].every((each) => !other.has(each));
}

/** One host that reaches AWS in two ways. */
function oneHost({ model: { events } }: DetectionInput, places: readonly SessionPlace[]): Sign | undefined {
  const [first, second] = places;
  if (first === undefined || second === undefined || places.length > 2) {
    return undefined;
  }
  const classes = [first, second].map(({ locations }) => new Set([...locations].map(({ originClass }) => originClass)));
  const only = (name: string): boolean => classes.some((set) => set.size === 1 && [...set][0] === name);
  if (only('public-v4') && only('public-v6')) {
    return { points: -2, text: 'one is an IPv4 and one an IPv6 address, with the same client: one host may have both' };
  }
  const services = (place: SessionPlace): Set<string> =>
    new Set([...place.actions].map((action) => events.actions[action]?.eventSource ?? ''));
  if (only('vpce-private') && (only('public-v4') || only('public-v6')) && areApart(services(first), services(second))) {
    const inside = [first, second].find(({ locations }) => [...locations].some(({ isPrivate }) => isPrivate));
    return {
      points: -2,
      text: `${inside === undefined ? 'one' : placeLabel(inside)} is behind a VPC endpoint and called other services than the public address did, with the same client: one host calls so where only some services have an endpoint`,
    };
  }
  return undefined;
}
