/** Text that is markup already. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | null | undefined | false | Markup | readonly Part[];

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const text = (part: Part): string => {
  if (part === null || part === undefined || part === false) return '';
  if (typeof part === 'object') return 'markup' in part ? part.markup : part.map(text).join('');
  return String(part).replace(/[&<>"']/g, (sign) => ESCAPES[sign]!);
};

/** HTML with everything escaped that is not markup itself. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  return { markup: strings.map((string, index) => string + (index < parts.length ? text(parts[index]) : '')).join('') };
}

/** Prose of a contract: paragraphs and `code`. */
export function prose(source: unknown): Markup | null {
  if (typeof source !== 'string' || source.trim() === '') return null;
  const paragraphs = source.trim().split(/\n\s*\n/);
  return html`${paragraphs.map((paragraph) => html`<p>${inline(paragraph)}</p>`)}`;
}

/** One line of prose. */
export const inline = (source: unknown): Markup =>
  html`${String(source ?? '')
    .split('`')
    .map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
