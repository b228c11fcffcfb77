import { enableCompileCache } from 'node:module';

// the second start reads what the first one compiled
enableCompileCache();
const { runCommandLine, watchProcess } = await import('./commands/index.ts');
watchProcess();
process.exitCode = await runCommandLine(process.argv);
