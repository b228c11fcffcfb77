import { mayVouch, withoutRowChecks } from '../../database/copy.ts';
import { run } from '../../database/parameters.ts';
import type { Context } from '../kernel/context.ts';
import { eventStamp } from '../kernel/event.ts';
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
const insertSql = (rows: string, many: boolean): string => `
with made as (
  insert into enrollment (tenant_id, id, number, person_id, course_id, offering_id, version_id, state, is_primary, source, collection_id, program_id, join_key_id,
                          enrolled_at, access_at, due_at, expires_at, created_at, updated_at)
  select $1, r.id, nextval((select number_sequence($1)::regclass)), r.person_id, r.course_id, r.offering_id, r.version_id, r.state, r.is_primary, r.source, $2::uuid, case when $5 = 'program' then $6::uuid end, $3::uuid,
         r.enrolled_at, r.access_at, r.due_at, r.expires_at, $4::timestamptz, $4::timestamptz
    from ${rows}
    join person p on p.tenant_id = $1 and p.id = r.person_id and p.status <> 'deleted'
    join offering o on o.tenant_id = $1 and o.id = r.offering_id and o.course_id = r.course_id and o.deleted_at is null
    ${many ? 'join course_version v on v.tenant_id = $1 and v.id = r.version_id' : ''}
     for no key update of p for key share of o${many ? ', v' : ''}
  returning id, person_id, course_id, offering_id, state, source
), granted as (
  insert into enrollment_grant (tenant_id, enrollment_id, kind, source_id, created_at) select $1, id, $5, $6::uuid, $4::timestamptz from made
)
insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
select $1, $4::timestamptz, $7, $8::uuid, $9, ${eventSql('enrollment.created')}, id, person_id, course_id,
       jsonb_build_object('offeringId', offering_id, 'state', state, 'source', source)
  from made`;

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

const NAMES = COLUMNS.map(([name]) => name).join(', ');
const placeholders = (of: string): string => COLUMNS.map(([, type], i) => `$${10 + i}::${type}${of}`).join(', ');
// a column is an array: reading JSON costs as much as an index
const SOME_SQL = insertSql(`unnest(${placeholders('[]')}) as r (${NAMES})`, true);
const ONE_SQL = insertSql(`(values (${placeholders('')})) r (${NAMES})`, false);

/** SQL and values for many rows: what all rows have alike goes once, as most columns do where many are enrolled in one course. */
function manySql(rows: readonly NewRow[]): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const [alike, apart]: [string[], [name: string, array: string][]] = [[], []];
  COLUMNS.forEach(([name, type], i) => {
    const first = rows[0]![name];
    if (rows.every((row) => row[name] === first)) {
      values.push(first);
      alike.push(`$${10 + i}::${type} as ${name}`);
    } else {
      // ids need none of the quotes that pg looks for in each
      values.push(type === 'uuid' ? `{${rows.map((row) => row[name]).join()}}` : rows.map((row) => row[name]));
      apart.push([name, `$${10 + i}::${type}[]`]);
    }
  });
  const [names, arrays] = [apart.map(([name]) => name).join(', '), apart.map(([, array]) => array).join(', ')];
  return {
    text: insertSql(`(select ${[names, ...alike].join(', ')} from unnest(${arrays}) as u (${names})) r`, true),
    values,
  };
}

/** From so many rows on, asking whether their references may be vouched for pays, and a text of their own. */
const MANY = 1000;

export async function insertEnrollments(ctx: Context, rows: readonly NewRow[], options: EnrollOptions): Promise<void> {
  const [tenant, at, kind, actor, dialect] = eventStamp(ctx);
  const grant = options.grant ?? DIRECT;
  const [first] = rows;
  const { text, values } =
    rows.length >= MANY
      ? manySql(rows)
      : rows.length > 1
        ? { text: SOME_SQL, values: COLUMNS.map(([name]) => rows.map((row) => row[name])) }
        : { text: ONE_SQL, values: COLUMNS.map(([name]) => first![name]) };
  const given = [
    tenant,
    grant.kind === 'collection' ? grant.sourceId : null,
    options.joinKeyId ?? null,
    at,
    grant.kind,
    grant.sourceId,
    kind,
    actor,
    dialect,
    ...values,
  ];
  const insert = () => run(ctx.db, text, given);
  const vouched = rows.length >= MANY && options.joinKeyId === undefined && ctx.inTransaction;
  const { numAffectedRows } = vouched ? await withoutRowChecks(ctx.db, await mayVouch(ctx.db), insert) : await insert();
  // somebody or something went away since it was read: the work starts again and sees it
  if (Number(numAffectedRows) !== rows.length) throw Object.assign(new Error('deleted meanwhile'), { code: '40001' });
}

