import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { NOW, nothing, type Sql, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { elevated } from '../kernel/actor.ts';
import { report } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId, newId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { against, invalid, notFound } from '../kernel/refusal.ts';
import { sharedOrVisible, visibleUnits } from '../kernel/visibility.ts';
import { Groups } from '../people/index.ts';
import { holdForWriting } from './lock-program.ts';
import { dropReason } from './members.ts';

/** A group, with or without the groups below it, tied to a program: whoever is in it is a member. */
export interface ProgramAudience {
  id: string;
  groupId: string;
  programId: string;
  recursive: boolean;
  createdAt: Instant;
  updatedAt: Instant;
}

const SELECT = sql`a.id, a.group_id as "groupId", a.program_id as "programId", a.recursive, a.created_at as "createdAt", a.updated_at as "updatedAt"`;
const FROM = sql`program_audience a join people_group h on h.tenant_id = a.tenant_id and h.id = a.group_id
    join program g on g.tenant_id = a.tenant_id and g.id = a.program_id`;

const audienceListing: Listing = {
  select: SELECT,
  from: FROM,
  fields: {
    named: { id: { sql: 'a.id', type: 'id' }, createdAt: { sql: 'a.created_at', type: 'instant' } },
  },
  sort: [{ field: 'createdAt', descending: false }],
  id: 'id',
};

export interface AudienceOf {
  programId?: string | undefined;
  groupId?: string | undefined;
}

/** Audiences with both ends in the actor's sight, of a group or a program where one is named. */
function inSight(ctx: Context, of: AudienceOf): Sql {
  const named = (column: Sql, id: string | undefined): Sql =>
    id === undefined ? nothing : isId(id) ? sql` and ${column} = ${id}::uuid` : sql` and false`;
  return sql`a.tenant_id = ${TENANT}${visibleUnits(ctx, sql`h.unit_id`)} and ${sharedOrVisible(ctx, sql`g.unit_id`)}${named(sql`a.program_id`, of.programId)}${named(sql`a.group_id`, of.groupId)}`;
}

/** The audiences of a program or a group with both ends in the actor's sight, the oldest first. */
export async function listProgramAudiences(
  ctx: Context,
  query: ListQuery,
  of: AudienceOf,
): Promise<Page<ProgramAudience>> {
  demand(ctx, 'groups.read');
  return listPage<ProgramAudience>(ctx, audienceListing, inSight(ctx, of), query);
}

export async function audiencesOf(ctx: Context, of: AudienceOf): Promise<ProgramAudience[]> {
  const { rows } = await run<ProgramAudience>(
    ctx,
    sql`select ${SELECT} from ${FROM} where ${inSight(ctx, of)} order by a.created_at, a.id`,
  );
  return rows;
}

/** The tie of a group and a program. Refuses `not_found`. */
export async function getProgramAudience(ctx: Context, programId: string, groupId: string): Promise<ProgramAudience> {
  demand(ctx, 'groups.read');
  return (await audiencesOf(ctx, { programId, groupId }))[0] ?? notFound('audience');
}

/**
 * Ties a group to a program, or sets anew whether the groups below count: everybody in it joins, now and later, as far as there are seats.
 * Refuses `not_found` for group and program, by rule a program that is retired, and the default one, which holds everybody.
 */
export async function setProgramAudience(
  ctx: Context,
  programId: string,
  groupId: string,
  { recursive = false, settle = true }: { recursive?: boolean | undefined; settle?: boolean } = {},
): Promise<{ audience: ProgramAudience; created: boolean }> {
  demand(ctx, 'enrollments.write');
  return transaction(ctx, async (ctx) => {
    await Groups.lock(ctx, 'exclusive');
    const group = await Groups.get({ ...ctx, actor: reading(ctx) }, groupId);
    const program = await holdForWriting(ctx, programId);
    if (program.isDefault) invalid(['programId'], 'read_only', 'the default program holds everybody');
    const acting = { ...ctx, actor: elevated(ctx.actor) };
    const [before] = await audiencesOf(acting, { groupId, programId });
    if (before && before.recursive === recursive) return { audience: before, created: false };
    if (program.state === 'retired') against('program_retired', 'program', program.id);
    const id = before?.id ?? newId();
    await run(
      ctx,
      sql`insert into program_audience (tenant_id, id, program_id, group_id, recursive, created_at, updated_at)
       values (${TENANT}, ${id}::uuid, ${program.id}::uuid, ${group.id}::uuid, ${recursive}, ${NOW}, ${NOW})
       on conflict (tenant_id, group_id, program_id) do update set recursive = excluded.recursive, updated_at = excluded.updated_at`,
    );
    await append(ctx, [{ type: 'program.audience_set', entityId: program.id, data: { groupId: group.id, recursive } }]);
    // those who were meant until now among them
    const widest = recursive || (before?.recursive ?? false);
    if (settle) report(ctx, 'program_audience_set', [{ audienceId: id, groupId: group.id, recursive: widest }]);
    return { audience: (await audiencesOf(acting, { groupId, programId }))[0]!, created: !before };
  });
}

/** Unties a group from a program: memberships that came from it alone end. Gives whether there was such a tie. */
export async function removeProgramAudience(ctx: Context, programId: string, groupId: string): Promise<boolean> {
  demand(ctx, 'enrollments.write');
  return transaction(ctx, async (ctx) => {
    await Groups.lock(ctx, 'exclusive');
    // what the actor does not see is not there
    const [seen] = await audiencesOf(ctx, { programId, groupId });
    return seen !== undefined && (await dropAudiencesOf(ctx, { programId, groupId })) > 0;
  });
}

/** Ends the audiences of a group or a program that goes, with what they gave; gives how many. `lockGroups` is held. */
export async function dropAudiencesOf(ctx: Context, of: AudienceOf): Promise<number> {
  const acting = { ...ctx, actor: elevated(ctx.actor) };
  const audiences = await audiencesOf(acting, of);
  for (const { id, groupId, programId } of audiences) {
    await dropReason(acting, { kind: 'audience', sourceId: id }, undefined, 'audience removed');
    await run(ctx, sql`delete from program_audience where tenant_id = ${TENANT} and id = ${id}::uuid`);
    await append(ctx, [{ type: 'program.audience_removed', entityId: programId, data: { groupId } }]);
  }
  return audiences.length;
}

/** The same actor, in the same units, who may read groups for what follows. */
const reading = ({ actor }: Context): Context['actor'] =>
  actor.kind === 'system' ? actor : { ...actor, permissions: new Set(['groups.read']) };
