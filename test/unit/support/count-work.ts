/**
 * What a worker thread of `work.ts` runs: one task at each size, with V8's own counts of what it executed.
 *
 * Guarantee: the figure depends neither on the clock nor on the load of the machine. It is how often each character of the
 * source ran, summed: unlike a sum over ranges it is the same when V8 joins ranges of equal counts.
 */
import { Session, type Profiler } from 'node:inspector';
import { parentPort, workerData } from 'node:worker_threads';

/** Prepares what a size needs, which is not counted, and returns what is. */
export type Task = (size: number) => () => unknown;

function executed({ functions }: Profiler.ScriptCoverage): number {
  const ranges = functions
    .flatMap((one) => one.ranges)
    .sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  let sum = 0;
  const around: Profiler.CoverageRange[] = [];
  for (const range of ranges) {
    const length = range.endOffset - range.startOffset;
    let outer = around.at(-1);
    while (outer !== undefined && outer.endOffset <= range.startOffset) {
      around.pop();
      outer = around.at(-1);
    }
    // What is inside of a range has the inner count, not the outer one.
    sum += length * (range.count - (outer?.count ?? 0));
    around.push(range);
  }
  return sum;
}

/** Call it before the tasks' modules are evaluated: functions compiled earlier have no counts of their blocks. */
export function countFromNow(): (tasks: Readonly<Record<string, Task>>) => void {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  // The inspector answers within the call.
  const take = (): number => {
    let sum = 0;
    session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error !== null) throw error;
      for (const script of taken.result) if (script.url === __filename) sum += executed(script);
    });
    return sum;
  };
  return (tasks) => {
    const { name, sizes } = workerData as { readonly name: string; readonly sizes: readonly number[] };
    const task = tasks[name];
    if (task === undefined) throw new Error(`There is no task ${name}`);
    // What is made once, by whoever asks first, is not counted.
    task(sizes[0] ?? 1)();
    parentPort?.postMessage(
      sizes.map((size) => {
        const run = task(size);
        // Counts begin anew with each taking, and this one is not looked at: looking is code as well.
        session.post('Profiler.takePreciseCoverage');
        run();
        return take();
      }),
    );
  };
}
