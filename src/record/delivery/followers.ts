import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import type { Told } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';
import { isNoticed } from '../kernel/mail-settings.ts';
import { noticeEnrolled, noticeExpiring } from './notices.ts';

// What goes out when something happened; `record/consequences.ts` says when, and in which order.

export const wantsEnrolled = (ctx: Context): boolean => isNoticed(ctx, 'enrolled');
export const wantsExpiring = (ctx: Context): boolean => isNoticed(ctx, 'award_expiring');

export const tellEnrolled = (ctx: Context, { enrolled, seated }: Told<'enrolled' | 'seated'>): Promise<void> =>
  noticeEnrolled(
    ctx,
    [...enrolled, ...seated].map((row) => row.enrollmentId),
  );

export const tellExpiring = (ctx: Context, { award_expiring }: Told<'award_expiring'>): Promise<void> =>
  noticeExpiring(
    ctx,
    award_expiring.map((row) => row.awardId),
  );

/** Mails to people whose data was erased go with it, those to their address alone too. */
export async function dropMails(ctx: Context, { purged }: Told<'purged'>): Promise<void> {
  await run(
    ctx,
    sql`delete from mail where tenant_id = ${TENANT} and (person_id = any(${purged.map((row) => row.personId)}::uuid[]) or (person_id is null and lower(address) = any(${purged.flatMap(({ email }) => (email === null ? [] : [email.toLowerCase()]))}::text[])))`,
  );
}
