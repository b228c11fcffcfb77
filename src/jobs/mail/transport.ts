import type { Mails } from '../../record/delivery/index.ts';

/** What a mail server said of a mail. */
type Answer =
  | { kind: 'taken'; reply: string }
  /** For good: the address is unknown, the mail is not wanted. */
  | { kind: 'refused'; reply: string }
  /** For now; or nobody knows, because the connection was lost on the way. */
  | { kind: 'later'; reply: string }
  /** Nothing can be sent: it cannot be reached, or does not know us. */
  | { kind: 'away'; reply: string };

export interface MailTransport {
  /** Mails that are worth handing over at once. */
  atOnce: number;
  send(headers: Mails.Headers, body: Mails.Rendered): Promise<Answer>;
  /** Ends connections that wait for an answer, too. */
  close(): void;
}

const CONNECTIONS = 8;
const CONNECT_WITHIN_MS = 10_000;
const SILENT_AFTER_MS = 60_000;

/** A mail server by its URL: `smtp://user:password@mail.example.org:587`, `smtps://…`. */
export async function smtpTransport(url: string, { silentAfterMs = SILENT_AFTER_MS } = {}): Promise<MailTransport> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS,
    maxMessages: 1_000,
    // whether it may be sent again is for the outbox to say
    maxRequeues: 0,
    connectionTimeout: CONNECT_WITHIN_MS,
    greetingTimeout: CONNECT_WITHIN_MS,
    socketTimeout: silentAfterMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as object);
  /** Mails that a connection has begun with: until then nothing but the server can be at fault. */
  const begun = new Set<string>();
  transport.use('stream', ({ message, data }, done) => {
    const stream = message.createReadStream.bind(message);
    message.createReadStream = (...options) => {
      begun.add(data.messageId as string);
      return stream(...options);
    };
    done();
  });
  return {
    atOnce: CONNECTIONS * 2,
    async send(headers, { text, html }) {
      const { from, to, replyTo, subject, messageId, language } = headers;
      try {
        const { response } = (await transport.sendMail({
          from,
          to,
          ...(replyTo ? { replyTo } : {}),
          subject,
          messageId,
          text,
          html,
          // nobody answers that they are on holiday
          headers: { 'auto-submitted': 'auto-generated', 'content-language': language },
        })) as { response: string };
        return { kind: 'taken', reply: cut(response) };
      } catch (error) {
        return answerOf(error as SmtpError, begun.has(messageId));
      } finally {
        begun.delete(messageId);
      }
    },
    close: () => (transport.transporter as unknown as { close(how: object): void }).close({ force: true }),
  };
}

interface SmtpError extends Error {
  code?: string;
  responseCode?: number;
  response?: string;
}

/** It wants us to sign in, or does not know us: RFC 4954. */
const NOT_SIGNED_IN = new Set([530, 534, 535, 538]);

function answerOf({ code, responseCode, response, message }: SmtpError, begun: boolean): Answer {
  const reply = cut(response ?? message);
  if (!begun || NOT_SIGNED_IN.has(responseCode ?? 0)) return { kind: 'away', reply };
  // without an answer: the address cannot be written for this server, or the connection was lost
  const forGood = responseCode === undefined ? code === 'EENVELOPE' : responseCode >= 500;
  return { kind: forGood ? 'refused' : 'later', reply };
}

const LONGEST_REPLY = 500;
const cut = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').slice(0, LONGEST_REPLY);
