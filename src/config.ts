import { isIP } from 'node:net';
import path from 'node:path';
import { DatabaseFault } from './database/fault.ts';
import { hostsOf } from './database/hosts.ts';
import { placeOfUrl } from './files/index.ts';
import type { About } from './http/about.ts';
import { isEmail } from './record/kernel/email.ts';

/** An environment variable each, what it means, and its default; dialects bring more. The README's table is made of them. */
const SETTINGS = [
  { name: 'PORT', default: '4000', meaning: 'Port to listen on; 0 takes a free one.' },
  { name: 'HOST', default: '127.0.0.1', meaning: 'Address to listen on.' },
  {
    name: 'PUBLIC_URL',
    default: '',
    shown: 'none',
    meaning:
      'Where the outside reaches the server, with a path where a proxy strips one; links are made of it alone. Without it they follow the `Host` of the request.',
  },
  {
    name: 'DATA_DIR',
    default: './data',
    meaning: 'Folder of the own PostgreSQL, of files and of the demo’s credentials.',
  },
  {
    name: 'FILES_URL',
    default: '',
    shown: 'none',
    meaning:
      'A store for files that speaks S3, in place of the folder `files` in DATA_DIR: `https://KEY:SECRET@HOST/BUCKET/PREFIX?region=REGION`, prefix and region optional. One store belongs to one database.',
  },
  {
    name: 'DATABASE_URL',
    default: '',
    shown: 'none',
    meaning:
      'A PostgreSQL server (18 or newer) to use instead of the own one. Several hosts (`postgres://a,b/name`): the one that takes writes.',
  },
  { name: 'DATABASE_POOL', default: '10', meaning: 'Database connections, 2 to 200.' },
  {
    name: 'DATABASE_NAMED_STATEMENTS',
    default: 'on',
    meaning: 'Prepared statements; `off` behind a proxy that pools by transaction.',
  },
  {
    name: 'DEMO',
    default: '',
    shown: 'on; off with DATABASE_URL',
    meaning: 'Make the demo academy on an empty database: `on` or `off`.',
  },
  {
    name: 'DIALECT_HOSTS',
    default: '',
    shown: 'none',
    meaning:
      'Host names that are the root of a dialect, separated by commas: `matricula=api.example.org`. `matricula.localhost` and its like always are.',
  },
  {
    name: 'CORS_ORIGINS',
    default: '',
    shown: 'none',
    meaning: 'Web origins that may call the APIs, separated by commas.',
  },
  {
    name: 'TRUST_PROXY',
    default: 'off',
    meaning:
      'Whose `X-Forwarded-*` is believed: the addresses of the proxies (`10.0.0.0/8, ::1`), or how many stand before the server (`1`). `off` believes nobody.',
  },
  {
    name: 'RATE_LIMIT',
    default: '0',
    meaning: 'Requests a second for each API client, counted by each server process by itself; 0 is no limit.',
  },
  { name: 'RATE_BURST', default: '100', meaning: 'Requests a client may send at once on top of RATE_LIMIT.' },
  { name: 'BODY_LIMIT_MB', default: '10', meaning: 'Largest request body, in megabytes.' },
  { name: 'UPLOAD_LIMIT_MB', default: '1024', meaning: 'Largest uploaded file, in megabytes.' },
  { name: 'REQUEST_TIMEOUT_S', default: '30', meaning: 'Longest time for a request, in seconds.' },
  {
    name: 'DRAIN_S',
    default: '0',
    meaning:
      'Seconds from SIGTERM in which `/readyz` says `draining` and requests are still served, before the port closes; longer than a balancer takes to notice.',
  },
  {
    name: 'SMTP_URL',
    default: '',
    shown: 'none',
    meaning:
      'The mail server: `smtp://user:password@mail.example.org:587` or `smtps://…`. Without it mails stay in the mailbox of the product; those of sandboxes always do.',
  },
  {
    name: 'MAIL_FROM',
    default: '',
    shown: 'no-reply@localhost; needed with SMTP_URL',
    meaning: 'The address that mails come from; the name beside it is that of the tenant.',
  },
  {
    name: 'LOG_LEVEL',
    default: 'warn',
    meaning: '`debug`, `info` (a line for each request), `warn`, `error` or `silent`.',
  },
] as const satisfies readonly Setting[];

