/** Entry of the panel: hands the host and the toolkit to the panel proper. */
import { makeButton, registerControls } from './controls';
import type { Host } from './messages';
import { startPanel } from './panel';

declare function acquireVsCodeApi(): Host;

registerControls();
const app = document.getElementById('app');
if (app === null) throw new Error('The page has no element "app".');
startPanel({ window, app, host: acquireVsCodeApi(), makeButton });
