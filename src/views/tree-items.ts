/** From rows as data to the rows of VS Code. Tooltips are plain text in Markdown's clothes: nothing in them is a link. */
import * as vscode from 'vscode';
import type { ItemModel, TooltipLine } from './item-model';

export function treeItem(model: ItemModel): vscode.TreeItem {
  const item = new vscode.TreeItem(model.label, EXPAND[model.expand]);
  item.id = model.id;
  if (model.description !== undefined) item.description = model.description;
  const color = model.sign.color === undefined ? undefined : new vscode.ThemeColor(model.sign.color);
  item.iconPath = new vscode.ThemeIcon(model.sign.icon, color);
  item.contextValue = model.contextValue;
  item.accessibilityInformation = { label: model.accessible };
  if (model.command !== undefined) {
    const { id, title, arguments: args } = model.command;
    item.command = { command: id, title, arguments: [...args] };
  }
  return item;
}

const EXPAND: Readonly<Record<ItemModel['expand'], vscode.TreeItemCollapsibleState>> = {
  none: vscode.TreeItemCollapsibleState.None,
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
  expanded: vscode.TreeItemCollapsibleState.Expanded,
};

export function tooltip(lines: readonly TooltipLine[]): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.isTrusted = false;
  text.supportHtml = false;
  lines.forEach(({ label, text: value }, index) => {
    if (index > 0) text.appendMarkdown(index === 1 ? '\n\n' : '  \n');
    if (label !== undefined) text.appendText(`${label}: `);
    text.appendText(value);
  });
  return text;
}
