import { run } from '../../database/run.ts';
import { ACTOR_ID, ACTOR_KIND, DIALECT, NOW, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { report } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import { typeSql } from '../kernel/event-types.ts';
import { NIL_ID } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import { against } from '../kernel/refusal.ts';
import { holdForJoining } from './lock-program.ts';
import type { MemberSource } from './members.ts';

/** A stay of somebody in a program as it stood elsewhere. */
export interface Stay {
  personId: string;
  source: MemberSource;
  /** Held by name, whatever they came by. */
  byName: boolean;
  joinedAt: Instant;
  leftAt: Instant | null;
}

/**
 * Takes over who was in a program and when; a stay that is known (by person and beginning) ends if it is over by now, and somebody who is
 * in already does not come twice. Who came by an audience is held by it once that is settled. Gives how many are new or others now.
 * Refuses by rule where there are fewer seats (`program_full`).
 */
export async function saveStays(ctx: Context, programId: string, stays: readonly Stay[]): Promise<number> {
  demand(ctx, 'enrollments.write');
  const people = stays.map((stay) => stay.personId);
  return transaction(
    ctx,
    async (ctx) => {
      const program = await holdForJoining(ctx, programId);
      const { rows } = await run<{ personId: string; left: boolean }>(
        ctx,
        sql`with told as (
           select * from unnest(${people}::uuid[], ${stays.map((stay) => stay.source)}::text[], ${stays.map((stay) => stay.byName)}::boolean[], ${stays.map((stay) => stay.joinedAt)}::timestamptz[], ${stays.map((stay) => stay.leftAt)}::timestamptz[]) as s (person_id, source, by_name, joined_at, left_at)
         ), ended as (
           update program_member m set left_at = s.left_at from told s
            where m.tenant_id = ${TENANT} and m.program_id = ${program.id}::uuid and m.person_id = s.person_id and m.joined_at = s.joined_at and m.left_at is null and s.left_at is not null
           returning m.id, m.person_id, m.left_at, m.source
         ), ungranted as (
           delete from program_grant r using ended where r.tenant_id = ${TENANT} and r.member_id = ended.id
         ), made as (
           insert into program_member (tenant_id, id, program_id, person_id, source, joined_at, left_at)
           select ${TENANT}, uuidv7(), ${program.id}::uuid, s.person_id, s.source, s.joined_at, s.left_at from told s
            where not exists (select 1 from program_member m where m.tenant_id = ${TENANT} and m.program_id = ${program.id}::uuid and m.person_id = s.person_id
                    and (m.joined_at = s.joined_at or (m.left_at is null and s.left_at is null)))
            order by s.joined_at on conflict do nothing returning id, person_id, left_at, source
         ), granted as (
           insert into program_grant (tenant_id, member_id, kind, source_id, created_at)
           select ${TENANT}, m.id, g.kind, ${NIL_ID}::uuid, ${NOW} from made m
             join told s on s.person_id = m.person_id and s.left_at is null
            cross join lateral (select m.source as kind where m.source <> 'audience' union select 'direct' where s.by_name) g
            where m.left_at is null
         ), noted as (
           insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, data)
           select ${TENANT}, ${NOW}, ${ACTOR_KIND}, ${ACTOR_ID}::uuid, ${DIALECT}, ${typeSql('program.member_added')}, 'program', ${program.id}::uuid, person_id, jsonb_build_object('source', source) from made
           union all
           select ${TENANT}, ${NOW}, ${ACTOR_KIND}, ${ACTOR_ID}::uuid, ${DIALECT}, ${typeSql('program.member_removed')}, 'program', ${program.id}::uuid, person_id, jsonb_build_object('reason', 'import')
             from (select person_id, left_at from made union all select person_id, left_at from ended) l where left_at is not null
         )
         select person_id as "personId", false as left from made union all select person_id, true from ended`,
      );
      const { rows: counted } = await run<{ taken: number }>(
        ctx,
        sql`select count(*) as taken from program_member where tenant_id = ${TENANT} and program_id = ${program.id}::uuid and left_at is null`,
      );
      if (program.seats !== null && rows.some((row) => !row.left) && counted[0]!.taken > program.seats)
        against('program_full', 'program', program.id);
      report(
        ctx,
        'program_left',
        rows.filter((row) => row.left).map(({ personId }) => ({ programId: program.id, personId })),
      );
      return rows.length;
    },
    { learners: people },
  );
}

/** Remembers people who were removed by name, so that an audience does not bring them in at once; gives how many are new. */
export async function exceptFromProgramAudience(
  ctx: Context,
  audienceId: string,
  personIds: readonly string[],
): Promise<number> {
  const { rows } = await run(
    ctx,
    sql`insert into program_audience_exception (tenant_id, audience_id, person_id, created_at)
     select ${TENANT}, ${audienceId}::uuid, p.id, ${NOW} from unnest(${personIds}::uuid[]) as p (id)
      where not exists (select 1 from program_grant r join program_member m on m.tenant_id = ${TENANT} and m.id = r.member_id and m.left_at is null
              where r.tenant_id = ${TENANT} and r.kind = 'audience' and r.source_id = ${audienceId}::uuid and m.person_id = p.id)
     on conflict do nothing returning 1`,
  );
  return rows.length;
}
