/**
 * Drives a real VS Code in a real browser, the way a user does. A test is this much:
 *
 *   import assert from 'node:assert/strict';
 *   import { sampleWorkspace, useWorkbench } from './workbench';
 *
 *   describe('the lineage panel', () => {
 *     const workbench = useWorkbench({ folder: sampleWorkspace, theme: 'dark' });   // starts before, closes after
 *     it('opens from the Explorer', async () => {
 *       const vscode = workbench();
 *       await vscode.explorerMenu('cloudtrail-logs', 'Analyze CloudTrail');
 *       await vscode.treeItem(/role chain/i).first().click();
 *       const panel = await vscode.webview();                                        // a Frame: locators, evaluate, axe
 *       assert.match(await panel.innerText('body'), /AssumeRole/);
 *     });
 *   });
 *
 * The file goes to test/extension/ui/<subject>.ui.test.ts and runs by `npm run test:extension -- ui --grep subject`. A failing
 * test leaves test-results/<its title>.png and .log. Locators wait by themselves: prefer `await locator.waitFor()` and
 * Playwright's waiting actions to sleeping. `HEADED=1` shows the browser where there is a display.
 *
 * Guarantees: the extension is the project itself (linked), or the VSIX that the launcher was given; the workspace is a
 * copy that the test may change; nothing is left running.
 */
import * as fs from 'node:fs';
import { basename, join } from 'node:path';
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { launchChromium } from '../../../scripts/lib/browser';
import { root } from '../../../scripts/lib/paths.mjs';
import {
  startVscodeServer,
  temporaryFolder,
  type ExtensionSource,
  type VscodeServer,
} from '../../../scripts/lib/vscode-server';
import { THEMES, type Settings, type Theme } from '../../../scripts/lib/vscode-settings';

export interface WorkbenchOptions {
  /** An absolute path, or what makes one when the test starts; an empty window when absent. */
  readonly folder?: string | (() => string);
  readonly theme?: Theme;
  readonly settings?: Settings;
  /** The VSIX or folder to test; what the launcher says when absent. */
  readonly extension?: ExtensionSource;
  readonly size?: { readonly width: number; readonly height: number };
  /** Pixels per CSS pixel: 2 for pictures that stay sharp. */
  readonly scale?: number;
}

/** A menu takes no mouse in its first 100 ms, so that the click that opened it chooses nothing. */
const MENU_IS_DEAF_MS = 200;

/** What the window of a theme is marked with. */
const THEME_CLASSES: Readonly<Record<Theme, string>> = {
  light: 'vs',
  dark: 'vs-dark',
  'high-contrast-dark': 'hc-black',
  'high-contrast-light': 'hc-light',
};

/** Where pictures and logs of failures go. */
export const resultsDir = join(root, 'test-results');

export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const folder = typeof options.folder === 'function' ? options.folder() : options.folder;
  const server = await startVscodeServer({
    extension: options.extension ?? extensionUnderTest(),
    theme: options.theme ?? 'dark',
    ...(options.settings && { settings: options.settings }),
    say: (line) => process.stderr.write(`${line}\n`),
  });
  let browser: Browser | undefined;
  try {
    browser = await launchChromium();
    const context = await browser.newContext({
      viewport: options.size ?? { width: 1440, height: 900 },
      deviceScaleFactor: options.scale ?? 1,
      colorScheme: options.theme?.includes('light') === true ? 'light' : 'dark',
      // A contrast preference of the browser would be a second source of the theme.
      forcedColors: 'none',
      locale: 'en-US',
      timezoneId: 'UTC',
    });
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], {
      origin: `http://127.0.0.1:${server.port}`,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const workbench = new Workbench(page, folder ?? '', server, browser);
    await workbench.open(server.address(folder === undefined ? {} : { folder }));
    return workbench;
  } catch (error) {
    await browser?.close();
    await server.stop();
    throw error;
  }
}

export class Workbench {
  private readonly messages: string[] = [];
  private readonly refused: string[] = [];

