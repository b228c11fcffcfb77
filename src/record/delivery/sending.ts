import { run } from '../../database/run.ts';
import { transaction } from '../../database/transaction.ts';
import type { Context, Database } from '../kernel/context.ts';
import { eventStamp } from '../kernel/event.ts';
import { typeSql } from '../kernel/event-types.ts';
import type { Rendered } from './templates.ts';

// How mails go out: a worker that holds the place of this destination claims them, sends them, and notes what came of each.

export const MAIL_DESTINATION = 'mail';

/** A mail that is to be sent now. */
export interface ClaimedMail {
  id: string;
  template: string;
  data: Record<string, unknown>;
  locale: string;
  name: string | null;
  address: string | null;
  /** Whoever is deleted or suspended gets none. */
  active: boolean;
  /** How often it was tried, this time included. */
  attempts: number;
}

/** What came of it. */
export type MailOutcome = { id: string } & (
  | ({ state: 'sent'; sentTo: 'server' | 'mailbox'; reply: string | null } & Rendered)
  /** It is tried again after a while, unless its day is over. */
  | { state: 'queued'; pauseMs: number; reason: string; reply: string | null }
  | { state: 'failed'; reason: string; reply: string | null }
);

const OPEN = `state in ('queued', 'sending')`;

/** Tenants with a mail that is due, whose destination is neither held nor paused; one look into an index for each. */
export async function tenantsWithDueMail(db: Database): Promise<string[]> {
  const { rows } = await run<{ id: string }>(
    db,
    `with recursive open as (
       (select tenant_id as id from mail where ${OPEN} order by tenant_id limit 1)
       union all
       select (select m.tenant_id from mail m where m.${OPEN} and m.tenant_id > o.id order by m.tenant_id limit 1)
         from open o where o.id is not null
     )
     select o.id from open o join tenant t on t.id = o.id and t.status = 'active'
       left join outbox_place p on p.tenant_id = o.id and p.destination = $1
      where exists (select 1 from mail m where m.tenant_id = o.id and m.${OPEN} and m.due_at <= clock_timestamp())
        and coalesce(greatest(p.retry_at, p.held_until) <= clock_timestamp(), true)`,
    [MAIL_DESTINATION],
  );
  return rows.map((row) => row.id);
}

/** What a worker that died was at is to be sent: whether it went out nobody knows, and its message id is the same. */
export async function reclaimMails(ctx: Context): Promise<void> {
  await run(ctx.db, `update mail set state = 'queued' where tenant_id = $1 and state = 'sending'`, [ctx.tenant.id]);
}

const CLAIMED = `m.id, m.template, m.data, m.locale, m.name, m.address, m.attempts, f.active`;

const claimSql = (which: string): string => `
  with found as (
    select m.id, coalesce(p.status = 'active', true) as active, coalesce(p.full_name, m.name) as name, coalesce(p.email, case when p.id is null then m.address end) as address
      from mail m left join person p on p.tenant_id = m.tenant_id and p.id = m.person_id
     where m.tenant_id = $1 and m.state = 'queued' and m.due_at <= clock_timestamp() and ${which}
       and exists (select 1 from outbox_place o where o.tenant_id = $1 and o.destination = '${MAIL_DESTINATION}' and o.held_by = $2::uuid)
  ), claimed as (
    update mail m set state = 'sending', attempts = m.attempts + 1, name = f.name, address = coalesce(f.address, m.address)
      from found f where m.tenant_id = $1 and m.id = f.id
    returning ${CLAIMED.replace('m.address', 'f.address')}
  )
  select * from claimed`;

/** Takes these mails to be sent now, as far as they wait, in this order. */
export async function claimMails(ctx: Context, holder: string, ids: readonly string[]): Promise<ClaimedMail[]> {
  const { rows } = await run<ClaimedMail>(
    ctx.db,
    `${claimSql('m.id = any($3::uuid[])')} order by array_position($3::uuid[], id)`,
    [ctx.tenant.id, holder, ids],
  );
  return rows;
}

/** Takes what is to be tried again, and what has waited for so long that the feed does not tell of it any more; the longest due first. */
export async function claimOverdueMails(ctx: Context, holder: string, most: number): Promise<ClaimedMail[]> {
  const { rows } = await run<ClaimedMail>(
    ctx.db,
    claimSql(`m.id = any(array(
      select w.id from mail w where w.tenant_id = $1 and w.state = 'queued' and w.due_at <= clock_timestamp()
         and (w.attempts > 0 or w.due_at < clock_timestamp() - interval '1 minute') order by w.due_at, w.id limit $3))`),
    [ctx.tenant.id, holder, most],
  );
  return rows;
}

/** Puts claimed mails back that were not tried: the server was away. */
export async function returnMails(ctx: Context, ids: readonly string[]): Promise<void> {
  await run(
    ctx.db,
    `update mail set state = 'queued', attempts = attempts - 1 where tenant_id = $1 and id = any($2::uuid[]) and state = 'sending'`,
    [ctx.tenant.id, ids],
  );
}

const EVENT = `insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, data)
  select $1, $2::timestamptz, $3, $4::uuid, $5, case state when 'sent' then ${typeSql('mail.sent')} else ${typeSql('mail.failed')} end,
         'mail', id, person_id, jsonb_build_object('template', template) ||
           case state when 'sent' then jsonb_build_object('to', sent_to) else jsonb_build_object('reason', reason) end
    from noted where state in ('sent', 'failed') order by id`;

/** Notes what came of claimed mails, and tells of those that are over. */
export async function noteMails(ctx: Context, outcomes: readonly MailOutcome[]): Promise<void> {
  await transaction(ctx, async (ctx) => {
    await run(
      ctx.db,
      `with o as materialized (
         select * from jsonb_to_recordset($6::jsonb)
             as o (id uuid, state text, "sentTo" text, "pauseMs" bigint, reason text, reply text, subject text, text text, html text)
       ), noted as (
         update mail m
            set state = case when d.over then 'failed' else o.state end,
                sent_at = case o.state when 'sent' then $2::timestamptz end, sent_to = o."sentTo", due_at = coalesce(d.at, m.due_at),
                reason = case when d.over then 'gave_up' else o.reason end, reply = o.reply,
                subject = o.subject, body_text = o.text, body_html = o.html
           from o cross join lateral (select clock_timestamp() + o."pauseMs" * interval '1 ms' as at) p
           join mail w on w.tenant_id = $1 and w.id = o.id
           cross join lateral (select p.at, coalesce(p.at > w.give_up_at, false) as over) d
          where m.tenant_id = $1 and m.id = w.id and m.state = 'sending'
         returning m.id, m.person_id, m.template, m.state, m.sent_to, m.reason
       )
       ${EVENT}`,
      [...eventStamp(ctx), JSON.stringify(outcomes)],
    );
  });
}

/** Of mails that wait for a server which is away, those whose day is over have failed. */
export async function giveUpMails(ctx: Context): Promise<void> {
  await transaction(ctx, async (ctx) => {
    await run(
      ctx.db,
      `with noted as (
         update mail set state = 'failed', reason = 'gave_up'
          where tenant_id = $1 and state = 'queued' and give_up_at < clock_timestamp()
         returning id, person_id, template, state, sent_to, reason
       )
       ${EVENT}`,
      eventStamp(ctx),
    );
  });
}
