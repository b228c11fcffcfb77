import { run } from '../database/run.ts';
import { sql, TENANT } from '../database/sql.ts';
import type { Context } from '../record/kernel/context.ts';
import type { OnProgress, Progress } from './progress.ts';

export interface ProgressNotes {
  note: OnProgress;
  /** Resolves when no note is on its way any more; later ones are dropped. */
  end(): Promise<void>;
}

const SELDOM_MS = 1000;

/**
 * Keeps where a run stands with it, at most once a second and beside the import's own connection, so that it can be seen before
 * anything is committed. A note that is lost does no harm: the next one says more.
 */
export function noteProgress(ctx: Context, runId: string): ProgressNotes {
  let latest: Progress | undefined;
  let ended = false;
  let writing = Promise.resolve();
  let pause: NodeJS.Timeout | undefined;
  /** True from when a note is written until a second later. */
  let busy = false;
  const next = (): void => {
    busy = latest !== undefined && !ended;
    if (!latest || ended) return;
    const progress = latest;
    latest = undefined;
    writing = write(ctx, runId, progress).then(
      () => {},
      () => {},
    );
    void writing.then(() => {
      pause = setTimeout(next, SELDOM_MS).unref();
    });
  };
  return {
    note(progress) {
      if (ended || progress.phase === 'done') return;
      latest = progress;
      if (!busy) next();
    },
    async end() {
      ended = true;
      await writing;
      clearTimeout(pause);
    },
  };
}

const write = (ctx: Context, runId: string, { file, phase, rows, fraction }: Progress) =>
  run(
    ctx,
    sql`update import_run set progress = ${JSON.stringify({ file, phase, rows, fraction: Number(fraction.toFixed(3)) })}::jsonb where tenant_id = ${TENANT} and id = ${runId}::uuid and state = 'running'`,
  );
