/**
 * Below each session in the trees: how it got its credential. The rule and how surely, and below that the record that
 * issued it and its first use; where several callers may have issued it, each of them with its call.
 *
 * Guarantee: pure; what a row says needs nothing but the session's own row, what is below it is asked for when somebody
 * looks.
 */
import type { LineageSlice, SliceEvidence } from '../engine/report/slice';
import { confidenceWords, ruleWords } from '../engine/report/link-words';
import type { LinkConfidence } from '../engine/lineage/model';
import type { SessionRow } from '../worker/protocol';
import type { ItemModel, TooltipLine } from './item-model';
import { counted, plain, timeOfDay } from './labels';
import { sessionAccessible, sessionDescription, sessionName, sessionSign } from './session-text';

export interface OriginNode {
  readonly type: 'origin';
  readonly id: string;
  /** Whose origin. */
  readonly row: SessionRow;
}

/** One of the records that a link rests on. */
export interface RecordNode {
  readonly type: 'record';
  readonly id: string;
  readonly record: SliceEvidence;
}

/** One of several sessions that may have issued it. */
export interface ParentNode {
  readonly type: 'parent';
  readonly id: string;
  readonly row: SessionRow;
  readonly records: readonly RecordNode[];
}

/** Possible parents beyond those that are listed. */
export interface MoreParentsNode {
  readonly type: 'moreParents';
  readonly id: string;
  readonly count: number;
}

export type OriginTreeNode = OriginNode | RecordNode | ParentNode | MoreParentsNode;

/** Possible parents listed; an ambiguity of hundreds is a masked log, and read elsewhere. */
export const MAX_PARENTS = 50;

export function originNode(row: SessionRow, parentId: string): OriginNode {
  return { type: 'origin', id: `${parentId}/origin`, row };
}

/** What has to be asked to fill an origin. */
export interface OriginSource {
  session(id: string): Promise<SessionRow | null>;
  lineage(request: { readonly session: string; readonly maxNodes: number }): Promise<LineageSlice | null>;
}

export async function originChildren(
  { id, row }: OriginNode,
  source: OriginSource,
): Promise<readonly OriginTreeNode[]> {
  const candidates = row.candidates ?? [];
  // Each candidate comes with its ancestry: nobody looks at more than a few hops of it.
  const maxNodes = candidates.length === 0 ? 1 : (Math.min(candidates.length, MAX_PARENTS) + 1) * 8;
  const slice = await source.lineage({ session: row.id, maxNodes });
  const origin = slice?.nodes.find((node) => node.id === row.id)?.origin;
  const records = (origin?.evidence ?? []).map((record) => recordNode(record, id));
  if (candidates.length === 0) return records;
  const calls = new Map(
    (slice?.edges ?? []).filter(({ to }) => to === row.id).map(({ from, evidence }) => [from, evidence]),
  );
  const rows = await Promise.all(candidates.slice(0, MAX_PARENTS).map((each) => source.session(each)));
  const uses = records.filter(({ record }) => record.eventID === row.linkExplanation.useEventID);
  const parents = rows
    .filter((parent) => parent !== null)
    .map((parent): ParentNode => {
      const parentId = `${id}/parent:${parent.id}`;
      const own = (calls.get(parent.id) ?? []).filter(({ eventID }) => eventID !== row.linkExplanation.useEventID);
      return { type: 'parent', id: parentId, row: parent, records: own.map((record) => recordNode(record, parentId)) };
    });
  const count = candidates.length - parents.length;
  return [...parents, ...(count > 0 ? [{ type: 'moreParents' as const, id: `${id}/more`, count }] : []), ...uses];
}

function recordNode(record: SliceEvidence, parentId: string): RecordNode {
  return { type: 'record', id: `${parentId}/record:${record.eventID}`, record };
}

/** A link that somebody should look at twice does not look like one. */
const ICONS: Readonly<Record<LinkConfidence, string>> = {
  exact: 'link',
  twin: 'link',
  session: 'link',
  console: 'link',
  inferred: 'question',
  ambiguous: 'question',
  none: 'circle-outline',
};

/** `exact · the access key that was issued is the one that was used`. */
export function originText({ link, linkExplanation, candidates = [] }: SessionRow): string {
  const rule = link === 'ambiguous' ? counted(candidates.length, 'possible parent') : ruleWords(linkExplanation.rule);
  return `${confidenceWords(link)} · ${plain(rule)}`;
}

export function originItem(node: OriginTreeNode): ItemModel {
  switch (node.type) {
    case 'origin': {
      const { row } = node;
      const { issueEventID, useEventID } = row.linkExplanation;
      const known = issueEventID !== undefined || useEventID !== undefined || (row.candidates ?? []).length > 0;
      return {
        id: node.id,
        label: 'Origin',
        description: originText(row),
        sign: { icon: ICONS[row.link] },
        contextValue: 'origin',
        accessible: `Origin of ${sessionName(row)}: ${originText(row).replaceAll(' · ', ', ')}`,
        expand: known ? 'collapsed' : 'none',
      };
    }
    case 'record': {
      const { eventName, eventTime, eventID, reason } = node.record;
      return {
        id: node.id,
        label: plain(eventName),
        description: `${timeOfDay(eventTime)} · ${plain(reason)}`,
        sign: { icon: 'symbol-event' },
        contextValue: 'record',
        accessible: `Record: ${plain(eventName)} at ${eventTime}, ${plain(reason)}`,
        expand: 'none',
        command: { id: 'cloudtrailLineage.openEvidence', title: 'Open evidence', arguments: [{ eventID }] },
      };
    }
    case 'parent':
      return {
        id: node.id,
        label: sessionName(node.row),
        description: `possible parent · ${sessionDescription(node.row)}`,
        sign: sessionSign(node.row),
        contextValue: 'session',
        accessible: `Possible parent: ${sessionAccessible(node.row)}`,
        expand: node.records.length > 0 ? 'collapsed' : 'none',
        command: { id: 'cloudtrailLineage.showLineage', title: 'Show lineage', arguments: [{ session: node.row.id }] },
      };
    case 'moreParents':
      return {
        id: node.id,
        label: counted(node.count, 'more possible parent'),
        sign: { icon: 'ellipsis' },
        contextValue: 'moreParents',
        accessible: counted(node.count, 'more possible parent'),
        expand: 'none',
      };
  }
}

export function originTooltip(node: OriginNode | RecordNode): readonly TooltipLine[] {
  if (node.type === 'record') {
    const { eventName, reason, eventTime, eventID } = node.record;
    return [
      { text: plain(eventName) },
      { text: plain(reason) },
      { label: 'Time', text: eventTime },
      { label: 'Event id', text: plain(eventID) },
    ];
  }
  const { link, linkExplanation } = node.row;
  return [
    { text: `Origin of ${sessionName(node.row)}` },
    { text: plain(linkExplanation.text, 2000) },
    { label: 'Confidence', text: confidenceWords(link) },
    { label: 'Rule', text: plain(ruleWords(linkExplanation.rule)) },
  ];
}
