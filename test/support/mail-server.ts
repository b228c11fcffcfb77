import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerOptions } from 'smtp-server';

/** What it says, in place of taking the mail; undefined takes it. */
export type Verdict = { code: number; text?: string } | 'die' | 'hang' | undefined;

export interface MailServer {
  url: string;
  port: number;
  /** What it took, as a mail program reads it, with the address of the envelope. */
  mails: (ParsedMail & { recipient: string })[];
  /** Every address that was asked for, refused ones too. */
  asked: string[];
  close(): Promise<void>;
}

export interface MailServerOptions extends Omit<SMTPServerOptions, 'onRcptTo' | 'onData'> {
  /** Asked at the recipient. */
  recipient?: (address: string) => Verdict;
  /** Asked when the whole text has come; `taken` counts those before. With `die` the mail is kept all the same. */
  text?: (address: string, taken: number) => Verdict;
  port?: number;
  /** Reads what came only for its number: parsing costs more than sending. */
  plain?: boolean;
}

/** A mail server of its own on 127.0.0.1. */
export async function mailServer({
  recipient,
  text,
  port = 0,
  plain = false,
  ...options
}: MailServerOptions = {}): Promise<MailServer> {
  const mails: MailServer['mails'] = [];
  const asked: string[] = [];
  let taken = 0;
  const judge = (verdict: Verdict, done: (error?: Error | null) => void): void => {
    if (verdict === 'hang') return;
    if (verdict === 'die') {
      for (const connection of server.connections as Set<{ _socket: { destroy(): void } }>)
        connection._socket.destroy();
      return;
    }
    done(verdict ? Object.assign(new Error(verdict.text ?? 'no'), { responseCode: verdict.code }) : null);
  };
  const server: SMTPServer & { connections: Set<unknown> } = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    ...options,
    onRcptTo: ({ address }, _session, done) => {
      asked.push(address);
      judge(recipient?.(address), done);
    },
    onData: (stream: SMTPServerDataStream, session, done) => {
      const to = session.envelope.rcptTo[0]!.address;
      const keep = async (): Promise<void> => {
        const verdict = text?.(to, taken);
        const chunks: Buffer[] = [];
        for await (const chunk of stream as AsyncIterable<Buffer>) if (!plain) chunks.push(chunk);
        taken++;
        if (!plain && (verdict === undefined || verdict === 'die'))
          mails.push({ ...(await simpleParser(Buffer.concat(chunks))), recipient: to });
        if (plain) mails.length = taken;
        judge(verdict, done);
      };
      keep().catch(done);
    },
  }) as never;
  // connections that are cut
  server.on('error', () => {});
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  const { port: taking } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${taking}`,
    port: taking,
    mails,
    asked,
    close: async () => {
      for (const connection of server.connections as Set<{ _socket: { destroy(): void } }>)
        connection._socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
