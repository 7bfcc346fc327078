/**
 * The import table of CONTRIBUTING.md holds: for each row, what may be imported passes the project's own lint
 * configuration, and what must not is an error of the rule that keeps it.
 */
import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

const root = resolve(__dirname, '../../..');

/** One row: in `file`, each of `passes` is clean and each of `fails` is reported. */
interface Row {
  readonly row: string;
  readonly file: string;
  readonly passes: readonly string[];
  readonly fails: readonly string[];
}

const rows: readonly Row[] = [
  {
    row: 'src/engine imports itself and pure packages',
    file: 'src/engine/lineage/snippet.ts',
    passes: [
      "import { parse } from '../cloudtrail/record';",
      "import type { Model } from './model';",
      "import { sha256 } from '@noble/hashes/sha2.js';",
      "import { parse } from 'ipaddr.js';",
      "import { stringify } from 'csv-stringify/browser/esm/sync';",
      'export const when = (ms: number) => new Date(ms).getUTCHours();',
    ],
    fails: [
      "import * as vscode from 'vscode';",
      "import type { Uri } from 'vscode';",
      "import { readFileSync } from 'node:fs';",
      "import { join } from 'path';",
      "import { createHash } from 'crypto';",
      "import { run } from '../../worker/client';",
      "import type { Show } from '../../views/tree';",
      "import type { Message } from '../../shared/panel-messages';",
      "import { layout } from '../../../webview/layout';",
      "import { main } from '../../cli';",
      "import { select } from 'd3';",
      "export { readFileSync } from 'node:fs';",
      "export * from '../../views/tree';",
      "export const later = import('../cloudtrail/record');",
      'export const now = Date.now();',
      'export const now = new Date();',
      'export const now = Date();',
      'export const dice = Math.random();',
      'export const home = process.env;',
      "export const bytes = Buffer.from('x');",
      'export const title = document.title;',
      'export const width = window.innerWidth;',
      'export const order = (a: string, b: string) => a.localeCompare(b);',
      'export const local = (at: Date) => at.getHours();',
    ],
  },
  {
    row: 'the logic of src/worker imports the engine, and nothing of Node',
    file: 'src/worker/snippet.ts',
    passes: ["import { analyze } from '../engine/analysis';", "import type { Request } from './protocol';"],
    fails: [
      "import * as vscode from 'vscode';",
      "import { Worker } from 'node:worker_threads';",
      "import { Worker } from 'worker_threads';",
      "import { show } from '../views/tree';",
      "import { draw } from '../../webview/render';",
      "import { main } from '../cli';",
      "import { activate } from '../extension';",
    ],
  },
  {
    row: 'the Node shells of src/worker import Node as well',
    file: 'src/worker/analysis-worker.ts',
    passes: [
      "import { parentPort } from 'node:worker_threads';",
      "import { createReadStream } from 'node:fs';",
      "import { analyze } from '../engine/analysis';",
    ],
    fails: [
      "import * as vscode from 'vscode';",
      "import { request } from 'node:https';",
      "import { spawn } from 'node:child_process';",
      "import { show } from '../views/tree';",
    ],
  },
  {
    row: 'src/cli.ts imports the engine, Node and the worker client',
    file: 'src/cli.ts',
    passes: [
      "import { parseArgs } from 'node:util';",
      "import { toJson } from './engine/report/json';",
      "import { connect } from './worker/client';",
      "console.log('x');",
    ],
    fails: [
      "import * as vscode from 'vscode';",
      "import { show } from './views/tree';",
      "import type { Message } from './shared/panel-messages';",
      "import { activate } from './extension';",
      "import './worker/analysis-worker';",
      "import { get } from 'node:http';",
    ],
  },
  {
    row: 'src/shared imports types of the engine and has no code',
    file: 'src/shared/snippet.ts',
    passes: [
      "import type { Slice } from '../engine/report/slice';",
      "import type { Other } from './panel-messages';",
      'export interface Message { readonly t: string }',
      "export type Kind = 'a' | 'b';",
    ],
    fails: [
      "import { slice } from '../engine/report/slice';",
      "export { slice } from '../engine/report/slice';",
      "import type { Uri } from 'vscode';",
      "import type { Client } from '../worker/client';",
      "import { join } from 'node:path';",
      "import type { Selection } from 'd3';",
      'export const limit = 3;',
      'export function send(): void { return; }',
    ],
  },
  {
    row: 'src/views imports vscode, the worker client, shared types and the engine',
    file: 'src/views/panel/snippet.ts',
    passes: [
      "import * as vscode from 'vscode';",
      "import { connect } from '../../worker/client';",
      "import type { Message } from '../../shared/panel-messages';",
      "import { severityRank } from '../../engine/severity';",
      "import { randomBytes } from 'node:crypto';",
    ],
    fails: [
      "import { draw } from '../../../webview/render';",
      "import type { Layout } from '../../../webview/layout';",
      "import { main } from '../../cli';",
      "import '../../worker/parse-worker';",
      "import { readFileSync } from 'node:fs';",
      "import { get } from 'https';",
      "export const later = import('../../engine/severity');",
      "console.log('x');",
    ],
  },
  {
    row: 'src/extension.ts follows the row of src/views',
    file: 'src/extension.ts',
    passes: ["import * as vscode from 'vscode';", "import { register } from './views/tree';"],
    fails: ["import { draw } from '../webview/render';", "import { get } from 'node:https';"],
  },
  {
    row: 'webview imports d3 and types of shared',
    file: 'webview/snippet.ts',
    passes: [
      "import { select } from 'd3';",
      "import type { Message } from '../src/shared/panel-messages';",
      "import { layout } from './layout';",
      "import { button } from './controls';",
    ],
    fails: [
      "import * as vscode from 'vscode';",
      "import { join } from 'node:path';",
      "import { send } from '../src/shared/panel-messages';",
      "import type { Slice } from '../src/engine/report/slice';",
      "import { slice } from '../src/engine/report/slice';",
      "import { show } from '../src/views/tree';",
      "import { vsCodeButton } from '@vscode/webview-ui-toolkit';",
      "import { html } from 'lit';",
    ],
  },
  {
    row: 'webview/controls.ts alone imports the component toolkit',
    file: 'webview/controls.ts',
    passes: ["import { vsCodeButton } from '@vscode/webview-ui-toolkit';"],
    fails: ["import * as vscode from 'vscode';", "import { slice } from '../src/engine/report/slice';"],
  },
  {
    row: 'ordinary life and attacks know nothing of what they measure',
    file: 'test/population/attacks/snippet.ts',
    passes: [
      "import { assumeRole } from '../../../scripts/sample/records';",
      "import { users } from '../company/estate';",
      "import type { OrdinaryLife } from '../life/ordinary-life';",
    ],
    fails: [
      "import { detectors } from '../../../src/engine/detect/index';",
      "import { analyze } from '../../../src/engine/analysis';",
      "import { readFileSync } from 'node:fs';",
      "import * as vscode from 'vscode';",
      'export const dice = Math.random();',
      'export const now = Date.now();',
    ],
  },
  {
    row: 'test/unit imports anything but vscode',
    file: 'test/unit/snippet.test.ts',
    passes: ["import { readFileSync } from 'node:fs';", "import { layout } from '../../webview/layout';"],
    fails: ["import * as vscode from 'vscode';"],
  },
  {
    row: 'everywhere: no enum, no default export',
    file: 'src/engine/detect/snippet.ts',
    passes: ["export type Severity = 'high' | 'low';"],
    fails: ['export enum Severity { high, low }', 'export default 1;', 'export const x: any = 1;'],
  },
];