export interface Setting {
  name: string;
  default: string;
  /** What the README shows when the default is worked out. */
  shown?: string;
  meaning: string;
}

type SettingName = (typeof SETTINGS)[number]['name'];

/** What the settings have to know of a dialect. */
type Spoken = Pick<About, 'name' | 'settings'>;

/** Every setting, those of the dialects last. */
export const settingsWith = (dialects: readonly Spoken[]): Setting[] => [
  ...SETTINGS,
  ...dialects.flatMap(({ settings }) => Object.values(settings)),
];

export interface Config {
  port: number;
  host: string;
  /** Null until the port is known: then `http://HOST:PORT`. */
  publicUrl: string | null;
  dataDir: string;
  /** Null is a folder below that of the data. */
  filesUrl: string | null;
  databaseUrl: string | null;
  poolSize: number;
  namedStatements: boolean;
  demo: boolean;
  dialectHosts: Record<string, string>;
  corsOrigins: string[];
  /** How many proxies next to us, or their addresses; 0 for none. */
  trustProxy: number | string[];
  rate: { perSecond: number; burst: number } | null;
  bodyBytes: number;
  uploadBytes: number;
  requestMs: number;
  drainMs: number;
  /** Null: mails stay in the mailbox of the product. */
  smtpUrl: string | null;
  mailFrom: string;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** What each dialect's own settings say, by its name. */
  dialects: Record<string, Record<string, boolean>>;
}

/** What is wrong with the settings: one sentence for each fault. */
export class ConfigError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** An IP address, or a network by its prefix. */
function isNetwork(text: string): boolean {
  const [address, prefix, ...rest] = text.split('/');
  const kind = isIP(address!);
  const most = kind === 4 ? 32 : 128;
  return (
    kind > 0 && rest.length === 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= most))
  );
}

const HOST_NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i;

