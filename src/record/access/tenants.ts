import { isDeepStrictEqual } from 'node:util';
import { run } from '../../database/run.ts';
import { nothing, sql, TENANT } from '../../database/sql.ts';
import { transaction, violatedKey } from '../../database/transaction.ts';
import { type Actor, SYSTEM } from '../kernel/actor.ts';
import type { Context, Database, Tenant } from '../kernel/context.ts';
import { demandWhole } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId, newId } from '../kernel/ids.ts';
import { type Instant, toInstant } from '../kernel/instant.ts';
import { invalid, notFound, refuse } from '../kernel/refusal.ts';
import { changesOf, LONGEST, longerThan, nameText, type Precondition } from '../kernel/text.ts';
import { accessChanged, announced } from './access-changed.ts';
import { fileSetting } from './file-setting.ts';
import { makeFoundations } from './foundations.ts';
import { demandLevels } from './level-setting.ts';
import { demandMailSettings } from './mail-setting.ts';

/** A tenant with what only its keepers need. */
export interface TenantRecord extends Tenant {
  number: number;
  status: 'active' | 'disabled';
  /** How far a sandbox's clock is ahead of the real one. */
  clockOffsetMs: number;
  /** The academy file a sandbox came from and is reset to, without its secrets. */
  academy: string | null;
  createdAt: Instant;
  updatedAt: Instant;
}

/** Who runs the installation, before any tenant is named: the command line, the start, jobs. */
export interface Operator {
  db: Database;
  dialect: string;
  /** The real moment. */
  now: Instant;
}

export const operator = (db: Database, dialect: string): Operator => ({ db, dialect, now: toInstant(Date.now()) });

export const TENANT_COLUMNS = sql`t.id, t.number, t.slug, t.name, t.time_zone as "timeZone", t.status, t.sandbox,
  t.clock_offset_ms as "clockOffsetMs", t.academy, t.settings, t.created_at as "createdAt", t.updated_at as "updatedAt"`;

/** The moment by a tenant's own clock. */
export const nowOf = (tenant: Pick<TenantRecord, 'clockOffsetMs'>, realMs: number = Date.now()): Instant =>
  toInstant(realMs + tenant.clockOffsetMs);

/** A context in the tenant, by default as the system itself. */
export function tenantContext(
  { db, dialect }: Pick<Operator, 'db' | 'dialect'>,
  tenant: TenantRecord,
  actor: Actor = SYSTEM,
): Context {
  return { tenant, actor, dialect, db, inTransaction: false, now: nowOf(tenant) };
}

export interface NewTenant {
  name: string;
  /** Lower case letters, digits and dashes; unique in the installation. */
  slug: string;
  /** IANA name; UTC by default. */
  timeZone?: string;
  sandbox?: boolean;
  settings?: Record<string, unknown>;
}

/**
 * Makes a tenant with its root unit (named after it) and the roles that come with Matricula, and fills it: when that is refused, there
 * is no tenant. Refuses a taken slug.
 */
export async function createTenant(
  by: Operator,
  input: NewTenant,
  fill?: (ctx: Context) => Promise<void>,
): Promise<TenantRecord> {
  const name = nameText(input.name, ['name']);
  const id = newId();
  const tenant = {
    id,
    slug: slugText(input.slug),
    name,
    time_zone: zoneText(input.timeZone ?? 'UTC'),
    sandbox: input.sandbox ?? false,
    settings: JSON.stringify(input.settings ?? {}),
    created_at: by.now,
    updated_at: by.now,
  };
  const outside: Context = {
    tenant: { id, slug: tenant.slug, name, timeZone: tenant.time_zone, sandbox: tenant.sandbox, settings: {} },
    actor: SYSTEM,
    dialect: by.dialect,
    db: by.db,
    inTransaction: false,
    now: by.now,
  };
  try {
    return await transaction(outside, async (ctx) => {
      await ctx.db.insertInto('tenant').values(tenant).execute();
      await makeFoundations(ctx);
      await append(ctx, [{ type: 'tenant.created', entityId: id, data: { slug: tenant.slug } }]);
      const here = { ...by, db: ctx.db };
      const { inTransaction, reported } = ctx;
      const made = (await findTenant(here, id))!;
      if (fill) await fill({ ...tenantContext(here, made), inTransaction, ...(reported && { reported }) });
      return (await findTenant(here, id))!;
    });
  } catch (error) {
    if (violatedKey(error) === 'tenant_slug_key')
      refuse({ kind: 'taken', entity: 'tenant', field: 'slug', value: tenant.slug });
    throw error;
  }
}

