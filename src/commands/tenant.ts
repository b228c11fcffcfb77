import type { Command } from 'commander';
import { importRead, keepFile, MOST_BESIDE, MOST_CHARACTERS, readAcademy } from '../interchange/academy/index.ts';
import { Tenants } from '../record/access/index.ts';
import { readText } from './files.ts';
import { withDatabase } from './open.ts';
import { printJson, printLine, table } from './print.ts';
import { telling } from './steps.ts';

export function tenantCommands(program: Command): void {
  const tenant = program.command('tenant').description('organisations kept apart in one installation');
  tenant
    .command('create')
    .description('make a tenant')
    .requiredOption('--name <name>', 'name of the organisation')
    .requiredOption('--slug <slug>', 'short name: lower case letters, digits and dashes')
    .option('--sandbox', 'its clock can be moved and it can be reset')
    .option('--academy <file>', 'fill it from an academy file; a sandbox is reset to it')
    .option('--time-zone <zone>', 'IANA time zone', 'UTC')
    .option('--json', 'as JSON')
    .action(
      (options: {
        name: string;
        slug: string;
        sandbox?: boolean;
        academy?: string;
        timeZone: string;
        json?: boolean;
      }) =>
        withDatabase(async ({ operator }) => {
          const text = options.academy ? readText(options.academy) : null;
          const academy = text === null ? null : await readAcademy(text, MOST_CHARACTERS);
          const { name, slug, timeZone, sandbox = false } = options;
          const made = await Tenants.create(operator, { name, slug, timeZone, sandbox }, async (ctx) => {
            if (!academy) return;
            await telling(`Importing ${options.academy}`, importRead(ctx, academy));
            if (sandbox && text!.length <= MOST_BESIDE) await keepFile(ctx, text!);
          });
          if (options.json) printJson({ id: made.id, slug: made.slug, name: made.name, sandbox: made.sandbox });
          else printLine(`Made tenant ${made.slug} (${made.id}).`);
        }),
    );
  tenant
    .command('list')
    .description('show all tenants')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) =>
      withDatabase(async ({ operator }) => {
        const tenants = await Tenants.list(operator);
        if (options.json)
          printJson(
            tenants.map(({ id, slug, name, sandbox, status, timeZone }) => ({
              id,
              slug,
              name,
              sandbox,
              status,
              timeZone,
            })),
          );
        else
          printLine(
            table(
              ['slug', 'name', 'sandbox', 'status', 'id'],
              tenants.map((one) => [one.slug, one.name, one.sandbox ? 'yes' : '', one.status, one.id]),
            ),
          );
      }),
    );
  for (const [name, status, does, done] of [
    ['disable', 'disabled', 'answer nobody of this tenant any longer', 'Disabled'],
    ['enable', 'active', 'answer them again', 'Enabled'],
  ] as const)
    tenant
      .command(`${name} <tenant>`)
      .description(`${does}; its slug or id`)
      .action((given: string) =>
        withDatabase(async ({ tenant }) => {
          const ctx = await tenant(given);
          await Tenants.update(ctx, { status });
          printLine(`${done} ${ctx.tenant.slug}.`);
        }),
      );
}
