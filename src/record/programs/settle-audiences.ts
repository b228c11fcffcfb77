import { run } from '../../database/run.ts';
import { type Sql, sql, TENANT, value } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { elevated } from '../kernel/actor.ts';
import type { Context } from '../kernel/context.ts';
import { Groups } from '../people/index.ts';
import { holdForJoining } from './lock-program.ts';
import { admit, dropReason } from './members.ts';

// Whom the audiences mean: members of the group, and of groups below it where the audience is recursive; and whom they hold.
const difference = (people: Sql, audience: Sql): Sql => sql`
with recursive up as (
  select m.person_id, m.group_id, true as own from group_member m where m.tenant_id = ${TENANT} and m.person_id = any(${people})
  union
  select up.person_id, g.parent_id, false from up join people_group g on g.tenant_id = ${TENANT} and g.id = up.group_id and g.deleted_at is null where g.parent_id is not null
), meant as (
  select distinct up.person_id, a.id as audience_id, a.program_id, p.status = 'active' as active
    from up join program_audience a on a.tenant_id = ${TENANT} and a.group_id = up.group_id and (up.own or a.recursive)
    join person p on p.tenant_id = ${TENANT} and p.id = up.person_id and p.status <> 'deleted'
   where ${audience} is null or a.id = ${audience}
), held as (
  select m.person_id, r.source_id as audience_id, m.program_id from program_member m
    join program_grant r on r.tenant_id = ${TENANT} and r.member_id = m.id and r.kind = 'audience'
   where m.tenant_id = ${TENANT} and m.person_id = any(${people}) and m.left_at is null and (${audience} is null or r.source_id = ${audience})
), excepted as (
  select x.person_id, x.audience_id, a.program_id from program_audience_exception x join program_audience a on a.tenant_id = ${TENANT} and a.id = x.audience_id
   where x.tenant_id = ${TENANT} and x.person_id = any(${people}) and (${audience} is null or x.audience_id = ${audience})
), all_meant as (
  select person_id, audience_id, program_id from meant
), missing as (
  select person_id, audience_id, program_id from meant where active
  except select person_id, audience_id, program_id from held
  except select person_id, audience_id, program_id from excepted
), surplus as (
  select person_id, audience_id, program_id from held except select person_id, audience_id, program_id from all_meant
), over as (
  select person_id, audience_id, program_id from excepted except select person_id, audience_id, program_id from all_meant
)
select what, person_id as "personId", audience_id as "audienceId", program_id as "programId" from (
  select 'missing' as what, * from missing union all select 'surplus', * from surplus union all select 'over', * from over) d
 order by program_id, audience_id, person_id`;

interface Pair {
  personId: string;
  audienceId: string;
  programId: string;
}

/**
 * Makes memberships agree with the audiences of programs for these people: who came is a member as far as there are seats, who left loses
 * what the audience gave and nothing else. Suspended people wait for their return; who was removed by name stays out until leaving the
 * groups. For the record's own verbs, in the transaction of the change; `lockGroups` is held.
 */
export async function settleProgramAudiences(
  ctx: Context,
  people: readonly string[] | Groups.PeopleFound,
  audienceId: string | null = null,
): Promise<void> {
  if (Groups.isList(people) && people.length === 0) return;
  const { rows: any } = await run(ctx, sql`select 1 from program_audience where tenant_id = ${TENANT} limit 1`);
  if (any.length === 0) return;
  await transaction(
    { ...ctx, actor: elevated(ctx.actor) },
    async (inner) => {
      for await (const part of Groups.inParts(inner, people)) await settlePart(inner, part, audienceId);
    },
    { learners: Groups.isList(people) ? people : [] },
  );
}

async function settlePart(ctx: Context, personIds: readonly string[], audienceId: string | null): Promise<void> {
  const { rows } = await run<Pair & { what: 'surplus' | 'missing' | 'over' }>(
    ctx,
    difference(value(personIds, 'uuid[]'), value(audienceId, 'uuid')),
  );
  const { surplus = [], missing = [], over = [] } = Object.groupBy(rows, (row) => row.what);
  for (const [id, pairs] of Map.groupBy(surplus, (pair) => pair.audienceId))
    await dropReason(
      ctx,
      { kind: 'audience', sourceId: id },
      pairs.map((pair) => pair.personId),
      'left the group',
    );
  if (over.length > 0)
    await run(
      ctx,
      sql`delete from program_audience_exception x using unnest(${over.map((pair) => pair.personId)}::uuid[], ${over.map((pair) => pair.audienceId)}::uuid[]) as o (person_id, audience_id)
        where x.tenant_id = ${TENANT} and x.person_id = o.person_id and x.audience_id = o.audience_id`,
    );
  for (const pairs of Map.groupBy(missing, (pair) => pair.audienceId).values()) {
    const { programId, audienceId: id } = pairs[0]!;
    const program = await holdForJoining(ctx, programId);
    // who is too many, or came while it is retired, is looked at again when that changes
    if (program.state === 'retired') continue;
    await admit(
      ctx,
      program,
      pairs.map((pair) => pair.personId),
      { kind: 'audience', sourceId: id },
      true,
    );
  }
}
