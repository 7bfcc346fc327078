// Packs the extension into cloudtrail-lineage-<version>.vsix at the root, from a fresh production build. What goes in is
// the allow-list of .vscodeignore; the packages it uses are bundled, so no node_modules.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { root } from './lib/paths.mjs';

const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const packagePath = join(root, `${name}-${version}.vsix`);

// vsce runs the script vscode:prepublish, the production build.
await createVSIX({
  cwd: root,
  packagePath,
  dependencies: false,
  // The links of the README lead to files that are in the package.
  rewriteRelativeLinks: false,
  allowMissingRepository: true,
});
console.log(`${name}-${version}.vsix: ${Math.ceil(statSync(packagePath).size / 1024)} KB`);
