/** The fourteen days of the population: Monday to the second Sunday. Working hours are those of central Europe, in UTC. */
import { DAY, HOUR, MINUTE, utc, type Random, type Seconds } from '../../../scripts/sample/records';

export const START: Seconds = utc('2025-06-02T00:00:00Z');
export const DAYS = 14;
export const END: Seconds = START + DAYS * DAY;

/** An instant of the population: day 1 is the first Monday. */
export function on(day: number, clock: string): Seconds {
  const [hours = '0', minutes = '0', seconds = '0'] = clock.split(':');
  return START + (day - 1) * DAY + Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds);
}

export function isWorkday(day: number): boolean {
  return (day - 1) % 7 < 5;
}

export const days: readonly number[] = Array.from({ length: DAYS }, (_, index) => index + 1);
export const workdays: readonly number[] = days.filter(isWorkday);

/** How busy a service of the company is at a moment, 0.25 at night to 1 at noon; less on weekends. */
export function rhythm(at: Seconds): number {
  const hour = Math.floor((at % DAY) / HOUR);
  const daily = hour >= 7 && hour < 19 ? 1 : hour >= 5 && hour < 22 ? 0.6 : 0.25;
  return daily * (isWorkday(Math.floor((at - START) / DAY) + 1) ? 1 : 0.6);
}

/** The moments at which something happens again and again: every so many minutes in a busy hour, more seldom in others. */
export function* moments(random: Random, everyMinutes: number, from = START, until = END): Generator<Seconds> {
  for (let at = from + random.int(1, everyMinutes * MINUTE); at < until;) {
    yield at;
    at += Math.ceil((random.int(30, 90) * everyMinutes) / rhythm(at));
  }
}
