import { run } from '../../database/run.ts';
import { constant, type Sql, sql, TENANT } from '../../database/sql.ts';
import { lockPeopleFound } from '../../database/transaction.ts';
import type { Context } from '../kernel/context.ts';

/** People found by a statement that gives their ids, each once. However many: they need not come here at once. */
export type PeopleFound = Sql;

/** Everybody in these groups, and in the groups below them. */
export const peopleWithin = (groupIds: readonly string[]): PeopleFound =>
  sql`with recursive below as (
      select unnest(${groupIds}::uuid[]) as id
      union select g.id from people_group g join below b on g.tenant_id = ${TENANT} and g.parent_id = b.id where g.deleted_at is null)
    select distinct m.person_id as id from below b join group_member m on m.tenant_id = ${TENANT} and m.group_id = b.id`;

/** The members of a group itself, or of those below it too. */
export const peopleOf = ({ groupId, recursive }: { groupId: string; recursive: boolean }): PeopleFound =>
  recursive
    ? peopleWithin([groupId])
    : sql`select m.person_id as id from group_member m where m.tenant_id = ${TENANT} and m.group_id = ${groupId}::uuid`;

export const idsFound = async (ctx: Context, found: PeopleFound): Promise<string[]> =>
  (await run<{ id: string }>(ctx, found)).rows.map((row) => row.id);

export const isList = (people: readonly string[] | PeopleFound): people is readonly string[] => Array.isArray(people);

/** The people in parts of bounded size, in order of id; those found are all held first. */
export const inParts = (
  ctx: Context,
  people: readonly string[] | PeopleFound,
): AsyncIterable<string[]> | Iterable<string[]> => (isList(people) ? partsOf(people) : partsFound(ctx, people));

// neighbours stand together in tables and indexes
function* partsOf(ids: readonly string[]): Generator<string[]> {
  const inOrder = [...ids].sort();
  for (let from = 0; from < inOrder.length; from += CHUNK) yield inOrder.slice(from, from + CHUNK);
}

async function* partsFound(ctx: Context, found: PeopleFound): AsyncGenerator<string[]> {
  await lockPeopleFound(ctx, found);
  await run(ctx, sql`declare people_found no scroll cursor for select id from (${found}) p order by id`);
  for (let got = CHUNK; got === CHUNK; ) {
    const { rows } = await run<{ id: string }>(ctx, sql`fetch ${constant(CHUNK)} from people_found`);
    got = rows.length;
    if (got > 0) yield rows.map((row) => row.id);
  }
  await run(ctx, sql`close people_found`);
}

/** Bounds the memory that a large group takes. */
const CHUNK = 10_000;
