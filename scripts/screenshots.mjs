// Takes the pictures of the README from the running thing; see scripts/lib/screenshots.ts.
import { register } from 'tsx/esm/api';

register();
const { program } = await import('./lib/program.ts');
const { screenshots } = await import('./lib/screenshots.ts');
await program(() => screenshots(process.argv.slice(2)));
