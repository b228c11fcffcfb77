import type { IncomingMessage } from 'node:http';
import type { Dialect } from './dialect.ts';

/** How requests find their dialect: below its prefix, or at the root of a host name of its own. */
export interface Addresses {
  /** Fastify's `rewriteUrl`: puts the prefix before what comes to a dialect's own host. */
  rewrite(raw: IncomingMessage): string;
  /** The dialect that a URL (after rewriting) belongs to. */
  dialectOf(url: string): Dialect | undefined;
  /** Whether the request came to a dialect's own host. */
  byHost(raw: IncomingMessage): boolean;
  /** Whether the settings name this host, in lower case, as a dialect's own. */
  isNamed(host: string): boolean;
}

/** `<dialect>.localhost` always; `hosts` maps further host names to dialect names. */
export function addressesOf(dialects: readonly Dialect[], hosts: Readonly<Record<string, string>>): Addresses {
  const own = new Map<string, Dialect>();
  const named = new Set(Object.keys(hosts).map((host) => host.toLowerCase()));
  for (const dialect of dialects) own.set(`${dialect.name}.localhost`, dialect);
  for (const [host, name] of Object.entries(hosts)) {
    const dialect = dialects.find((one) => one.name === name);
    if (!dialect) throw new Error(`host ${host} names an unknown dialect: ${name}`);
    own.set(host.toLowerCase(), dialect);
  }
  const longestFirst = [...dialects].sort((a, b) => b.prefix.length - a.prefix.length);
  const below = (url: string, prefix: string): boolean =>
    url.startsWith(prefix) &&
    (url.length === prefix.length || url[prefix.length] === '/' || url[prefix.length] === '?');
  const rewritten = new WeakSet<IncomingMessage>();
  return {
    rewrite(raw) {
      const url = raw.url ?? '/';
      const host = raw.headers.host;
      if (!host) return url;
      const dialect = own.get(host.replace(/:\d+$/, '').toLowerCase());
      if (!dialect) return url;
      // the full path is understood there too
      if (below(url, dialect.prefix)) return url;
      rewritten.add(raw);
      return url.startsWith('/') ? dialect.prefix + url : `${dialect.prefix}/${url}`;
    },
    dialectOf: (url) => longestFirst.find((dialect) => below(url, dialect.prefix)),
    byHost: (raw) => rewritten.has(raw),
    isNamed: (host) => named.has(host),
  };
}