  constructor(
    /** Playwright's page, for whatever this class has no word for. */
    readonly page: Page,
    /** The workspace folder on disk: a test looks here for the files that the extension wrote. */
    readonly folder: string,
    private readonly server: VscodeServer,
    private readonly browser: Browser,
  ) {
    page.on('console', (message) => {
      const line = `[${message.type()}] ${message.text()}`;
      this.messages.push(line);
      // Webviews are served from addresses of their own; what the workbench itself complains about is not ours.
      const ofWebview = /vscode-(resource|webview|cdn)|\/webview\//.test(message.location().url);
      const isError = message.type() === 'error' && ofWebview;
      if (isError || /content security policy/i.test(line)) this.refused.push(line);
    });
    page.on('pageerror', (error) => {
      const line = `[uncaught] ${error.stack ?? error.message}`;
      this.messages.push(line);
      this.refused.push(line);
    });
  }

  /** What went wrong inside webviews so far: uncaught errors, failed loads, refusals of a content security policy. */
  complaints(): readonly string[] {
    return [...this.refused];
  }

  async open(address: string): Promise<void> {
    await this.page.goto(address);
    await this.page.locator('.monaco-workbench .part.activitybar').waitFor({ timeout: 90_000 });
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor();
    if (this.folder !== '') await this.explorerRows().first().waitFor({ timeout: 60_000 });
  }

  /** Reloads the window: what the extension persists must survive it. */
  async reload(): Promise<void> {
    await this.open(this.page.url());
  }

  // ---- Explorer

  explorerRows(): Locator {
    return this.page.locator('.explorer-folders-view .monaco-list-row');
  }

  /** The row of a file or folder by its name; the folders above it have to be expanded. */
  explorerItem(name: string): Locator {
    return this.explorerRows().filter({ has: this.page.locator('.label-name', { hasText: exactly(name) }) });
  }

  async showExplorer(): Promise<void> {
    const rows = this.page.locator('.explorer-folders-view');
    if (!(await rows.isVisible())) await this.page.getByRole('tab', { name: /^Explorer/ }).click();
    await rows.waitFor();
  }

  /** Right-click on a file or folder, then the menu's item. */
  async explorerMenu(name: string, item: string | RegExp): Promise<void> {
    await this.showExplorer();
    await this.contextMenu(this.explorerItem(name), item);
  }

  /** Opens a file of the workspace in an editor. */
  async openFile(name: string): Promise<void> {
    await this.showExplorer();
    await this.explorerItem(name).dblclick();
    await this.editorTab(name).waitFor();
  }

  // ---- Menus, palette, notifications

  /** Right-click on anything, then the menu's item; menus open only after the extension's entries are known. */
  async contextMenu(target: Locator, item: string | RegExp): Promise<void> {
    await persistently(async () => {
      await this.openContextMenu(target, item);
      await this.page.waitForTimeout(MENU_IS_DEAF_MS);
      await this.menuItem(item).click({ timeout: 2000 });
    });
    await this.menu().waitFor({ state: 'hidden' });
  }

  /** Right-click until the menu has the item: in the first seconds a window does not know all extensions. */
  async openContextMenu(target: Locator, item: string | RegExp): Promise<void> {
    await target.waitFor();
    const deadline = Date.now() + 30_000;
    while (true) {
      await target.click({ button: 'right' });
      await this.menu().waitFor();
      if (await this.menuItem(item).isVisible()) return;
      const found = await this.menu().getByRole('menuitem').allInnerTexts();
      await this.page.keyboard.press('Escape');
      await this.menu().waitFor({ state: 'hidden' });
      if (Date.now() > deadline) throw new Error(`The menu has no ${String(item)}, only: ${found.join(' | ')}`);
      await this.page.waitForTimeout(500);
    }
  }

  menu(): Locator {
    return this.page.locator('.context-view .monaco-menu').first();
  }

  menuItem(name: string | RegExp): Locator {
    return this.menu().getByRole('menuitem', typeof name === 'string' ? { name, exact: true } : { name });
  }

  /** Runs a command by its title in the palette, as shown there: "CloudTrail Lineage: Clear Analysis". */
  async runCommand(title: string): Promise<void> {
    await this.pick('F1', `>${title}`, title);
  }

