/** Distances on the earth. Guarantee: total; without coordinates a distance is 0. */
import type { AddressFacts } from '../network-facts';

/** Mean radius of the earth, km. */
const radius = 6371;

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

/** The great circle between two places, km (haversine). */
export function kilometers(from: AddressFacts, to: AddressFacts): number {
  if (
    from.latitude === undefined ||
    from.longitude === undefined ||
    to.latitude === undefined ||
    to.longitude === undefined
  ) {
    return 0;
  }
  const height = Math.sin(radians(to.latitude - from.latitude) / 2) ** 2;
  const width = Math.sin(radians(to.longitude - from.longitude) / 2) ** 2;
  const across = Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * width;
  return 2 * radius * Math.asin(Math.min(1, Math.sqrt(height + across)));
}
