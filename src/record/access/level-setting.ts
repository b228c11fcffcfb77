import { run } from '../../database/run.ts';
import { sql, TENANT, value } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { against, type Issue, invalid } from '../kernel/refusal.ts';
import { textFault } from '../kernel/text.ts';

/** Deep enough for any organisation. */
const MOST_LEVELS = 100;
const LONGEST_LEVEL = 100;

/**
 * The setting `groupLevels`, the levels of hierarchical groups from the top: a list of names, each once (`invalid`), that holds every
 * level that groups stand on, in an order that they stand in (`in_use`). Nothing said is no levels.
 */
export async function demandLevels(ctx: Context, setting: unknown): Promise<void> {
  const levels = setting === undefined ? [] : checked(setting);
  const levelsSql = value(levels, 'text[]');
  const { rows } = await run(
    ctx,
    sql`select 1 from people_group g left join people_group above on above.tenant_id = ${TENANT} and above.id = g.parent_id and above.kind = 'hierarchical'
      where g.tenant_id = ${TENANT} and g.kind = 'hierarchical' and g.deleted_at is null
        and (array_position(${levelsSql}, g.level) is null
          or array_position(${levelsSql}, above.level) > array_position(${levelsSql}, g.level)
          or (above.level = g.level and array_position(${levelsSql}, g.level) < cardinality(${levelsSql}))) limit 1`,
  );
  if (rows.length > 0) against('in_use', 'group');
}

function checked(setting: unknown): string[] {
  const path = ['settings', 'groupLevels'];
  if (!Array.isArray(setting)) return invalid(path, 'type', 'a list of names');
  if (setting.length > MOST_LEVELS) invalid(path, 'too_many', `at most ${MOST_LEVELS}`);
  setting.forEach((level: unknown, i) => {
    const fault: Issue['fault'] | undefined =
      textFault(level, LONGEST_LEVEL) ??
      (String(level).trim() !== level || level === '' ? 'format' : undefined) ??
      (setting.indexOf(level) < i ? 'taken' : undefined);
    if (fault) invalid([...path, i], fault);
  });
  return setting;
}
