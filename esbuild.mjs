// Builds everything that runs from a file: the extension, the command line, the workers and their WebAssembly module, the
// panel, and the suite that runs inside VS Code. Packages are bundled in, so that the VSIX needs no node_modules; their
// licences go into dist/third-party-notices.txt.
//
//   node esbuild.mjs [--production] [--watch]
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as esbuild from 'esbuild';
import { buildWasm } from './scripts/lib/build-wasm.mjs';
import { root } from './scripts/lib/paths.mjs';
import { thirdPartyNotices } from './scripts/lib/third-party-notices.mjs';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** The lines that the problem matcher of .vscode/tasks.json waits for and reads. */
const problemMatcher = {
  name: 'problem-matcher',
  setup(build) {
    build.onStart(() => console.log('[watch] build started'));
    build.onEnd((result) => {
      for (const { text, location } of result.errors) {
        console.error(`✘ [ERROR] ${text}`);
        if (location) console.error(`    ${location.file}:${location.line}:${location.column}:`);
      }
      console.log('[watch] build finished');
    });
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  // The sources are ours, beside the map; a copy of them in every map is not needed.
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
  charset: 'utf8',
  logLevel: watch ? 'silent' : 'warning',
  plugins: watch ? [problemMatcher] : [],
};

/** Everything in Node: the extension host of the oldest VS Code we support is Node 20. */
const node = {
  ...common,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  outdir: 'dist',
  external: ['vscode'],
  // Packages as ES modules where they offer them: jsonc-parser's other form cannot be bundled.
  mainFields: ['module', 'main'],
};

const builds = [
  {
    ...node,
    entryPoints: {
      extension: 'src/extension.ts',
      'analysis-worker': 'src/worker/analysis-worker.ts',
      'parse-worker': 'src/worker/parse-worker.ts',
    },
  },
  { ...node, entryPoints: { cli: 'src/cli.ts' }, banner: { js: '#!/usr/bin/env node' } },
  {
    ...common,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    outdir: 'dist/webview',
    entryPoints: { panel: 'webview/main.ts' },
    // The style sheet is an entry of its own under the same name: a script that imported one would overwrite it.
    loader: { '.css': 'empty' },
  },
  {
    ...common,
    outdir: 'dist/webview',
    entryPoints: { panel: 'webview/panel.css' },
    target: 'es2022',
    loader: { '.svg': 'dataurl', '.woff2': 'dataurl', '.ttf': 'dataurl' },
  },
];

/** The suite that runs inside VS Code; it is not part of what ships. */
const testBuilds = [
  {
    ...node,
    entryPoints: { 'extension/index': 'test/extension/index.ts' },
    outdir: 'out/test',
    minify: false,
    sourcemap: 'linked',
    // Mocha finds its reporters and interfaces by path, so it stays outside.
    external: ['vscode', 'mocha'],
  },
];

/**
 * Entry points that exist: while developing, a part that is not there yet must not keep the others from being built.
 * What ships has to be whole.
 */
function present(build) {
  if (production) return [build];
  const entries = Object.entries(build.entryPoints);
  const found = entries.filter(([, file]) => existsSync(join(root, file)));
  for (const [, file] of entries.filter((entry) => !found.includes(entry)))
    console.warn(`skipped: ${file} is not there`);
  return found.length === 0 ? [] : [{ ...build, entryPoints: Object.fromEntries(found) }];
}

/** Removes what an earlier build left. Not before the build: whatever runs from dist/ meanwhile keeps its files. */
function removeStale(folder, outputs) {
  for (const name of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
    const path = join(name.parentPath, name.name);
    const key = relative(root, path).replaceAll('\\', '/');
    if (name.isFile() && !(key in outputs)) rmSync(path, { force: true });
  }
}

/** Compiles the parse workers' module; gives what esbuild's metafile would tell of it. */
async function writeWasm() {
  const wasm = await buildWasm();
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(join(root, 'dist/scan.wasm'), wasm);
  const inputs = { 'node_modules/assemblyscript/std/assembly/memory.ts': { bytesInOutput: wasm.length } };
  return { metafile: { inputs: {}, outputs: { 'dist/scan.wasm': { bytes: wasm.length, inputs } } } };
}

function writeReports(results) {
  const outputs = Object.assign({}, ...results.map((result) => result.metafile.outputs));
  const inputs = Object.assign({}, ...results.map((result) => result.metafile.inputs));
  mkdirSync(join(root, 'dist'), { recursive: true });
  removeStale('dist', outputs);
  writeFileSync(join(root, 'dist/meta.json'), JSON.stringify({ inputs, outputs }));
  writeFileSync(join(root, 'dist/third-party-notices.txt'), thirdPartyNotices(outputs));
}

if (watch) {
  await writeWasm();
  for (const build of [...builds, ...testBuilds].flatMap(present)) await (await esbuild.context(build)).watch();
} else {
  try {
    const bundles = builds.flatMap(present).map((build) => esbuild.build(build));
    const results = await Promise.all([...bundles, writeWasm()]);
    writeReports(results);
    if (!production) await Promise.all(testBuilds.flatMap(present).map((build) => esbuild.build(build)));
  } catch (error) {
    // esbuild has printed what is wrong with the sources; anything else is a fault of this file.
    if (!(error instanceof Error && 'errors' in error)) throw error;
    process.exitCode = 1;
  }
}
