import type { Listing } from '../../database/listing.ts';
import { sql } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import type { Instant } from '../kernel/instant.ts';
import { fieldsOf } from '../kernel/rows.ts';
import { seenPerson } from '../kernel/visibility.ts';

/** What a file belongs to: a person, a course, or what an enrollment hands in for an assessment. */
export type FileOwner = { personId: string } | { courseId: string } | { assessmentId: string; enrollmentId: string };

/** A file, without its content. */
export interface FileRecord {
  id: string;
  entity: 'person' | 'course' | 'submission';
  /** Of a submission the assessment. */
  entityId: string;
  enrollmentId: string | null;
  name: string;
  mediaType: string;
  /** Bytes. */
  size: number;
  sha256: string;
  /** Who brought it, where that was a person. */
  uploadedBy: string | null;
  createdAt: Instant;
}

/** Files, alias `f`, with their contents, `c`; who brought one is told to those who see that person. */
export const filesSeen = (ctx: Context): Listing => ({
  select: sql`f.id, f.entity, f.entity_id as "entityId", f.enrollment_id as "enrollmentId", f.name, f.media_type as "mediaType",
    c.size, c.sha256, ${seenPerson(ctx, sql`f.uploaded_by`)} as "uploadedBy", f.created_at as "createdAt"`,
  from: sql`file f join file_content c on c.tenant_id = f.tenant_id and c.id = f.content_id`,
  fields: {
    named: {
      ...fieldsOf('f', { id: 'id', name: 'text', mediaType: 'text!', createdAt: 'instant' }),
      ...fieldsOf('c', { size: 'number', sha256: 'text!' }),
    },
  },
  sort: [{ field: 'createdAt', descending: false }],
  id: 'id',
});

/** Where a file is to be found again. */
export const ownerOf = ({ entity, entityId, enrollmentId }: FileRecord): FileOwner =>
  entity === 'person'
    ? { personId: entityId }
    : entity === 'course'
      ? { courseId: entityId }
      : { assessmentId: entityId, enrollmentId: enrollmentId! };