/** The rules that keep the table; others (an unused name, say) are not what these snippets are about. */
const KEEPERS = new Set([
  '@typescript-eslint/no-restricted-imports',
  '@typescript-eslint/no-explicit-any',
  'no-console',
  'no-restricted-globals',
  'no-restricted-properties',
  'no-restricted-syntax',
]);

describe('the import table', function () {
  this.timeout(60_000);

  // The real configuration, less the rules that need types: a snippet is in no TypeScript project.
  const eslint = new ESLint({
    cwd: root,
    overrideConfigFile: join(root, 'eslint.config.mjs'),
    overrideConfig: [{ files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked }],
  });
  const complaints = async (file: string, code: string): Promise<readonly string[]> => {
    const [result] = await eslint.lintText(`${code}\n`, { filePath: join(root, file) });
    assert.ok(result !== undefined, `${file} is not linted`);
    assert.equal(result.fatalErrorCount, 0, JSON.stringify(result.messages));
    return result.messages.filter(({ ruleId }) => ruleId !== null && KEEPERS.has(ruleId)).map(({ message }) => message);
  };

  for (const { row, file, passes, fails } of rows) {
    describe(row, () => {
      for (const code of passes) {
        it(`passes: ${code}`, async () => assert.deepEqual(await complaints(file, code), []));
      }
      for (const code of fails) {
        it(`fails: ${code}`, async () => assert.notDeepEqual(await complaints(file, code), []));
      }
    });
  }
});
