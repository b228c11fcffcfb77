import { run } from '../../database/run.ts';
import type { Context } from '../kernel/context.ts';
import { eventStamp } from '../kernel/event.ts';
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
const TRIED_FOR = `interval '1 day'`;

/**
 * Queues mails in the transaction of what they tell of, any number in one statement: they go out once it is committed, and not at all
 * where it is not. People get them in their language, at the address they have when it goes out. Gives their ids in the order of the mails;
 * one to a person who is not there is none.
 */
export async function queueMails(ctx: Context, mails: readonly NewMail[]): Promise<string[]> {
  if (!ctx.inTransaction) throw new Error('mails are queued in the transaction of what they tell of');
  if (mails.length === 0) return [];
  const rows = mails.map(({ template, data, to }) => ({ id: newId(), template, data, ...to }));
  const [tenant, at, kind, actor, dialect] = eventStamp(ctx);
  const { rows: made } = await run<{ id: string }>(
    ctx.db,
    `with wanted as materialized (
       select r.* from rows from (jsonb_to_recordset($6::jsonb)
           as (id uuid, template text, data jsonb, "personId" uuid, address text, name text, locale text)) with ordinality
         as r (id, template, data, person_id, address, name, locale, n)
     ), made as (
       insert into mail (tenant_id, id, template, data, locale, person_id, name, address, queued_at, due_at, give_up_at)
       select $1, r.id, r.template, r.data, coalesce(p.locale, r.locale, $7), p.id, coalesce(p.full_name, r.name),
              coalesce(p.email, r.address), $2::timestamptz, clock_timestamp(), clock_timestamp() + ${TRIED_FOR}
         from wanted r left join person p on p.tenant_id = $1 and p.id = r.person_id
        where p.id is not null or r.address is not null
        order by r.n
       returning id, person_id, template
     ), told as (
       insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, data)
       select $1, $2::timestamptz, $3, $4::uuid, $5, ${eventSql('mail.queued')}, m.id, m.person_id, jsonb_build_object('template', m.template)
         from made m join wanted r on r.id = m.id order by r.n
     )
     select m.id from made m join wanted r on r.id = m.id order by r.n`,
    [tenant, at, kind, actor, dialect, JSON.stringify(rows), mailSettings(ctx.tenant).locale ?? DEFAULT_LOCALE],
  );
  // heard when the transaction commits
  await run(ctx.db, 'select pg_notify($1, $2)', [OUTBOX_CHANNEL, tenant]);
  return made.map((row) => row.id);
}
