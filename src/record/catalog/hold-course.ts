import { type Context, demandAnywhere } from '../kernel/context.ts';
import { courseHead } from './read-courses.ts';
import { demandOwnOrEntitled } from './scope.ts';

/** Asks whether the actor may change what belongs to the course; in a transaction the course stays as it is until that ends. Refuses `not_found`, `forbidden`. */
export async function holdCourse(ctx: Context, id: string): Promise<void> {
  demandAnywhere(ctx, 'courses.write');
  await demandOwnOrEntitled(
    ctx,
    'course',
    await courseHead(ctx, id, ctx.inTransaction ? 'write' : undefined, 'courses.write'),
  );
}
