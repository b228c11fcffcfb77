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
const SELDOM_MS = 1000;

/** Draws a bar on a terminal; anywhere else it writes a JSON line per phase and second. */
export function progressTo(
  stream: Pick<WriteStream, 'write'> & { isTTY?: boolean; columns?: number },
  clock: () => number = () => performance.now(),
): OnProgress {
  let shownAt = Number.NEGATIVE_INFINITY;
  let shown = '';
  return (progress) => {
    const now = clock();
    const phase = `${progress.file} ${progress.phase}`;
    const due = now - shownAt >= (stream.isTTY ? OFTEN_MS : SELDOM_MS);
    if (!due && phase === shown && progress.fraction < 1) return;
    shownAt = now;
    shown = phase;
    if (!stream.isTTY)
      stream.write(`${JSON.stringify({ ...progress, fraction: Number(progress.fraction.toFixed(3)) })}\n`);
    else {
      const over = progress.phase === 'done' && progress.fraction >= 1;
      stream.write(`\r\u001b[2K${over ? '' : bar(progress, stream.columns ?? 80)}`);
    }
  };
}

function bar({ file, phase, rows, fraction }: Progress, columns: number): string {
  const full = Math.round(Math.min(1, fraction) * WIDTH);
  const text = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${String(Math.floor(fraction * 100)).padStart(3)} %  ${file}  ${rows.toLocaleString('en')} rows${phase === 'merge' ? ', writing' : ''}`;
  return text.slice(0, Math.max(10, columns - 1));
}
