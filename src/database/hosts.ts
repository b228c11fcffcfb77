import { DatabaseFault } from './fault.ts';

/** A `postgres://` URL taken apart: one URL for each of its hosts, in order. */
export interface Hosts {
  urls: readonly string[];
  /** Only a server that takes writes is connected to: always so where several hosts are named. */
  writable: boolean;
}

const PARTS = /^(postgres(?:ql)?:\/\/)([^/?#]*)([^#]*)$/i;
/** Of libpq's words those that a server which writes can use. */
const WORDS: Record<string, boolean> = { any: false, 'read-write': true, primary: true };

/**
 * Reads a URL of libpq's form, `postgres://user:password@a:5432,b:5433/name?target_session_attrs=read-write`. Throws a DatabaseFault that
 * never repeats the URL, which may hold a password.
 */
export function hostsOf(url: string): Hosts {
  const [, scheme, authority = '', rest = ''] = PARTS.exec(url) ?? [];
  if (!scheme) throw new DatabaseFault('it must be a URL that begins with postgres:// or postgresql://');
  const at = authority.lastIndexOf('@') + 1;
  const user = authority.slice(0, at);
  const hosts = authority.slice(at).split(',');
  const [path, query = ''] = rest.split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  const word = parameters.get('target_session_attrs');
  parameters.delete('target_session_attrs');
  const tail = `${path}${parameters.size > 0 ? `?${parameters}` : ''}`;
  if (word !== null && !Object.hasOwn(WORDS, word))
    throw new DatabaseFault(`its target_session_attrs must be ${Object.keys(WORDS).join(', ')}`);
  const urls = hosts.map((host) => {
    const one = `${scheme}${user}${host}${tail}`;
    if ((hosts.length > 1 && host === '') || !URL.canParse(one))
      throw new DatabaseFault(
        hosts.length > 1
          ? `its host number ${hosts.indexOf(host) + 1} cannot be read: hosts are separated by commas, each with its own port (a:5432,b:5432)`
          : 'it cannot be read: letters other than a-z and digits in user and password are written as in URLs, such as %40 for @',
      );
    return one;
  });
  return { urls, writable: word === null ? urls.length > 1 : WORDS[word]! };
}
