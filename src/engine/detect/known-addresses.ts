/**
 * Where an instance is, as far as anything tells: its known addresses, each with how it is known.
 *
 * Public addresses change when an instance is stopped and started: they count within their epoch, the time between two
 * starts. Private addresses, IPv6 addresses and Elastic IPs stay. Guarantee: an address known at any time of an epoch
 * counts for all of it, also before: whoever is first in the logs need not be the instance.
 */
import type { CaseSettings } from '../case-settings';
import type { InstanceAddress, InstanceContext } from '../lineage/model';
import { AddressRanges } from './cidr';
import type { Family, Place } from './instance-uses';

/** How an address is known, most trusted first. */
export type Trust = 'api' | 'case' | 'agent' | 'habit';

export interface KnownAddress {
  readonly address: string;
  readonly group: string;
  readonly isPrivate: boolean;
  readonly family: Family;
  readonly trust: Trust;
  /** The record that tells it; undefined for what the case file says. */
  readonly row: number | undefined;
  readonly says: string;
}

/** Addresses of one instance in one epoch. */
export class KnownAddresses {
  private readonly groups = new Set<string>();
  private readonly own: AddressRanges;
  private readonly fine: AddressRanges;
  private readonly seenFine = new Set<Family>();

  constructor(
    readonly entries: readonly KnownAddress[],
    /** Ranges the case file gives to this very instance or its VPC. */
    own: readonly string[],
    /** Ranges that are fine for it, but do not say that it is there. */
    fine: readonly string[],
    /** Where it called from in the epoch. */
    places: readonly Place[],
  ) {
    entries.forEach(({ group }) => this.groups.add(group));
    this.own = new AddressRanges(own);
    this.fine = new AddressRanges(fine);
    for (const place of places) {
      // Seen where the case file says it may be: then it is known to be there.
      if (!this.groups.has(place.compared) && this.fine.contains(place.address)) {
        this.seenFine.add(place.family);
      }
    }
  }

  covers({ compared, address }: Place): boolean {
    return this.groups.has(compared) || this.own.contains(address) || this.fine.contains(address);
  }

  /** Something tells where the instance is, so that another place is not it. */
  tells(family: Family): boolean {
    return (
      this.entries.some((entry) => entry.family === family) ||
      this.own.hasFamily(family === 'v4' ? 'ipv4' : 'ipv6') ||
      this.seenFine.has(family)
    );
  }

  /** More than habit tells it. */
  tellsSurely(family: Family): boolean {
    return (
      this.entries.some((entry) => entry.family === family && entry.trust !== 'habit') ||
      this.own.hasFamily(family === 'v4' ? 'ipv4' : 'ipv6') ||
      this.seenFine.has(family)
    );
  }

  hasPrivate(family: Family): boolean {
    return this.entries.some((entry) => entry.family === family && entry.isPrivate);
  }

  hasOnlyPrivate(family: Family): boolean {
    const entries = this.entries.filter((entry) => entry.family === family);
    return (
      entries.length > 0 &&
      entries.every(({ isPrivate }) => isPrivate) &&
      !this.own.hasFamily(family === 'v4' ? 'ipv4' : 'ipv6')
    );
  }
}

const saidBy: Readonly<Record<InstanceAddress['source'], string>> = {
  launch: 'given at launch',
  'network-interface': 'on its network interface',
  'elastic-ip': 'its Elastic IP',
  start: 'given at a start',
  agent: 'its agent calls from here',
};

/** Addresses that API calls gave the instance, valid in an epoch. */
export function addressesFromCalls(
  instance: InstanceContext,
  epoch: number,
  epochOf: (time: number) => number,
  groupOf: (address: string) => { readonly group: string; readonly isPrivate: boolean },
): KnownAddress[] {
  return instance.addresses
    .filter(({ source }) => source !== 'agent')
    .map(({ address, source, row, time }) => ({ address, source, row, time, ...groupOf(address) }))
    .filter(
      ({ address, source, time, isPrivate }) =>
        isPrivate || address.includes(':') || source === 'elastic-ip' || epochOf(time) === epoch,
    )
    .map(({ address, source, row, group, isPrivate }) => ({
      address,
      group,
      isPrivate,
      family: address.includes(':') ? 'v6' : 'v4',
      trust: 'api',
      row,
      says: saidBy[source],
    }));
}

/** What the case file says of an instance. Without the record of its launch its VPC is unknown: all exits are fine for it. */
export function rangesOfCase(
  settings: CaseSettings,
  instance: InstanceContext,
): { readonly own: string[]; readonly fine: string[] } {
  const own = [
    ...(Object.hasOwn(settings.instances, instance.instanceId) ? (settings.instances[instance.instanceId] ?? []) : []),
  ];
  const fine = [...settings.trustedCidrs];
  for (const [vpc, ranges] of Object.entries(settings.egressByVpc)) {
    if (vpc === instance.vpcId) {
      own.push(...ranges);
    } else if (instance.vpcId === '') {
      fine.push(...ranges);
    }
  }
  return { own, fine };
}
