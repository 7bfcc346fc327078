/**
 * How many different things happened within so many seconds, over events in time order.
 *
 * Guarantee: both ends of a window belong to it; one step an event, whatever the length of the window.
 */

/** Counts of keys, and how many there are of at least one. */
class Distinct {
  readonly counts = new Map<number, number>();

  add(key: number): void {
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  remove(key: number): void {
    const left = (this.counts.get(key) ?? 0) - 1;
    if (left > 0) {
      this.counts.set(key, left);
    } else {
      this.counts.delete(key);
    }
  }
}

/** Positions of the first and the last event, and what they hold between them. */
export interface Window {
  readonly from: number;
  readonly to: number;
  /** Different keys, one number a kind of key. */
  readonly distinct: readonly number[];
}

export interface Windows {
  /** The one with the most different keys of the first kind, of those the one with the most events, of those the first. */
  readonly fullest: Window;
  /** Stretches of windows that overlap, each counted once, in order. */
  readonly stretches: readonly { readonly from: number; readonly to: number }[];
}

/**
 * The windows that pass. `times` in order, ms; `keys`: for each kind of key, one a position.
 * `passes` is asked once an event, with the different keys and the number of events of the window that ends with it.
 */
export function windowsWhere(
  times: ArrayLike<number>,
  keys: readonly ArrayLike<number>[],
  spanMs: number,
  passes: (distinct: readonly number[], events: number) => boolean,
): Windows | undefined {
  const within = keys.map(() => new Distinct());
  const stretches: { from: number; to: number }[] = [];
  let fullest: Window | undefined;
  let from = 0;
  for (let to = 0; to < times.length; to++) {
    within.forEach((counts, kind) => {
      counts.add(keys[kind]?.[to] ?? 0);
    });
    for (; (times[to] ?? 0) - (times[from] ?? 0) > spanMs; from++) {
      within.forEach((counts, kind) => {
        counts.remove(keys[kind]?.[from] ?? 0);
      });
    }
    const distinct = within.map(({ counts }) => counts.size);
    if (!passes(distinct, to - from + 1)) {
      continue;
    }
    const last = stretches.at(-1);
    if (last === undefined || from > last.to) {
      stretches.push({ from, to });
    } else {
      last.to = to;
    }
    if (fullest === undefined || isFuller({ from, to, distinct }, fullest)) {
      fullest = { from, to, distinct };
    }
  }
  return fullest === undefined ? undefined : { fullest, stretches };
}

function isFuller(a: Window, b: Window): boolean {
  const more = (a.distinct[0] ?? 0) - (b.distinct[0] ?? 0);
  return more > 0 || (more === 0 && a.to - a.from > b.to - b.from);
}
