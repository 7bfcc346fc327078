// npm run test:extension: the extension in a served VS Code; see scripts/lib/test-extension.ts.
import { register } from 'tsx/esm/api';

register();
const { program } = await import('./lib/program.ts');
const { testExtension } = await import('./lib/test-extension.ts');
await program(() => testExtension(process.argv.slice(2)));
