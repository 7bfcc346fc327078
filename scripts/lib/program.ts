/**
 * The frame of a launcher: what the user has to change is one sentence, what we did wrong has its stack, and everything
 * started is ended before we end.
 */
import { cleanUp } from './processes';
import { UsageError } from './launch-options';
import { SetupError } from './vscode-install';

/** Runs a launcher; its result is our exit code. */
export async function program(main: () => Promise<number>): Promise<void> {
  let code = 1;
  try {
    code = await main();
  } catch (error) {
    if (error instanceof UsageError) code = 2;
    const expected = error instanceof UsageError || error instanceof SetupError;
    const text = error instanceof Error ? ((expected ? undefined : error.stack) ?? error.message) : String(error);
    process.stderr.write(`${text}\n`);
  } finally {
    await cleanUp();
  }
  process.exit(code);
}
