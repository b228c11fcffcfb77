import type { Tenant } from '../kernel/context.ts';
import { mailSettings } from '../kernel/mail-settings.ts';
import { oneLine } from './templates.ts';

/** Where mails come from: the address of the installation, and where links lead; null without an address that the outside reaches. */
export interface Sender {
  address: string;
  site: string | null;
}

interface Mailbox {
  name: string;
  address: string;
}

/** What stands above a mail. */
export interface Headers {
  from: Mailbox;
  to: Mailbox;
  replyTo: string | null;
  subject: string;
  /** The same each time the mail is sent: whoever gets it twice knows. */
  messageId: string;
  language: string;
}

export function headersOf(
  tenant: Pick<Tenant, 'name' | 'settings'>,
  mail: { id: string; name: string | null; address: string | null; subject: string; locale: string },
  sender: Sender,
): Headers {
  const { senderName, replyTo } = mailSettings(tenant);
  return {
    from: { name: oneLine(senderName ?? tenant.name), address: sender.address },
    to: { name: oneLine(mail.name ?? ''), address: mail.address ?? '' },
    replyTo: replyTo ?? null,
    subject: oneLine(mail.subject),
    messageId: `<${mail.id}@${sender.address.slice(sender.address.lastIndexOf('@') + 1)}>`,
    language: mail.locale,
  };
}
