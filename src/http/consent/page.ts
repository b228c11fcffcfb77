import { createHash } from 'node:crypto';
import { html, type Markup } from '../docs/html.ts';

/** What the client asked for; carried through the form. */
export interface AuthorizationRequest {
  clientId: string;
  redirectUri: string;
  scope: string;
  state: string | null;
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { display: grid; min-height: 100vh; margin: 0; place-items: center; }
main { box-sizing: border-box; width: min(24rem, 100vw); padding: 1.5rem; }
h1 { font-size: 1.25rem; }
label { display: block; margin-top: 1rem; }
input { box-sizing: border-box; width: 100%; padding: .5rem; font: inherit; }
button { margin: 1.25rem .5rem 0 0; padding: .5rem 1rem; font: inherit; }
[role=alert] { border-left: 4px solid #c00; padding-left: .75rem; }
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** No script, no inline event, one style by its hash; nobody may frame it, and the form leads back here or to the client only. */
export function pageHeaders(redirectUri?: string): Record<string, string> {
  const target = redirectUri === undefined ? '' : ` ${sourceOf(redirectUri)}`;
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'${target}; frame-ancestors 'none'; base-uri 'none'`,
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
}

/** Browsers hold `form-action` against the redirect that follows a form, too. The grammar of sources has no IPv6 addresses. */
function sourceOf(uri: string): string {
  const { protocol, host } = new URL(uri);
  return /^[\w.-]+(:\d+)?$/.test(host) ? `${protocol}//${host}` : protocol;
}

const page = (title: string, content: Markup): string =>
  html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${{ markup: STYLE }}</style></head><body><main>${content}</main></body></html>`
    .markup;

/** Login and consent in one: whoever signs in here agrees, and says for which client. */
export function consentPage(
  names: { client: string; portal: string },
  asked: AuthorizationRequest,
  error?: string,
): string {
  const hidden = Object.entries({
    client_id: asked.clientId,
    redirect_uri: asked.redirectUri,
    response_type: 'code',
    scope: asked.scope,
    ...(asked.state === null ? {} : { state: asked.state }),
  }).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  return page(
    `Sign in to ${names.portal}`,
    html`<h1>Sign in to ${names.portal}</h1>
<p><strong>${names.client}</strong> asks to administer ${names.portal} in your name (${asked.scope}).</p>
${error !== undefined && html`<p role="alert">${error}</p>`}
<form method="post">${hidden}
<label>Username <input name="username" autocomplete="username" autofocus></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button name="decision" value="allow">Sign in and allow</button><button name="decision" value="deny">Deny</button>
</form>`,
  );
}

export const problemPage = (text: string): string =>
  page('Request refused', html`<h1>Request refused</h1><p>${text}</p>`);
