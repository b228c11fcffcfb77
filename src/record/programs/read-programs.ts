import { listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { ACTOR_ID, type Sql, sql, TENANT, value } from '../../database/sql.ts';
import { Authority } from '../access/index.ts';
import { Scope } from '../catalog/index.ts';
import { type Context, demand } from '../kernel/context.ts';
import { inDefault, openProgram } from '../kernel/finding.ts';
import { isId } from '../kernel/ids.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { against, notFound } from '../kernel/refusal.ts';
import { readOne } from '../kernel/rows.ts';
import { sharedOrVisible } from '../kernel/visibility.ts';
import { type Program, programListing } from './program.ts';

/** Scope of programs (`g`) by unit, whatever their state. */
export const programScope = (ctx: Context): Sql =>
  sql`g.tenant_id = ${TENANT} and g.deleted_at is null and ${sharedOrVisible(ctx, sql`g.unit_id`)}`;

/** The person is in the program `g`. */
const inProgram = (person: Sql): Sql =>
  sql`(exists (select 1 from program_member im where im.tenant_id = ${TENANT} and im.person_id = ${person} and im.program_id = g.id and im.left_at is null)
    or (g.is_default and ${inDefault('g.id', person)}))`;

/** Scope of programs (`g`) for reading: administrators see by unit, learners those that they are in and that are open. */
const readablePrograms = (ctx: Context): Sql =>
  Scope.asLearner(ctx)
    ? sql`g.tenant_id = ${TENANT} and ${openProgram('g')} and ${inProgram(ACTOR_ID)}`
    : programScope(ctx);

export async function listPrograms(ctx: Context, query: ListQuery): Promise<Page<Program>> {
  return listPage<Program>(ctx, programListing, readablePrograms(ctx), query);
}

/** Refuses with `not_found` for programs unknown, deleted or out of the actor's sight. */
export const getProgram = async (ctx: Context, id: string): Promise<Program> =>
  readProgram(ctx, id, readablePrograms(ctx));

/** For verbs that write: by unit, whatever the program's state. */
export async function readProgram(ctx: Context, id: string, scope = programScope(ctx)): Promise<Program> {
  if (!isId(id)) return notFound('program', id);
  const where = sql`${scope} and g.id = ${id}::uuid`;
  return (await readOne<Program>(ctx, programListing, where)) ?? notFound('program', id);
}

/** The programs that a person is in, the default one among them. People see their own. */
export async function listProgramsOf(ctx: Context, personId: string, query: ListQuery): Promise<Page<Program>> {
  const own = ctx.actor.kind === 'person' && ctx.actor.id === personId.toLowerCase();
  if (!own) {
    demand(ctx, 'enrollments.read');
    await Authority.demandVisible(ctx, [personId]);
  }
  const scope = own ? readablePrograms(ctx) : programScope(ctx);
  const where = sql`${scope} and ${inProgram(value(personId, 'uuid'))}`;
  return listPage<Program>(ctx, programListing, where, query);
}

/**
 * What a program is for somebody who is to be enrolled under it, held against being deleted meanwhile: refuses `not_found`, and by rule a
 * program that is retired, a person who is no member, and a course that it does not hold. The person is held by the caller.
 */
export async function demandUnder(
  ctx: Context,
  programId: string,
  personId: string,
  place: { courseId?: string | undefined; offeringId?: string | undefined },
): Promise<void> {
  if (!isId(programId)) notFound('program', programId);
  await run(ctx, sql`select 1 from program where tenant_id = ${TENANT} and id = ${programId}::uuid for key share`);
  const { rows } = await run<{ retired: boolean; member: boolean; holds: boolean }>(
    ctx,
    sql`select g.state = 'retired' as retired, ${inProgram(value(isId(personId) ? personId : null, 'uuid'))} as member,
            g.is_default or exists (select 1 from program_content k where k.tenant_id = ${TENANT} and k.program_id = g.id
              and k.course_id = coalesce(${place.courseId ?? null}::uuid, (select o.course_id from offering o where o.tenant_id = ${TENANT} and o.id = ${place.offeringId ?? null}::uuid))) as holds
       from program g where ${programScope(ctx)} and g.id = ${programId}::uuid`,
  );
  const { retired, member, holds } = rows[0] ?? notFound('program', programId);
  if (retired) against('program_retired', 'program', programId);
  if (!member) against('not_a_member', 'program', programId);
  if (!holds) against('not_in_program', 'program', programId);
}
