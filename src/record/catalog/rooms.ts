import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { constant, NOW, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demand, demandWhole } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId, newId } from '../kernel/ids.ts';
import { own, type PatchOf, type Read, thing } from '../kernel/members.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { against, notFound } from '../kernel/refusal.ts';
import { amend, demandUnchanged, insert, lockRow, readOne, type Seen } from '../kernel/rows.ts';
import { checked, label, maybe, text, whole } from '../kernel/rules.ts';

/** Where meetings take place, on site or online. */
export const ROOM = thing('room', 'r', {
  name: own(label(500)),
  location: own(maybe(text(4000))),
  url: own(maybe(text(4000))),
  seats: own(maybe(whole(0, 1_000_000_000))),
});

export type Room = Read<typeof ROOM>;
export type RoomPatch = PatchOf<typeof ROOM>;

const roomListing: Listing = {
  select: constant(ROOM.select),
  from: sql`room r`,
  fields: { named: ROOM.fields },
  sort: [{ field: 'name', descending: false }],
  id: 'id',
};

export async function listRooms(ctx: Context, query: ListQuery): Promise<Page<Room>> {
  demand(ctx, 'courses.read');
  return listPage<Room>(ctx, roomListing, sql`r.tenant_id = ${TENANT}`, query);
}

export async function getRoom(ctx: Context, id: string): Promise<Room> {
  demand(ctx, 'courses.read');
  return readRoom(ctx, id);
}

async function readRoom(ctx: Context, id: string): Promise<Room> {
  if (!isId(id)) return notFound('room', id);
  return (await readOne<Room>(ctx, roomListing, sql`r.tenant_id = ${TENANT} and r.id = ${id}`)) ?? notFound('room', id);
}

export async function createRoom(ctx: Context, input: RoomPatch & { name: string }): Promise<Room> {
  demandWhole(ctx, 'courses.write');
  const own = checked(input, ROOM.rules, ['name']);
  return transaction(ctx, async (ctx) => {
    const id = newId();
    await insert(ctx, ROOM, { ...own, id });
    await append(ctx, [{ type: 'room.created', entityId: id, data: { name: input.name } }]);
    return readRoom(ctx, id);
  });
}

export async function updateRoom(ctx: Context, id: string, patch: RoomPatch, seen?: Seen<Room>): Promise<Room> {
  demandWhole(ctx, 'courses.write');
  const own = checked(patch, ROOM.rules);
  return transaction(ctx, async (ctx) => {
    await lockRow(ctx, ROOM, id);
    const before = await readRoom(ctx, id);
    demandUnchanged('room', before, seen);
    return (await amend(ctx, ROOM, before, own)) ? readRoom(ctx, before.id) : before;
  });
}

/** Refuses with `in_use` while a meeting is still to be held there; meetings of the past lose the room. */
export async function deleteRoom(ctx: Context, id: string, seen?: Seen<Room>): Promise<void> {
  demandWhole(ctx, 'courses.write');
  await transaction(ctx, async (ctx) => {
    await lockRow(ctx, ROOM, id, true);
    const room = await readRoom(ctx, id);
    demandUnchanged('room', room, seen);
    const { rows } = await run(
      ctx,
      sql`select 1 from meeting m join session s on s.tenant_id = m.tenant_id and s.id = m.session_id
        where m.tenant_id = ${TENANT} and m.room_id = ${room.id}::uuid and m.ends_at > ${NOW} and s.deleted_at is null limit 1`,
    );
    if (rows.length > 0) against('in_use', 'room', room.id);
    await run(ctx, sql`update meeting set room_id = null where tenant_id = ${TENANT} and room_id = ${room.id}::uuid`);
    await run(ctx, sql`delete from room where tenant_id = ${TENANT} and id = ${room.id}::uuid`);
    await append(ctx, [{ type: 'room.deleted', entityId: room.id }]);
  });
}
