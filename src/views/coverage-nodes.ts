/**
 * The coverage tree as data: what could not be judged, then the files by verdict, those with trouble first.
 *
 * Guarantee: pure; every file and every note of the coverage is in the tree exactly once.
 */
import type { Coverage, CoverageFile, CoverageNote } from '../engine/contract';
import type { FileVerdict } from '../engine/cloudtrail/columns';
import type { ItemModel, TooltipLine } from './item-model';
import { counted, plain } from './labels';
import { ORANGE, type Sign } from './severity-words';

export type CoverageNode =
  | {
      readonly type: 'group';
      readonly id: string;
      readonly verdict: FileVerdict;
      readonly children: readonly CoverageNode[];
    }
  | { readonly type: 'notes'; readonly id: string; readonly children: readonly CoverageNode[] }
  | { readonly type: 'file'; readonly id: string; readonly parentId: string; readonly file: CoverageFile }
  | { readonly type: 'note'; readonly id: string; readonly parentId: string; readonly note: CoverageNote };

const VERDICTS: Readonly<Record<FileVerdict, { readonly words: string; readonly sign: Sign }>> = {
  failed: { words: 'Not readable', sign: { icon: 'error', color: 'charts.red' } },
  partial: { words: 'Read in part', sign: { icon: 'warning', color: ORANGE } },
  skipped: { words: 'Not CloudTrail logs', sign: { icon: 'circle-slash' } },
  read: { words: 'Read', sign: { icon: 'pass', color: 'charts.green' } },
};

const ORDER: readonly FileVerdict[] = ['failed', 'partial', 'skipped', 'read'];

export function coverageRoots(coverage: Coverage): readonly CoverageNode[] {
  const notes = coverage.notes.map((note, index): CoverageNode => ({
    type: 'note',
    id: `note:${note.id}:${index}`,
    parentId: 'notes',
    note,
  }));
  const groups = ORDER.flatMap((verdict): readonly CoverageNode[] => {
    const id = `verdict:${verdict}`;
    const children = coverage.files
      .filter((file) => file.verdict === verdict)
      .map((file): CoverageNode => ({ type: 'file', id: `file:${file.path}`, parentId: id, file }));
    return children.length === 0 ? [] : [{ type: 'group', id, verdict, children }];
  });
  return notes.length === 0 ? groups : [{ type: 'notes', id: 'notes', children: notes }, ...groups];
}

export function coverageItem(node: CoverageNode): ItemModel {
  switch (node.type) {
    case 'notes':
      return {
        id: node.id,
        label: 'What the logs cannot tell',
        description: counted(node.children.length, 'note'),
        sign: { icon: 'note' },
        contextValue: 'notes',
        accessible: `What the logs cannot tell, ${counted(node.children.length, 'note')}`,
        expand: 'expanded',
      };
    case 'note':
      return {
        id: node.id,
        label: plain(node.note.message),
        sign: { icon: 'info' },
        contextValue: 'note',
        accessible: `Note: ${plain(node.note.message)}`,
        expand: 'none',
      };
    case 'group': {
      const { words, sign } = VERDICTS[node.verdict];
      return {
        id: node.id,
        label: words,
        description: counted(node.children.length, 'file'),
        sign,
        contextValue: 'verdict',
        accessible: `${words}, ${counted(node.children.length, 'file')}`,
        expand: node.verdict === 'read' ? 'collapsed' : 'expanded',
      };
    }
    case 'file':
      return fileItem(node.id, node.file);
  }
}

function fileItem(id: string, file: CoverageFile): ItemModel {
  const { words, sign } = VERDICTS[file.verdict];
  const facts: string[] = [];
  if (file.reason !== undefined) facts.push(plain(file.reason));
  if (file.verdict === 'read' || file.verdict === 'partial') facts.push(counted(file.events, 'event'));
  if (file.duplicates > 0) facts.push(counted(file.duplicates, 'duplicate'));
  if (file.rejected > 0) facts.push(counted(file.rejected, 'record rejected', 'records rejected'));
  const name = plain(file.path.slice(file.path.lastIndexOf('/') + 1));
  return {
    id,
    label: name,
    description: facts.join(' · '),
    sign,
    contextValue: 'file',
    accessible: `File ${plain(file.path)}, ${words.toLowerCase()}, ${facts.join(', ')}`,
    expand: 'none',
  };
}

export function fileTooltip(file: CoverageFile): readonly TooltipLine[] {
  const lines: TooltipLine[] = [
    { text: plain(file.path, 1000) },
    { label: 'Verdict', text: VERDICTS[file.verdict].words },
    { label: 'Reason', text: plain(file.reason ?? '', 1000) },
    { label: 'Format', text: plain(file.format) },
    { label: 'Events', text: counted(file.events, 'event') },
    {
      label: 'From',
      text: file.firstEventTime === null ? '' : `${file.firstEventTime} to ${file.lastEventTime ?? ''}`,
    },
  ];
  return lines.filter(({ text }) => text !== '');
}

/** `61 files, 3,396 events`: the line below the title of the view. */
export function coverageMessage(coverage: Coverage): string {
  const parts = [counted(coverage.files.length, 'file'), counted(coverage.events, 'event')];
  if (coverage.duplicates > 0) parts.push(counted(coverage.duplicates, 'duplicate'));
  if (coverage.rejected > 0) parts.push(counted(coverage.rejected, 'record rejected', 'records rejected'));
  if (coverage.firstEventTime !== null) parts.push(`${coverage.firstEventTime} to ${coverage.lastEventTime ?? ''}`);
  return parts.join(', ');
}
