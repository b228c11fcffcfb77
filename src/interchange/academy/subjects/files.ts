import { run } from '../../../database/run.ts';
import { sql, TENANT } from '../../../database/sql.ts';
import { Files } from '../../../record/files/index.ts';
import { moment, name, object, ref, special, type TypeOf, text, whole } from '../shape.ts';
import { subject } from '../subject.ts';
import type { Entry, World } from '../world.ts';
import { readFiles, SMALL } from './files-export.ts';

const file = object(
  { name: name('As it is shown.') },
  {
    person: ref('person', 'Whose it is, or whose work it belongs to.'),
    course: ref('course'),
    assessment: ref('assessment', 'The work of the person for it; where they enrolled again the last one.'),
    enrolledAt: moment('Of which enrollment of theirs, where it is not the last one.'),
    mediaType: text(255, 'What it is, where its bytes do not tell.'),
    size: whole(1, 1e15, 'In bytes.'),
    sha256: special<string>({
      type: 'string',
      pattern: '^[0-9a-fA-F]{64}$',
      description: 'SHA-256 in hex; needed where there is no content.',
    }),
    content: special<string>({
      type: 'string',
      maxLength: Math.ceil(SMALL / 3) * 4,
      pattern:
        '^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$|^[A-Za-z0-9+/]{2}==$|^[A-Za-z0-9+/]{3}=$',
      description:
        'Its bytes in base64, of a file of up to 64 KiB. Without them the academy has to have this content already.',
    }),
    uploadedBy: ref('person', 'Who brought it.'),
    at: moment('When; when the academy was made, unless said otherwise.'),
  },
  'A file of a person, of a course, or of the work of a person for an assessment.',
);

export type FileEntry = TypeOf<typeof file>;

export const files = subject<FileEntry>({
  name: 'files',
  description: 'Files of people, courses and work handed in.',
  entry: file,
  check(entries, fault) {
    for (const { value, path } of entries) {
      const { person, course, assessment, enrolledAt } = value;
      if ((person === undefined) === (course === undefined))
        fault(path, 'required', 'either person or course says what it belongs to');
      if (assessment !== undefined && person === undefined) fault([...path, 'person'], 'required', 'is missing');
      if (enrolledAt !== undefined && assessment === undefined)
        fault([...path, 'enrolledAt'], 'unknown_field', 'belongs to work for an assessment');
      if (value.content === undefined && value.sha256 === undefined)
        fault([...path, 'content'], 'required', 'is missing, and so is sha256');
    }
  },
  write: async () => {},
  // when the work they belong to is there
  async finish(world, entries) {
    for (const entry of entries) await world.attempt(entry.path, () => save(world, entry));
  },
  read: readFiles,
});

async function save(world: World, { value, path }: Entry<FileEntry>): Promise<void> {
  const to = await placeOf(world, value);
  if (!to) return world.fault([...path, 'assessment'], 'not_found', 'there is no such work of the person');
  const created = await Files.takeOver({ ...world.ctx, now: value.at ?? world.past.now }, to, {
    name: value.name,
    mediaType: value.mediaType,
    size: value.size,
    sha256: value.sha256,
    bytes: value.content === undefined ? undefined : Buffer.from(value.content, 'base64'),
    uploadedBy: world.idOf('person', value.uploadedBy) ?? null,
  });
  if (created === undefined) world.count('filesToBring', 'unchanged');
  else world.count('files', created ? 'created' : 'unchanged');
}

async function placeOf(
  world: World,
  { person, course, assessment, enrolledAt }: FileEntry,
): Promise<Files.TakenTo | undefined> {
  if (course !== undefined) return { courseId: world.id('course', course) };
  const personId = world.id('person', person!);
  if (assessment === undefined) return { personId };
  const assessmentId = world.id('assessment', assessment);
  const { rows } = await run<{ enrollmentId: string; courseId: string }>(
    world.ctx,
    sql`select e.id as "enrollmentId", e.course_id as "courseId" from submission s
       join enrollment e on e.tenant_id = s.tenant_id and e.id = s.enrollment_id
      where s.tenant_id = ${TENANT} and s.assessment_id = ${assessmentId}::uuid and e.person_id = ${personId}::uuid
        and (${enrolledAt ?? null}::timestamptz is null or e.enrolled_at = ${enrolledAt ?? null}::timestamptz)
      order by e.enrolled_at desc, e.number desc limit 1`,
  );
  return rows[0] && { assessmentId, personId, ...rows[0] };
}
