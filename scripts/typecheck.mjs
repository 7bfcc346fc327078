// Type-checks every TypeScript project of the tree. Each part has its own tsconfig, so that a global it must not use
// (Node's in the engine, the DOM outside the webview) is a compile error there. Incremental, two at a time.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root } from './lib/paths.mjs';

const projects = ['src/engine', 'src', 'webview', 'test', '.'];
const tsc = join(root, 'node_modules/typescript/bin/tsc');

/** tsc calls a project with no input an error; a part that has no file yet is fine. */
function hasSources(project) {
  const folder = join(root, project === '.' ? 'scripts' : project);
  return existsSync(folder) && readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith('.ts'));
}

function check(project) {
  const info = join(root, '.cache/tsc', `${project.replaceAll('/', '-').replace('.', 'scripts')}.tsbuildinfo`);
  const args = [tsc, '-p', join(root, project, 'tsconfig.json'), '--incremental', '--tsBuildInfoFile', info];
  if (process.stdout.isTTY) args.push('--pretty');
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.on('close', (code) => {
      process.stdout.write(output);
      resolve(code === 0);
    });
  });
}

const queue = projects.filter(hasSources);
const results = [];
async function drain() {
  for (let project = queue.shift(); project !== undefined; project = queue.shift()) results.push(await check(project));
}
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, drain));
if (results.includes(false)) process.exitCode = 1;
