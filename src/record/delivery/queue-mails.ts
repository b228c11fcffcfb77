import { run } from '../../database/run.ts';
import { ACTOR_ID, ACTOR_KIND, DIALECT, NOW, sql, TENANT } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { eventSql } from '../kernel/event-types.ts';
import { newId } from '../kernel/ids.ts';
import { mailSettings } from '../kernel/mail-settings.ts';
import { type DataOf, DEFAULT_LOCALE, type TemplateName } from './templates.ts';

/** On this channel every server hears of which tenant something waits to go out. */
export const OUTBOX_CHANNEL = 'matricula_outbox';

/** Somebody of the record, or an address that nobody has yet. */
type Recipient = { personId: string } | { address: string; name: string | null; locale?: string };

/** A mail to be sent. Its text is made of the template when it goes out. */
export type NewMail = { [T in TemplateName]: { template: T; data: DataOf<T>; to: Recipient } }[TemplateName];

/** A mail is tried for so long. */
const TRIED_FOR = sql`interval '1 day'`;

/**
 * Queues mails in the transaction of what they tell of, any number in one statement: they go out once it is committed, and not at all
 * where it is not. People get them in their language, at the address they have when it goes out. Gives their ids in the order of the mails;
 * one to a person who is not there is none.
 */
export async function queueMails(ctx: Context, mails: readonly NewMail[]): Promise<string[]> {
  if (!ctx.inTransaction) throw new Error('mails are queued in the transaction of what they tell of');
  if (mails.length === 0) return [];
  const rows = mails.map(({ template, data, to }) => ({ id: newId(), template, data, ...to }));
  const { rows: made } = await run<{ id: string }>(
    ctx,
    sql`with wanted as materialized (
       select r.* from rows from (jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
           as (id uuid, template text, data jsonb, "personId" uuid, address text, name text, locale text)) with ordinality
         as r (id, template, data, person_id, address, name, locale, n)
     ), made as (
       insert into mail (tenant_id, id, template, data, locale, person_id, name, address, queued_at, due_at, give_up_at)
       select ${TENANT}, r.id, r.template, r.data, coalesce(p.locale, r.locale, ${mailSettings(ctx.tenant).locale ?? DEFAULT_LOCALE}), p.id, coalesce(p.full_name, r.name),
              coalesce(p.email, r.address), ${NOW}, clock_timestamp(), clock_timestamp() + ${TRIED_FOR}
         from wanted r left join person p on p.tenant_id = ${TENANT} and p.id = r.person_id
        where p.id is not null or r.address is not null
        order by r.n
       returning id, person_id, template
     ), told as (
       insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, data)
       select ${TENANT}, ${NOW}, ${ACTOR_KIND}, ${ACTOR_ID}, ${DIALECT}, ${eventSql('mail.queued')}, m.id, m.person_id, jsonb_build_object('template', m.template)
         from made m join wanted r on r.id = m.id order by r.n
     )
     select m.id from made m join wanted r on r.id = m.id order by r.n`,
  );
  // heard when the transaction commits
  await run(ctx, sql`select pg_notify(${OUTBOX_CHANNEL}, ${TENANT}::text)`);
  return made.map((row) => row.id);
}