/** Reads and checks all settings at once, those of the dialects too. Throws a ConfigError that names every fault. */
export function readConfig(env: Readonly<Record<string, string | undefined>>, dialects: readonly Spoken[]): Config {
  const settings = settingsWith(dialects);
  const names = dialects.map(({ name }) => name);
  const faults: string[] = [];
  const text = (name: string): string =>
    env[name]?.trim() || settings.find((setting) => setting.name === name)!.default;
  const fault = (name: string, wanted: string): void => {
    // a URL may hold a password
    const shown = env[name]?.replace(/\/\/[^/?#]*@/, '//…@');
    faults.push(`${name} is ${JSON.stringify(shown)}, but must be ${wanted}.`);
  };
  const number = (name: SettingName, least: number, most: number, whole = true): number => {
    const value = Number(text(name));
    if (!Number.isFinite(value) || value < least || value > most || (whole && !Number.isInteger(value)))
      fault(name, `a ${whole ? 'whole ' : ''}number from ${least} to ${most}`);
    return value;
  };
  const flag = (name: string): boolean => {
    const value = text(name).toLowerCase();
    if (!['on', 'off', 'true', 'false', '1', '0'].includes(value)) fault(name, '`on` or `off`');
    return ['on', 'true', '1'].includes(value);
  };
  const list = (name: SettingName): string[] =>
    text(name)
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean);
  const url = (name: SettingName, protocols: readonly string[]): string | null => {
    if (text(name) === '') return null;
    if (URL.canParse(text(name)) && protocols.includes(new URL(text(name)).protocol))
      return text(name).replace(/\/+$/, '');
    fault(name, `a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`);
    return null;
  };

  const database = (): string | null => {
    const given = text('DATABASE_URL');
    if (given === '') return null;
    try {
      hostsOf(given);
      return given;
    } catch (error) {
      if (!(error instanceof DatabaseFault)) throw error;
      // never repeat a URL that may hold a password
      faults.push(`DATABASE_URL cannot be used: ${error.message}.`);
      return null;
    }
  };

  const files = (): string | null => {
    const given = text('FILES_URL');
    if (given === '') return null;
    try {
      placeOfUrl(given);
      return given;
    } catch (error) {
      fault('FILES_URL', (error as Error).message);
      return null;
    }
  };

  const dialectHosts: Record<string, string> = {};
  for (const pair of list('DIALECT_HOSTS')) {
    const [dialect, host, ...rest] = pair.split('=').map((part) => part.trim());
    if (!dialect || !host || rest.length > 0 || !names.includes(dialect) || !HOST_NAME.test(host))
      fault('DIALECT_HOSTS', `pairs such as matricula=api.example.org; the dialects are ${names.join(', ')}`);
    else dialectHosts[host.toLowerCase()] = dialect;
  }
  const corsOrigins = list('CORS_ORIGINS');
  if (!corsOrigins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin))
    fault('CORS_ORIGINS', 'origins such as https://portal.example.org, without a path');
  const host = text('HOST');
  if (!HOST_NAME.test(host) && !/^[0-9a-f:.]+$/i.test(host)) fault('HOST', 'an address or host name');
  const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
  const logLevel = levels.find((level) => level === text('LOG_LEVEL').toLowerCase());
  if (!logLevel) fault('LOG_LEVEL', `${levels.slice(0, -1).join(', ')} or ${levels.at(-1)}`);
  const proxies = list('TRUST_PROXY');
  const hops = /^([0-9]|10)$/.test(proxies.join()) ? Number(proxies[0]) : null;
  const believed = proxies.join().toLowerCase() === 'off' ? 0 : (hops ?? proxies);
  // to believe everybody is to let callers choose their own address
  if (Array.isArray(believed) && !believed.every(isNetwork))
    fault(
      'TRUST_PROXY',
      '`off`, how many proxies stand before the server (0 to 10), or their IP addresses (a network as 10.0.0.0/8)',
    );
  const publicUrl = url('PUBLIC_URL', ['http:', 'https:']);
  if (publicUrl !== null && /[?#@]/.test(publicUrl))
    fault('PUBLIC_URL', 'a URL without query, fragment or credentials, such as https://learn.example.org/courses');
  const smtpUrl = url('SMTP_URL', ['smtp:', 'smtps:']);
  const mailFrom = text('MAIL_FROM');
  if (mailFrom !== '' && !isEmail(mailFrom)) fault('MAIL_FROM', 'an e-mail address');
  if (mailFrom === '' && smtpUrl !== null)
    faults.push('MAIL_FROM is needed with SMTP_URL: the address that mails come from.');
  const databaseUrl = database();
  const perSecond = number('RATE_LIMIT', 0, 1_000_000, false);
  const burst = number('RATE_BURST', 1, 1_000_000);

  const config: Config = {
    port: number('PORT', 0, 65535),
    host,
    publicUrl,
    dataDir: path.resolve(text('DATA_DIR')),
    filesUrl: files(),
    databaseUrl,
    poolSize: number('DATABASE_POOL', 2, 200),
    namedStatements: flag('DATABASE_NAMED_STATEMENTS'),
    demo: text('DEMO') === '' ? databaseUrl === null : flag('DEMO'),
    dialectHosts,
    corsOrigins,
    trustProxy: believed,
    rate: perSecond > 0 ? { perSecond, burst } : null,
    bodyBytes: number('BODY_LIMIT_MB', 1, 1000) * 1_000_000,
    uploadBytes: number('UPLOAD_LIMIT_MB', 1, 100_000) * 1_000_000,
    requestMs: number('REQUEST_TIMEOUT_S', 1, 3600) * 1000,
    drainMs: number('DRAIN_S', 0, 600) * 1000,
    smtpUrl,
    mailFrom: mailFrom || 'no-reply@localhost',
    logLevel: logLevel ?? 'warn',
    dialects: Object.fromEntries(
      dialects.map((dialect) => [
        dialect.name,
        Object.fromEntries(Object.entries(dialect.settings).map(([key, { name }]) => [key, flag(name)])),
      ]),
    ),
  };
  if (faults.length > 0) throw new ConfigError(faults);
  return config;
}
