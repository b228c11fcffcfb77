import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { certificatePdf, Stopped, verificationPage } from './interchange/certificates/index.ts';
import { type AwardFacts, verifyAward } from './record/credentials/index.ts';
import type { Database } from './record/kernel/context.ts';

/**
 * Pages for everybody that belong to no protocol: the verification of a certificate and the certificate itself, both by its code. `root` is
 * the path before all of ours, as the outside sees it.
 */
export function servePages(server: FastifyInstance, { db, root }: { db: Database; root: string }): void {
  server.get<{ Querystring: { code?: string } }>('/verify', (request, reply) => {
    const { code } = request.query;
    return typeof code === 'string' && code !== ''
      ? reply.redirect(`${server.links.siteOf(request)}/verify/${encodeURIComponent(code)}`)
      : page(reply, root, undefined, null);
  });
  server.get<{ Params: { code: string } }>('/verify/:code', async (request, reply) =>
    page(reply, root, await verifyAward(db, request.params.code), request.params.code),
  );
  server.get<{ Params: { code: string } }>('/certificates/:code', async (request, reply) => {
    const award = await verifyAward(db, request.params.code.replace(/\.pdf$/i, ''));
    if (!award || award.state === 'revoked')
      return page(reply, root, award, request.params.code.replace(/\.pdf$/i, ''));
    const pdf = await certificatePdf(award, {
      verifyUrl: `${server.links.siteOf(request)}/verify/${award.code}`,
    }).catch((error: unknown) => {
      if (error instanceof Stopped) return null;
      throw error;
    });
    if (!pdf)
      return reply
        .code(503)
        .header('retry-after', '5')
        .type('text/plain; charset=utf-8')
        .send('Many certificates are being drawn. Try again in a moment.\n');
    return reply
      .type('application/pdf')
      .headers({
        'content-disposition': `inline; filename="certificate-${award.code}.pdf"`,
        'cache-control': 'private, no-cache',
      })
      .send(Buffer.from(pdf));
  });
}

function page(reply: FastifyReply, root: string, award: AwardFacts | undefined, asked: string | null): FastifyReply {
  const html = verificationPage(award, {
    asked: asked ?? '',
    formUrl: `${root}/verify`,
    ...(award && award.state !== 'revoked' ? { pdfUrl: `${root}/certificates/${award.code}.pdf` } : {}),
  });
  // the page's own style is the only thing that may run in it
  const styles = [...html.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(
    ([, text]) => `'sha256-${createHash('sha256').update(text!).digest('base64')}'`,
  );
  return reply
    .code(award || asked === null ? 200 : 404)
    .type('text/html; charset=utf-8')
    .headers({
      'content-security-policy': `default-src 'none'; style-src ${styles.join(' ') || "'none'"}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      'x-frame-options': 'DENY',
      'cache-control': 'no-cache',
    })
    .send(html);
}
