import { readFileSync } from 'node:fs';
import type { Tenant } from '../kernel/context.ts';
import { mailSettings } from '../kernel/mail-settings.ts';
import { htmlLayout, textLayout } from './layout.ts';
import { type Block, blocksOf, filled, readTemplates, subjectOf, type Template } from './template-text.ts';

/** Every template, and what it is told beside the recipient's `name`, the `tenant` and the `site`. */
interface TemplateData {
  enrolled: { course: string; offeringId: string; dueAt: string | null };
  award_expiring: { certificate: string; expiresAt: string; code: string };
}
export type TemplateName = keyof TemplateData;
export type DataOf<T extends TemplateName> = TemplateData[T];

const NAMES: readonly TemplateName[] = ['enrolled', 'award_expiring'];

const FILES: ReadonlyMap<string, ReadonlyMap<string, Template>> = new Map(
  NAMES.map((name) => [name, readTemplates(readFileSync(new URL(`templates/${name}.txt`, import.meta.url), 'utf8'))]),
);

export const templateNames = (): readonly string[] => [...FILES.keys()];
export const languagesOf = (template: string): string[] => [...(FILES.get(template)?.keys() ?? [])];

/** What a mail is made of. */
export interface Letter {
  template: string;
  data: Readonly<Record<string, unknown>>;
  locale: string;
  name: string | null;
}

/** A mail as it is read: one source makes the text and the HTML. */
export interface Rendered {
  subject: string;
  text: string;
  html: string;
}

export const DEFAULT_LOCALE = 'en';

/** The languages to look for, the best first: `pt-BR`, `pt`, then the tenant's, then English. */
const chain = (...locales: readonly (string | undefined)[]): string[] => [
  ...new Set([...locales, DEFAULT_LOCALE].flatMap((locale) => (locale ? [locale, locale.split(/[-_]/)[0]!] : []))),
];

/** Makes mails of a tenant, by its own texts where it has some. `site` is where the outside reaches the product; null leaves links out. */
export function renderer(
  tenant: Pick<Tenant, 'name' | 'timeZone' | 'settings'>,
  site: string | null,
): (letter: Letter) => Rendered {
  const settings = mailSettings(tenant);
  const known = new Map<string, { template: Template; language: string }>();

  function templateOf(name: string, locale: string): { template: Template; language: string } {
    const key = `${name} ${locale}`;
    const kept = known.get(key);
    if (kept) return kept;
    const own = settings.templates?.[name];
    const files = FILES.get(name);
    for (const language of chain(locale, settings.locale)) {
      const file = files?.get(language);
      const text = own && Object.hasOwn(own, language) ? own[language] : undefined;
      if (!file && !(text?.subject && text.text)) continue;
      const template: Template = {
        subject: text?.subject ? subjectOf(text.subject) : file!.subject,
        blocks: text?.text ? blocksOf(text.text) : file!.blocks,
      };
      const found = { template, language };
      known.set(key, found);
      return found;
    }
    throw new Error(`there is no template ${name}`);
  }

  return ({ template: name, data, locale, name: recipient }) => {
    const { template, language } = templateOf(name, locale);
    const values: Record<string, unknown> = { ...data, name: recipient, tenant: tenant.name, site };
    const valueAt = (key: string, format: 'date' | undefined): string | undefined => {
      const value = Object.hasOwn(values, key) ? values[key] : undefined;
      if (value === null || value === undefined || value === '') return undefined;
      return format === 'date' ? dateText(String(value), language, tenant.timeZone) : oneLine(String(value));
    };
    const parts = template.blocks.flatMap((block) => partOf(block, valueAt));
    const subject = filled(template.subject, (key, format) => valueAt(key, format) ?? '')!.slice(0, LONGEST_SUBJECT);
    const look = { tenant: oneLine(tenant.name), language, colour: settings.colour ?? '#1a6b54' };
    return { subject: oneLine(subject), text: textLayout(parts, look), html: htmlLayout(parts, look) };
  };
}

const LONGEST_SUBJECT = 500;

/** What stands in a mail: a paragraph, or where a button leads. */
export type Part = { text: string } | { label: string; url: string };

type Values = (name: string, format: 'date' | undefined) => string | undefined;

/** A paragraph that names what is not there is left out. */
function partOf(block: Block, valueAt: Values): Part[] {
  if ('text' in block) {
    const text = filled(block.text, valueAt);
    return text === undefined ? [] : [{ text }];
  }
  const label = filled(block.label, valueAt);
  // a value may be a whole address; within one it is a part of the path or the query
  const url = filled(block.link, valueAt, (value, first) => (first ? value : encodeURIComponent(value)));
  return label === undefined || url === undefined || !isWebAddress(url) ? [] : [{ label, url: new URL(url).href }];
}

const isWebAddress = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

/** What stands in one line of a mail, whatever somebody is called: nothing that breaks lines or turns their direction. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\p{Bidi_Control}/gu, '')
    .trim();

function dateText(value: string, language: string, timeZone: string): string | undefined {
  const at = new Date(value);
  if (Number.isNaN(at.getTime())) return undefined;
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone }).format(at);
}
