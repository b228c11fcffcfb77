/** Runs many commands in one process, one after the other, each as if it were alone: starting Node for each takes longer than all of them. */
import { readFileSync } from 'node:fs';
import { runCommandLine } from '../../src/commands/index.ts';

export interface Command {
  args: string[];
  env: Record<string, string>;
}

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

const own = { ...process.env };
const write = process.stdout.write.bind(process.stdout);
const ended: Ended[] = [];
for (const { args, env } of JSON.parse(readFileSync(0, 'utf8')) as Command[]) {
  const one: Ended = { code: null, out: '', err: '' };
  process.env = { ...own, ...env };
  for (const [stream, name] of [
    [process.stdout, 'out'],
    [process.stderr, 'err'],
  ] as const)
    stream.write = (text: string | Uint8Array) => {
      one[name] += text;
      return true;
    };
  one.code = await runCommandLine(['node', 'matricula', ...args]);
  ended.push(one);
}
process.stdout.write = write;
write(JSON.stringify(ended), () => process.exit(0));
