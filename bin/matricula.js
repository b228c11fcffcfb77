#!/usr/bin/env node
// npx puts the project's own Node first on PATH; started any other way, hand over to it.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

if (Number(process.versions.node.split('.')[0]) >= 26) await import('../src/main.ts');
else {
  const own = path.join(path.dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
  const { status } = spawnSync(own, [new URL(import.meta.url).pathname, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exit(status ?? 1);
}