  /** The titles that the palette offers for a text. */
  async paletteTitles(text: string): Promise<string[]> {
    await this.page.keyboard.press('F1');
    await this.quickInput().fill(`>${text}`);
    await this.page.locator('.quick-input-list .monaco-list-row').first().waitFor();
    const labels = await this.page.locator('.quick-input-list .monaco-list-row .label-name').allInnerTexts();
    await this.page.keyboard.press('Escape');
    return labels;
  }

  quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible input.input');
  }

  /** The entry of an open list of choices (also one that the extension opened). */
  quickPick(label: string | RegExp): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: label }).first();
  }

  private async pick(key: string, text: string, label: string): Promise<void> {
    await persistently(async () => {
      await this.page.keyboard.press(key);
      await this.quickInput().fill(text, { timeout: 3000 });
      await this.quickPick(label).click({ timeout: 3000 });
    });
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-list-item').filter({ hasText: text });
  }

  /** A modal dialog: `dialog().getByRole('button', { name: 'Overwrite' })`. */
  dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  statusItem(text: string | RegExp): Locator {
    return this.page.locator('.part.statusbar .statusbar-item').filter({ hasText: text });
  }

  // ---- Sidebar and trees

  /** Brings a view container to the front by the title in the activity bar. */
  async showContainer(title: string): Promise<void> {
    const tab = this.page.locator('.part.activitybar').getByRole('tab', { name: new RegExp(`^${escaped(title)}`) });
    await tab.waitFor({ timeout: 60_000 });
    const shown = this.page.locator('.part.sidebar .composite.title').getByText(title);
    // A click on what is in front already, perhaps since a moment ago, hides the sidebar: then once more.
    await persistently(async () => {
      if (!(await shown.isVisible())) await tab.click();
      await shown.waitFor({ timeout: 2000 });
    });
  }

  /** One section of the sidebar by its title, with header and tree. */
  view(title: string): Locator {
    return this.page
      .locator('.part.sidebar .split-view-view')
      .filter({ has: this.page.locator('.pane-header h3.title', { hasText: exactly(title) }) });
  }

  /** Gives a section of the sidebar all the height: rows that are out of sight do not exist. */
  async onlyView(title: string): Promise<Locator> {
    const headers = this.page.locator('.part.sidebar .pane-header');
    for (const header of await headers.all()) {
      const wanted = (await header.locator('h3.title').innerText()).trim() === title;
      if ((await header.getAttribute('aria-expanded')) !== String(wanted)) await header.click();
    }
    return this.view(title);
  }

  /** A row of a tree by its accessible name; in the whole window, or inside `view`. */
  treeItem(name: string | RegExp, within: Page | Locator = this.page): Locator {
    return within.getByRole('treeitem', { name });
  }

  /** Collapses a row, if it is expanded. */
  async collapse(item: Locator): Promise<void> {
    if ((await item.getAttribute('aria-expanded')) !== 'true') return;
    await item.locator('.monaco-tl-twistie').first().click();
    await this.page.waitForTimeout(100);
  }

  /** Expands a row, if it is collapsed. */
  async expand(item: Locator): Promise<void> {
    // A tree that is filled anew at this moment takes the click and stays as it was.
    for (let tries = 0; tries < 5 && (await item.getAttribute('aria-expanded')) === 'false'; tries++) {
      await item.click();
      await this.page.keyboard.press('ArrowRight');
      await this.page.waitForTimeout(200);
    }
  }

  // ---- Editors

  editorTab(name: string | RegExp): Locator {
    return this.page.locator('.tabs-container').getByRole('tab', { name });
  }

  /** The text of the active editor as shown, line by line; only what is scrolled into view. */
  async visibleText(): Promise<string> {
    const lines = this.page.locator('.editor-group-container.active .view-lines').first();
    await lines.waitFor();
    // VS Code draws spaces as no-break spaces, and lines in no order.
    const text = await lines.locator('.view-line').evaluateAll((rows) =>
      rows
        .map((row) => ({ top: row.getBoundingClientRect().top, text: row.textContent }))
        .sort((a, b) => a.top - b.top)
        .map((row) => row.text)
        .join('\n'),
    );
    return text.replaceAll('\u00a0', ' ');
  }

  /** The whole text of the active editor, as it is copied. */
  async editorText(): Promise<string> {
    await this.page.locator('.editor-group-container.active .view-lines').first().click();
    await this.page.keyboard.press('Control+A');
    await this.page.evaluate("navigator.clipboard.writeText('')");
    await this.page.keyboard.press('Control+C');
    return this.clipboard((text) => text !== '');
  }

  /** What the clipboard holds, once it is what is waited for. */
  async clipboard(wanted: (text: string) => boolean): Promise<string> {
    const deadline = Date.now() + 10_000;
    while (true) {
      const text = await this.page.evaluate<string>('navigator.clipboard.readText()');
      if (wanted(text)) return text;
      if (Date.now() > deadline) throw new Error(`The clipboard holds only: ${text.slice(0, 200)}`);
      await this.page.waitForTimeout(100);
    }
  }

  /** Line of the cursor in the active editor, from 1, as the status bar tells it. */
  async cursorLine(): Promise<number> {
    const place = await this.statusItem(/Ln \d+, Col \d+/).innerText();
    return Number(/Ln (\d+)/.exec(place)?.[1]);
  }

  /** Closes editors and the panel below them. */
  async closeEditors(): Promise<void> {
    if (await this.page.locator('.part.panel').isVisible()) await this.runCommand('View: Hide Panel');
    const tabs = this.page.locator('.part.editor .tabs-container [role=tab]');
    // What the test before opened last may still be opening: its tab then comes after the others have gone.
    for (let tries = 0; tries < 10 && (await tabs.count()) > 0; tries++) {
      await this.runCommand('View: Close All Editors');
      await this.page.waitForTimeout(500);
    }
    if ((await tabs.count()) > 0) throw new Error(`Still open: ${(await tabs.allInnerTexts()).join(', ')}`);
  }

  /** Changes the theme of the open window, by the settings of its folder. */
  async setTheme(theme: Theme): Promise<void> {
    const file = join(this.folder, '.vscode/settings.json');
    fs.mkdirSync(join(this.folder, '.vscode'), { recursive: true });
    fs.writeFileSync(file, JSON.stringify({ 'workbench.colorTheme': THEMES[theme] }));
    const kind = THEME_CLASSES[theme];
    await this.page.locator(`.monaco-workbench.${kind}`).waitFor();
  }

  /**
   * Opens the quick fixes at the cursor by its light bulb and returns their entries; `choose` one by its title. VS Code
   * shows no bulb in read-only documents: there, the bulb of the problem is in the view Problems.
   */
  async quickFixes(): Promise<{ titles: string[]; choose: (title: string | RegExp) => Promise<void> }> {
    const bulbs = ['.lightBulbWidget', '.codicon-gutter-lightbulb', '.codicon-gutter-lightbulb-auto-fix'];
    const active = this.page.locator('.editor-group-container.active');
    await active.locator(bulbs.join(', ')).filter({ visible: true }).first().click();
    const rows = this.page.locator('.action-widget .monaco-list-row.action');
    await rows.first().waitFor();
    return {
      titles: await rows.allInnerTexts(),
      choose: async (title) => rows.filter({ hasText: title }).first().click(),
    };
  }

  /** Opens the quick fixes of the first problem with this text by the light bulb in the view Problems. */
  async problemFixes(text: string): Promise<{ titles: string[]; choose: (title: RegExp) => Promise<void> }> {
    await this.runCommand('Problems: Focus on Problems View');
    await this.page.getByPlaceholder(/^Filter \(e\.g\. text/).fill(text);
    // Rows without a sign are the places that belong to a problem: they have no bulb.
    const sign = this.page.locator('.marker-icon');
    const problems = this.page.locator('.markers-panel .monaco-list-row').filter({ has: sign });
    const row = problems.filter({ has: this.page.locator('.marker-message', { hasText: text }) }).first();
    // The rows change a moment after the text of the filter.
    await this.page.getByText(/^Showing \d+ of \d+$/).waitFor();
    await problems.first().waitFor();
    for (const each of await problems.all()) await this.collapse(each);
    // The rows move while their neighbours collapse.
    await persistently(async () => {
      await row.click();
      await row.getByRole('button', { name: 'Show fixes' }).click({ timeout: 5000 });
      await this.menu().waitFor({ timeout: 5000 });
    });
    await this.page.waitForTimeout(MENU_IS_DEAF_MS);
    return {
      titles: await this.menu().getByRole('menuitem').allInnerTexts(),
      choose: async (title) => this.menuItem(title).first().click(),
    };
  }

  // ---- Webviews

  /**
   * The document inside the visible webview, when it has content; the panel's title when there are several.
   * A Frame and not a FrameLocator, so that `evaluate` and axe work in it.
   */
  async webview(title?: string): Promise<Frame> {
    const outer = this.page.locator('iframe.webview.ready').filter({ visible: true });
    const inside = title === undefined ? 'iframe#active-frame' : `iframe#active-frame[title=${JSON.stringify(title)}]`;
    const deadline = Date.now() + 60_000;
    while (Date.now() < deadline) {
      for (const each of await outer.all()) {
        const frame = await this.filled(each.contentFrame().locator(inside));
        if (frame) return frame;
      }
      await this.page.waitForTimeout(100);
    }
    throw new Error(`No webview ${title ?? ''} has content`);
  }

  /** The document of an iframe, once it has content; webviews come and go while they load. */
  private async filled(iframe: Locator): Promise<Frame | undefined> {
    try {
      if ((await iframe.count()) === 0) return undefined;
      const frame = await (await iframe.elementHandle({ timeout: 1000 })).contentFrame();
      return frame && (await frame.locator('body > *').count()) > 0 ? frame : undefined;
    } catch {
      return undefined;
    }
  }

  // ---- Evidence

  /** A picture of the window; a name without a path goes to test-results. Moves the pointer off anything that reacts to it. */
  async screenshot(name: string): Promise<string> {
    const path = name.includes('/') ? name : join(resultsDir, `${name}.png`);
    await this.page.screenshot({ path, animations: 'disabled' });
    return path;
  }

  /** Picture and logs of a failure; never throws, so that the failure itself is what is reported. */
  async keepEvidence(name: string): Promise<void> {
    const file = join(resultsDir, name.replace(/[^\w-]+/g, '-').slice(0, 120));
    try {
      fs.mkdirSync(resultsDir, { recursive: true });
      fs.writeFileSync(`${file}.log`, `${this.messages.join('\n')}\n${this.server.logs()}`);
      await this.screenshot(`${file}.png`);
      process.stderr.write(`      see ${file}.png and .log\n`);
    } catch (error) {
      process.stderr.write(`      no picture: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
  }
}

/** Registers the hooks that open a workbench for the tests of a `describe`, and close it; returns its getter. */
export function useWorkbench(options: WorkbenchOptions = {}): () => Workbench {
  let current: Workbench | undefined;
  before(async function () {
    this.timeout(180_000);
    current = await openWorkbench(options);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await current?.keepEvidence(this.currentTest.fullTitle());
  });
  after(async () => {
    await current?.close();
    current = undefined;
  });
  return () => {
    if (!current) throw new Error('The workbench is open only inside tests');
    return current;
  };
}

/** A copy of the bundled incident, which the test may change. */
export function sampleWorkspace(): string {
  return workspaceCopy(join(root, 'media/sample-incident'));
}

/** A copy of a folder in a temporary place, under its own name. */
export function workspaceCopy(folder: string): string {
  const copy = join(temporaryFolder(), basename(folder));
  fs.cpSync(folder, copy, { recursive: true });
  return copy;
}

/** What the launcher was asked to test: the packaged file, or the project itself. */
export function extensionUnderTest(): ExtensionSource {
  const vsix = process.env['CLOUDTRAIL_LINEAGE_VSIX'];
  return vsix ? { kind: 'vsix', path: vsix } : { kind: 'source', path: root };
}

/** Menus and the palette close when something else takes the focus, such as an editor that opens: then once more. */
async function persistently(attempt: () => Promise<void>): Promise<void> {
  for (let left = 2; ; left--) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function exactly(text: string): RegExp {
  return new RegExp(`^\\s*${escaped(text)}\\s*$`);
}