/** Makes live enrollments historical: the mark and places in sessions are free, what was earned stays. */
export async function supersede(ctx: Context, ids: readonly string[]): Promise<void> {
  const [tenant, at, kind, actor, dialect] = eventStamp(ctx);
  await run(
    ctx.db,
    `with ended as (
       update enrollment set ending = 'superseded', ended_at = $3::timestamptz, is_primary = false, updated_at = $3::timestamptz
        where tenant_id = $1 and id = any($2::uuid[]) returning id, person_id, course_id, offering_id, state
     ), ${FREED_PLACES_SQL('$3', '$4', '$5', '$6')}
     insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
     select $1, $3::timestamptz, $4, $5::uuid, $6, ${eventSql('enrollment.superseded')}, id, person_id, course_id,
            jsonb_build_object('offeringId', offering_id, 'state', state) from ended`,
    [tenant, ids, at, kind, actor, dialect],
  );
}

/** What holds somebody in goes over to the enrollment that takes the place of an earlier one (rule 4). */
export async function moveGrants(ctx: Context, moves: readonly { from: string; to: string }[]): Promise<void> {
  await run(
    ctx.db,
    `with gone as (
       delete from enrollment_grant g using unnest($2::uuid[], $3::uuid[]) as m (was, now)
        where g.tenant_id = $1 and g.enrollment_id = m.was returning m.now, g.kind, g.source_id, g.created_at
     )
     insert into enrollment_grant (tenant_id, enrollment_id, kind, source_id, created_at)
     select $1, now, kind, source_id, created_at from gone on conflict do nothing`,
    [ctx.tenant.id, moves.map((move) => move.from), moves.map((move) => move.to)],
  );
}

export async function resume(
  ctx: Context,
  rows: readonly { id: string; state: EnrollmentState }[],
  { grant }: Pick<EnrollOptions, 'grant'> = {},
): Promise<void> {
  const [tenant, at, kind, actor, dialect] = eventStamp(ctx);
  await run(
    ctx.db,
    `with back as (
       update enrollment e set ending = null, ended_at = null, state = r.state, completed_at = case when r.state = 'complete' then e.completed_at end,
              program_id = coalesce($7::uuid, e.program_id), updated_at = $3::timestamptz
         from jsonb_to_recordset($2::jsonb) as r (id uuid, state text)
        where e.tenant_id = $1 and e.id = r.id returning e.id, e.person_id, e.course_id, e.offering_id, new.state, old.state as was
     )
     insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
     select $1, $3::timestamptz, $4, $5::uuid, $6, ${eventSql('enrollment.resumed')}, id, person_id, course_id,
            jsonb_build_object('offeringId', offering_id, 'changed', jsonb_build_object('state', jsonb_build_array(was, state))) from back`,
    [tenant, JSON.stringify(rows), at, kind, actor, dialect, grant?.kind === 'program' ? grant.sourceId : null],
  );
}

export async function addGrants(
  ctx: Context,
  enrollmentIds: readonly string[],
  grant: { kind: string; sourceId: string },
): Promise<void> {
  await run(
    ctx.db,
    `insert into enrollment_grant (tenant_id, enrollment_id, kind, source_id, created_at)
     select $1, id, $3, $4::uuid, $5::timestamptz from unnest($2::uuid[]) as id on conflict do nothing`,
    [ctx.tenant.id, enrollmentIds, grant.kind, grant.sourceId, ctx.now],
  );
}
