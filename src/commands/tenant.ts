import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { run } from '../database/parameters.ts';
import { importAcademy } from '../interchange/academy/index.ts';
import { createTenant, listTenants, tenantContext, updateTenant } from '../record/access/index.ts';
import { withDatabase } from './open.ts';
import { printJson, printLine, table } from './print.ts';

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
          const academy = options.academy ? readFileSync(options.academy, 'utf8') : null;
          const made = await createTenant(operator, {
            name: options.name,
            slug: options.slug,
            timeZone: options.timeZone,
            sandbox: options.sandbox ?? false,
          });
          if (academy) {
            const ctx = tenantContext(operator, made);
            // a refused file leaves nothing behind
            await importAcademy(ctx, academy).catch(async (error) => {
              await run(operator.db, 'delete from tenant where id = $1', [made.id]);
              throw error;
            });
            // only a file that could be imported is one to be reset to
            if (options.sandbox) await updateTenant(ctx, { academy });
          }
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
        const tenants = await listTenants(operator);
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
  for (const [name, status] of [
    ['disable', 'disabled'],
    ['enable', 'active'],
  ] as const)
    tenant
      .command(`${name} <tenant>`)
      .description(name === 'disable' ? 'answer nobody of this tenant any longer' : 'answer them again')
      .action((slug: string) =>
        withDatabase(async ({ tenant }) => void (await updateTenant(await tenant(slug), { status }))),
      );
}
