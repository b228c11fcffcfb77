import { type MessagePort, parentPort } from 'node:worker_threads';
import type { Report } from './crew.ts';

/** The thread's side of a crew: does each job that comes. `give` hands over a piece; the value comes after all pieces. */
export function serve<In, Out>(work: (input: In, give: (piece: unknown) => void) => Out | Promise<Out>): void {
  parentPort!.on('message', async ({ input, port }: { input: In; port: MessagePort }) => {
    let report: Report<Out>;
    try {
      report = { done: await work(input, (piece) => port.postMessage(piece)) };
    } catch (error) {
      report = { broke: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    parentPort!.postMessage(report);
  });
}
