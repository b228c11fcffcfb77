import type { Context, Tenant } from './context.ts';

/** What people are told of by mail where the setting `mail.notices` of their tenant names it. */
export const NOTICES = ['enrolled', 'award_expiring'] as const;
export type Notice = (typeof NOTICES)[number];

/** Another subject or text for a template, in one language. */
interface TemplateText {
  subject?: string;
  text?: string;
}

/** The setting `mail` of a tenant, as `access/mail-setting.ts` lets it in. */
export interface MailSettings {
  notices?: readonly Notice[];
  /** Of mails to people without a language of their own. */
  locale?: string;
  /** Of the line above a mail, and of its buttons: `#1a6b54`. */
  colour?: string;
  /** Who it is from; the name of the tenant otherwise. */
  senderName?: string;
  replyTo?: string;
  /** By name of the template, then by language. */
  templates?: Readonly<Record<string, Readonly<Record<string, TemplateText>>>>;
}

export const mailSettings = ({ settings }: Pick<Tenant, 'settings'>): MailSettings =>
  (settings['mail'] as MailSettings | undefined) ?? {};

/** Whether people are to be told of this by mail. */
export const isNoticed = (ctx: Context, notice: Notice): boolean =>
  !ctx.quiet && (mailSettings(ctx.tenant).notices?.includes(notice) ?? false);
