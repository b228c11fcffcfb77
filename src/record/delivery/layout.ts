import type { Part } from './templates.ts';

interface Look {
  tenant: string;
  language: string;
  /** Six hexadecimal digits behind a number sign. */
  colour: string;
}

/** The mail as plain text. */
export const textLayout = (parts: readonly Part[], { tenant }: Look): string =>
  `${parts.map((part) => ('text' in part ? part.text : `${part.label}:\n${part.url}`)).join('\n\n')}\n\n-- \n${tenant}\n`;

const SIGNS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => SIGNS[sign]!);

/** Black or white, whatever can be read on the colour (WCAG's relative luminance). */
function inkOn(colour: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue! > 0.179 ? '#000000' : '#ffffff';
}

/** The same as HTML, which mail programs show without style sheets of its own. */
export function htmlLayout(parts: readonly Part[], { tenant, language, colour }: Look): string {
  const body = parts.map((part) =>
    'text' in part
      ? `<p style="margin:0 0 16px">${escaped(part.text).replaceAll('\n', '<br>')}</p>`
      : `<p style="margin:0 0 24px"><a href="${escaped(part.url)}" style="display:inline-block;padding:10px 18px;border-radius:4px;text-decoration:none;background:${colour};color:${inkOn(colour)}">${escaped(part.label)}</a></p>`,
  );
  return `<!doctype html>
<html lang="${escaped(language)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body dir="auto" style="margin:0;padding:24px;background:#f4f4f2;color:#222222;font:16px/1.5 sans-serif">
<div style="max-width:560px;margin:0 auto;padding:24px;background:#ffffff;border-top:4px solid ${colour}">
<p style="margin:0 0 24px;font-weight:bold">${escaped(tenant)}</p>
${body.join('\n')}
</div></body></html>
`;
}