export interface TenantChanges {
  name?: string;
  timeZone?: string;
  status?: 'active' | 'disabled';
  /** Merged by key; null removes one. */
  settings?: Record<string, unknown>;
}

/** Changes the tenant of the context. A disabled tenant answers nobody until it is active again. */
export async function updateTenant(
  ctx: Context,
  changes: TenantChanges,
  precondition?: Precondition<TenantRecord>,
): Promise<TenantRecord> {
  demandWhole(ctx, 'tenant.manage');
  const updated = await transaction(ctx, async (ctx) => {
    const before = await currentTenant(ctx, true);
    precondition?.(before);
    if (longerThan(changes.settings, LONGEST)) invalid(['settings'], 'too_long');
    const settings = { ...before.settings };
    for (const [key, value] of Object.entries(changes.settings ?? {}))
      if (value === null) delete settings[key];
      else settings[key] = value;
    // every call of the tenant reads them
    if (JSON.stringify(settings).length > LONGEST) invalid(['settings'], 'too_long');
    const after: TenantRecord = {
      ...before,
      name: changes.name === undefined ? before.name : nameText(changes.name, ['name']),
      timeZone: changes.timeZone === undefined ? before.timeZone : zoneText(changes.timeZone),
      status: changes.status ?? before.status,
      settings,
    };
    const changed = changesOf(before, after, ['name', 'timeZone', 'status', 'settings']);
    if (!changed) return before;
    if (!isDeepStrictEqual(before.settings['groupLevels'], settings['groupLevels']))
      await demandLevels(ctx, settings['groupLevels']);
    if (!isDeepStrictEqual(before.settings['mail'], settings['mail'])) demandMailSettings(settings['mail']);
    fileSetting(settings['files']);
    await ctx.db
      .updateTable('tenant')
      .set({
        name: after.name,
        time_zone: after.timeZone,
        status: after.status,
        settings: JSON.stringify(after.settings),
        updated_at: ctx.now,
      })
      .where('id', '=', ctx.tenant.id)
      .execute();
    await append(ctx, [{ type: 'tenant.updated', entityId: ctx.tenant.id, data: { changed } }]);
    await accessChanged(ctx);
    return { ...after, updatedAt: ctx.now };
  });
  announced(ctx);
  return updated;
}

/** The tenant of the context as it stands in the database now. */
export async function currentTenant(ctx: Context, lock = false): Promise<TenantRecord> {
  const { rows } = await run<TenantRecord>(
    ctx,
    sql`
    select ${TENANT_COLUMNS} from tenant t where t.id = ${TENANT} ${lock ? sql`for update` : nothing}`,
  );
  return rows[0] ?? notFound('tenant', ctx.tenant.id);
}

export async function listTenants(by: Operator): Promise<TenantRecord[]> {
  const { rows } = await run<TenantRecord>(
    by,
    sql`
    select ${TENANT_COLUMNS} from tenant t order by t.slug collate "C"`,
  );
  return rows;
}

/** A tenant by slug or id. */
export async function findTenant(by: Operator, slugOrId: string): Promise<TenantRecord | undefined> {
  const key = slugOrId.toLowerCase();
  if (key.includes('\u0000')) return undefined;
  const { rows } = await run<TenantRecord>(
    by,
    sql`
    select ${TENANT_COLUMNS} from tenant t where t.slug = ${key} or t.id = ${isId(key) ? key : null}::uuid`,
  );
  return rows[0];
}

function slugText(slug: string): string {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(slug) || isId(slug))
    invalid(['slug'], 'format', 'lower case letters, digits and dashes, 63 at most');
  return slug;
}

function zoneText(zone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    return invalid(['timeZone'], 'unknown_value', 'an IANA time zone');
  }
}
