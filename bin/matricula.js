#!/usr/bin/env node
// npx puts the project's own Node first on PATH; started any other way, hand over to it.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

if (Number(process.versions.node.split('.')[0]) >= 26) await import('../src/main.ts');
else handOver();

function handOver() {
  const own = path.join(path.dirname(packageOfNode()), 'bin', 'node');
  const child = spawn(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name));
  child.on('error', (error) => {
    process.stderr.write(`${own} cannot be started (${error.code}): run \`npm ci\`.\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + os.constants.signals[signal];
  });
}

function packageOfNode() {
  try {
    return createRequire(import.meta.url).resolve('node/package.json');
  } catch {
    process.stderr.write('The package node is missing: run `npm ci` where Matricula is.\n');
    process.exit(1);
  }
}
