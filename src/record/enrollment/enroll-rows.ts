import { mayVouch, withoutRowChecks } from '../../database/copy.ts';
import { run } from '../../database/run.ts';
import {
  ACTOR_ID,
  ACTOR_KIND,
  constant,
  DIALECT,
  join,
  NOW,
  name,
  nothing,
  type Sql,
  sql,
  TENANT,
  value,
} from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { eventSql } from '../kernel/event-types.ts';
import { NIL_ID } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import { FREED_PLACES_SQL } from './places.ts';
import type { EnrollmentSource, EnrollmentState, EnrollOptions } from './types.ts';

export interface NewRow {
  id: string;
  person_id: string;
  course_id: string;
  offering_id: string;
  version_id: string;
  state: EnrollmentState;
  is_primary: boolean;
  source: EnrollmentSource;
  enrolled_at: Instant;
  access_at: Instant | null;
  due_at: Instant | null;
  expires_at: Instant | null;
}

export const DIRECT = { kind: 'direct', sourceId: NIL_ID } as const;

// Learner and offering are held against being deleted meanwhile; the foreign keys alone would let deleted ones through. Many hold their
// version too: with the course that the offering is of, that is everything an enrollment refers to, but for a join key.
// The number is taken here, with its sequence looked up once; a trigger would call a function for each row.
const inserting = (rows: Sql, many: boolean, options: Given): Sql => {
  const grant = options.grant ?? DIRECT;
  const kind = value(grant.kind, 'text');
  const source = value(grant.sourceId, 'uuid');
  return sql`
with made as (
  insert into enrollment (tenant_id, id, number, person_id, course_id, offering_id, version_id, state, is_primary, source, collection_id, program_id, join_key_id,
                          enrolled_at, access_at, due_at, expires_at, created_at, updated_at)
  select ${TENANT}, r.id, nextval((select number_sequence(${TENANT})::regclass)), r.person_id, r.course_id, r.offering_id, r.version_id, r.state, r.is_primary, r.source, ${grant.kind === 'collection' ? grant.sourceId : null}::uuid, case when ${kind} = 'program' then ${source} end, ${options.joinKeyId ?? null}::uuid,
         r.enrolled_at, r.access_at, r.due_at, r.expires_at, ${NOW}, ${NOW}
    from ${rows}
    join person p on p.tenant_id = ${TENANT} and p.id = r.person_id and p.status <> 'deleted'
    join offering o on o.tenant_id = ${TENANT} and o.id = r.offering_id and o.course_id = r.course_id and o.deleted_at is null
    ${many ? sql`join course_version v on v.tenant_id = ${TENANT} and v.id = r.version_id` : nothing}
     for no key update of p for key share of o${many ? sql`, v` : nothing}
  returning id, person_id, course_id, offering_id, state, source
), granted as (
  insert into enrollment_grant (tenant_id, enrollment_id, kind, source_id, created_at) select ${TENANT}, id, ${kind}, ${source}, ${NOW} from made
)
insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
select ${TENANT}, ${NOW}, ${ACTOR_KIND}, ${ACTOR_ID}, ${DIALECT}, ${eventSql('enrollment.created')}, id, person_id, course_id,
       jsonb_build_object('offeringId', offering_id, 'state', state, 'source', source)
  from made`;
};

type Given = Pick<EnrollOptions, 'grant' | 'joinKeyId'>;

const TYPES = {
  id: 'uuid',
  person_id: 'uuid',
  course_id: 'uuid',
  offering_id: 'uuid',
  version_id: 'uuid',
  state: 'text',
  is_primary: 'boolean',
  source: 'text',
  enrolled_at: 'timestamptz',
  access_at: 'timestamptz',
  due_at: 'timestamptz',
  expires_at: 'timestamptz',
} satisfies Record<keyof NewRow, string>;
const COLUMNS = Object.entries(TYPES) as [keyof NewRow, string][];

const NAMES = constant(COLUMNS.map(([column]) => column).join(', '));

const one = (row: NewRow): Sql =>
  sql`(values (${join(COLUMNS.map(([column, type]) => value(row[column], type)))})) r (${NAMES})`;

// a column is an array: reading JSON costs as much as an index
const some = (rows: readonly NewRow[]): Sql =>
  sql`unnest(${join(COLUMNS.map(([column, type]) => columnOf(rows, column, type)))}) as r (${NAMES})`;

const columnOf = (rows: readonly NewRow[], column: keyof NewRow, type: string): Sql =>
  value(
    // ids need none of the quotes that pg looks for in each
    type === 'uuid' ? `{${rows.map((row) => row[column]).join()}}` : rows.map((row) => row[column]),
    `${type}[]`,
  );

