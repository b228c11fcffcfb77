import { run } from '../../database/run.ts';
import { ACTOR_ID, ACTOR_KIND, DIALECT, NOW, nothing, type Sql, sql, TENANT } from '../../database/sql.ts';
import { lockPeople, transaction } from '../../database/transaction.ts';
import { Authority } from '../access/index.ts';
import { report } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import { eventSql } from '../kernel/event-types.ts';
import { NIL_ID } from '../kernel/ids.ts';
import { against, invalid } from '../kernel/refusal.ts';
import { holdForJoining, type ProgramHead } from './lock-program.ts';
import { readProgram } from './read-programs.ts';

/** How somebody came: the first reason, and each of those that hold them. */
export type MemberSource = 'direct' | 'audience' | 'invitation' | 'import';

export interface Reason {
  kind: MemberSource;
  /** The audience; the nil id where there is nothing to name. */
  sourceId: string;
}

/** People in one call, at most. */
const MOST = 10_000;

/**
 * Takes people into a program, by name; those who are in are held by that, too. Gives who came. Refuses `not_found` for program and
 * people, and by rule a program that is retired (`program_retired`) or has fewer seats left than are wanted (`program_full`).
 */
export async function joinProgram(
  ctx: Context,
  programId: string,
  personIds: readonly string[],
  source: Exclude<MemberSource, 'audience'> = 'direct',
): Promise<string[]> {
  demand(ctx, 'enrollments.write');
  if (personIds.length > MOST) invalid(['personIds'], 'too_many', `at most ${MOST}`);
  return transaction(
    ctx,
    async (ctx) => {
      await Authority.demandVisible(ctx, personIds);
      const program = await holdForJoining(ctx, programId);
      if (program.state === 'retired') against('program_retired', 'program', program.id);
      return admit(ctx, program, personIds, { kind: source, sourceId: NIL_ID });
    },
    // people who are being deleted meanwhile must not be left in it
    { learners: personIds },
  );
}

/**
 * The work of joining: the people are held, the program is by `holdForJoining`. With `fill` as many come as there are seats for, in the
 * order given; without, all or none.
 */
export async function admit(
  ctx: Context,
  program: ProgramHead,
  personIds: readonly string[],
  { kind, sourceId }: Reason,
  fill = false,
): Promise<string[]> {
  await run(
    ctx,
    sql`insert into program_grant (tenant_id, member_id, kind, source_id, created_at)
     select ${TENANT}, m.id, ${kind}, ${sourceId}::uuid, ${NOW} from program_member m
      where m.tenant_id = ${TENANT} and m.program_id = ${program.id}::uuid and m.person_id = any(${personIds}::uuid[]) and m.left_at is null on conflict do nothing`,
  );
  // the default program has rows of those alone who left it
  const outside = program.isDefault
    ? sql`exists (select 1 from program_member m where m.tenant_id = ${TENANT} and m.person_id = p.id and m.program_id = ${program.id}::uuid) and`
    : nothing;
  const { rows } = await run<{ personId: string }>(
    ctx,
    sql`with wanted as (
       select p.id, min(w.n) as n from unnest(${personIds}::uuid[]) with ordinality as w (id, n)
         join person p on p.tenant_id = ${TENANT} and p.id = w.id and p.status <> 'deleted'
        where ${outside} not exists (select 1 from program_member m where m.tenant_id = ${TENANT} and m.person_id = p.id and m.program_id = ${program.id}::uuid and m.left_at is null)
        group by p.id
     ), free as (
       select case when ${program.seats}::bigint is null then null
              else greatest(0, ${program.seats}::bigint - (select count(*) from program_member m where m.tenant_id = ${TENANT} and m.program_id = ${program.id}::uuid and m.left_at is null)) end as seats
     ), taken as (
       select w.id from wanted w, free f
        where f.seats is null or ${fill}::boolean or (select count(*) from wanted) <= f.seats order by w.n limit (select seats from free)
     ), made as (
       insert into program_member (tenant_id, id, program_id, person_id, source, joined_at)
       select ${TENANT}, uuidv7(), ${program.id}::uuid, t.id, ${kind}, ${NOW} from taken t returning id, person_id
     ), granted as (
       insert into program_grant (tenant_id, member_id, kind, source_id, created_at) select ${TENANT}, id, ${kind}, ${sourceId}::uuid, ${NOW} from made
     ), noted as (
       insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, data)
       select ${TENANT}, ${NOW}, ${ACTOR_KIND}, ${ACTOR_ID}::uuid, ${DIALECT}, ${eventSql('program.member_added')}, ${program.id}::uuid, person_id, jsonb_build_object('source', ${kind}::text) from made
     )
     select w.id as "personId", t.id is not null as came from wanted w left join taken t on t.id = w.id where ${!fill}::boolean or t.id is not null`,
  );
  const came = rows as readonly { personId: string; came?: boolean }[];
  if (!fill && came.some((row) => row.came === false)) against('program_full', 'program', program.id);
  return came.map((row) => row.personId);
}

