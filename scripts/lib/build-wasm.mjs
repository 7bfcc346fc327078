// Compiles src/wasm (AssemblyScript) to one WebAssembly module. The result is kept in out/wasm under a hash of everything
// it was made of, so that the tests, which need it too, compile it once.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './paths.mjs';

const sources = join(root, 'src/wasm');

const FLAGS = [
  ...['--enable', 'simd', '-O3', '--converge', '--noAssert', '--uncheckedBehavior', 'always', '--runtime', 'stub'],
  // What src/wasm/memory.ts lays out, in pages of 64 KiB. Pages that nothing touches cost no memory.
  ...['--initialMemory', String((2 + 16 + 64 + 4) * 16), '--maximumMemory', '32768'],
];

function sourceFiles() {
  return readdirSync(sources)
    .filter((name) => name.endsWith('.ts'))
    .sort();
}

function fingerprint() {
  const hash = createHash('sha256');
  const { version } = createRequire(import.meta.url)('assemblyscript/package.json');
  hash.update(JSON.stringify([version, FLAGS]));
  for (const name of sourceFiles()) hash.update(`\0${name}\0`).update(readFileSync(join(sources, name)));
  return hash.digest('hex').slice(0, 24);
}

/** Throws with what the compiler says when the sources do not compile. */
async function compile() {
  const { default: asc } = await import('assemblyscript/asc');
  let wasm;
  const { error, stderr } = await asc.main(['index.ts', '--baseDir', sources, '--outFile', 'scan.wasm', ...FLAGS], {
    writeFile: (name, contents) => {
      if (name === 'scan.wasm') wasm = contents;
    },
  });
  if (error !== null || wasm === undefined) throw new Error(`src/wasm does not compile:\n${stderr.toString()}`);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm), {});
  if (exports.staticsEnd() > exports.compressedStart())
    throw new Error('the statics of src/wasm reach into the part of the memory behind them');
  return wasm;
}

/** The bytes of the module. */
export async function buildWasm() {
  const folder = join(root, 'out/wasm');
  const file = join(folder, `${fingerprint()}.wasm`);
  if (existsSync(file)) return new Uint8Array(readFileSync(file));
  const wasm = await compile();
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder)) if (old.endsWith('.wasm')) rmSync(join(folder, old), { force: true });
  // Written aside and renamed: test files that run at the same time see a whole module or none.
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, wasm);
  renameSync(aside, file);
  return new Uint8Array(wasm);
}
