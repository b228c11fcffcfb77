import type { DialectName } from '../record/access/index.ts';
import type { Credentials } from './credentials.ts';

/** Any text as one word of a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** What a program sends first, as a line of a shell each. Two-step protocols keep their token in a variable. */
const LINES: Partial<Record<DialectName, (base: string, credentials: Record<string, string>) => string[]>> = {
  matricula: (base, { apiKey }) => [
    `curl -H ${quoted(`Authorization: Bearer ${apiKey}`)} ${quoted(`${base}/enrollments?limit=2`)}`,
  ],
  absorb: (base, { username, password, privateKey }) => {
    const key = `-H ${quoted(`x-api-key: ${privateKey}`)}`;
    const body = quoted(JSON.stringify({ username, password, privateKey }));
    return [
      `TOKEN=$(curl -s ${key} -H 'Content-Type: application/json' -d ${body} ${quoted(`${base}/authenticate`)} | tr -d '"')`,
      `curl ${key} -H "Authorization: $TOKEN" ${quoted(`${base}/users?_limit=2`)}`,
    ];
  },
  enabley: (base, { clientKey, secret }) => {
    const query = new URLSearchParams({ clientKey: clientKey!, secret: secret! });
    return [
      `TOKEN=$(curl -s -X POST ${quoted(`${base}/api/v1/token?${query}`)} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
      `curl -H "Authorization: Bearer $TOKEN" ${quoted(`${base}/api/v2/users?limit=2`)}`,
    ];
  },
};

/** A first request with these credentials, to be pasted into a shell, below its title. */
export function firstCall({ dialect, baseUrl, credentials }: Credentials, title: string): string {
  const lines = LINES[dialect]?.(baseUrl, credentials) ?? [];
  return [title, ...lines.map((line) => `  ${line}`)].join('\n');
}
