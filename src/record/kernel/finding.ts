import { constant, NOW, replaced, type Sql, TENANT } from '../../database/sql.ts';
import { NIL_ID } from './ids.ts';

/** SQL for whom and when, and of what tenant. */
export interface Finder {
  tenant: string;
  person: string;
  now: string;
}

/** SQL: the program (by its alias) shows its members what it holds at this moment. */
const openProgramSql = (alias: string, now: string): string =>
  `${alias}.deleted_at is null and ${alias}.state = 'active' and (${alias}.starts_at is null or ${alias}.starts_at <= ${now})
    and (${alias}.ends_at is null or ${alias}.ends_at > ${now})`;

/** SQL: the person is in the default program, as everybody is who has not left it; `id` is SQL of its id. */
const inDefaultSql = (tenant: string, id: string, person: string): string =>
  `(select coalesce(bool_or(dm.left_at is null), true) from program_member dm
     where dm.tenant_id = ${tenant} and dm.person_id = ${person} and dm.program_id = ${id})`;

/** SQL: the default program shows the person every published course. It looks at no course, so a list asks it once. */
const foundInDefaultSql = ({ tenant, person, now }: Finder): string =>
  `not exists (select 1 from program d where d.tenant_id = ${tenant} and d.is_default
     and not (${openProgramSql('d', now)} and ${inDefaultSql(tenant, 'd.id', person)}))`;

/** SQL: programs (`g`) that the person is in by a row, with what they hold (`k`), open now. */
const heldSql = ({ tenant, person, now }: Finder): string =>
  `from program_member pm
     join program g on g.tenant_id = ${tenant} and g.id = pm.program_id and ${openProgramSql('g', now)}
     join program_content k on k.tenant_id = ${tenant} and k.program_id = g.id
    where pm.tenant_id = ${tenant} and pm.person_id = ${person} and pm.left_at is null`;

/**
 * SQL: a learner finds the course whose id is in `course`: by a program they are in, or because they are enrolled. What does not look at
 * the course is asked once for a whole list.
 */
const foundSql = (finder: Finder, course: string): string => {
  const { tenant, person } = finder;
  return `(${foundInDefaultSql(finder)} or ${course} in (select k.course_id ${heldSql(finder)})
    or ${course} in (select fe.course_id from enrollment fe where fe.tenant_id = ${tenant} and fe.person_id = ${person} and fe.ending is null))`;
};

/**
 * SQL: the program under which a learner finds the course, to enroll themselves: the nil id for the default one, else the oldest that
 * they are in and that holds it, else null.
 */
export const finderSql = (finder: Finder, course: string): string =>
  `case when ${foundInDefaultSql(finder)} then '${NIL_ID}'::uuid
     else (select g.id ${heldSql(finder)} and k.course_id = ${course} order by g.created_at, g.number limit 1) end`;

const PLACES: Finder = { tenant: '{tenant}', person: '{person}', now: '{now}' };

/** The text as a piece, for this person, in the call that runs it. */
const piece = (text: string, person: Sql): Sql =>
  Object.entries({ '{tenant}': TENANT, '{person}': person, '{now}': NOW }).reduce(
    (made, [place, by]) => replaced(made, place, by),
    constant(text),
  );

/** As `foundSql`. */
export const found = (person: Sql, course: string): Sql => piece(foundSql(PLACES, course), person);

/** As `openProgramSql`. */
export const openProgram = (alias: string): Sql => piece(openProgramSql(alias, PLACES.now), constant(''));

/** As `inDefaultSql`; `id` is a column. */
export const inDefault = (id: string, person: Sql): Sql =>
  piece(inDefaultSql(PLACES.tenant, id, PLACES.person), person);
