import { run } from '../../database/run.ts';
import { join, NOW, name, sql, TENANT } from '../../database/sql.ts';
import { few } from '../kernel/bulk.ts';
import type { Context } from '../kernel/context.ts';
import { saveKeys } from '../kernel/source-keys.ts';

/** Somebody who exists only so that an API client can sign in, as it was made. */
export interface ClientPerson {
  clientId: string;
  person: Record<string, unknown>;
  passwordHash: string | null;
  /** Keys of the built-in roles held in the account. */
  roles: string[];
}

/** Notes that a person was made for an API client, to sign in with: they stay when a sandbox is reset. */
export async function bindClientPerson(ctx: Context, clientId: string, personId: string): Promise<void> {
  await saveKeys(few(ctx), 'api_client', {
    sql: `select 'person' as entity, {client} as key, {person}::uuid as id, null::jsonb as data`,
    values: { client: clientId, person: personId },
  });
}

/** The people of clients that are not revoked, before everything goes. */
export async function readClientPeople(ctx: Context): Promise<ClientPerson[]> {
  const { rows } = await run<ClientPerson>(
    ctx,
    sql`select k.key as "clientId", to_jsonb(p) - 'login' - 'handle' as person, s.password_hash as "passwordHash",
            array(select r.key from role_assignment a join role r on r.tenant_id = a.tenant_id and r.id = a.role_id
                   where a.tenant_id = p.tenant_id and a.person_id = p.id and a.unit_id is null and r.key is not null) as roles
       from source_key k
       join api_client c on c.tenant_id = k.tenant_id and c.id::text = k.key and c.status = 'active'
       join person p on p.tenant_id = k.tenant_id and p.id = k.id and p.status <> 'deleted'
       left join person_secret s on s.tenant_id = p.tenant_id and s.person_id = p.id
      where k.tenant_id = ${TENANT} and k.system = 'api_client' and k.entity = 'person'`,
  );
  return rows;
}

/** Puts them back under their ids and names, in the root unit, with password and roles. */
export async function restoreClientPeople(
  ctx: Context,
  people: readonly ClientPerson[],
  rootUnitId: string,
): Promise<void> {
  for (const { clientId, person, passwordHash, roles } of people) {
    const row = { ...person, unit_id: rootUnitId, manager_id: null, created_at: ctx.now, updated_at: ctx.now };
    const columns = join(Object.keys(row).map(name));
    await run(
      ctx,
      sql`insert into person (${columns}) select ${columns} from jsonb_populate_record(null::person, ${JSON.stringify(row)}::jsonb)`,
    );
    if (passwordHash !== null)
      await run(
        ctx,
        sql`insert into person_secret (tenant_id, person_id, password_hash, updated_at) values (${TENANT}, ${person.id}, ${passwordHash}, ${NOW})`,
      );
    await run(
      ctx,
      sql`insert into role_assignment (tenant_id, person_id, role_id, unit_id, created_at)
       select ${TENANT}, ${person.id}::uuid, id, null, ${NOW} from role where tenant_id = ${TENANT} and key = any(${roles}::text[])`,
    );
    await bindClientPerson(ctx, clientId, person.id as string);
  }
}
