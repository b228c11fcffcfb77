import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { constant, NOW, nothing, type Sql, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { Authority } from '../access/index.ts';
import { type Context, demand, demandAnywhere, demandWhole } from '../kernel/context.ts';
import { append, type NewEvent } from '../kernel/event.ts';
import { byKeys, isId, newId } from '../kernel/ids.ts';
import { takeLock } from '../kernel/locks.ts';
import { freshOf, own, type PatchOf, type Read, thing } from '../kernel/members.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { invalid, notFound } from '../kernel/refusal.ts';
import { amend, amended, insert } from '../kernel/rows.ts';
import { checked, named, trimmedKey } from '../kernel/rules.ts';
import type { Precondition } from '../kernel/text.ts';

/** A label that people carry. */
export const PROFILE = thing('profile', 'f', {
  externalId: own(trimmedKey, { unique: 'exact' }),
  name: own(named(500)),
});

export type Profile = Read<typeof PROFILE>;
type ProfileInput = PatchOf<typeof PROFILE>;

const profileListing: Listing = {
  select: constant(PROFILE.select),
  from: sql`profile f`,
  fields: { named: PROFILE.fields },
  sort: [{ field: 'createdAt', descending: false }],
  id: 'id',
};

/** Profiles of the account; of one person where it is named. People see their own. */
export async function listProfiles(
  ctx: Context,
  query: ListQuery,
  scope: { personId?: string | undefined } = {},
): Promise<Page<Profile>> {
  const own = ctx.actor.kind === 'person' && ctx.actor.id === scope.personId?.toLowerCase();
  if (!own && scope.personId !== undefined) demandAnywhere(ctx, 'people.read');
  else if (!own) demand(ctx, 'people.read');
  let where = sql`f.tenant_id = ${TENANT}`;
  if (scope.personId !== undefined) {
    if (!own) await Authority.demandVisible(ctx, [scope.personId], 'people.read');
    where = sql`${where} and exists (select 1 from profile_member m where m.tenant_id = ${TENANT} and m.profile_id = f.id and m.person_id = ${scope.personId}::uuid)`;
  }
  return listPage<Profile>(ctx, profileListing, where, query);
}

export async function getProfile(ctx: Context, id: string): Promise<Profile> {
  demand(ctx, 'people.read');
  return readProfile(ctx, id);
}

async function readProfile(ctx: Context, id: string, lock = nothing): Promise<Profile> {
  if (!isId(id)) return notFound('profile', id);
  const { rows } = await run<Profile>(
    ctx,
    sql`select ${profileListing.select} from profile f where f.tenant_id = ${TENANT} and f.id = ${id}::uuid ${lock}`,
  );
  return rows[0] ?? notFound('profile', id);
}

/** Each profile by external id, else by id, in the order asked; undefined where none has the key. */
export async function findProfiles(ctx: Context, keys: readonly string[]): Promise<(Profile | undefined)[]> {
  demand(ctx, 'people.read');
  const storable = keys.filter((key) => !key.includes('\u0000') && key.isWellFormed());
  const { rows } = await run<Profile>(
    ctx,
    sql`select ${profileListing.select} from profile f where f.tenant_id = ${TENANT}
        and (f.external_id = any(${storable}::text[]) or (f.external_id is null and f.id = any(${storable.filter(isId)}::uuid[])))`,
  );
  return byKeys(keys, rows, (row) => row.externalId ?? row.id);
}

/** Makes a profile, for the whole account. Refuses a taken external id. */
export async function createProfile(ctx: Context, input: ProfileInput & { id?: string | null }): Promise<Profile> {
  demandWhole(ctx, 'people.write');
  const id = input.id?.toLowerCase() ?? newId();
  if (!isId(id)) invalid(['id'], 'format', 'a UUID');
  const given = checked(input, PROFILE.rules, ['name']);
  return transaction(ctx, async (ctx) => {
    const number = await insert(ctx, PROFILE, { ...given, id });
    const profile = freshOf(PROFILE, { ...given, id, number, createdAt: ctx.now, updatedAt: ctx.now });
    const { externalId, name } = profile;
    await append(ctx, [{ type: 'profile.created', entityId: id, data: { externalId, name } }]);
    return profile;
  });
}

export async function updateProfile(
  ctx: Context,
  id: string,
  input: ProfileInput,
  precondition?: Precondition<Profile>,
): Promise<Profile> {
  demandWhole(ctx, 'people.write');
  const given = checked(input, PROFILE.rules);
  return transaction(ctx, async (ctx) => {
    const before = await readProfile(ctx, id, sql`for no key update`);
    precondition?.(before);
    return (await amend(ctx, PROFILE, before, given)) ? amended(ctx, before, given) : before;
  });
}

/** Changes the profile with this key, or makes one; two makers of one key end as one profile. */
export async function upsertProfile(
  ctx: Context,
  key: string,
  input: Pick<ProfileInput, 'name'>,
): Promise<{ profile: Profile; outcome: 'created' | 'changed' | 'unchanged' }> {
  demandWhole(ctx, 'people.write');
  return transaction(ctx, async (ctx) => {
    await takeLock(ctx, 'profile_key', key);
    const [found] = await findProfiles(ctx, [key]);
    if (!found) return { profile: await createProfile(ctx, { ...input, externalId: key }), outcome: 'created' };
    const profile = await updateProfile(ctx, found.id, input);
    return { profile, outcome: profile.updatedAt === found.updatedAt ? 'unchanged' : 'changed' };
  });
}

/** Deletes a profile; nobody carries it any more, its key is free. */
export async function deleteProfile(ctx: Context, id: string, precondition?: Precondition<Profile>): Promise<void> {
  demandWhole(ctx, 'people.write');
  await transaction(ctx, async (ctx) => {
    const profile = await readProfile(ctx, id, sql`for update`);
    precondition?.(profile);
    const { rows: labelled } = await run<{ personId: string }>(
      ctx,
      sql`delete from profile_member where tenant_id = ${TENANT} and profile_id = ${profile.id}::uuid returning person_id as "personId"`,
    );
    await run(ctx, sql`delete from profile where tenant_id = ${TENANT} and id = ${profile.id}::uuid`);
    await append(ctx, [
      ...labelled.map(
        ({ personId }): NewEvent => ({
          type: 'profile.unassigned',
          entityId: profile.id,
          personId,
        }),
      ),
      { type: 'profile.deleted', entityId: profile.id, data: { name: profile.name } },
    ]);
  });
}

/** Labels a person, in place of all other labels if asked. Gives whether anything changed. */
export async function assignProfile(
  ctx: Context,
  personId: string,
  profileId: string,
  options: { replace?: boolean | undefined } = {},
): Promise<boolean> {
  demand(ctx, 'people.write');
  return transaction(
    ctx,
    async (ctx) => {
      // held against being deleted meanwhile
      const profile = await readProfile(ctx, profileId, sql`for key share`);
      await Authority.demandVisible(ctx, [personId]);
      const gone = options.replace ? await take(ctx, personId, sql`profile_id <> ${profile.id}::uuid`) : 0;
      const { rows } = await run(
        ctx,
        sql`insert into profile_member (tenant_id, profile_id, person_id, created_at) values (${TENANT}, ${profile.id}::uuid, ${personId}::uuid, ${NOW})
         on conflict do nothing returning 1`,
      );
      if (rows.length > 0) await append(ctx, [{ type: 'profile.assigned', entityId: profile.id, personId }]);
      return gone + rows.length > 0;
    },
    { learners: [personId] },
  );
}

/** Labels any number of people, in the transaction of a caller who has checked who may; gives how many are new. */
export async function labelPeople(ctx: Context, profileId: string, personIds: readonly string[]): Promise<number> {
  const { rows } = await run<{ personId: string }>(
    ctx,
    sql`insert into profile_member (tenant_id, profile_id, person_id, created_at)
     select ${TENANT}, ${profileId}::uuid, id, ${NOW} from unnest(${personIds}::uuid[]) with ordinality as m (id, n) order by n
     on conflict do nothing returning person_id as "personId"`,
  );
  await append(
    ctx,
    rows.map(({ personId }) => ({ type: 'profile.assigned', entityId: profileId, personId })),
  );
  return rows.length;
}

/** Takes a label from a person; without it nothing changes. Gives whether it was there. */
export async function unassignProfile(ctx: Context, personId: string, profileId: string): Promise<boolean> {
  demand(ctx, 'people.write');
  return transaction(ctx, async (ctx) => {
    const profile = await readProfile(ctx, profileId);
    await Authority.demandVisible(ctx, [personId]);
    return (await take(ctx, personId, sql`profile_id = ${profile.id}::uuid`)) > 0;
  });
}

async function take(ctx: Context, personId: string, which: Sql): Promise<number> {
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`delete from profile_member where tenant_id = ${TENANT} and person_id = ${personId}::uuid and ${which} returning profile_id as id`,
  );
  await append(
    ctx,
    rows.map((row) => ({ type: 'profile.unassigned', entityId: row.id, personId })),
  );
  return rows.length;
}
