import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Unread } from './unread.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The requests of one connection: the one that is served, and those that came after it on the same connection. */
interface Line {
  busy: boolean;
  waiting: [IncomingMessage, ServerResponse][];
}

const LINE = Symbol('line');
type Connection = Socket & { [LINE]?: Line };

/** Requests that a client may have sent ahead of its answers, on one connection and on all of them together. */
const MOST_WAITING = 3000;
const MOST_WAITING_ALTOGETHER = 20_000;

/**
 * Serves the requests of one connection one after the other: the next one begins when the system has taken the last answer. Node itself
 * would serve all that a client sends ahead at once, and keep the answers that it does not read. Who sends ahead more than anybody could
 * mean is cut off.
 */
export function takingTurns(serve: Handler, unread: Unread): Handler {
  let altogether = 0;

  function begin(connection: Connection, line: Line, request: IncomingMessage, response: ServerResponse): void {
    line.busy = true;
    unread.watch(connection, response);
    // the answer is with the system, or the connection is gone
    response.once('close', () => {
      line.busy = false;
      const next = line.waiting.shift();
      if (!next) return;
      altogether -= 1;
      if (line.waiting.length === 0) connection.resume();
      // what was set for the last answer's reader
      connection.setTimeout(0);
      begin(connection, line, ...next);
    });
    serve(request, response);
  }

  function lineOf(connection: Connection): Line {
    const line: Line = { busy: false, waiting: [] };
    connection[LINE] = line;
    // Node goes on reading when an answer was taken, although others still wait for their turn
    connection.on('resume', () => {
      if (line.waiting.length > 0) connection.pause();
    });
    connection.once('close', () => {
      altogether -= line.waiting.length;
      line.waiting = [];
    });
    return line;
  }

  return (request, response) => {
    const connection: Connection = request.socket;
    const line = connection[LINE] ?? lineOf(connection);
    if (!line.busy) return begin(connection, line, request, response);
    if (connection.destroyed) return;
    line.waiting.push([request, response]);
    altogether += 1;
    connection.pause();
    if (line.waiting.length > MOST_WAITING || altogether > MOST_WAITING_ALTOGETHER) connection.destroy();
  };
}
