import { Awards } from '../../record/credentials/index.ts';
import { day, FACTS, LABELS, STANDING, UNKNOWN } from './words.ts';

export interface PageOptions {
  /** The number that was asked for, as it came. */
  asked: string;
  /** Where the PDF is; only shown while the award is not revoked. */
  pdfUrl?: string | undefined;
  /** Where a form may ask for another number, as the query parameter `code`. */
  formUrl?: string | undefined;
  /** Where the icon is. */
  iconUrl?: string | undefined;
}

/**
 * The public page that says whether a certificate is genuine: one HTML document without scripts or anything from elsewhere, for light
 * and dark. Without facts it says that there is none (to be answered as 404).
 */
export function verificationPage(award: Awards.Facts | undefined, options: PageOptions): string {
  return award ? known(award, options) : unknown(options);
}

function known(award: Awards.Facts, { pdfUrl, iconUrl }: PageOptions): string {
  const at = (instant: string): string => day(instant, award.timeZone);
  const { mark, title, told } = STANDING[award.state];
  const until = award.expiresAt === null ? null : at(award.expiresAt);
  const facts: [label: string, html: string][] = [
    [FACTS.holder, named(award.holder)],
    [FACTS.certificate, named(award.certificateName)],
    ...(award.courses.length > 0 ? [[FACTS.courses, listed(award.courses)] as [string, string]] : []),
    [FACTS.issuer, named(award.tenantName)],
    [LABELS.issued, time(award.certifiedAt, at(award.certifiedAt))],
    // until when it would have been valid does not matter any more
    award.revokedAt !== null
      ? [FACTS.revoked, time(award.revokedAt, at(award.revokedAt))]
      : until === null
        ? [LABELS.expires, escaped(LABELS.forever)]
        : [award.state === 'expired' ? FACTS.expired : LABELS.expires, time(award.expiresAt!, until)],
    [LABELS.number, `<code>${escaped(Awards.shownCode(award.code))}</code>`],
  ];
  const link =
    pdfUrl && award.state !== 'revoked'
      ? `<p><a href="${escaped(pdfUrl)}" type="application/pdf">${escaped(FACTS.download)}</a></p>`
      : '';
  return html(
    iconUrl,
    `${title} · ${award.certificateName}`,
    award.state,
    mark,
    title,
    `<p class="told">${escaped(told(isolated(award.tenantName), until))}</p>
    <dl>${facts.map(([label, value]) => `<div><dt>${escaped(label)}</dt><dd>${value}</dd></div>`).join('')}</dl>${link}`,
  );
}

function unknown({ asked, formUrl, iconUrl }: PageOptions): string {
  const shown = asked.trim().slice(0, 100);
  const form = formUrl
    ? `<form action="${escaped(formUrl)}" method="get"><label for="code">${escaped(UNKNOWN.ask)}</label>
      <input id="code" name="code" required maxlength="40" autocomplete="off" autocapitalize="characters" spellcheck="false">
      <button>${escaped(UNKNOWN.button)}</button></form>`
    : '';
  const number = shown
    ? `<dl><div><dt>${escaped(UNKNOWN.asked)}</dt><dd><code dir="auto">${escaped(shown)}</code></dd></div></dl>`
    : '';
  return html(
    iconUrl,
    UNKNOWN.title,
    'unknown',
    UNKNOWN.mark,
    UNKNOWN.title,
    `<p class="told">${escaped(UNKNOWN.told)}</p>${number}${form}`,
  );
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);

/** A name in its own direction, whatever stands around it. */
const named = (name: string): string => `<bdi>${escaped(name)}</bdi>`;
const isolated = (name: string): string => `\u2068${name}\u2069`;
const listed = (names: readonly string[]): string =>
  `<ul>${names.map((name) => `<li>${named(name)}</li>`).join('')}</ul>`;
const time = (instant: string, shown: string): string =>
  `<time datetime="${escaped(instant)}">${escaped(shown)}</time>`;

// every pair of colours has a contrast of at least 4.5 to 1 in both schemes
const STYLE = `
:root{color-scheme:light dark;--page:#f3f5f8;--card:#fff;--ink:#1b2433;--muted:#56627a;--line:#d5dce6;--link:#1f4b7f;--mark:#fff;
--valid:#1a6b3c;--expired:#8a5300;--revoked:#a3242b;--unknown:#56627a}
@media (prefers-color-scheme:dark){:root{--page:#10151d;--card:#1a212c;--ink:#e8edf5;--muted:#a5b1c4;--line:#334053;--link:#8fbdf2;--mark:#10151d;
--valid:#6fd196;--expired:#f0b455;--revoked:#ff9a9d;--unknown:#a5b1c4}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,"Noto Sans",sans-serif}
main{max-width:40rem;margin:0 auto;padding:clamp(1rem,6vw,4rem) 1rem}
article{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:clamp(1.25rem,5vw,2.5rem)}
header{display:flex;gap:1rem;align-items:center}
.mark{flex:none;width:3rem;height:3rem;border-radius:50%;display:grid;place-items:center;font-size:1.5rem;font-weight:700;color:var(--mark);background:var(--tone)}
h1{margin:0;font-size:1.5rem;line-height:1.2;color:var(--tone)}
dl{margin:1.5rem 0 0}
dl div{padding:.75rem 0;border-top:1px solid var(--line)}
dt{font-size:.875rem;color:var(--muted)}
dd{margin:0;font-weight:600;overflow-wrap:anywhere}
ul{margin:0;padding-inline-start:1.25rem}
code{font-family:ui-monospace,monospace;font-size:1.0625rem}
a{color:var(--link)}
form{margin-top:1.5rem;display:flex;flex-wrap:wrap;gap:.5rem}
label{flex-basis:100%}
input,button{font:inherit;padding:.5rem .75rem;border-radius:.375rem;border:1px solid var(--muted);background:var(--card);color:var(--ink)}
input{flex:1;min-width:12rem}
button{background:var(--link);border-color:var(--link);color:var(--mark);font-weight:600}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.valid{--tone:var(--valid)}.expired{--tone:var(--expired)}.revoked{--tone:var(--revoked)}.unknown{--tone:var(--unknown)}
@media print{body{background:none}article{border:0}}`;

const html = (
  iconUrl: string | undefined,
  title: string,
  tone: string,
  mark: string,
  heading: string,
  body: string,
): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(title)}</title>${iconUrl ? `\n<link rel="icon" href="${escaped(iconUrl)}">` : ''}
<style>${STYLE}</style>
</head>
<body>
<main>
  <article class="${tone}">
    <header><span class="mark" aria-hidden="true">${mark}</span><h1>${escaped(heading)}</h1></header>
    ${body}
  </article>
</main>
</body>
</html>
`;
