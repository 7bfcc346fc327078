// npm run docs: writes the generated parts of the documentation anew; see scripts/lib/write-docs.ts.
import { register } from 'tsx/esm/api';

register();
const { program } = await import('./lib/program.ts');
const { writeDocs } = await import('./lib/write-docs.ts');
await program(writeDocs);
