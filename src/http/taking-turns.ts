import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Unread } from './unread.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The requests of one connection: the one that is served, and those that came after it on the same connection. */
interface Line {
  connection: Connection;
  busy: boolean;
  waiting: [IncomingMessage, ServerResponse][];
}

const LINE = Symbol('line');
type Connection = Socket & { [LINE]?: Line };

/** Requests that may wait for their turn, on all connections together. */
const MOST_WAITING = 10_000;

/**
 * Serves the requests of one connection one after the other: the next one begins when the system has taken the last answer. Node itself
 * would serve all that a client sends ahead at once, and keep the answers that it does not read. When too many requests wait, the
 * connection with most of them is cut off.
 */
export function takingTurns(serve: Handler, unread: Unread, mostWaiting = MOST_WAITING): Handler {
  const lines = new Set<Line>();
  let altogether = 0;

  function begin(line: Line, request: IncomingMessage, response: ServerResponse): void {
    line.busy = true;
    unread.watch(line.connection, response);
    // the answer is with the system, or the connection is gone
    response.once('close', () => {
      if (line.waiting.length === 0) line.busy = false;
      // others have their turn in between, however much was sent ahead
      else setImmediate(next, line);
    });
    serve(request, response);
  }

  function next(line: Line): void {
    const first = line.waiting.shift();
    if (!first) return;
    altogether -= 1;
    if (line.waiting.length === 0) {
      lines.delete(line);
      line.connection.resume();
    }
    // it was set for the reader of the last answer
    line.connection.setTimeout(0);
    begin(line, ...first);
  }

  function leave(line: Line): void {
    altogether -= line.waiting.length;
    line.waiting = [];
    lines.delete(line);
  }

  function lineOf(connection: Connection): Line {
    const line: Line = { connection, busy: false, waiting: [] };
    connection[LINE] = line;
    // Node goes on reading when an answer was taken, although others still wait for their turn
    connection.on('resume', () => {
      if (line.waiting.length > 0) connection.pause();
    });
    connection.once('close', () => leave(line));
    return line;
  }

  function cutLongest(): void {
    let longest: Line | undefined;
    for (const line of lines) if (line.waiting.length > (longest?.waiting.length ?? 0)) longest = line;
    if (!longest) return;
    leave(longest);
    longest.connection.destroy();
  }

  return (request, response) => {
    const connection: Connection = request.socket;
    const line = connection[LINE] ?? lineOf(connection);
    if (!line.busy) return begin(line, request, response);
    if (connection.destroyed) return;
    line.waiting.push([request, response]);
    lines.add(line);
    altogether += 1;
    connection.pause();
    if (altogether > mostWaiting) cutLongest();
  };
}
