import type { FastifyRequest } from 'fastify';
import type { Addresses } from './addresses.ts';
import type { Dialect } from './dialect.ts';

/** Absolute URLs of this server, without a trailing slash, as the caller may follow them. */
export interface Links {
  /** The root of the server: PUBLIC_URL with its path where one is set, else as the caller addressed it. */
  siteOf(request: FastifyRequest): string;
  /** The root of a dialect; at its own host name where the request came by one. */
  baseOf(request: FastifyRequest, dialect: Dialect): string;
}

const NAME = /^([a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?\.?|\[[\da-f:.]{2,45}\])$/i;

interface Host {
  name: string;
  /** With its colon; empty where none was named. */
  port: string;
}

/** A host as the `Host` header may name it; undefined where no URL could have it. */
function hostOf(header: string | undefined): Host | undefined {
  const port = /:\d{0,5}$/.exec(header ?? '')?.[0] ?? '';
  const name = (header ?? '').slice(0, (header ?? '').length - port.length).toLowerCase();
  if (!NAME.test(name) || Number(port.slice(1)) > 65_535) return undefined;
  // what is left to refuse is known to URLs alone, such as 1.2.3.999
  return URL.canParse(`http://${name}${port}`) ? { name, port: port === ':' ? '' : port } : undefined;
}

/**
 * With a public URL, links never follow what a request claims: they begin with that URL, or have its scheme and port and a host name
 * that the settings give to a dialect. Without one they follow the host, once it was found to be one.
 */
export function linksOf(addresses: Addresses, publicUrl: string | null, listeningAt: () => string): Links {
  const site = publicUrl?.replace(/\/+$/, '') ?? null;
  const front = site === null ? null : new URL(site);
  // what proxies say is in `host` and `protocol` only where they are trusted
  const schemeOf = (request: FastifyRequest): string => (request.protocol === 'https' ? 'https:' : 'http:');

  function siteOf(request: FastifyRequest): string {
    if (site !== null) return site;
    const host = addresses.byHost(request.raw) ? undefined : hostOf(request.host);
    return host ? `${schemeOf(request)}//${host.name}${host.port}` : listeningAt();
  }

  function baseOf(request: FastifyRequest, dialect: Dialect): string {
    const host = addresses.byHost(request.raw) ? hostOf(request.raw.headers.host) : undefined;
    if (!host || (front && !addresses.isNamed(host.name))) return siteOf(request) + dialect.prefix;
    if (!front) return `${schemeOf(request)}//${host.name}${host.port}`;
    return `${front.protocol}//${host.name}${front.port === '' ? '' : `:${front.port}`}`;
  }

  return { siteOf, baseOf };
}
