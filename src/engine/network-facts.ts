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

export interface NetworkFacts {
  /** `address`: canonical literal. */
  of(address: string): AddressFacts | undefined;
}
