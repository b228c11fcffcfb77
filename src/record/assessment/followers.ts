import type { Told } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';
import { reweigh as reweighIn } from './assessments.ts';
import { takeWorkAlong } from './take-along.ts';

// What assessments do when something happened; `record/consequences.ts` says when, and in which order.

export const reweigh = (ctx: Context, { weights_changed }: Told<'weights_changed'>): Promise<void> =>
  reweighIn(
    ctx,
    weights_changed.map((row) => row.offeringId),
  );

export const takeAlong = (ctx: Context, { transferred }: Told<'transferred'>): Promise<void> =>
  takeWorkAlong(ctx, transferred);
