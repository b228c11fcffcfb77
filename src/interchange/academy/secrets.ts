import { randomUUID } from 'node:crypto';
import { dump } from 'js-yaml';
import type { Part } from './read-text.ts';

/** A password, or its hash, that was in a file, and what stands for it there now. */
export interface Secret {
  placeholder: string;
  /** Key of the person. */
  person: string;
  password?: string;
  hash?: string;
}

interface Person {
  key: string;
  password?: string;
  passwordHash?: string;
}

/** The file with placeholders for the passwords of its people. A file without any stays as it is. */
export function takeSecrets(text: string, parts: Iterable<Part>): { kept: string; secrets: Secret[] } {
  const data: Record<string, unknown> = {};
  const secrets: Secret[] = [];
  for (const { name, first, value } of parts) {
    const fit = name === 'people' ? (value as Person[]).map((person) => hidden(person, secrets)) : value;
    if (first) for (const each of fit as unknown[]) (data[name] as unknown[]).push(each);
    else data[name] = fit;
  }
  return { kept: secrets.length > 0 ? dump(data, { lineWidth: -1 }) : text, secrets };
}

function hidden({ password, passwordHash, ...rest }: Person, secrets: Secret[]): Person {
  if (password === undefined && passwordHash === undefined) return rest;
  const placeholder = `kept-${randomUUID()}`;
  secrets.push({
    placeholder,
    person: rest.key,
    ...(passwordHash === undefined ? { password: password! } : { hash: passwordHash }),
  });
  return { ...rest, passwordHash: placeholder };
}
