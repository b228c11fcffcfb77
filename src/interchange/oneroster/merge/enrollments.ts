import { Enrollments } from '../../../record/enrollment/index.ts';
import { elevated } from '../../../record/kernel/actor.ts';
import { settled } from '../../../record/kernel/changes.ts';
import { NIL_ID } from '../../../record/kernel/ids.ts';
import type { Instant } from '../../../record/kernel/instant.ts';
import type { RefusalFact } from '../../../record/kernel/refusal.ts';
import { forgetKeys, noteKeys, saveKeys } from '../../../record/kernel/source-keys.ts';
import {
  firstMoment,
  lastMoment,
  type Merged,
  noteRows,
  one,
  query,
  refuseRows,
  rowsOf,
  unknownReference,
  type Work,
} from '../work.ts';
import { LEFT } from './left.ts';
import { endedBy } from './roles.ts';
import { saveStaff } from './staff.ts';

/**
 * Students are enrolled in the class, staff is entitled to it. What an enrollment remembers of its row (`source_key.data`) tells what
 * changed at the source: an endDate that came, moved or went is taken over, a class, person or role that changed ends what the row meant
 * before (rule 20), everything decided here stands otherwise.
 */
export async function mergeEnrollments(w: Work): Promise<Merged> {
  await query(
    w,
    `create temporary table enrollment_row on commit drop as
     select s.line, s.sourced_id as key, s.gone, s.role, p.id as person_id, o.id as offering_id, o.course_id, o.version_id, o.seats, o.state as offering_state,
            case when s.end_date < s.begin_date then null else s.begin_date end as begin_date, s.end_date, s.gone or coalesce(${endedBy('s.end_date')}, false) as over, k.id, k.data as before, coalesce(ko.data ? 'gone', false) as class_gone,
            jsonb_strip_nulls(jsonb_build_object('begin', s.begin_date, 'end', s.end_date, 'gone', nullif(s.gone, false),
              'over', nullif(coalesce(${endedBy('s.end_date')}, false), false))) as data,
            case when o.id is null then ${unknownReference('classSourcedId', 's.class_sourced_id', 'class')}
                 when p.id is null then ${unknownReference('userSourcedId', 's.user_sourced_id', 'user')}
                 when ko.data ? 'gone' and k.id is null and not exists (select 1 from source_key t where t.tenant_id = {tenant} and t.system = {system} and t.entity = 'staff' and t.key = s.sourced_id)
                   then 'classSourcedId: the class was deleted' end as refused,
            array[case when s.end_date < s.begin_date and not s.gone then 'beginDate: after endDate; left out' end,
                  case when ko.data ? 'gone' and not s.gone then 'classSourcedId: the class is deleted, and this ended with it' end] as noted
       from staged_enrollments s
       left join source_key ko on ko.tenant_id = {tenant} and ko.system = {system} and ko.entity = 'offering' and ko.key = s.class_sourced_id
       left join offering o on o.tenant_id = {tenant} and o.id = ko.id and o.deleted_at is null
       left join source_key kp on kp.tenant_id = {tenant} and kp.system = {system} and kp.entity = 'person' and kp.key = s.user_sourced_id
       left join person p on p.tenant_id = {tenant} and p.id = kp.id and p.status <> 'deleted'
       left join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'enrollment' and k.key = s.sourced_id`,
  );
  // a class or person deleted here, or at the source, leaves nothing to take away
  await noteKeys(
    w,
    rowsOf(
      w,
      `select k.system, k.entity, k.key, k.id, m.data from enrollment_row m join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'enrollment' and k.key = m.key
        where m.gone and (m.person_id is null or m.offering_id is null)`,
    ),
  );
  await query(w, `delete from enrollment_row where gone and (person_id is null or offering_id is null)`);
  await refuseRows(w, 'enrollment_row', 'enrollments');
  await noteRows(w, 'enrollment_row', 'enrollments');
  const former = await endFormer(w);
  // what a row says of a deleted class is remembered for its return
  await noteKeys(
    w,
    rowsOf(
      w,
      `select k.system, k.entity, k.key, k.id, m.data || case when m.over then '{}' else '${LEFT}' end::jsonb as data
         from enrollment_row m join enrollment e on e.tenant_id = {tenant} and e.id = m.id and e.offering_id = m.offering_id
         join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'enrollment' and k.key = m.key
        where m.class_gone`,
    ),
  );
  await query(w, 'delete from enrollment_row where class_gone');
  const staff = await saveStaff(w);
  const learners = await saveLearners(w);
  const { lost } = await one<{ lost: number }>(w, LOST_CLASSES);
  return { created: staff.created + learners.created, changed: staff.changed + learners.changed + former, lost };
}

