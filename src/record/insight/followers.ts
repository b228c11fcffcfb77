import { run } from '../../database/run.ts';
import { name, sql, TENANT } from '../../database/sql.ts';
import type { Told } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';

// What insight does when something happened; `record/consequences.ts` says when, and in which order.

const LINES = ['refusals', 'remarks', 'changes'] as const;

/** Reports of imports say nothing any more about somebody whose data was erased (rule 16): lines that name them are left out. */
export async function leaveOutOfReports(ctx: Context, { purged }: Told<'purged'>): Promise<void> {
  // as they stand in JSON, between quotes; keys are compared without case
  const said = purged.flatMap(({ email, names }) =>
    [email, ...names].flatMap((one) => (one === null ? [] : [JSON.stringify(one).slice(1, -1).toLowerCase()])),
  );
  const named = (text: string) =>
    sql`exists (select 1 from unnest(${said}::text[]) as w where position(w in lower(${name(text)}::text)) > 0)`;
  for (const lines of LINES)
    await run(
      ctx,
      sql`update import_run r set report = jsonb_set(r.report, array[${lines}::text],
              coalesce((select jsonb_agg(line order by n) from jsonb_array_elements(r.report->${lines}::text) with ordinality as l (line, n) where not ${named('line')}), '[]'))
          where r.tenant_id = ${TENANT} and exists (select 1 from jsonb_array_elements(r.report->${lines}::text) as l (line) where ${named('line')})`,
    );
}
