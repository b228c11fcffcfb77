import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Unread } from './unread.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface TurnLimits {
  /** Requests that are worked on at once. */
  atOnce: number;
  /** Requests that may wait for their turn, on all connections together. */
  mostWaiting: number;
  /** Whoever waited longer is told to come back later. */
  patienceMs: number;
  /** Requests that are served whatever waits. */
  passes(request: IncomingMessage): boolean;
}

const LIMITS: TurnLimits = { atOnce: 100, mostWaiting: 3000, patienceMs: 10_000, passes: () => false };

/** The requests of one connection: the one that is served, and those that wait. */
interface Line {
  connection: Connection;
  busy: boolean;
  waiting: [request: IncomingMessage, response: ServerResponse, since: number][];
}

const LINE = Symbol('line');
type Connection = Socket & { [LINE]?: Line };

/** A request among those that are worked on. */
interface Place {
  leave(): void;
  enter(): Promise<void>;
}

const places = new WeakMap<IncomingMessage, Place>();
const refused = new WeakSet<IncomingMessage>();

/** Lets others be served while a request waits for its client; it is free to do so for good. */
export const stepAside = (request: IncomingMessage): void => places.get(request)?.leave();

/** Resolves when a request that stepped aside is among those served again. */
export const comeBack = (request: IncomingMessage): Promise<void> => places.get(request)?.enter() ?? Promise.resolve();

/** Whether too many wait for this one to be served: it must be told so. */
export const isOneTooMany = (request: IncomingMessage): boolean => refused.has(request);

/**
 * Serves the requests of one connection one after the other: the next one begins when the system has taken the last answer. Node itself
 * would serve all that a client sends ahead at once, and keep the answers that it does not read. Of all connections together so many are
 * served at once as are of use; of those who wait, clients with one request come before those that asked ahead. When too many requests
 * wait, the connection with most of them is cut off, and where each waits with one, who comes is refused.
 */
export function takingTurns(serve: Handler, unread: Unread, given: Partial<TurnLimits> = {}): Handler {
  const limits = { ...LIMITS, ...given };
  /** Lines with requests that wait, whether they are busy or not. */
  const lines = new Set<Line>();
  /** Of those, the ones whose next request could begin, in the order of their coming. */
  const modest = new Set<Line>();
  const greedy = new Set<Line>();
  /** Requests that stepped aside and go on. */
  const returning: (() => void)[] = [];
  let altogether = 0;
  let served = 0;
  let turn = 0;
  let calling = false;

  function call(): void {
    if (calling || (returning.length === 0 && modest.size === 0 && greedy.size === 0)) return;
    calling = true;
    setImmediate(() => {
      calling = false;
      for (let left = limits.atOnce; left > 0 && served < limits.atOnce; left -= 1) {
        const back = returning.shift();
        const line = back ? undefined : nextLine();
        if (back) back();
        else if (line) next(line);
        else return;
      }
      if (served < limits.atOnce) call();
    });
  }

  /** Those who asked ahead get every fourth place. */
  function nextLine(): Line | undefined {
    turn = (turn + 1) % 4;
    const [first, second] = turn === 0 ? [greedy, modest] : [modest, greedy];
    const from = first.size > 0 ? first : second;
    const [line] = from;
    if (line) from.delete(line);
    return line;
  }

  function placeOf(response: ServerResponse): Place {
    let inside = true;
    served += 1;
    return {
      leave() {
        if (!inside) return;
        inside = false;
        served -= 1;
        call();
      },
      enter: () =>
        new Promise((done) => {
          const enter = () => {
            // whoever is gone takes no place
            if (!response.closed && !inside) {
              inside = true;
              served += 1;
            }
            done();
          };
          if (served < limits.atOnce) return enter();
          returning.push(enter);
        }),
    };
  }

  function begin(line: Line, request: IncomingMessage, response: ServerResponse, counted = true): void {
    line.busy = true;
    unread.watch(line.connection, response);
    if (counted) {
      const place = placeOf(response);
      places.set(request, place);
      // the answer is made; how long its client takes to read it is no matter of the others
      response.once('prefinish', place.leave).once('close', place.leave);
    }
    // the answer is with the system, or the connection is gone
    response.once('close', () => {
      line.busy = false;
      if (line.waiting.length > 0) ready(line);
    });
    serve(request, response);
  }

  function ready(line: Line): void {
    (line.waiting.length > 1 ? greedy : modest).add(line);
    call();
  }

  function next(line: Line): void {
    const [request, response, since] = line.waiting.shift()!;
    altogether -= 1;
    if (line.waiting.length === 0) {
      lines.delete(line);
      line.connection.resume();
    }
    // it was set for the reader of the last answer
    line.connection.setTimeout(0);
    if (performance.now() - since > limits.patienceMs) refused.add(request);
    begin(line, request, response);
  }

  function leave(line: Line): void {
    altogether -= line.waiting.length;
    line.waiting = [];
    for (const set of [lines, modest, greedy]) set.delete(line);
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

  function longest(): Line | undefined {
    let found: Line | undefined;
    for (const line of lines) if (line.waiting.length > (found?.waiting.length ?? 1)) found = line;
    return found;
  }

  return (request, response) => {
    const connection: Connection = request.socket;
    // what was read of a connection that was cut off meanwhile is nobody's
    if (connection.destroyed) return;
    const line = connection[LINE] ?? lineOf(connection);
    const first = !line.busy && line.waiting.length === 0;
    if (first && limits.passes(request)) return begin(line, request, response, false);
    if (first && served < limits.atOnce && modest.size === 0 && returning.length === 0)
      return begin(line, request, response);
    if (altogether >= limits.mostWaiting) {
      const most = longest();
      if (most) {
        leave(most);
        cut(most.connection);
        if (most === line) return;
      } else if (first) {
        refused.add(request);
        return begin(line, request, response, false);
      }
    }
    line.waiting.push([request, response, performance.now()]);
    lines.add(line);
    altogether += 1;
    connection.pause();
    if (line.busy) return;
    if (modest.delete(line)) greedy.add(line);
    else if (!greedy.has(line)) ready(line);
  };
}

/** Node makes an exception for each request of a connection that ends, and its stack costs more than the request would have. */
function cut(connection: Socket): void {
  const { stackTraceLimit } = Error;
  connection.prependOnceListener('close', () => {
    Error.stackTraceLimit = 0;
  });
  connection.once('close', () => {
    Error.stackTraceLimit = stackTraceLimit;
  });
  connection.destroy();
}