/** SQL: how many classes have no learner because the rows of all of them were refused. */
const LOST_CLASSES = `
  select count(*) as lost from (
    select s.class_sourced_id as key from staged_enrollments s left join refused_row r on r.file = 'enrollments' and r.line = s.line
     where s.role = 'student' and not s.gone group by s.class_sourced_id having count(*) = count(r.line)) c
   where not exists (select 1 from source_key k join enrollment e on e.tenant_id = {tenant} and e.offering_id = k.id and e.ending is null
                      where k.tenant_id = {tenant} and k.system = {system} and k.entity = 'offering' and k.key = c.key)`;

/** SQL: another row of any source that is not in this file keeps the enrollment `e`. */
const KEPT = `
  exists (select 1 from source_key o where o.tenant_id = {tenant} and o.entity = 'enrollment' and o.id = e.id and not coalesce(o.data ?| array['gone', 'over'], false)
            and not (o.system = {system} and o.key in (select key from staged_key)))`;

/** Ends what rows meant before, where they name another class or person now, or another role; gives the number of rows. */
async function endFormer(w: Work): Promise<number> {
  await query(
    w,
    'create temporary table staged_key on commit drop as select sourced_id as key from staged_enrollments',
  );
  const ends = await query<{ id: string }>(
    w,
    `select distinct e.id from enrollment_row m join enrollment e on e.tenant_id = {tenant} and e.id = m.id and e.ending is null
      where (e.person_id, e.offering_id, 'student') is distinct from (m.person_id, m.offering_id, m.role)
        and not exists (select 1 from enrollment_row o where o.person_id = e.person_id and o.offering_id = e.offering_id and o.role = 'student' and not o.over)
        and not ${KEPT}`,
  );
  await endOn(
    w,
    ends.map(({ id }) => ({ id, endsAt: w.ctx.now })),
  );
  await forgetKeys(
    w,
    rowsOf(w, `select {system} as system, 'enrollment' as entity, key from enrollment_row where role <> 'student'`),
  );
  return ends.length;
}

async function saveLearners(w: Work): Promise<Merged> {
  await query(w, `delete from enrollment_row where role <> 'student'`);
  // whoever writes these people's enrollments meanwhile waits
  await query(
    w,
    `select 1 from person where tenant_id = {tenant} and id in (select person_id from enrollment_row) order by id for no key update`,
  );
  await pairUp(w);
  await insertNew(w);
  await enrollLimited(w);
  await changeStanding(w);
  await saveKeys(
    w,
    w.system,
    rowsOf(
      w,
      `select 'enrollment' as entity, m.key, p.id, m.data from enrollment_row m join learner_pair p using (person_id, offering_id) where p.id is not null`,
    ),
  );
  return one<Merged>(
    w,
    `select count(*) filter (where p.how = 'created') as created, count(*) filter (where p.how = 'changed' and m.data is distinct from m.before) as changed
       from enrollment_row m join learner_pair p using (person_id, offering_id)`,
  );
}

/** One row for each learner and class: several rows of a file may tell of one enrollment that was left and taken up again. */
async function pairUp(w: Work): Promise<void> {
  await query(
    w,
    `create temporary table learner_pair on commit drop as
     select m.*, e.id as id, e.ending, e.enrolled_at, null::text as how, false as entered
       from (select person_id, offering_id, min(course_id::text)::uuid as course_id, min(version_id::text)::uuid as version_id, min(seats) as seats,
                    min(offering_state) as offering_state, min(line) as line, not bool_and(over) as open, bool_and(gone) as gone, bool_or(data is distinct from before) as differs,
                    bool_or(data->'end' is distinct from before->'end') as end_moves,
                    ${firstMoment('min(begin_date)')} as begins_at, min(id::text)::uuid as known_id,
                    case when bool_and(gone) then {at} else ${lastMoment('max(end_date) filter (where not gone)')} end as ends_at
               from enrollment_row group by person_id, offering_id) m
       left join lateral (
         select e.id, e.ending, e.enrolled_at from enrollment e
          where e.tenant_id = {tenant} and e.person_id = m.person_id and e.offering_id between m.offering_id and m.offering_id
            and (e.ending is null or e.ending = 'withdrawn_kept' or e.id = m.known_id)
          order by e.ending is null desc, e.id = m.known_id desc, e.number desc limit 1) e on true`,
  );
  await query(
    w,
    `with bad as (select person_id, offering_id, case when offering_state = 'retired' then 'classSourcedId: the class was deleted' else 'classSourcedId: the class has no content yet' end as why
                    from learner_pair where id is null and not gone and (offering_state = 'retired' or version_id is null)),
     rows as (update enrollment_row m set refused = bad.why from bad where bad.person_id = m.person_id and bad.offering_id = m.offering_id)
     delete from learner_pair p using bad where p.person_id = bad.person_id and p.offering_id = bad.offering_id`,
  );
  await refuseRows(w, 'enrollment_row', 'enrollments');
  await query(w, 'analyze learner_pair');
}

