import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';

/** Connections that ask many times ahead and never read an answer. */
export interface Flood {
  port: number;
  connections: number;
  requests: number;
  path: string;
  headers?: Readonly<Record<string, string>>;
}

/** Begins a flood; the function that comes back ends it. */
export async function flood({ port, connections, requests, path, headers = {} }: Flood): Promise<() => void> {
  const lines = Object.entries({ host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const request = `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
  const sockets = Array.from({ length: connections }, () => net.connect(port, '127.0.0.1'));
  for (const socket of sockets) socket.on('error', () => {});
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  for (const socket of sockets) socket.pause().write(request.repeat(requests));
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}

/** Megabytes that a process has resident, now and at most since it began. */
export function residentMegabytes(pid: number): { now: number; most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string): number => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
  return { now: read('VmRSS'), most: read('VmHWM') };
}
