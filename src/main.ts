import { readFileSync } from 'node:fs';
import { enableCompileCache, findPackageJSON } from 'node:module';

// the second start reads what the first one compiled
enableCompileCache();
demandPackages();
const { runCommandLine, watchProcess } = await import('./commands/index.ts');
watchProcess();
process.exitCode = await runCommandLine(process.argv);

/** Some packages are only loaded when first needed: one that is missing is told now, not to whoever calls then. */
function demandPackages(): void {
  const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const missing = Object.keys(dependencies).filter((name) => !isThere(name));
  if (missing.length === 0) return;
  process.stderr.write(`Packages are missing (${missing.join(', ')}): run \`npm ci\` where Matricula is.\n`);
  process.exit(1);
}

function isThere(name: string): boolean {
  try {
    return findPackageJSON(name, import.meta.url) !== undefined;
  } catch {
    return false;
  }
}
