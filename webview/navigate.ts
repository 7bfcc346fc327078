/**
 * Where the keyboard goes in the lineage: left to the parent, right to the first child, up and down along the column
 * (siblings first, since they lie together), Home and End to the first and last of all.
 *
 * Guarantee: pure; every card can be reached from every other, and a key that leads nowhere stays.
 */
import type { LaidCard } from './layout';

export type Move = 'parent' | 'child' | 'previous' | 'next' | 'first' | 'last';

const MOVES: Readonly<Record<string, Move>> = {
  ArrowLeft: 'parent',
  ArrowRight: 'child',
  ArrowUp: 'previous',
  ArrowDown: 'next',
  Home: 'first',
  End: 'last',
};

export function moveOfKey(key: string): Move | undefined {
  return Object.hasOwn(MOVES, key) ? MOVES[key] : undefined;
}

type Card = Pick<LaidCard, 'id' | 'column' | 'x' | 'y' | 'parent'>;

function sorted(cards: readonly Card[]): Card[] {
  return [...cards].sort((a, b) => a.column - b.column || a.y - b.y);
}

export function moveTo(cards: readonly Card[], from: string, move: Move): string {
  const all = sorted(cards);
  const at = all.find((card) => card.id === from);
  if (at === undefined) return all[0]?.id ?? from;
  const column = all.filter((card) => card.column === at.column);
  const place = column.indexOf(at);
  switch (move) {
    case 'parent':
      return at.parent ?? from;
    case 'child':
      return all.find((card) => card.parent === from)?.id ?? from;
    case 'previous':
      return column[place - 1]?.id ?? from;
    case 'next':
      return column[place + 1]?.id ?? from;
    case 'first':
      return all[0]?.id ?? from;
    case 'last':
      return all.at(-1)?.id ?? from;
  }
}

/** What a tree tells assistive technology of one item. */
export interface TreePosition {
  readonly level: number;
  readonly position: number;
  readonly size: number;
}

export function treePosition(cards: readonly Card[], id: string): TreePosition {
  const all = sorted(cards);
  const at = all.find((card) => card.id === id);
  if (at === undefined) return { level: 1, position: 1, size: 1 };
  const siblings = all.filter((card) => card.parent === at.parent);
  return { level: at.column + 1, position: siblings.indexOf(at) + 1, size: siblings.length };
}

/** The card that has the tab stop at first: what was selected before, else what the panel was opened on, else the root. */
export function firstSelected(cards: readonly LaidCard[], remembered: string | null): string | null {
  const card = cards.find(({ id }) => id === remembered) ?? cards.find(({ node }) => node?.focus === true) ?? cards[0];
  return card?.id ?? null;
}
