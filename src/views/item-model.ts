/** A row of a tree as plain data; tree-items.ts turns it into what VS Code shows. Texts are already safe to show. */
import type { Sign } from './severity-words';

export interface ItemModel {
  /** Stable between analyses, unique in its tree. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly sign: Sign;
  /** For `when` clauses of the manifest. */
  readonly contextValue: string;
  /** What a screen reader says: everything the row says by colour or icon, in words. */
  readonly accessible: string;
  readonly expand: 'none' | 'collapsed' | 'expanded';
  readonly command?: { readonly id: string; readonly title: string; readonly arguments: readonly unknown[] };
}

/** A line of a tooltip; built only when somebody asks for it. */
export interface TooltipLine {
  readonly label?: string;
  readonly text: string;
}
