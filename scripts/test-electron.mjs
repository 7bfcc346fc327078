// npm run test:electron: the extension in the desktop VS Code; see scripts/lib/test-electron.ts.
import { register } from 'tsx/esm/api';

register();
const { program } = await import('./lib/program.ts');
const { testElectron } = await import('./lib/test-electron.ts');
await program(() => testElectron(process.argv.slice(2)));
