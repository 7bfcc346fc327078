/**
 * Prints what the detectors make of the population.
 *
 *   npm run measure                     two tables: quiet on ordinary life, and attacks found
 *   npm run measure -- --seed NAME      of another population of the same kind
 *   npm run measure -- --look-alikes    also what ordinary life has that looks like an attack
 */
import { parseArgs } from 'node:util';
import { measureQuiet, measureRecall, populate } from './measurement';
import { lookAlikeTable, quietTable, recallTable } from './tables';

const { values } = parseArgs({ options: { seed: { type: 'string' }, 'look-alikes': { type: 'boolean' } } });
const population = populate(values.seed);
const parts = [
  ...(values['look-alikes'] === true ? [lookAlikeTable(population)] : []),
  quietTable(measureQuiet(population)),
  recallTable(measureRecall(population)),
];
process.stdout.write(`${parts.join('\n\n')}\n`);
