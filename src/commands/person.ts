import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { Passwords } from '../record/access/index.ts';
import { People } from '../record/people/index.ts';
import { CommandError } from './error.ts';
import { withDatabase } from './open.ts';
import { printLine } from './print.ts';

export function personCommands(program: Command): void {
  const person = program.command('person').description('people');
  person
    .command('set-password <login>')
    .description('set the password of a person; it is read from standard input')
    .requiredOption('--tenant <tenant>', 'slug or id')
    .action((login: string, options: { tenant: string }) =>
      withDatabase(async ({ tenant }) => {
        const ctx = await tenant(options.tenant);
        const found = (await People.findLogin(ctx, login)) ?? (await People.find(ctx, login));
        if (!found)
          throw new CommandError(
            `Nobody in ${ctx.tenant.slug} has the external id, email or username ${JSON.stringify(login)}.`,
          );
        await Passwords.set(ctx, found.id, await readPassword());
        printLine(`Set the password of ${found.fullName}.`);
      }),
    );
}

/** A line of standard input; on a terminal it is asked for and not shown. */
async function readPassword(): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) {
    for await (const line of createInterface({ input: stdin })) return line;
    throw new CommandError('Standard input holds no password.');
  }
  stderr.write('Password: ');
  stdin.setRawMode(true);
  let typed = '';
  try {
    for await (const chunk of stdin)
      for (const key of String(chunk)) {
        if (key === '\r' || key === '\n') return typed;
        if (key === '\u0003') throw new CommandError('Cancelled.', 130);
        typed = key === '\u007f' ? typed.slice(0, -1) : typed + key;
      }
    return typed;
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}
