import { run } from '../../../database/run.ts';
import { sql, TENANT } from '../../../database/sql.ts';
import type { Instant } from '../../../record/kernel/instant.ts';
import { Paths, Programs } from '../../../record/programs/index.ts';
import { collect, every, filled } from '../simple.ts';
import { type Library, without } from '../subject.ts';
import { MEMBERS } from './program-members.ts';

/** Programs with all that is in them; the default one where it is anything but what every academy has. */
export async function* readPrograms(library: Library): AsyncGenerator<object> {
  for await (const program of every((query) => Programs.list(library.ctx, query))) {
    const entry = await toEntry(library, program);
    if (!program.isDefault || (await differs(library, program, entry))) yield entry;
  }
}

const USUAL = new Set(['key', 'name', 'default', 'externalId']);

async function differs({ ctx }: Library, program: Programs.Program, entry: object): Promise<boolean> {
  if (program.name !== 'All courses' || program.externalId !== null) return true;
  if (Object.keys(entry).some((member) => !USUAL.has(member))) return true;
  const { rows } = await run(
    ctx,
    sql`select 1 from enrollment_grant where tenant_id = ${TENANT} and kind = 'program' and source_id = ${program.id}::uuid limit 1`,
  );
  return rows.length > 0;
}

async function toEntry(library: Library, program: Programs.Program): Promise<object> {
  const { key } = library;
  return without({
    key: key('program', program.id),
    name: program.name,
    default: program.isDefault || undefined,
    ...(program.isDefault && program.externalId === null
      ? {}
      : library.external('program', program.id, program.externalId)),
    ...MEMBERS.entry(library, program),
    contents: filled(await contentsOf(library, program)),
    paths: filled(await pathsOf(library, program)),
    audiences: filled(await audiencesOf(library, program)),
    members: filled(await membersOf(library, program)),
  });
}

async function contentsOf({ ctx, key, has }: Library, { id, isDefault }: Programs.Program): Promise<string[]> {
  if (isDefault) return [];
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select course_id as id from program_content where tenant_id = ${TENANT} and program_id = ${id}::uuid order by position`,
  );
  return rows.filter((row) => has('course', row.id)).map((row) => key('course', row.id));
}

async function pathsOf({ ctx, key }: Library, { id }: Programs.Program): Promise<object[]> {
  const paths = await collect(every((query) => Paths.list(ctx, id, query), [{ field: 'position', descending: false }]));
  return paths.map(({ name, description, courses }) =>
    without({
      name,
      description: description ?? undefined,
      courses: filled(
        courses.map(({ courseId, dueAt, dueAfterDays }) =>
          dueAt === null && dueAfterDays === null
            ? key('course', courseId)
            : without({
                course: key('course', courseId),
                dueAt: dueAt ?? undefined,
                dueAfterDays: dueAfterDays ?? undefined,
              }),
        ),
      ),
    }),
  );
}

async function audiencesOf({ ctx, key, has }: Library, { id }: Programs.Program): Promise<object[]> {
  const { rows } = await run<{ groupId: string; recursive: boolean; since: Instant; except: string[] }>(
    ctx,
    sql`select a.group_id as "groupId", a.recursive, a.created_at as since,
            array(select x.person_id from program_audience_exception x where x.tenant_id = ${TENANT} and x.audience_id = a.id) as except
       from program_audience a join people_group g on g.tenant_id = a.tenant_id and g.id = a.group_id
      where a.tenant_id = ${TENANT} and a.program_id = ${id}::uuid order by a.created_at, g.number`,
  );
  return rows
    .filter((row) => has('group', row.groupId))
    .map(({ groupId, recursive, since, except }) =>
      without({
        group: key('group', groupId),
        recursive: recursive || undefined,
        since,
        except: filled(
          except
            .filter((person) => has('person', person))
            .map((person) => key('person', person))
            .sort(),
        ),
      }),
    );
}

async function membersOf({ ctx, key, has }: Library, { id }: Programs.Program): Promise<object[]> {
  const { rows } = await run<{
    personId: string;
    source: string;
    byName: boolean;
    joinedAt: Instant;
    leftAt: Instant | null;
  }>(
    ctx,
    sql`select m.person_id as "personId", m.source, m.joined_at as "joinedAt", m.left_at as "leftAt",
            exists (select 1 from program_grant r where r.tenant_id = ${TENANT} and r.member_id = m.id and r.kind = 'direct') as "byName"
       from program_member m join person p on p.tenant_id = m.tenant_id and p.id = m.person_id
      where m.tenant_id = ${TENANT} and m.program_id = ${id}::uuid order by m.joined_at, p.number, m.left_at nulls last`,
  );
  return rows
    .filter((row) => has('person', row.personId))
    .map(({ personId, source, byName, joinedAt, leftAt }) =>
      without({
        person: key('person', personId),
        source: source === 'direct' ? undefined : source,
        byName: (source === 'audience' && byName) || undefined,
        joinedAt,
        leftAt: leftAt ?? undefined,
      }),
    );
}
