/**
 * The Chromium that shows the served VS Code: one that the machine has. Playwright drives it and downloads nothing.
 */
import * as fs from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { atEnd } from './processes';
import { SetupError } from './vscode-install';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'microsoft-edge-stable',
];

const APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

/** CHROMIUM_PATH if set, else the first known name on the PATH, else an application of macOS. */
export function findChromium(
  env: Readonly<Record<string, string | undefined>> = process.env,
  exists: (path: string) => boolean = fs.existsSync,
): string {
  const named = env['CHROMIUM_PATH'];
  if (named) {
    if (exists(named)) return named;
    throw new SetupError(`CHROMIUM_PATH is ${named}, and there is no such file.`);
  }
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const candidates = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...APPLICATIONS];
  const found = candidates.find(exists);
  if (found !== undefined) return found;
  throw new SetupError(
    'The tests of the user interface need a Chromium: install one (Debian, Ubuntu: apt-get install chromium) ' +
      'or name one in CHROMIUM_PATH.',
  );
}

export async function launchChromium(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: findChromium(),
    headless: process.env['HEADED'] === undefined,
    // Chromium refuses its sandbox to root, and only there it is turned off.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
      ...['--disable-dev-shm-usage', '--force-color-profile=srgb', '--no-default-browser-check'],
    ],
    // Signals are handled in processes.ts, for browser and server alike.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  const close = atEnd(() => browser.close());
  browser.on('disconnected', () => void close());
  return browser;
}
