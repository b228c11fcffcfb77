import { run } from '../../database/run.ts';
import { NOW, sql, TENANT } from '../../database/sql.ts';
import { lockPeopleFound, transaction } from '../../database/transaction.ts';
import { Entitlements } from '../access/index.ts';
import { Scope } from '../catalog/index.ts';
import { report } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId, newId } from '../kernel/ids.ts';
import { against, type Issue, invalid, Refusal } from '../kernel/refusal.ts';
import { amend, demandUnchanged, insert, lockRow, type Seen } from '../kernel/rows.ts';
import { checked } from '../kernel/rules.ts';
import { Groups } from '../people/index.ts';
import { dropAudiencesOf } from './audiences.ts';
import { endAll } from './members.ts';
import { PROGRAM, type Program, type ProgramPatch } from './program.ts';
import { readProgram } from './read-programs.ts';

export async function createProgram(ctx: Context, input: ProgramPatch & { name: string }): Promise<Program> {
  demand(ctx, 'courses.write');
  const own = checked(input, PROGRAM.rules, ['name']);
  demandDates(own);
  return transaction(ctx, async (ctx) => {
    const unitId = await Scope.unitFor(ctx, own.unitId);
    Scope.demandOwn(ctx, { unitId });
    const id = newId();
    await insert(ctx, PROGRAM, { ...own, unitId, id });
    await append(ctx, [
      { type: 'program.created', entityId: id, data: { name: input.name, externalId: own.externalId ?? null } },
    ]);
    return readProgram(ctx, id);
  });
}

/**
 * Merges the patch into the program. More seats take in whom its audiences mean and who were too many. The default one belongs to the
 * whole account and has no limit.
 */
export async function updateProgram(
  ctx: Context,
  id: string,
  patch: ProgramPatch,
  seen?: Seen<Program>,
): Promise<Program> {
  demand(ctx, 'courses.write');
  const own = checked(patch, PROGRAM.rules);
  return transaction(ctx, async (ctx) => {
    // whom audiences mean may come in
    if (own.seats !== undefined || own.state !== undefined) await Groups.lock(ctx, 'exclusive');
    await lockRow(ctx, PROGRAM, id);
    const before = await readProgram(ctx, id);
    Scope.demandOwn(ctx, before);
    demandUnchanged('program', before, seen);
    demandDates({ ...before, ...own });
    if (before.isDefault) demandDefault(own);
    if (own.unitId !== undefined && own.unitId !== before.unitId) await Scope.demandUnit(ctx, own.unitId);
    if (!(await amend(ctx, PROGRAM, before, own))) return before;
    const differs = (name: 'seats' | 'state') => own[name] !== undefined && own[name] !== before[name];
    if (differs('seats') || differs('state')) report(ctx, 'program_places_changed', [{ programId: before.id }]);
    return readProgram(ctx, before.id);
  });
}

/** Deletes a program: everybody leaves it (rule 17), its audiences end, its keys are free. Who was in it stays on record. */
export async function deleteProgram(ctx: Context, id: string, seen?: Seen<Program>): Promise<void> {
  demand(ctx, 'courses.write');
  await transaction(ctx, async (ctx) => {
    await Groups.lock(ctx, 'exclusive');
    // those who are in it before it, as whoever joins
    if (isId(id))
      await lockPeopleFound(
        ctx,
        sql`select person_id from program_member where tenant_id = ${TENANT} and program_id = ${id}::uuid and left_at is null`,
      );
    // whoever would join or enroll under it meanwhile waits for the end of this
    await lockRow(ctx, PROGRAM, id, true);
    const program = await readProgram(ctx, id);
    Scope.demandOwn(ctx, program);
    demandUnchanged('program', program, seen);
    if (program.isDefault) against('last_of_its_kind', 'program', program.id);
    await dropAudiencesOf(ctx, { programId: program.id });
    await endAll(ctx, program.id, 'program_deleted');
    await run(
      ctx,
      sql`update program set deleted_at = ${NOW}, updated_at = ${NOW} where tenant_id = ${TENANT} and id = ${program.id}::uuid`,
    );
    await Entitlements.forget(ctx, 'program', [program.id]);
    await append(ctx, [{ type: 'program.deleted', entityId: program.id, data: { unitId: program.unitId } }]);
  });
}

function demandDates({ startsAt, endsAt }: ProgramPatch): void {
  if (startsAt && endsAt && endsAt < startsAt) invalid(['endsAt'], 'out_of_range', 'not before startsAt');
}

function demandDefault(own: ProgramPatch): void {
  const issues = (['seats', 'unitId'] as const).flatMap((name): Issue[] =>
    (own[name] ?? null) === null ? [] : [{ path: [name], fault: 'read_only', detail: 'of the default program' }],
  );
  if (issues.length > 0) throw new Refusal({ kind: 'invalid', issues });
}
