import type { Handlers } from '../../http/handlers.ts';
import { Mails } from '../../record/delivery/index.ts';
import type { Caller } from './caller.ts';
import type { Operations, Schemas } from './generated/operations.ts';
import type { Needs } from './needs.ts';
import { before, exactly, from, type List, listed } from './paging.ts';

const MAILS: List<Operations['listMails']['query']> = {
  sort: '-queuedAt',
  filters: {
    state: exactly('state'),
    template: exactly('template'),
    personId: exactly('personId'),
    address: exactly('address'),
    queuedFrom: from('queuedAt'),
    queuedBefore: before('queuedAt'),
  },
};

const toMail = ({ personId, name, address, ...mail }: Mails.Mail): Schemas['Mail'] => ({
  ...mail,
  to: { personId, name, address },
});

/** What goes out, or lies in the mailbox. */
export const mailHandlers = ({ sender }: Needs) =>
  ({
    listMails: (caller, { query }, call) =>
      listed(caller, call, query, MAILS, (wanted) => Mails.list(caller, wanted), toMail),

    getMail: async (caller, { path }) => {
      const { headers, text, html, ...mail } = await Mails.get(caller, path.mailId, sender);
      return { status: 200, body: { ...toMail(mail), headers, text, html } };
    },
  }) satisfies Partial<Handlers<Operations, Caller>>;
