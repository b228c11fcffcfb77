import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { type NewMail, queueMails } from './queue-mails.ts';
import type { DataOf } from './templates.ts';

/** Mails that are put together at once: bounds the memory of a large call. */
const AT_ONCE = 10_000;

async function inParts(
  ctx: Context,
  ids: readonly string[],
  read: (part: readonly string[]) => Promise<NewMail[]>,
): Promise<void> {
  const all = [...new Set(ids)];
  for (let from = 0; from < all.length; from += AT_ONCE)
    await queueMails(ctx, await read(all.slice(from, from + AT_ONCE)));
}

/** Whoever has an address and may sign in. */
const REACHED = sql`p.status = 'active' and p.email is not null`;

/** Tells people that they have a seat in a course. */
export const noticeEnrolled = (ctx: Context, enrollmentIds: readonly string[]): Promise<void> =>
  inParts(ctx, enrollmentIds, async (ids) => {
    const { rows } = await run<{ personId: string } & DataOf<'enrolled'>>(
      ctx,
      sql`select e.person_id as "personId", c.name as course, e.offering_id as "offeringId", e.due_at as "dueAt"
         from enrollment e join course c on c.tenant_id = ${TENANT} and c.id = e.course_id
         join person p on p.tenant_id = ${TENANT} and p.id = e.person_id and ${REACHED}
        where e.tenant_id = ${TENANT} and e.id = any(${ids}::uuid[]) and e.ending is null order by e.id`,
    );
    return rows.map(({ personId, ...data }) => ({ template: 'enrolled', data, to: { personId } }));
  });

/** Tells people that a certificate of theirs expires soon. */
export const noticeExpiring = (ctx: Context, awardIds: readonly string[]): Promise<void> =>
  inParts(ctx, awardIds, async (ids) => {
    const { rows } = await run<{ personId: string } & DataOf<'award_expiring'>>(
      ctx,
      sql`select a.person_id as "personId", k.name as certificate, a.expires_at as "expiresAt", a.code
         from certificate_award a join certificate k on k.tenant_id = ${TENANT} and k.id = a.certificate_id
         join person p on p.tenant_id = ${TENANT} and p.id = a.person_id and ${REACHED}
        where a.tenant_id = ${TENANT} and a.id = any(${ids}::uuid[]) and a.expires_at is not null order by a.id`,
    );
    return rows.map(({ personId, ...data }) => ({ template: 'award_expiring', data, to: { personId } }));
  });