/**
 * Takes people out of a program by name, whatever held them: what was enrolled under it goes (rule 17), and an audience counts again only
 * after they left its group and came back (rule 4). Gives who left; those who are not in it are passed over.
 */
export async function leaveProgram(ctx: Context, programId: string, personIds: readonly string[]): Promise<string[]> {
  demand(ctx, 'enrollments.write');
  if (personIds.length > MOST) invalid(['personIds'], 'too_many', `at most ${MOST}`);
  return transaction(
    ctx,
    async (ctx) => {
      await Authority.demandVisible(ctx, personIds);
      const program = await readProgram(ctx, programId);
      if (program.isDefault) await leaveDefault(ctx, program.id, personIds);
      await exceptMembers(ctx, program.id, personIds);
      const left = await end(
        ctx,
        sql`m.program_id = ${program.id}::uuid and m.person_id = any(${personIds}::uuid[])`,
        'removed',
      );
      return left.map((row) => row.personId);
    },
    { learners: personIds },
  );
}

/** Who is in the default program without a row gets one, so that there is one to end. */
const leaveDefault = (ctx: Context, programId: string, personIds: readonly string[]) =>
  run(
    ctx,
    sql`insert into program_member (tenant_id, id, program_id, person_id, source, joined_at)
     select ${TENANT}, uuidv7(), ${programId}::uuid, p.id, 'direct', p.created_at from person p
      where p.tenant_id = ${TENANT} and p.id = any(${personIds}::uuid[])
        and not exists (select 1 from program_member m where m.tenant_id = ${TENANT} and m.person_id = p.id and m.program_id = ${programId}::uuid)`,
  );

const exceptMembers = (ctx: Context, programId: string, personIds: readonly string[]) =>
  run(
    ctx,
    sql`insert into program_audience_exception (tenant_id, audience_id, person_id, created_at)
     select ${TENANT}, r.source_id, m.person_id, ${NOW} from program_member m
       join program_grant r on r.tenant_id = ${TENANT} and r.member_id = m.id and r.kind = 'audience'
      where m.tenant_id = ${TENANT} and m.program_id = ${programId}::uuid and m.person_id = any(${personIds}::uuid[]) and m.left_at is null on conflict do nothing`,
  );

/** Everybody leaves a program that goes. */
export const endAll = (ctx: Context, programId: string, reason: string): Promise<Left[]> =>
  end(ctx, sql`m.program_id = ${programId}::uuid`, reason);

/** Deleted people leave what they are in (rule 16). The caller holds them. */
export const endOfPeople = (ctx: Context, personIds: readonly string[], reason: string): Promise<Left[]> =>
  end(ctx, sql`m.person_id = any(${personIds}::uuid[])`, reason);

/** Takes one reason away, from everybody or from those named; whom nothing holds any longer leaves. The people are held. */
export async function dropReason(
  ctx: Context,
  { kind, sourceId }: Reason,
  personIds: readonly string[] | undefined,
  reason: string,
): Promise<void> {
  const { rows } = await run<{ id: string; personId: string }>(
    ctx,
    sql`with dropped as (
       delete from program_grant r using program_member m
        where r.tenant_id = ${TENANT} and r.kind = ${kind} and r.kind = 'audience' and r.source_id = ${sourceId}::uuid and m.tenant_id = ${TENANT} and m.id = r.member_id
          and (${personIds ?? null}::uuid[] is null or m.person_id = any(${personIds ?? null}::uuid[])) returning m.id, m.person_id
     )
     select d.id, d.person_id as "personId" from dropped d
      where not exists (select 1 from program_grant r where r.tenant_id = ${TENANT} and r.member_id = d.id and not (r.kind = ${kind} and r.source_id = ${sourceId}::uuid))`,
  );
  if (rows.length === 0) return;
  if (personIds === undefined)
    await lockPeople(
      ctx,
      rows.map((row) => row.personId),
    );
  await end(ctx, sql`m.id = any(${rows.map((row) => row.id)}::uuid[])`, reason);
}

interface Left {
  programId: string;
  personId: string;
}

/** Ends stays that are going on, those a condition over `m` names; their rows are kept. */
async function end(ctx: Context, where: Sql, reason: string): Promise<Left[]> {
  const { rows } = await run<Left>(
    ctx,
    sql`with ended as (
       update program_member m set left_at = ${NOW} where m.tenant_id = ${TENANT} and m.left_at is null and ${where}
       returning m.id, m.program_id, m.person_id
     ), ungranted as (
       delete from program_grant r using ended where r.tenant_id = ${TENANT} and r.member_id = ended.id
     ), noted as (
       insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, data)
       select ${TENANT}, ${NOW}, ${ACTOR_KIND}, ${ACTOR_ID}::uuid, ${DIALECT}, ${eventSql('program.member_removed')}, program_id, person_id, jsonb_build_object('reason', ${reason}::text) from ended
     )
     select program_id as "programId", person_id as "personId" from ended`,
  );
  report(ctx, 'program_left', rows);
  return rows;
}
