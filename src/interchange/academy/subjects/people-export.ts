import { run } from '../../../database/run.ts';
import { sql, TENANT } from '../../../database/sql.ts';
import { Roles } from '../../../record/access/index.ts';
import { People } from '../../../record/people/index.ts';
import { filled } from '../simple.ts';
import { inOrder, type Library, without } from '../subject.ts';
import { PLAIN } from './person-members.ts';

const PAGE = 1000;

/** Everybody who is not deleted, managers first; in pages, so that a university fits. */
export async function* readPeople(library: Library): AsyncGenerator<object> {
  const { ctx } = library;
  const { rows } = await run<{ id: string; managerId: string | null }>(
    ctx,
    sql`select id, manager_id as "managerId" from person where tenant_id = ${TENANT} and status <> 'deleted' order by number`,
  );
  const ordered = inOrder(
    rows.filter((row) => library.has('person', row.id)),
    (row) => row.id,
    (row) => (row.managerId ? [row.managerId] : []),
  );
  const { rows: roots } = await run<{ id: string }>(
    ctx,
    sql`select id from unit where tenant_id = ${TENANT} and parent_id is null`,
  );
  for (let from = 0; from < ordered.length; from += PAGE) {
    const ids = ordered.slice(from, from + PAGE).map((row) => row.id);
    const people = new Map((await People.getMany(ctx, ids)).map((person) => [person.id, person]));
    const hashes = library.passwordHashes ? await hashesOf(library, ids) : new Map<string, string>();
    const allowed = await instructorsOf(library, ids);
    for (const id of ids) {
      const person = people.get(id);
      if (person) yield toEntry(library, person, roots[0]?.id, hashes.get(id), allowed.get(id));
    }
  }
}

async function hashesOf({ ctx }: Library, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await run<{ id: string; hash: string }>(
    ctx,
    sql`select person_id as id, password_hash as hash from person_secret where tenant_id = ${TENANT} and person_id = any(${ids}::uuid[])`,
  );
  return new Map(rows.map((row) => [row.id, row.hash]));
}

/** What instructors may do beyond teaching; of somebody who teaches nothing any more it is not told. */
async function instructorsOf({ ctx }: Library, ids: readonly string[]): Promise<Map<string, string[]>> {
  const { rows } = await run<{ id: string; permissions: string[] }>(
    ctx,
    sql`select i.person_id as id, array_agg(i.permission order by i.permission) as permissions
       from instructor_permission i
      where i.tenant_id = ${TENANT} and i.person_id = any(${ids}::uuid[])
        and (exists (select 1 from role_assignment a join role r on r.tenant_id = ${TENANT} and r.id = a.role_id and r.key = 'instructor'
                      where a.tenant_id = ${TENANT} and a.person_id = i.person_id)
          or exists (select 1 from entitlement e where e.tenant_id = ${TENANT} and e.person_id = i.person_id and e.role = 'instructor'
                      and (e.entity = 'unit'
                        or exists (select 1 from people_group g where g.tenant_id = ${TENANT} and g.id = e.entity_id and g.deleted_at is null)
                        or exists (select 1 from course c where c.tenant_id = ${TENANT} and c.id = e.entity_id and c.deleted_at is null)
                        or exists (select 1 from offering o join course c on c.tenant_id = ${TENANT} and c.id = o.course_id and c.deleted_at is null
                                    where o.tenant_id = ${TENANT} and o.id = e.entity_id and o.deleted_at is null))))
      group by i.person_id`,
  );
  return new Map(rows.map((row) => [row.id, row.permissions]));
}

function toEntry(
  library: Library,
  person: People.Person,
  root: string | undefined,
  passwordHash: string | undefined,
  instructorPermissions: string[] | undefined,
): object {
  const { key, keyOf } = library;
  const plain = Object.fromEntries(
    Object.keys(PLAIN)
      .map((member) => [member, person[member as keyof People.Person]] as const)
      .filter(
        ([, value]) =>
          value !== null && value !== '' && JSON.stringify(value) !== '[]' && JSON.stringify(value) !== '{}',
      ),
  );
  // parts that follow from the full name are left to it
  const at = person.fullName.lastIndexOf(' ');
  const given = at < 0 ? person.fullName : person.fullName.slice(0, at).trim();
  const family = at < 0 ? '' : person.fullName.slice(at + 1);
  if (person.givenName === given && person.familyName === family && person.middleName === null) {
    delete plain.givenName;
    delete plain.familyName;
  }
  const roles = person.roles
    .filter((role) => role.key !== 'learner')
    .map((role) => {
      const name = role.key && (Roles.KEYS as readonly string[]).includes(role.key) ? role.key : key('role', role.id);
      return role.unitId ? { role: name, unit: key('unit', role.unitId) } : name;
    })
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return without({
    key: key('person', person.id),
    name: person.fullName,
    ...library.external('person', person.id, person.externalId),
    ...plain,
    unit: person.unitId === root ? undefined : key('unit', person.unitId),
    units: filled(
      person.unitIds
        .filter((id) => id !== person.unitId)
        .map((id) => key('unit', id))
        .sort(),
    ),
    manager:
      person.managerId && library.has('person', person.managerId) ? keyOf('person', person.managerId) : undefined,
    status: person.status === 'active' ? undefined : person.status,
    learner: People.standingOf(person.roles).isLearner ? undefined : false,
    roles: filled(roles),
    instructorPermissions,
    passwordHash,
  });
}
