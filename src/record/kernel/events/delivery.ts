import type { EventGroups } from './group.ts';

/** Types of events about what goes out. They hold no address and nothing of a text: mails may carry links that let somebody in. */
export const DELIVERY_EVENTS = {
  mail: {
    sight: 'nobody',
    about: 'about `personId`, where the recipient is a person of the record',
    types: {
      queued: ['a mail is to be sent', { template: 'text' }],
      sent: ['the mail server took it, or the mailbox where there is none', { template: 'text', to: 'text' }],
      failed: ['it was not sent and is not tried again', { template: 'text', reason: 'text' }],
    },
  },
} as const satisfies EventGroups;
