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
 * links to offerings lead, the mailbox, and the icon. `root` is the path before all of ours, as the outside sees it.
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
  // whoever reads mails says who they are; the page itself holds none
  server.get('/mails', (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .headers({
        // mails bring styles of their own, in a frame that runs nothing
        ...framedByNobody("style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self'"),
        'cache-control': 'no-cache',
        'referrer-policy': 'no-referrer',
      })
      .send(mailboxPage(root)),
  );
  const script = readFileSync(new URL('pages/mails.js', import.meta.url), 'utf8');
  server.get('/mails.js', (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').header('cache-control', 'no-cache').send(script),
  );
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

const mailboxPage = (root: string): string =>
  shell(
    'Mails',
    root,
    html`<main id="main" class="single" data-api="${root}/matricula/v1"><h1>Mails</h1>
<p>What went out by mail, waits, or lies here because no mail server is set or the tenant is a sandbox. For who manages a tenant: key or sign-in are kept in this tab only.</p>
<form id="entry"><p><label for="key">Key or token</label><input id="key" name="key" type="password" autocomplete="off"></p>
<p>or</p><p><label for="tenant">Tenant</label><input id="tenant" name="tenant" autocomplete="organization"></p>
<p><label for="login">Login</label><input id="login" name="login" autocomplete="username"></p>
<p><label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password"></p>
<p><button type="submit">Show mails</button></p></form>
<form id="filter" hidden><p><label for="state">State</label><select id="state" name="state"><option value="">any</option>
${['queued', 'sending', 'sent', 'failed'].map((state) => html`<option>${state}</option>`)}</select></p>
<p><label for="address">Address</label><input id="address" name="address" type="search" autocomplete="off"></p>
<p><button type="submit">Find</button> <button type="button" id="leave">Leave</button></p></form>
<p id="status" role="status" aria-live="polite"></p>
<div id="mails" class="scroll" hidden><table><thead><tr><th scope="col">Subject</th><th scope="col">To</th><th scope="col">State</th><th scope="col">Queued</th></tr></thead><tbody id="list"></tbody></table></div>
<p><button type="button" id="more" hidden>More</button></p><section id="shown"></section><script src="${root}/mails.js" defer></script></main>`,
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
