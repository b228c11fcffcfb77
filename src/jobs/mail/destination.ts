import { Mails } from '../../record/delivery/index.ts';
import type { Context } from '../../record/kernel/context.ts';
import type { Destination } from '../outbox.ts';
import type { MailTransport } from './transport.ts';

export interface MailOptions {
  sender: Mails.Sender;
  /** Null: mails stay in the mailbox of the product. */
  transport: MailTransport | null;
}

const AT_ONCE = 500;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 7_200_000;

/** How long a mail waits that was tried so often. */
const pauseOf = (attempts: number): number => Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS);

/** The mail server, or the mailbox: sandboxes send nothing out. A mail that is put off holds up no other; a server that is away, all. */
export function mailDestination({ sender, transport }: MailOptions): Destination {
  async function sendAll(ctx: Context, mails: readonly Mails.Claimed[], signal: AbortSignal): Promise<void> {
    const server = ctx.tenant.sandbox ? null : transport;
    const render = Mails.renderer(ctx.tenant, sender.site);
    const notes = noting((outcomes) => Mails.note(ctx, outcomes));
    const untried: string[] = [];
    let away: string | undefined;
    await severalAtOnce(mails, server?.atOnce ?? AT_ONCE, async (mail) => {
      if (away !== undefined || signal.aborted) return void untried.push(mail.id);
      const body = madeOf(mail, render);
      const unfit = body ? unfitFor(mail) : 'no_template';
      if (!body || unfit) return notes.add({ id: mail.id, state: 'failed', reason: unfit!, reply: null });
      if (!server) return notes.add({ id: mail.id, state: 'sent', sentTo: 'mailbox', reply: null, ...body });
      const { kind, reply } = await server.send(
        Mails.headersOf(ctx.tenant, { ...mail, subject: body.subject }, sender),
        body,
      );
      if (kind === 'away') {
        away = reply;
        untried.push(mail.id);
      } else notes.add(outcomeOf(mail, body, kind, reply));
    });
    await notes.written();
    if (untried.length > 0) await Mails.putBack(ctx, untried);
    if (away !== undefined) throw new Error(`the mail server cannot be used: ${away}`);
  }

  return {
    name: Mails.DESTINATION,
    types: ['mail.queued'],
    due: Mails.tenantsDue,
    begin: Mails.reclaim,
    async again(ctx, { holder }, signal) {
      const mails = await Mails.claimOverdue(ctx, holder, AT_ONCE);
      await sendAll(ctx, mails, signal);
      return mails.length === AT_ONCE;
    },
    async deliver(ctx, { holder }, events, signal) {
      const ids = events.map((event) => event.entityId);
      await sendAll(ctx, await Mails.claim(ctx, holder, ids), signal);
    },
    failed: Mails.giveUp,
  };
}

function madeOf(mail: Mails.Claimed, render: (mail: Mails.Claimed) => Mails.Rendered): Mails.Rendered | undefined {
  try {
    return render(mail);
  } catch {
    return undefined;
  }
}

/** Why nothing is sent to them, if so. Names ending in `.invalid` are never addresses (RFC 2606). */
function unfitFor({ active, address }: Mails.Claimed): string | undefined {
  if (!active) return 'recipient_inactive';
  return address === null || /\.invalid$/i.test(address) ? 'no_address' : undefined;
}

function outcomeOf(
  { id, attempts }: Mails.Claimed,
  body: Mails.Rendered,
  kind: 'taken' | 'refused' | 'later',
  reply: string,
): Mails.Outcome {
  if (kind === 'taken') return { id, state: 'sent', sentTo: 'server', reply, ...body };
  if (kind === 'refused') return { id, state: 'failed', reason: 'refused', reply };
  return { id, state: 'queued', pauseMs: pauseOf(attempts), reason: 'put_off', reply };
}

/** Does the work for all of them, so many at a time, in their order. */
async function severalAtOnce<T>(items: readonly T[], most: number, work: (item: T) => unknown): Promise<void> {
  const left = items.values();
  await Promise.all(
    Array.from({ length: Math.min(most, items.length) }, async () => {
      for (const item of left) await work(item);
    }),
  );
}

/** Writes notes as soon as there are any, those that come meanwhile together: what is not noted may be sent again. */
function noting(write: (outcomes: Mails.Outcome[]) => Promise<void>): {
  add(outcome: Mails.Outcome): void;
  written(): Promise<void>;
} {
  let waiting: Mails.Outcome[] = [];
  let writing: Promise<void> | undefined;
  let failure: unknown;
  const go = async (): Promise<void> => {
    // those of the same turn of the loop go together
    await Promise.resolve();
    while (waiting.length > 0 && failure === undefined) {
      const outcomes = waiting;
      waiting = [];
      await write(outcomes).catch((error) => {
        failure = error;
      });
    }
    writing = undefined;
  };
  return {
    add(outcome) {
      waiting.push(outcome);
      writing ??= go();
    },
    async written() {
      await writing;
      if (failure !== undefined) throw failure;
    },
  };
}
