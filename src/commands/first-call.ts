import { DIALECTS } from '../app.ts';
import { named } from '../http/about.ts';
import type { Credentials } from './credentials.ts';

/** A first request with these credentials, to be pasted into a shell, below its title. */
export function firstCall({ dialect, baseUrl, credentials }: Credentials, title: string): string {
  const lines = named(DIALECTS, dialect).client.firstCall(baseUrl, credentials);
  return [title, ...lines.map((line) => `  ${line}`)].join('\n');
}
