/**
 * The user settings of a VS Code that is started for a test, a picture or a first look: nothing opens uninvited, nothing
 * moves, no network, and the theme is the one asked for, whatever the browser prefers.
 */

export const THEMES = {
  light: 'Light Modern',
  dark: 'Dark Modern',
  'high-contrast-dark': 'Default High Contrast',
  'high-contrast-light': 'Default High Contrast Light',
} as const;

export type Theme = keyof typeof THEMES;

/** JSON values: what a settings file may hold. */
export type Settings = Readonly<Record<string, unknown>>;

const QUIET: Settings = {
  'chat.commandCenter.enabled': false,
  'chat.disableAIFeatures': true,
  'editor.accessibilitySupport': 'off',
  'editor.minimap.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.autoDetectColorScheme': false,
  'window.autoDetectHighContrast': false,
  'window.commandCenter': false,
  'workbench.enableExperiments': false,
  'workbench.layoutControl.enabled': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

/** `more` wins over everything. */
export function composeSettings(theme: Theme, more: Settings = {}): Settings {
  return { ...QUIET, 'workbench.colorTheme': THEMES[theme], ...more };
}

export function isTheme(name: string): name is Theme {
  return Object.hasOwn(THEMES, name);
}
