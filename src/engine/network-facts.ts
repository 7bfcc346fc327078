/**
 * What is known of addresses beyond the logs, from databases that the user points to: MaxMind-format files of countries and
 * networks, AWS `ip-ranges.json`. Hosts read the files; the engine asks.
 *
 * Guarantee: absent facts are absent fields. An address that no database knows has no facts.
 */

export interface AddressFacts {
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  /** Degrees, WGS 84; both or none. */
  readonly latitude?: number;
  readonly longitude?: number;
  /** Number of the autonomous system. */
  readonly asn?: number;
  /** Who runs it. */
  readonly organization?: string;
  /** Known as hosting, VPN or proxy network. */
  readonly hosting?: boolean;
  /** Service and Region of an address of AWS itself (`EC2`, `eu-west-1`). Named, never trusted: thieves rent there too. */
  readonly awsService?: string;
  readonly awsRegion?: string;
}

/** `AS15169 Google LLC, US`; '' where nothing is known that people would read. */
export function networkWords({ asn, organization, country, awsService, awsRegion, hosting }: AddressFacts): string {
  const who = [asn === undefined ? '' : `AS${String(asn)}`, organization ?? ''].filter((text) => text !== '').join(' ');
  const aws = awsService === undefined ? '' : ['AWS', awsService, awsRegion ?? ''].join(' ').trim();
  return [who, aws, country ?? '', hosting === true && aws === '' ? 'hosting' : '']
    .filter((text) => text !== '')
    .join(', ');
}

/** Of a location: an address, or an endpoint and the address behind it. */
export function wordsOfLocation(network: NetworkFacts | undefined, location: string): string {
  const facts = network?.of(location.slice(location.indexOf(' ') + 1));
  return facts === undefined ? '' : networkWords(facts);
}

export interface NetworkFacts {
  /** `address`: canonical literal. */
  of(address: string): AddressFacts | undefined;
}
