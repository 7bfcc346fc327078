/**
 * Where the keyboard goes in the lineage: along the edges to parent and first child, beside them to the neighbours of
 * the same step (siblings first, since they lie together), Home and End to the first and last of all.
 *
 * Guarantee: pure; every card can be reached from every other, and a key that leads nowhere stays.
 */
import type { Direction } from './card';
import type { LaidCard } from './layout';

export type Move = 'parent' | 'child' | 'previous' | 'next' | 'first' | 'last';

/** The arrows mean what is seen. */
const MOVES: Readonly<Record<Direction, Readonly<Record<string, Move>>>> = {
  across: {
    ArrowLeft: 'parent',
    ArrowRight: 'child',
    ArrowUp: 'previous',
    ArrowDown: 'next',
    Home: 'first',
    End: 'last',
  },
  down: {
    ArrowUp: 'parent',
    ArrowDown: 'child',
    ArrowLeft: 'previous',
    ArrowRight: 'next',
    Home: 'first',
    End: 'last',
  },
};

export function moveOfKey(key: string, direction: Direction): Move | undefined {
  const moves = MOVES[direction];
  return Object.hasOwn(moves, key) ? moves[key] : undefined;
}

type Card = Pick<LaidCard, 'id' | 'column' | 'x' | 'y' | 'parent'>;

/** By step, and within a step the way they lie beside one another, in either direction. */
function sorted(cards: readonly Card[]): Card[] {
  return [...cards].sort((a, b) => a.column - b.column || a.y - b.y || a.x - b.x);
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

export function treePositions(cards: readonly Card[]): ReadonlyMap<string, TreePosition> {
  const families = new Map<string | undefined, Card[]>();
  for (const card of sorted(cards)) {
    const family = families.get(card.parent);
    if (family === undefined) families.set(card.parent, [card]);
    else family.push(card);
  }
  const positions = new Map<string, TreePosition>();
  for (const family of families.values())
    family.forEach(({ id, column }, index) => {
      positions.set(id, { level: column + 1, position: index + 1, size: family.length });
    });
  return positions;
}

/** The card that has the tab stop at first: what was selected before, else what the panel was opened on, else the root. */
export function firstSelected(cards: readonly LaidCard[], remembered: string | null): string | null {
  const card = cards.find(({ id }) => id === remembered) ?? cards.find(({ node }) => node?.focus === true) ?? cards[0];
  return card?.id ?? null;
}
