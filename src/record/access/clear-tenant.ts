import { run } from '../../database/run.ts';
import { constant, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demandWhole } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { toInstant } from '../kernel/instant.ts';
import { against } from '../kernel/refusal.ts';
import { accessChanged, announced } from './access-changed.ts';
import { readClientPeople, restoreClientPeople } from './client-people.ts';
import { makeFoundations } from './foundations.ts';
import { currentTenant } from './tenants.ts';

/** A client that acted for somebody who is gone: to be tied again to the person of the same login name. */
export interface LooseClient {
  clientId: string;
  login: string;
}

/**
 * Empties a sandbox: everything but the tenant, its API clients, their keys and the people made for them goes, the clock is the real one
 * again, and root unit and built-in roles stand anew under their old ids. Gives the clients to tie again with `tieClients` once people are back.
 */
export async function clearTenant(ctx: Context): Promise<LooseClient[]> {
  demandWhole(ctx, 'tenant.manage');
  const loose = await transaction(
    ctx,
    async (ctx) => {
      if (!(await currentTenant(ctx)).sandbox) against('not_a_sandbox', 'tenant', ctx.tenant.id);
      // what is written by one statement comes by a person or an offering: in the order in which everybody locks them
      await run(ctx, sql`select 1 from person where tenant_id = ${TENANT} order by id for update`);
      await run(ctx, sql`select 1 from offering where tenant_id = ${TENANT} order by id for update`);
      const tenant = await currentTenant(ctx, true);
      const { rows: clients } = await run<LooseClient>(
        ctx,
        sql`
      select c.id as "clientId", p.login from api_client c join person p on p.tenant_id = c.tenant_id and p.id = c.person_id
       where c.tenant_id = ${tenant.id}`,
      );
      const { rows: roots } = await run<{ id: string }>(
        ctx,
        sql`
      select id from unit where tenant_id = ${tenant.id} and parent_id is null`,
      );
      const { rows: roles } = await run<{ id: string; key: string }>(
        ctx,
        sql`
      select id, key from role where tenant_id = ${tenant.id} and key is not null`,
      );
      // a whole university takes its time
      await run(ctx, sql`set local statement_timeout = '15min'`);
      const people = await readClientPeople(ctx);
      await run(ctx, sql`update api_client set person_id = null where tenant_id = ${tenant.id}`);
      for (const statement of await deletions(ctx)) await run(ctx, constant(statement));
      const now = toInstant(Date.now());
      await run(ctx, sql`update tenant set clock_offset_ms = 0, updated_at = ${now} where id = ${tenant.id}`);
      const anew = { ...ctx, now };
      await makeFoundations(anew, {
        ...(roots[0] ? { rootUnitId: roots[0].id } : {}),
        roleIds: Object.fromEntries(roles.map((role) => [role.key, role.id])),
      });
      if (roots[0]) await restoreClientPeople(anew, people, roots[0].id);
      await append(anew, [{ type: 'tenant.reset', entityId: tenant.id }]);
      await accessChanged(ctx);
      return clients;
    },
    { whole: true },
  );
  announced(ctx);
  return loose;
}

/** Ties clients again to the people who have their login names now; those without stay as they are. */
export async function tieClients(ctx: Context, clients: readonly LooseClient[]): Promise<void> {
  demandWhole(ctx, 'tenant.manage');
  if (clients.length === 0) return;
  await transaction(ctx, async (ctx) => {
    await run(
      ctx,
      sql`
      update api_client c set person_id = p.id
        from jsonb_to_recordset(${JSON.stringify(clients)}::jsonb) as g ("clientId" uuid, login text), person p
       where c.tenant_id = ${TENANT} and c.id = g."clientId" and p.tenant_id = c.tenant_id and p.status <> 'deleted'
         and lower(p.login) collate "C" = lower(g.login)`,
    );
    await accessChanged(ctx);
  });
  announced(ctx);
}

/** Contents of files are remembered until they are removed from the store. */
const KEPT = new Set(['tenant', 'api_client', 'file_content']);

interface Reference {
  child: string;
  parent: string;
  /** The child's column that names the parent, if it may be null. */
  loose: string | null;
}

/** Statements that empty every table of a tenant, children first, read from the catalogue so that new tables are never forgotten. */
async function deletions(ctx: Context): Promise<string[]> {
  const { rows: tables } = await run<{ name: string }>(
    ctx,
    sql`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
     where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace order by 1`,
  );
  const { rows: references } = await run<Reference>(
    ctx,
    sql`
    select k.conrelid::regclass::text as child, k.confrelid::regclass::text as parent,
           (select a.attname from pg_attribute a where a.attrelid = k.conrelid and a.attnum = any(k.conkey) and not a.attnotnull limit 1) as loose
      from pg_constraint k where k.contype = 'f' and k.connamespace = current_schema()::regnamespace and k.conrelid <> k.confrelid`,
  );
  const scope = `tenant_id = '${ctx.tenant.id}'`;
  const left = new Set(tables.map((table) => table.name).filter((name) => !KEPT.has(name)));
  let edges = references.filter((edge) => left.has(edge.child) && left.has(edge.parent));
  const statements: string[] = [];
  while (left.size > 0) {
    const free = [...left].find((name) => !edges.some((edge) => edge.parent === name));
    if (free) {
      statements.push(`delete from ${free} where ${scope}`);
      left.delete(free);
      edges = edges.filter((edge) => edge.child !== free);
      continue;
    }
    // tables that point at each other: let go of one side first
    const knot =
      edges.find(
        (edge) => edge.loose && edges.some((other) => other.child === edge.parent && other.parent === edge.child),
      ) ?? edges.find((edge) => edge.loose);
    if (!knot) throw new Error(`tables refer to each other in a ring: ${[...left].join(', ')}`);
    statements.push(`update ${knot.child} set ${knot.loose} = null where ${scope} and ${knot.loose} is not null`);
    edges = edges.filter((edge) => edge !== knot);
  }
  return statements;
}
