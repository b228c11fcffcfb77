import type { WriteStream } from 'node:tty';

/** Where a long piece of work stands. */
export interface Progress {
  file: string;
  phase: 'read' | 'merge' | 'done';
  /** Rows of the file so far. */
  rows: number;
  /** Of the whole work, 0 to 1. */
  fraction: number;
}

export type OnProgress = (progress: Progress) => void;

const WIDTH = 24;
const OFTEN_MS = 100;
const SELDOM_MS = 5000;

/**
 * Draws a bar on a terminal. Anywhere else it writes a line when a file begins and every few seconds after, in words or, with `json`, a
 * JSON document each.
 */
export function progressTo(
  stream: Pick<WriteStream, 'write'> & { isTTY?: boolean; columns?: number },
  { json = false, clock = () => performance.now() }: { json?: boolean; clock?: () => number } = {},
): OnProgress {
  const drawn = stream.isTTY === true && !json;
  let shownAt = Number.NEGATIVE_INFINITY;
  let shown = '';
  return (progress) => {
    const now = clock();
    const part = drawn ? `${progress.file} ${progress.phase}` : progress.file;
    const due = now - shownAt >= (drawn ? OFTEN_MS : SELDOM_MS);
    if (!due && part === shown && progress.fraction < 1) return;
    shownAt = now;
    shown = part;
    const over = progress.phase === 'done' && progress.fraction >= 1;
    if (drawn) stream.write(`\r\u001b[2K${over ? '' : bar(progress, stream.columns ?? 80)}`);
    else if (json) stream.write(`${JSON.stringify({ ...progress, fraction: Number(progress.fraction.toFixed(3)) })}\n`);
    // the report that follows says the rest
    else if (!over) stream.write(`${percent(progress)} %  ${told(progress)}\n`);
  };
}

const percent = ({ fraction }: Progress): string => String(Math.floor(fraction * 100)).padStart(3);
const told = ({ file, phase, rows }: Progress): string =>
  `${file}  ${rows.toLocaleString('en')} rows${phase === 'merge' ? ', writing' : ''}`;

function bar(progress: Progress, columns: number): string {
  const full = Math.round(Math.min(1, progress.fraction) * WIDTH);
  const text = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${percent(progress)} %  ${told(progress)}`;
  return text.slice(0, Math.max(10, columns - 1));
}
