/**
 * What a command was called on: a row of a tree, a message of the panel, a code action, or nothing from the palette.
 *
 * Guarantee: pure; whatever a key binding or another extension passes, the result has only texts in it.
 */

export interface CommandTarget {
  readonly incident?: string;
  readonly finding?: string;
  readonly session?: string;
  readonly eventID?: string;
  readonly remediation?: string;
  /** A list of the case file. */
  readonly list?: string;
  /** A name to look for. */
  readonly name?: string;
}

export function commandTarget(argument: unknown): CommandTarget {
  const type = textAt(argument, 'type');
  const target = type === undefined ? plainTarget(argument) : nodeTarget(type, argument);
  return Object.fromEntries(Object.entries(target).filter(([, value]) => value !== undefined));
}

/** The rows a tree's command is meant for: all selected ones when the clicked one is among them. */
export function commandTargets(clicked: unknown, selected: unknown): readonly CommandTarget[] {
  const rows = Array.isArray(selected) && selected.includes(clicked) ? selected : [clicked];
  return rows.map(commandTarget);
}

type Loose = Readonly<Record<keyof CommandTarget, string | undefined>>;

function plainTarget(argument: unknown): Loose {
  return {
    incident: textAt(argument, 'incident'),
    finding: textAt(argument, 'finding'),
    session: textAt(argument, 'session'),
    eventID: textAt(argument, 'eventID'),
    remediation: textAt(argument, 'remediation'),
    list: textAt(argument, 'list'),
    name: textAt(argument, 'name'),
  };
}

/** Rows of the findings and the lineage tree; see finding-nodes.ts and lineage-tree.ts. */
function nodeTarget(type: string, node: unknown): Loose {
  const none: Loose = {
    incident: undefined,
    finding: undefined,
    session: undefined,
    eventID: undefined,
    remediation: undefined,
    list: undefined,
    name: undefined,
  };
  switch (type) {
    case 'finding':
      return { ...none, finding: textAt(node, 'finding', 'id') };
    case 'session':
    case 'parent':
    case 'origin':
      return { ...none, session: textAt(node, 'row', 'id') };
    case 'record':
      return { ...none, eventID: textAt(node, 'record', 'eventID') };
    case 'evidence':
      return {
        ...none,
        finding: textAt(node, 'finding', 'finding', 'id'),
        eventID: textAt(node, 'evidence', 'eventID'),
      };
    case 'incident':
      return {
        ...none,
        finding: textAt(node, 'children', '0', 'finding', 'id'),
        incident: textAt(node, 'incident', 'id'),
      };
    default:
      return none;
  }
}

function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  let at: unknown = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[key];
  }
  return typeof at === 'string' ? at : undefined;
}