/** Many rows: what all rows have alike goes once, as most columns do where many are enrolled in one course. */
function many(rows: readonly NewRow[]): Sql {
  const alike: Sql[] = [];
  const apart: [column: Sql, array: Sql][] = [];
  for (const [column, type] of COLUMNS) {
    const first = rows[0]![column];
    if (rows.every((row) => row[column] === first)) alike.push(sql`${value(first, type)} as ${name(column)}`);
    else apart.push([name(column), columnOf(rows, column, type)]);
  }
  const names = apart.map(([column]) => column);
  return sql`(select ${join([...names, ...alike])} from unnest(${join(apart.map(([, array]) => array))}) as u (${join(names)})) r`;
}

/** From so many rows on, asking whether their references may be vouched for pays, and a text of their own. */
const MANY = 1000;

export async function insertEnrollments(ctx: Context, rows: readonly NewRow[], options: EnrollOptions): Promise<void> {
  const given = rows.length >= MANY ? many(rows) : rows.length > 1 ? some(rows) : one(rows[0]!);
  const insert = () => run(ctx, inserting(given, rows.length > 1, options));
  const vouched = rows.length >= MANY && options.joinKeyId === undefined && ctx.inTransaction;
  const { numAffectedRows } = vouched ? await withoutRowChecks(ctx.db, await mayVouch(ctx.db), insert) : await insert();
  // somebody or something went away since it was read: the work starts again and sees it
  if (Number(numAffectedRows) !== rows.length) throw Object.assign(new Error('deleted meanwhile'), { code: '40001' });
}

/** Makes live enrollments historical: the mark and places in sessions are free, what was earned stays. */
export async function supersede(ctx: Context, ids: readonly string[]): Promise<void> {
  await run(
    ctx,
    sql`with ended as (
       update enrollment set ending = 'superseded', ended_at = ${NOW}, is_primary = false, updated_at = ${NOW}
        where tenant_id = ${TENANT} and id = any(${ids}::uuid[]) returning id, person_id, course_id, offering_id, state
     ), ${FREED_PLACES_SQL}
     insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
     select ${TENANT}, ${NOW}, ${ACTOR_KIND}, ${ACTOR_ID}, ${DIALECT}, ${eventSql('enrollment.superseded')}, id, person_id, course_id,
            jsonb_build_object('offeringId', offering_id, 'state', state) from ended`,
  );
}

/** What holds somebody in goes over to the enrollment that takes the place of an earlier one (rule 4). */
export async function moveGrants(ctx: Context, moves: readonly { from: string; to: string }[]): Promise<void> {
  await run(
    ctx,
    sql`with gone as (
       delete from enrollment_grant g using unnest(${moves.map((move) => move.from)}::uuid[], ${moves.map((move) => move.to)}::uuid[]) as m (was, now)
        where g.tenant_id = ${TENANT} and g.enrollment_id = m.was returning m.now, g.kind, g.source_id, g.created_at
     )
     insert into enrollment_grant (tenant_id, enrollment_id, kind, source_id, created_at)
     select ${TENANT}, now, kind, source_id, created_at from gone on conflict do nothing`,
  );
}

export async function resume(
  ctx: Context,
  rows: readonly { id: string; state: EnrollmentState }[],
  { grant }: Pick<EnrollOptions, 'grant'> = {},
): Promise<void> {
  await run(
    ctx,
    sql`with back as (
       update enrollment e set ending = null, ended_at = null, state = r.state, completed_at = case when r.state = 'complete' then e.completed_at end,
              program_id = coalesce(${grant?.kind === 'program' ? grant.sourceId : null}::uuid, e.program_id), updated_at = ${NOW}
         from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, state text)
        where e.tenant_id = ${TENANT} and e.id = r.id returning e.id, e.person_id, e.course_id, e.offering_id, new.state, old.state as was
     )
     insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
     select ${TENANT}, ${NOW}, ${ACTOR_KIND}, ${ACTOR_ID}, ${DIALECT}, ${eventSql('enrollment.resumed')}, id, person_id, course_id,
            jsonb_build_object('offeringId', offering_id, 'changed', jsonb_build_object('state', jsonb_build_array(was, state))) from back`,
  );
}

export async function addGrants(
  ctx: Context,
  enrollmentIds: readonly string[],
  grant: { kind: string; sourceId: string },
): Promise<void> {
  await run(
    ctx,
    sql`insert into enrollment_grant (tenant_id, enrollment_id, kind, source_id, created_at)
     select ${TENANT}, id, ${grant.kind}, ${grant.sourceId}::uuid, ${NOW} from unnest(${enrollmentIds}::uuid[]) as id on conflict do nothing`,
  );
}
