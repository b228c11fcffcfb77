import { run } from '../../database/run.ts';
import { constant, sql, TENANT } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import { notFound } from '../kernel/refusal.ts';
import { programScope } from './read-programs.ts';

/** What verbs about its members need to know of a program. */
export interface ProgramHead {
  id: string;
  state: 'active' | 'retired';
  seats: number | null;
  isDefault: boolean;
  unitId: string | null;
}

async function head(ctx: Context, id: string): Promise<ProgramHead> {
  const { rows } = await run<ProgramHead>(
    ctx,
    sql`select g.id, g.state, g.seats, g.is_default as "isDefault", g.unit_id as "unitId" from program g where ${programScope(ctx)} and g.id = ${id}::uuid`,
  );
  return rows[0] ?? notFound('program', id);
}

/**
 * Holds a program for those who come: who competes for its seats waits for each other, who does not only for a change of the program.
 * Refuses `not_found`. The people are held before.
 */
export async function holdForJoining(ctx: Context, id: string): Promise<ProgramHead> {
  if (!isId(id)) return notFound('program', id);
  const { seats } = await head(ctx, id);
  await lock(ctx, id, seats === null ? 'for share' : 'for no key update');
  const held = await head(ctx, id);
  // a limit was set meanwhile: the work starts again and waits for its turn
  if (seats === null && held.seats !== null) throw Object.assign(new Error('seats were limited'), { code: '40001' });
  return held;
}

/** Holds a program against other writers, to change what it holds. Refuses `not_found`. */
export async function holdForWriting(ctx: Context, id: string): Promise<ProgramHead> {
  if (!isId(id)) return notFound('program', id);
  await lock(ctx, id, 'for no key update');
  return head(ctx, id);
}

const lock = (ctx: Context, id: string, strength: string) =>
  run(ctx, sql`select 1 from program where tenant_id = ${TENANT} and id = ${id}::uuid ${constant(strength)}`);
