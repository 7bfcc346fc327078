// npm start: opens VS Code on the sample incident, or runs the command line; see scripts/lib/start.ts.
import { register } from 'tsx/esm/api';

register();
const { program } = await import('./lib/program.ts');
const { start } = await import('./lib/start.ts');
await program(() => start(process.argv.slice(2)));
