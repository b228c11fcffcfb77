import { createHash } from 'node:crypto';
import { transaction } from '../../database/transaction.ts';
import { Courses } from '../catalog/index.ts';
import { type Context, demandWhole } from '../kernel/context.ts';
import { invalid } from '../kernel/refusal.ts';
import { People } from '../people/index.ts';
import { findContent, keepContent, settleContent } from './contents.ts';
import { addFile } from './upload-file.ts';

/** A file as it lay elsewhere; without bytes it is known by its hash. */
export interface TakenOver {
  name: string;
  mediaType: string | undefined;
  size: number | undefined;
  sha256: string | undefined;
  bytes: Uint8Array | undefined;
  uploadedBy: string | null;
}

/** What it belongs to: a person, a course, or work that is there. */
export type TakenTo =
  | { personId: string }
  | { courseId: string }
  | { assessmentId: string; enrollmentId: string; personId: string; courseId: string };

/**
 * Takes over a file that lay elsewhere, whether or not work may be handed in now; the content as it comes along or, where it does not, the
 * one of this hash that the tenant has. Gives whether it is new, and undefined where there is no content. Refuses as an upload does.
 */
export async function takeOverFile(ctx: Context, to: TakenTo, told: TakenOver): Promise<boolean | undefined> {
  demandWhole(ctx, 'imports.run');
  const { bytes, name, mediaType, size, uploadedBy: by } = told;
  const own = bytes && createHash('sha256').update(bytes).digest('hex');
  const sha256 = told.sha256?.toLowerCase() ?? own;
  if (sha256 === undefined) return invalid(['sha256'], 'required');
  if (own !== undefined && own !== sha256) invalid(['sha256'], 'format', 'is that of another file');
  if (bytes && size !== undefined && size !== bytes.length)
    invalid(['size'], 'format', `the file has ${bytes.length} bytes`);
  return transaction(
    ctx,
    async (inner) => {
      const place = await placeOf(inner, to);
      const there = await findContent(inner, sha256);
      if (there !== undefined)
        return (
          await addFile(inner, place, {
            name,
            mediaType: mediaType ?? 'application/octet-stream',
            contentId: there,
            by,
          })
        ).created;
      if (!bytes) return undefined;
      const kept = await keepContent(inner, once(bytes), { mediaType, sha256 });
      const contentId = await settleContent(inner, kept);
      return (await addFile(inner, place, { name, mediaType: kept.mediaType, contentId, by })).created;
    },
    'personId' in to ? { learners: [to.personId] } : {},
  );
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function placeOf(ctx: Context, to: TakenTo): Promise<Parameters<typeof addFile>[1]> {
  if ('assessmentId' in to) {
    const { assessmentId, ...work } = to;
    return { entity: 'submission', entityId: assessmentId, ...work };
  }
  const none = { enrollmentId: null, personId: null, courseId: null };
  if ('personId' in to) {
    await People.getAlone(ctx, to.personId);
    return { ...none, entity: 'person', entityId: to.personId, personId: to.personId };
  }
  await Courses.hold(ctx, to.courseId);
  return { ...none, entity: 'course', entityId: to.courseId, courseId: to.courseId };
}
