/**
 * What the user's own databases say of addresses: MaxMind-format files (MaxMind DB File Format Specification 2.0) of countries and
 * of autonomous systems, and the address ranges that AWS publishes (`ip-ranges.json`).
 *
 * Guarantee: a file that cannot be used is a problem with its path and the reason, and nothing else is lost; records are
 * data of others: fields of other types than expected are absent.
 */
import { readFile } from 'node:fs/promises';
import { Reader } from 'mmdb-lib';
import type { JsonValue } from '../../engine/cloudtrail/columns';
import { stringAt, valueAt } from '../../engine/cloudtrail/record';
import type { AddressFacts, NetworkFacts } from '../../engine/network-facts';
import type { OpenedDatabases } from '../analysis-host';
import type { NetworkDatabases, NetworkProblem } from '../protocol';
import { readAwsRanges } from './aws-ranges';

/** A database of addresses or of anything else that a lookup answers. */
type Lookup = (address: string) => AddressFacts | undefined;

/** Addresses whose facts are remembered. */
const mostKnown = 100_000;

export async function openDatabases(databases: NetworkDatabases): Promise<OpenedDatabases> {
  const lookups: Lookup[] = [];
  const problems: NetworkProblem[] = [];
  const used: string[] = [];
  const open = async (path: string | undefined, read: (bytes: Buffer) => Opened): Promise<void> => {
    if (path === undefined) {
      return;
    }
    try {
      const { lookup, name } = read(await readFile(path));
      lookups.push(lookup);
      used.push(`${name} (${path})`);
    } catch (error) {
      problems.push({ path, reason: error instanceof Error ? error.message : String(error) });
    }
  };
  await open(databases.country, (bytes) => openMmdb(bytes, countryFacts, 'countries'));
  await open(databases.asn, (bytes) => openMmdb(bytes, asnFacts, 'autonomous systems'));
  await open(databases.awsIpRanges, openAwsRanges);
  return { facts: lookups.length === 0 ? undefined : remembering(lookups), problems, used };
}

interface Opened {
  readonly lookup: Lookup;
  readonly name: string;
}

function openMmdb(bytes: Buffer, factsOf: (record: JsonValue) => AddressFacts, what: string): Opened {
  let reader: Reader<object>;
  try {
    reader = new Reader<object>(bytes);
  } catch {
    throw new Error('it is no database in the MaxMind format (.mmdb)');
  }
  const { databaseType, buildEpoch } = reader.metadata;
  let damaged = 0;
  let records = 0;
  const lookup: Lookup = (address) => {
    let record: JsonValue;
    try {
      record = reader.get(address) as JsonValue;
    } catch {
      // An IPv6 address in a database of IPv4, or a damaged record: this database knows nothing of it.
      damaged++;
      return undefined;
    }
    records += record === null ? 0 : 1;
    return record === null ? undefined : factsOf(record);
  };
  const told = everywhere.some((address) => Object.keys(lookup(address) ?? {}).length > 0);
  if (!told && (records > 0 || damaged > 0)) {
    throw new Error(
      records > 0
        ? `it has no ${what}: its type is ${JSON.stringify(databaseType)}`
        : 'it is damaged: no record can be read',
    );
  }
  return { lookup, name: `${databaseType} of ${buildEpoch.toISOString().slice(0, 10)}` };
}

/** Addresses all over the world: what a database says of them tells of which kind it is. */
const everywhere = Array.from({ length: 223 }, (_, index) => index + 1).flatMap((first) =>
  ['.0.0.1', '.8.8.8', '.64.1.9', '.160.40.200'].map((rest) => `${String(first)}${rest}`),
);

function openAwsRanges(bytes: Buffer): Opened {
  const ranges = readAwsRanges(bytes.toString('utf8'));
  return {
    lookup: (address) => {
      const range = ranges.of(address);
      return range && { awsService: range.service, awsRegion: range.region, hosting: true };
    },
    name: `AWS address ranges of ${ranges.created}`,
  };
}

/** What several say of an address: the first that tells a field is believed. */
function remembering(lookups: readonly Lookup[]): NetworkFacts {
  const known = new Map<string, AddressFacts | undefined>();
  return {
    of: (address) => {
      if (known.has(address)) {
        return known.get(address);
      }
      const found = lookups.map((lookup) => lookup(address)).filter((facts) => facts !== undefined);
      const facts = found.length === 0 ? undefined : (Object.assign({}, ...found.reverse()) as AddressFacts);
      if (known.size >= mostKnown) {
        known.clear();
      }
      known.set(address, facts);
      return facts;
    },
  };
}

/** GeoLite2/GeoIP2 Country and City, DB-IP (the same), IPinfo (`country` or `country_code` as text). */
function countryFacts(record: JsonValue): AddressFacts {
  const country =
    textAt(record, 'country', 'iso_code') ??
    textAt(record, 'registered_country', 'iso_code') ??
    textAt(record, 'country_code') ??
    textAt(record, 'country');
  const latitude = numberAt(record, 'location', 'latitude');
  const longitude = numberAt(record, 'location', 'longitude');
  return {
    ...(country !== undefined && /^[A-Z]{2}$/.test(country) ? { country } : {}),
    ...(latitude === undefined || longitude === undefined ? {} : { latitude, longitude }),
    ...(isHosting(record) ? { hosting: true } : {}),
  };
}

/** GeoLite2/GeoIP2 ASN and ISP, DB-IP (the same), IPinfo (`asn` as `AS15169`, `as_name`). */
function asnFacts(record: JsonValue): AddressFacts {
  const number =
    numberAt(record, 'autonomous_system_number') ??
    numberAt(record, 'traits', 'autonomous_system_number') ??
    numberOf(/^AS(\d{1,10})$/.exec(textAt(record, 'asn') ?? '')?.[1]);
  const organization =
    textAt(record, 'autonomous_system_organization') ??
    textAt(record, 'traits', 'autonomous_system_organization') ??
    textAt(record, 'as_name') ??
    textAt(record, 'name');
  return {
    ...(number === undefined ? {} : { asn: number }),
    ...(organization === undefined || number === undefined ? {} : { organization: organization.slice(0, 200) }),
    ...(isHosting(record) ? { hosting: true } : {}),
  };
}

const hostingMarks = ['is_hosting_provider', 'is_anonymous_vpn', 'is_public_proxy', 'is_tor_exit_node', 'hosting'];

function isHosting(record: JsonValue): boolean {
  return hostingMarks.some((mark) => valueAt(record, mark) === true || valueAt(record, 'traits', mark) === true);
}

function textAt(record: JsonValue, ...path: readonly string[]): string | undefined {
  return stringAt(record, ...path) || undefined;
}

function numberAt(record: JsonValue, ...path: readonly string[]): number | undefined {
  const number = valueAt(record, ...path);
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function numberOf(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}