/** New enrollments of classes without a limit of seats, at once; those already over are withdrawn on their day (rule 19). */
async function insertNew(w: Work): Promise<void> {
  await query(
    w,
    `update learner_pair set id = uuidv7(), how = 'created', enrolled_at = coalesce(begins_at, (select least(o.starts_at, {at}) from offering o where o.tenant_id = {tenant} and o.id = offering_id), {at})
      where id is null and not gone and (seats is null or not open)`,
  );
  await query(
    w,
    `create temporary table new_enrollment on commit drop as select * from learner_pair where how = 'created'`,
  );
  await Enrollments.insertRows(w, 'new_enrollment');
  await settled(w.ctx);
}

const CHUNK = 10_000;

/** Classes with a limit of seats, and everybody who comes back, go through enrolling itself: rules 1 and 2 hold. */
async function enrollLimited(w: Work): Promise<void> {
  const rows = await query<{ personId: string; offeringId: string; line: number }>(
    w,
    `select person_id as "personId", offering_id as "offeringId", line from learner_pair
      where open and (id is null or (ending = 'withdrawn_kept' and differs)) order by line`,
  );
  for (let at = 0; at < rows.length; at += CHUNK) {
    const chunk = rows.slice(at, at + CHUNK);
    const results = await Enrollments.enrollMany({ ...w.ctx, actor: elevated(w.ctx.actor) }, chunk, {
      source: 'import',
      self: false,
      grant: { kind: 'import', sourceId: NIL_ID },
    });
    const told = JSON.stringify(
      results.map((result, i) => ({
        person_id: chunk[i]!.personId,
        offering_id: chunk[i]!.offeringId,
        id: result.outcome === 'refused' ? null : result.enrollmentId,
        how: result.outcome === 'created' ? 'created' : result.outcome === 'unchanged' ? null : 'changed',
        refused: result.outcome === 'refused' ? wordOf(result.fact) : null,
      })),
    );
    await query(
      w,
      `with told as (select * from jsonb_to_recordset({told}::jsonb) as t (person_id uuid, offering_id uuid, id uuid, how text, refused text)),
       refused as (update enrollment_row m set refused = t.refused from told t where t.refused is not null and m.person_id = t.person_id and m.offering_id = t.offering_id)
       update learner_pair p set id = t.id, how = t.how, ending = null, entered = true
         from told t where p.person_id = t.person_id and p.offering_id = t.offering_id`,
      { told },
    );
  }
  // their begin is the file's, and who came back has no final result of leaving
  await Enrollments.beginAnewRows(w, rowsOf(w, 'select * from learner_pair where entered'));
  await refuseRows(w, 'enrollment_row', 'enrollments');
}

const wordOf = (fact: RefusalFact): string =>
  fact.kind === 'rule'
    ? `enrolling: ${fact.rule.replaceAll('_', ' ')}`
    : `enrolling: ${fact.kind === 'not_found' ? `${fact.entity} not found` : fact.kind}`;

/** Enrollments that stood before: begins and ends that moved, ends that came. */
async function changeStanding(w: Work): Promise<void> {
  await query(w, 'create temporary table changed_enrollment (id uuid not null) on commit drop');
  await Enrollments.changeRows(
    w,
    rowsOf(w, 'select * from learner_pair where differs and how is null and not entered and not gone'),
    'changed_enrollment',
  );
  await query(w, `update learner_pair p set how = 'changed' from changed_enrollment t where p.id = t.id`);
  const ends = await query<{ id: string; endsAt: Instant }>(
    w,
    `update learner_pair p set how = 'changed' from enrollment e
      where e.tenant_id = {tenant} and e.id = p.id and e.ending is null and p.differs and not p.open and p.how is distinct from 'created' and not ${KEPT} returning p.id, p.ends_at as "endsAt"`,
  );
  await endOn(w, ends);
}

/** Withdraws, kept, each on its own day. */
export async function endOn(w: Work, ends: readonly { id: string; endsAt: Instant }[]): Promise<void> {
  for (const [endedAt, rows] of Map.groupBy(ends, (row) => row.endsAt))
    for (let at = 0; at < rows.length; at += CHUNK) {
      await Enrollments.end(
        w.ctx,
        rows.slice(at, at + CHUNK).map((row) => row.id),
        { ending: 'kept', endedAt },
      );
      await settled(w.ctx);
    }
}
