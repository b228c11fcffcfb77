import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { html } from './http/docs/html.ts';
import { shell } from './http/docs/page.ts';
import { certificatePdf, Stopped, verificationPage } from './interchange/certificates/index.ts';
import { Awards } from './record/credentials/index.ts';
import type { Database } from './record/kernel/context.ts';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * Pages for everybody that belong to no protocol: the verification of a certificate and the certificate itself, both by its code, where
 * links to offerings lead, and the icon. `root` is the path before all of ours, as the outside sees it.
 */
export function servePages(server: FastifyInstance, { db, root }: { db: Database; root: string }): void {
  server.get<{ Querystring: { code?: string } }>('/verify', (request, reply) => {
    const { code } = request.query;
    return typeof code === 'string' && code !== ''
      ? reply.redirect(`${server.links.siteOf(request)}/verify/${encodeURIComponent(code)}`)
      : page(reply, root, undefined, null);
  });
  server.get<{ Params: { code: string } }>('/verify/:code', async (request, reply) =>
    page(reply, root, await Awards.verify(db, request.params.code), request.params.code),
  );
  server.get<{ Params: { code: string } }>('/certificates/:code', async (request, reply) => {
    const code = request.params.code.replace(/\.pdf$/i, '');
    const award = await Awards.verify(db, code);
    if (!award) return page(reply, root, award, code);
    // the page says why, and a downloader does not take it for the certificate
    if (award.state === 'revoked') return page(reply, root, award, code, 410);
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
  // nobody is signed in here: it is the same page for every offering, whether there is one or not
  for (const path of ['/learn/offerings/:id', '/learn/catalog/:id'])
    server.get<{ Params: { id: string } }>(path, (request, reply) => {
      const { id } = request.params;
      if (!UUID.test(id)) return reply.callNotFound();
      return reply
        .type('text/html; charset=utf-8')
        .headers({ ...framedByNobody("style-src 'self'; script-src 'self'"), 'cache-control': 'no-cache' })
        .send(offeringPage(id, root));
    });
  const icon = readFileSync(new URL('favicon.ico', import.meta.url));
  server.get('/favicon.ico', (_request, reply) =>
    reply.type('image/x-icon').header('cache-control', 'public, max-age=86400').send(icon),
  );
}

const framedByNobody = (more: string): Record<string, string> => ({
  'content-security-policy': `default-src 'none'; ${more}; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'x-frame-options': 'DENY',
});

/** What such a link is, and who knows more: nothing about the offering itself. */
const offeringPage = (id: string, root: string): string =>
  shell(
    'A course offering',
    root,
    html`<main id="main" class="single"><h1>A course offering</h1>
<p>This link names an offering, one delivery of a course. This server keeps the record of it and has no pages to learn in: nobody is signed in here, so nothing is told about the offering.</p>
<h2>To take the course</h2>
<p>Sign in to the learning portal or app of your organisation and open the course there. If you do not know where that is, ask whoever sent you this link.</p>
<h2>To read the record</h2>
<p>With a token that may see it, <code>GET ${root}/matricula/v1/offerings/${id}</code> tells what the offering is
(<a href="${root}/docs/matricula#getOffering">reference</a>).</p></main>`,
  );

function page(
  reply: FastifyReply,
  root: string,
  award: Awards.Facts | undefined,
  asked: string | null,
  status = award || asked === null ? 200 : 404,
): FastifyReply {
  const text = verificationPage(award, {
    asked: asked ?? '',
    formUrl: `${root}/verify`,
    iconUrl: `${root}/favicon.ico`,
    ...(award && award.state !== 'revoked' ? { pdfUrl: `${root}/certificates/${award.code}.pdf` } : {}),
  });
  // the page's own style is the only thing that may run in it
  const styles = [...text.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(
    ([, style]) => `'sha256-${createHash('sha256').update(style!).digest('base64')}'`,
  );
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .headers({
      ...framedByNobody(`style-src ${styles.join(' ') || "'none'"}`),
      'cache-control': 'no-cache',
    })
    .send(text);
}
