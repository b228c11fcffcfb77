import { constant, NOW, name, type Sql, sql, TENANT } from '../../database/sql.ts';
import { NIL_ID } from './ids.ts';

/** The program (by its alias) shows its members what it holds at this moment. */
export function openProgram(alias: string): Sql {
  const a = name(alias);
  return sql`${a}.deleted_at is null and ${a}.state = 'active' and (${a}.starts_at is null or ${a}.starts_at <= ${NOW})
    and (${a}.ends_at is null or ${a}.ends_at > ${NOW})`;
}

const DEFAULT_IS_OPEN = openProgram('d');
const HELD_IS_OPEN = openProgram('g');

/** The person is in the default program, as everybody is who has not left it; `id` is a column. */
export const inDefault = (id: string, person: Sql): Sql =>
  sql`(select coalesce(bool_or(dm.left_at is null), true) from program_member dm
     where dm.tenant_id = ${TENANT} and dm.person_id = ${person} and dm.program_id = ${name(id)})`;

/** The default program shows the person every published course. It looks at no course, so a list asks it once. */
const foundInDefault = (person: Sql): Sql =>
  sql`not exists (select 1 from program d where d.tenant_id = ${TENANT} and d.is_default
     and not (${DEFAULT_IS_OPEN} and ${inDefault('d.id', person)}))`;

/** Programs (`g`) that the person is in by a row, with what they hold (`k`), open now. */
const held = (person: Sql): Sql =>
  sql`from program_member pm
     join program g on g.tenant_id = ${TENANT} and g.id = pm.program_id and ${HELD_IS_OPEN}
     join program_content k on k.tenant_id = ${TENANT} and k.program_id = g.id
    where pm.tenant_id = ${TENANT} and pm.person_id = ${person} and pm.left_at is null`;

/**
 * A learner finds the course whose id is in `course`: by a program they are in, or because they are enrolled. What does not look at
 * the course is asked once for a whole list.
 */
export const found = (person: Sql, course: string): Sql =>
  sql`(${foundInDefault(person)} or ${name(course)} in (select k.course_id ${held(person)})
    or ${name(course)} in (select fe.course_id from enrollment fe where fe.tenant_id = ${TENANT} and fe.person_id = ${person} and fe.ending is null))`;

/**
 * The program under which a learner finds the course, to enroll themselves: the nil id for the default one, else the oldest that
 * they are in and that holds it, else null.
 */
export const finder = (person: Sql, course: string): Sql =>
  sql`case when ${foundInDefault(person)} then ${constant(`'${NIL_ID}'`)}::uuid
     else (select g.id ${held(person)} and k.course_id = ${name(course)} order by g.created_at, g.number limit 1) end`;
