/** No import cycle exists in src/ or webview/: not even one made of types only. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

const root = resolve(__dirname, '../../..');

/** For each file, the files it imports. */
type Graph = ReadonlyMap<string, readonly string[]>;

function sourceFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
    .sort();
}

/** Every way of naming another module counts: import, export … from, import(), and types of it. */
function importsOf(file: string): readonly string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
  return importedFiles.flatMap(({ fileName }) => {
    if (!fileName.startsWith('.')) return [];
    const base = resolve(dirname(file), fileName);
    const found = [`${base}.ts`, join(base, 'index.ts'), base].find((path) => path.endsWith('.ts') && existsSync(path));
    return found === undefined ? [] : [found];
  });
}

/** The first cycle met in a depth-first walk, as the files on it, or undefined. */
function findCycle(graph: Graph): readonly string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): readonly string[] | undefined => {
    const at = path.indexOf(file);
    if (at >= 0) return [...path.slice(at), file];
    if (done.has(file)) return undefined;
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle !== undefined) return cycle;
    }
    path.pop();
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

describe('import cycles', () => {
  it('are found where there are some', () => {
    assert.deepEqual(
      findCycle(new Map([['a', ['b', 'c']], ['b', []], ['c', ['d']], ['d', ['b', 'c']]])), // prettier-ignore
      ['c', 'd', 'c'],
    );
    assert.equal(findCycle(new Map([['a', ['b', 'c']], ['b', ['c']], ['c', []]])), undefined); // prettier-ignore
  });

  it('do not exist in src/ and webview/', () => {
    const files = ['src', 'webview'].flatMap((folder) => sourceFiles(join(root, folder)));
    const graph: Graph = new Map(files.map((file) => [file, importsOf(file)]));
    assert.ok(files.length > 0, 'no source file was found');
    assert.ok([...graph.values()].flat().length > 0, 'no import was found');
    const cycle = findCycle(graph);
    assert.equal(cycle, undefined, cycle?.map((file) => relative(root, file)).join(' → '));
  });
});
