import { isEmail } from '../kernel/email.ts';
import { type MailSettings, NOTICES } from '../kernel/mail-settings.ts';
import { type Issue, invalid } from '../kernel/refusal.ts';
import { NAME, textFault } from '../kernel/text.ts';

type Check = (value: unknown, path: readonly (string | number)[]) => void;

const LONGEST_TEXT = 10_000;
const MOST = 100;

const text =
  (longest: number, fits: RegExp, detail?: string): Check =>
  (value, path) => {
    const fault: Issue['fault'] | undefined =
      textFault(value, longest) ?? (fits.test(String(value)) ? undefined : 'format');
    if (fault) invalid(path, fault, detail);
  };

/** Each entry of an object whose names fit. */
const entries =
  (names: RegExp, each: Check): Check =>
  (value, path) => {
    if (!isObject(value)) return invalid(path, 'type', 'an object');
    const all = Object.entries(value);
    if (all.length > MOST) invalid(path, 'too_many', `at most ${MOST}`);
    for (const [name, inner] of all) {
      if (!names.test(name)) invalid([...path, name], 'unknown_value');
      each(inner, [...path, name]);
    }
  };

/** An object of some of these members. */
const members =
  (known: Readonly<Record<string, Check>>): Check =>
  (value, path) => {
    if (!isObject(value)) return invalid(path, 'type', 'an object');
    for (const [name, inner] of Object.entries(value)) {
      if (!Object.hasOwn(known, name))
        invalid([...path, name], 'unknown_value', `one of ${Object.keys(known).join(', ')}`);
      known[name]!(inner, [...path, name]);
    }
  };

const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;
const ONE_LINE = /^(?=.*\S)\P{Cc}*$/u;

const CHECKS = {
  notices: (value, path) => {
    if (!Array.isArray(value)) return invalid(path, 'type', 'a list of names');
    if (value.length > MOST) invalid(path, 'too_many', `at most ${MOST}`);
    value.forEach((notice, i) => {
      if (!NOTICES.includes(notice)) invalid([...path, i], 'unknown_value', `one of ${NOTICES.join(', ')}`);
    });
  },
  locale: text(35, LANGUAGE, 'a language, such as de or pt-BR'),
  colour: text(7, /^#[0-9a-f]{6}$/i, 'a colour, such as #1a6b54'),
  senderName: text(NAME, ONE_LINE, 'one line'),
  replyTo: (value, path) => {
    if (typeof value !== 'string' || !isEmail(value)) invalid(path, 'format', 'an e-mail address');
  },
  templates: entries(
    /^[a-z][a-z_]{0,49}$/,
    entries(LANGUAGE, members({ subject: text(NAME, ONE_LINE, 'one line'), text: text(LONGEST_TEXT, /\S/) })),
  ),
} satisfies Record<keyof MailSettings, Check>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The setting `mail`: what people are told of by mail, and how it looks. Nothing said is that nobody is told. Refuses `invalid`. */
export function demandMailSettings(setting: unknown): void {
  if (setting !== undefined) members(CHECKS)(setting, ['settings', 'mail']);
}
