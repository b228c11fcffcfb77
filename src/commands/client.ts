import { type Command, Option } from 'commander';
import { DIALECTS } from '../app.ts';
import { named } from '../http/about.ts';
import { Clients } from '../record/access/index.ts';
import { makeCredentials } from './credentials.ts';
import { firstCall } from './first-call.ts';
import { withDatabase } from './open.ts';
import { printJson, printLine, table } from './print.ts';

const MOST = 1000;

interface CreateOptions {
  tenant: string;
  dialect: string;
  name: string;
  redirectUri?: string[];
  product?: string[];
  scope?: string[];
  readOnly?: boolean;
  json?: boolean;
}

export function clientCommands(program: Command): void {
  const client = program.command('client').description('API clients and their credentials');
  client
    .command('create')
    .description('make an API client; its credentials are shown this once')
    .requiredOption('--tenant <tenant>', 'slug or id')
    .addOption(
      new Option('--dialect <dialect>', 'protocol it speaks')
        .choices(DIALECTS.map(({ name }) => name))
        .makeOptionMandatory(),
    )
    .option('--name <name>', 'what it is for', 'API client')
    .option('--redirect-uri <uri...>', 'where OAuth may send a browser back to')
    .option('--product <name...>', 'API products that it is given, where the protocol has some')
    .option('--scope <scope...>', 'the most that its tokens are good for, where the protocol has scopes')
    .option('--read-only', 'it changes nothing')
    .option('--json', 'as JSON')
    .action((options: CreateOptions) =>
      withDatabase(async ({ tenant, publicUrl }) => {
        const made = await makeCredentials(await tenant(options.tenant), {
          dialect: named(DIALECTS, options.dialect),
          name: options.name,
          publicUrl,
          redirectUris: options.redirectUri ?? [],
          products: options.product ?? [],
          scopes: options.scope ?? [],
          readOnly: options.readOnly ?? false,
        });
        if (options.json) printJson(made);
        else {
          const rows = [['base URL', made.baseUrl], ...Object.entries(made.credentials)];
          printLine(table(['', ''], rows).split('\n').slice(2).join('\n'));
          printLine(`\n${firstCall(made, 'A first request, once the server runs:')}`);
        }
      }),
    );
  client
    .command('list')
    .description('show the API clients of a tenant')
    .requiredOption('--tenant <tenant>', 'slug or id')
    .option('--json', 'as JSON')
    .action((options: { tenant: string; json?: boolean }) =>
      withDatabase(async ({ tenant }) => {
        const { rows } = await Clients.list(await tenant(options.tenant), {
          page: { kind: 'rows', offset: 0, limit: MOST, total: false },
        });
        if (options.json) printJson(rows);
        else
          printLine(
            table(
              ['id', 'dialect', 'name', 'key', 'status', 'last used'],
              rows.map((one) => [one.id, one.dialect, one.name, `…${one.keyHint}`, one.status, one.lastUsedAt ?? '']),
            ),
          );
      }),
    );
  client
    .command('revoke <id>')
    .description('end an API client and all its tokens at once')
    .requiredOption('--tenant <tenant>', 'slug or id')
    .action((id: string, options: { tenant: string }) =>
      withDatabase(async ({ tenant }) => {
        await Clients.revoke(await tenant(options.tenant), id);
        printLine(`Revoked ${id}.`);
      }),
    );
}
