import { once } from 'node:events';
import net from 'node:net';
import type { Config } from '../config.ts';
import { CommandError } from './error.ts';

type Address = Pick<Config, 'host' | 'port'>;

/** Tries the address for a moment: one that cannot be had is told before anything else is begun. */
export async function tryAddress({ host, port }: Address): Promise<void> {
  const server = net.createServer();
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (error) {
    throw addressFault({ host, port }, error);
  }
  server.close();
  await once(server, 'close');
}

/** Why an address cannot be listened on, with the setting that helps. */
export function addressFault({ host, port }: Address, error: unknown): unknown {
  switch ((error as { code?: string }).code) {
    case 'EADDRINUSE':
      return new CommandError(`Port ${port} of ${host} is in use; name another one with PORT.`);
    case 'EACCES':
      return new CommandError(`Port ${port} may not be opened by this user; name one above 1023 with PORT.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return new CommandError(`${host} is no address of this machine; name another one with HOST.`);
    default:
      return error;
  }
}

/** The URL by which a server that listens there is called from this machine. */
export function urlOf({ host, port }: Address): string {
  // what listens everywhere is called at home
  const name = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
