/**
 * The panel in a browser, without a VS Code: its bundle, its style sheet, the content security policy and the variables
 * of a real theme (themes.json, read from VS Code's own webviews), and an `acquireVsCodeApi` that remembers.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { root } from '../../../scripts/lib/paths.mjs';
import type { FromPanel, PanelState, ToPanel } from '../../../src/shared/panel-messages';
import themes from './themes.json';

export type ThemeName = keyof typeof themes;
export const THEMES = Object.keys(themes) as readonly ThemeName[];

const ORIGIN = 'http://panel.test';
const NONCE = 'r4nd0m';

export interface PanelFiles {
  readonly script: string;
  readonly style: string;
}

export async function bundlePanel(): Promise<PanelFiles> {
  const made = await build({
    absWorkingDir: root,
    entryPoints: { panel: 'webview/main.ts' },
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    outdir: 'dist/webview',
    logLevel: 'error',
  });
  const script = made.outputFiles.find((file) => file.path.endsWith('.js'))?.text ?? '';
  return { script, style: readFileSync(join(root, 'webview/panel.css'), 'utf8') };
}

function html(theme: ThemeName): string {
  const { bodyClass, kind, variables } = themes[theme];
  const declared = Object.entries(variables)
    .map(([name, value]) => `${name}: ${value};`)
    .join('\n');
  const csp = [
    "default-src 'none'",
    `script-src 'nonce-${NONCE}'`,
    `style-src ${ORIGIN} 'nonce-${NONCE}'`,
    `font-src ${ORIGIN}`,
    `img-src ${ORIGIN}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="UTF-8"><title>Lineage</title>
<meta http-equiv="Content-Security-Policy" content="${csp}">
<meta property="csp-nonce" content="${NONCE}">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<style nonce="${NONCE}">:root { ${declared} }
@layer vscode-default { body { background-color: transparent; color: var(--vscode-editor-foreground);
  font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; } }</style>
<link rel="stylesheet" href="${ORIGIN}/panel.css">
</head><body class="${bodyClass}" data-vscode-theme-kind="${kind}"><div id="app"></div>
<script nonce="${NONCE}">
  const kept = sessionStorage.getItem('state');
  let state = kept === null ? undefined : JSON.parse(kept);
  window.sent = [];
  window.violations = [];
  document.addEventListener('securitypolicyviolation', (e) => window.violations.push(e.violatedDirective + ' ' + e.blockedURI));
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => window.sent.push(structuredClone(message)),
    getState: () => state,
    setState: (next) => { state = next; sessionStorage.setItem('state', JSON.stringify(next)); },
  });
</script>
<script nonce="${NONCE}" src="${ORIGIN}/panel.js"></script>
</body></html>`;
}

export interface PanelPage {
  readonly page: Page;
  readonly errors: readonly string[];
  readonly send: (message: ToPanel | Readonly<Record<string, unknown>>) => Promise<void>;
  readonly sent: () => Promise<readonly FromPanel[]>;
  readonly state: () => Promise<PanelState | null>;
  readonly violations: () => Promise<readonly string[]>;
  readonly reload: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface PageOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly forcedColors?: boolean;
}

export async function openPanel(browser: Browser, files: PanelFiles, options: PageOptions = {}): Promise<PanelPage> {
  const { theme = 'dark', width = 1280, height = 800, forcedColors = false } = options;
  const page = await browser.newPage({ viewport: { width, height }, forcedColors: forcedColors ? 'active' : 'none' });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/panel.js') return route.fulfill({ contentType: 'text/javascript', body: files.script });
    if (pathname === '/panel.css') return route.fulfill({ contentType: 'text/css', body: files.style });
    if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: html(theme) });
    return route.fulfill({ status: 204, body: '' });
  });
  await page.goto(`${ORIGIN}/`);
  return {
    page,
    errors,
    send: async (message) => {
      await page.evaluate((data) => {
        window.postMessage(data, '*');
      }, message);
      // Posted messages arrive in order: when this one has, so has the panel's.
      await page.evaluate(
        () =>
          new Promise<void>((done) => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () => {
              requestAnimationFrame(() => requestAnimationFrame(() => done()));
            };
            channel.port2.postMessage(0);
          }),
      );
    },
    sent: () => page.evaluate('window.sent'),
    state: () => page.evaluate("JSON.parse(sessionStorage.getItem('state'))"),
    violations: () => page.evaluate('window.violations'),
    reload: async () => {
      await page.reload();
    },
    close: () => page.close(),
  };
}
