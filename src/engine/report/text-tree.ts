/** A lineage in a terminal: an indented tree, hop by hop. */
import { treesOf, type TreeNode } from './slice-tree';
import { hopText, nodeDetails, toneText } from './node-text';
import type { LineageSlice, SliceNode } from './slice';
import { span, type Piece, type Style, type TextWriter } from './text-writer';
import { counted } from '../detect/text';

export function writeLineage(writer: TextWriter, slice: LineageSlice, indent: string): void {
  for (const tree of treesOf(slice)) {
    writeNode(writer, tree, indent, indent);
  }
  if (slice.omitted > 0) {
    writer.line(indent, span('dim', `${counted(slice.omitted, 'more session')} of this lineage not drawn`));
  }
}

function writeNode(writer: TextWriter, { node, edge, others, children }: TreeNode, first: string, rest: string): void {
  const tone = toneStyle(node);
  writer.line(
    span('dim', first),
    ...(edge === undefined ? [] : [`${edge.label} → `]),
    ...headOf(node),
    '   ',
    ...(hopText(node) === '' ? [] : [`${hopText(node)} `]),
    tone === undefined ? `[${toneText(node)}]` : span(tone, `[${toneText(node)}]`),
    ...(node.focus ? ['  ', span('cyan', '◄ the finding is about this')] : []),
  );
  const inner = `${rest}${children.length > 0 ? '│' : ' '}  `;
  for (const [label, value] of nodeDetails(node)) {
    writer.line(span('dim', `${inner}${label.padEnd(5)} `), value);
  }
  if (edge !== undefined && edge.kind !== 'created' && edge.kind !== 'attempted' && edge.confidence !== 'exact') {
    writer.line(span('dim', `${inner}link  `), `${edge.confidence}: ${edge.explanation}`);
  }
  if (others.length > 0) {
    writer.line(span('dim', `${inner}or    `), `issued by ${others.join(' or ')}`);
  }
  children.forEach((child, at) => {
    const isLast = at === children.length - 1;
    writeNode(writer, child, `${rest}${isLast ? '└─ ' : '├─ '}`, `${rest}${isLast ? '   ' : '│  '}`);
  });
}

function headOf(node: SliceNode): readonly Piece[] {
  const second = node.subtitle === '' || node.subtitle === node.title ? [] : [` (${node.subtitle})`];
  const kind = node.type === 'object' || node.kind === 'role' ? [] : [span('dim', ` ${node.kind}`)];
  return [span('bold', node.title), ...second, ...kind];
}

function toneStyle({ tone }: SliceNode): Style | undefined {
  switch (tone) {
    case 'red':
      return 'red';
    case 'orange':
      return 'orange';
    case 'root':
      return 'cyan';
    case 'ok':
      return 'green';
    case 'object':
      return 'orange';
  }
}
