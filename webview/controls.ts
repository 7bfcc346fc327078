/**
 * The component toolkit, behind one door: the only file that imports it, so that its successor can take its place.
 * Its elements need the DOM at import, hence nothing that is tested in Node imports this file.
 */
import { provideVSCodeDesignSystem, vsCodeButton } from '@vscode/webview-ui-toolkit';
import type { MakeButton } from './dom';

export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeButton());
}

export const makeButton: MakeButton = (document, { label, appearance, icon, title, onClick }) => {
  const button = document.createElement('vscode-button');
  button.setAttribute('appearance', appearance);
  if (icon === undefined) button.textContent = label;
  else {
    button.setAttribute('aria-label', label);
    button.append(icon);
  }
  button.title = title ?? label;
  button.addEventListener('click', onClick);
  return button;
};
