// Loaded into a measured program and its threads by --require: sets how many cores it sees, and writes the most memory that it
// held, in megabytes, when it ends.
const { writeFileSync } = require('node:fs');
const os = require('node:os');
const { isMainThread } = require('node:worker_threads');

const { BENCH_PEAK_FILE, BENCH_WORKERS } = process.env;
if (BENCH_WORKERS !== undefined) {
  os.availableParallelism = () => Number(BENCH_WORKERS);
}
if (isMainThread && BENCH_PEAK_FILE !== undefined) {
  process.on('exit', () => {
    writeFileSync(BENCH_PEAK_FILE, String(process.resourceUsage().maxRSS / 1024));
  });
}
