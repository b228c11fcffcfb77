import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import { type Context, demandWhole } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { notFound } from '../kernel/refusal.ts';
import { type Headers, headersOf, type Sender } from './headers.ts';
import { type Letter, type Rendered, renderer } from './templates.ts';

/** A mail without its text. */
export interface Mail {
  id: string;
  template: string;
  locale: string;
  personId: string | null;
  name: string | null;
  /** As it went out; until then as it stands now. */
  address: string | null;
  subject: string;
  state: 'queued' | 'sending' | 'sent' | 'failed';
  queuedAt: Instant;
  sentAt: Instant | null;
  sentTo: 'server' | 'mailbox' | null;
  attempts: number;
  /** When it is tried next, by the real clock; null once it is over. */
  dueAt: Instant | null;
  /** Why it waits or failed. */
  reason: string | null;
  /** What the mail server said. */
  reply: string | null;
}

export interface MailText extends Rendered {
  headers: Headers;
}

type Row = Omit<Mail, 'subject'> & Letter & { subject: string | null };

const listing: Listing = {
  select: sql`m.id, m.template, m.data, m.locale, m.person_id as "personId", m.name, m.address, m.subject, m.state, m.queued_at as "queuedAt",
    m.sent_at as "sentAt", m.sent_to as "sentTo", m.attempts, case when m.state in ('queued', 'sending') then m.due_at end as "dueAt",
    m.reason, m.reply`,
  from: sql`mail m`,
  fields: {
    named: {
      id: { sql: 'm.id', type: 'id' },
      queuedAt: { sql: 'm.queued_at', type: 'instant' },
      state: { sql: 'm.state', type: 'text', exact: true },
      template: { sql: 'm.template', type: 'text', exact: true },
      personId: { sql: 'm.person_id', type: 'id', nullable: true },
      address: { sql: 'm.address', type: 'text', nullable: true },
    },
  },
  sort: [{ field: 'queuedAt', descending: true }],
  id: 'id',
};

/**
 * Mails of the tenant, the newest first. For who manages the tenant: a mail may hold a link that lets its reader in, so that reading
 * them is as much as being anybody.
 */
export async function listMails(ctx: Context, query: ListQuery): Promise<Page<Mail>> {
  demandWhole(ctx, 'tenant.manage');
  const page = await listPage<Row>(ctx, listing, sql`m.tenant_id = ${TENANT}`, query);
  const render = renderer(ctx.tenant, null);
  return {
    ...page,
    rows: page.rows.map(({ data, subject, ...row }) => ({
      ...row,
      subject: subject ?? render({ data, ...row }).subject,
    })),
  };
}

/** One mail with its text and headers: as it went out, or as it would now. Refuses `not_found`. */
export async function getMail(ctx: Context, id: string, sender: Sender): Promise<Mail & MailText> {
  demandWhole(ctx, 'tenant.manage');
  const { rows } = isId(id)
    ? await run<Row & { text: string | null; html: string | null }>(
        ctx,
        sql`select ${listing.select}, m.body_text as text, m.body_html as html from mail m where m.tenant_id = ${TENANT} and m.id = ${id}::uuid`,
      )
    : { rows: [] };
  const [found] = rows;
  if (!found) return notFound('mail', id);
  const { data, subject, text, html, ...row } = found;
  const body: Rendered =
    subject !== null && text !== null && html !== null
      ? { subject, text, html }
      : renderer(ctx.tenant, sender.site)({ data, ...row });
  return { ...row, ...body, headers: headersOf(ctx.tenant, { ...row, subject: body.subject }, sender) };
}
