import type { Context } from './context.ts';
import { isId } from './ids.ts';

/**
 * SQL that keeps the people an actor may see: those of the actor's units and of all units below. Empty for actors of the whole
 * account. `alias` is a row with `unit_id`; the statement's $1 is the tenant. A unit id reaches the text only if it is a UUID.
 */
export function visiblePeopleSql(ctx: Context, alias: string): string {
  const { units } = ctx.actor;
  if (units === null) return '';
  const ids = units.filter(isId).map((id) => `'${id}'`);
  if (ids.length === 0) return ' and false';
  return ` and ${alias}.unit_id in (with recursive below as (
    select id from unit where tenant_id = $1 and id in (${ids.join(', ')})
    union select u.id from unit u join below b on u.parent_id = b.id where u.tenant_id = $1) select id from below)`;
}
