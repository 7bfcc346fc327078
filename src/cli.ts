/**
 * The command-line program.
 *
 * Guarantee: a reader that goes away early (`| head`) is no error; the exit status is set, never forced, so that all output
 * arrives.
 */
import { join } from 'node:path';
import { version } from '../package.json';
import { run, type Io } from './cli/run';

const { stdout, stderr, env } = process;

for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      throw error;
    }
  });
}

const io: Io = {
  cwd: process.cwd(),
  version,
  workerPath: join(__dirname, 'analysis-worker.js'),
  out: (text) =>
    new Promise((resolve) => {
      stdout.write(text, () => resolve());
    }),
  err: (text) => void stderr.write(text),
  outHasColour: stdout.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
  errIsTerminal: stderr.isTTY,
};

void run(process.argv.slice(2), io).then((status) => {
  process.exitCode = status;
});
