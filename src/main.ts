import { enableCompileCache } from 'node:module';

// the second start reads what the first one compiled
enableCompileCache();
const { runCommandLine } = await import('./commands/index.ts');
process.exitCode = await runCommandLine(process.argv);
