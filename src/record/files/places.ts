import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import { Authority } from '../access/index.ts';
import { Submissions } from '../assessment/index.ts';
import { Courses } from '../catalog/index.ts';
import { may } from '../kernel/actor.ts';
import { type Context, demand } from '../kernel/context.ts';
import type { Permission } from '../kernel/permission.ts';
import { notFound, refuse } from '../kernel/refusal.ts';
import { People } from '../people/index.ts';
import type { FileOwner, FileRecord } from './file.ts';

/** A thing that files belong to, as somebody may use it. */
export interface Place extends Pick<FileRecord, 'entity' | 'entityId' | 'enrollmentId'> {
  owner: FileOwner;
  /** Whose data files of it are, and which course they are about. */
  personId: string | null;
  courseId: string | null;
  /** What whoever does not act on their own has to hold to change it. */
  permission: Permission;
  /** The actor acts on their own: what others brought stays. */
  own: boolean;
}

const isSelf = ({ actor }: Context, personId: string): boolean =>
  actor.kind === 'person' && actor.id === personId.toLowerCase();

/** Refuses people without the permission as if the person were not there, and clients for what they lack. */
function demandOrHide(ctx: Context, permission: Permission, personId: string): void {
  if (ctx.actor.kind === 'person' && !may(ctx.actor, permission)) notFound('person', personId);
  demand(ctx, permission);
}

/**
 * The thing, for somebody who reads its files: of a person those who may read people, and the person; of a course all who find the course;
 * of a submission those who may read marks, and the learner. Refuses `not_found`, `forbidden`.
 */
export async function placeToRead(ctx: Context, owner: FileOwner): Promise<Place> {
  if ('personId' in owner) {
    if (!isSelf(ctx, owner.personId)) demandOrHide(ctx, 'people.read', owner.personId);
    const { id } = await People.getAlone(ctx, owner.personId);
    return ofPerson(ctx, id);
  }
  if ('courseId' in owner) return ofCourse((await Courses.get(ctx, owner.courseId)).id);
  const { assessment, enrollment } = await Submissions.placeOfWork(
    ctx,
    owner.assessmentId,
    owner.enrollmentId,
    'marks.read',
  );
  return ofSubmission(ctx, assessment.id, enrollment);
}

/**
 * The same for somebody who changes its files: of a person those who may write people, and the person; of a course those who may write
 * courses; of a submission those who may mark, and the learner while work may be handed in. Refuses `not_found`, `forbidden` and `rule`.
 */
export async function placeToWrite(ctx: Context, owner: FileOwner): Promise<Place> {
  if ('personId' in owner) {
    const self = isSelf(ctx, owner.personId);
    if (!self) demandOrHide(ctx, 'people.write', owner.personId);
    if (self) await People.getAlone(ctx, owner.personId);
    else await Authority.demandOver(ctx, [owner.personId]);
    return ofPerson(ctx, owner.personId.toLowerCase());
  }
  if ('courseId' in owner) {
    await Courses.hold(ctx, owner.courseId);
    return ofCourse(owner.courseId.toLowerCase());
  }
  const { assessment, enrollment } = await Submissions.demandOpenWork(ctx, owner.assessmentId, owner.enrollmentId);
  return ofSubmission(ctx, assessment.id, enrollment);
}

/** In the transaction that adds a file, which holds the person: the place as it stands now, and a submission to hand in with the file. */
export async function holdPlace(ctx: Context, owner: FileOwner): Promise<Place> {
  const place = await placeToWrite(ctx, owner);
  if (!('assessmentId' in owner)) return place;
  const { rows } = await run(
    ctx,
    sql`select 1 from submission where tenant_id = ${TENANT} and assessment_id = ${owner.assessmentId}::uuid and enrollment_id = ${owner.enrollmentId}::uuid`,
  );
  if (rows.length === 0) await Submissions.save(ctx, owner.assessmentId, owner.enrollmentId, { state: 'draft' });
  return place;
}

const ofPerson = (ctx: Context, id: string): Place => ({
  owner: { personId: id },
  entity: 'person',
  entityId: id,
  enrollmentId: null,
  personId: id,
  courseId: null,
  permission: 'people.write',
  own: isSelf(ctx, id) && !may(ctx.actor, 'people.write'),
});

const ofCourse = (id: string): Place => ({
  owner: { courseId: id },
  entity: 'course',
  entityId: id,
  enrollmentId: null,
  personId: null,
  courseId: id,
  permission: 'courses.write',
  own: false,
});

const ofSubmission = (
  ctx: Context,
  assessmentId: string,
  enrollment: { id: string; personId: string; courseId: string },
): Place => ({
  owner: { assessmentId, enrollmentId: enrollment.id },
  entity: 'submission',
  entityId: assessmentId,
  enrollmentId: enrollment.id,
  personId: enrollment.personId,
  courseId: enrollment.courseId,
  permission: 'marks.write',
  own: !may(ctx.actor, 'marks.write'),
});

/** Refuses somebody who acts on their own what another one brought. */
export function demandBrought(ctx: Context, { own, permission }: Place, file: FileRecord): void {
  if (own && file.uploadedBy !== ctx.actor.id) refuse({ kind: 'forbidden', permission });
}
