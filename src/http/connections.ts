import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

interface Held {
  address: string;
  /** The last request that came, until its answer is with the system. */
  request: IncomingMessage | null;
  response: ServerResponse | null;
  since: number;
}

/**
 * Keeps the open connections of a server within bounds. Where one comes too many, another is cut off that waits for its client: to send a
 * request, the rest of one, or to read an answer. It is one of the address that has most connections, and of those the one that has waited
 * longest. Whoever is being served is left alone; when that is everybody, who comes is cut off.
 */
export function boundConnections(server: Server, most: number): void {
  const open = new Map<Socket, Held>();
  const perAddress = new Map<string, number>();

  function cutOne(): void {
    let found: Socket | undefined;
    let worst: { count: number; since: number } | undefined;
    for (const [socket, held] of open) {
      if (!waitsForClient(held)) continue;
      const count = perAddress.get(held.address)!;
      if (worst && (count < worst.count || (count === worst.count && held.since >= worst.since))) continue;
      found = socket;
      worst = { count, since: held.since };
    }
    if (!found) return;
    forget(found);
    found.destroy();
  }

  function forget(socket: Socket): void {
    const held = open.get(socket);
    if (!held) return;
    open.delete(socket);
    const left = perAddress.get(held.address)! - 1;
    if (left > 0) perAddress.set(held.address, left);
    else perAddress.delete(held.address);
  }

  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    open.set(socket, { address, request: null, response: null, since: performance.now() });
    perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
    socket.once('close', () => forget(socket));
    if (open.size > most) cutOne();
  });

  server.on('request', (request, response) => {
    const held = open.get(request.socket);
    if (!held) return;
    Object.assign(held, { request, response, since: performance.now() });
    response.once('close', () => {
      // of those that were sent ahead, the last one
      if (held.response === response) Object.assign(held, { request: null, response: null, since: performance.now() });
    });
  });
}

const waitsForClient = ({ request, response }: Held): boolean =>
  !request?.complete || (response!.writableEnded && !response!.writableFinished);
