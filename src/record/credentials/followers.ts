import type { Told } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';
import { settleAwards, settleCertificates, settleCertificatesOf, settleDefinitions } from './settle.ts';
import type { Reopened } from './take-back.ts';

// What certificates do when something happened; `record/consequences.ts` says when, and in which order.

export async function award(
  ctx: Context,
  {
    completed,
    completed_again,
    completion_undone,
    completion_moved,
  }: Told<'completed' | 'completed_again' | 'completion_undone' | 'completion_moved'>,
): Promise<void> {
  await settleCertificates(ctx, idsOf([...completed, ...completed_again]), completion_undone.map(reopened));
  await settleCertificates(
    ctx,
    idsOf(completion_moved),
    completion_moved.filter((row) => row.back).map(reopened),
    true,
  );
}

const idsOf = (rows: readonly { enrollmentId: string }[]): string[] => rows.map((row) => row.enrollmentId);

const reopened = ({ enrollmentId: id, ...row }: Omit<Reopened, 'id'> & { enrollmentId: string }): Reopened => ({
  id,
  ...row,
});

export const renew = (ctx: Context, { award_reinstated }: Told<'award_reinstated'>): Promise<void> =>
  settleAwards(
    ctx,
    award_reinstated.map((row) => row.awardId),
  );

export const redefine = (ctx: Context, { certificate_changed }: Told<'certificate_changed'>): Promise<void> =>
  settleDefinitions(
    ctx,
    certificate_changed.map((row) => row.certificateId),
  );

export const outlive = (ctx: Context, { course_deleted }: Told<'course_deleted'>): Promise<void> =>
  settleCertificatesOf(
    ctx,
    course_deleted.map((row) => row.courseId),
  );
