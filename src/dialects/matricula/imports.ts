import type { Handlers } from '../../http/handlers.ts';
import { ImportRuns } from '../../record/insight/index.ts';
import type { Caller } from './caller.ts';
import type { Operations, Schemas } from './generated/operations.ts';
import type { Needs } from './needs.ts';
import { exactly, type List, listed } from './paging.ts';

const IMPORTS: List<Operations['listImports']['query']> = {
  sort: '-number',
  filters: { kind: exactly('kind'), state: exactly('state') },
};

const toImport = (run: ImportRuns.ImportRun): Schemas['Import'] => ({ ...run });

/** Files in, and what became of them. */
export const importHandlers = ({ imports }: Needs) =>
  ({
    listImports: (caller, { query }, call) =>
      listed(caller, call, query, IMPORTS, (wanted) => ImportRuns.list(caller, wanted), toImport),

    createImport: async (caller, { query, body }, call) => {
      const kind = call.bodyType === 'application/yaml' ? 'academy' : 'oneroster';
      const run = await imports.start(caller, kind, body, {
        name: query.fileName ?? (kind === 'academy' ? 'academy.yaml' : 'oneroster.zip'),
        dryRun: query.dryRun ?? false,
        strict: query.strict ?? false,
        encoding: query.encoding ?? 'utf-8',
      });
      return { status: 202, body: toImport(run), headers: { location: `${call.baseUrl}/imports/${run.id}` } };
    },

    getImport: async (caller, { path }) => ({
      status: 200,
      body: toImport(await ImportRuns.get(caller, path.importId)),
    }),
  }) satisfies Partial<Handlers<Operations, Caller>>;
