import { Entitlements } from '../../../record/access/index.ts';
import { Enrollments } from '../../../record/enrollment/index.ts';
import { elevated } from '../../../record/kernel/actor.ts';
import { settled } from '../../../record/kernel/changes.ts';
import { NIL_ID } from '../../../record/kernel/ids.ts';
import { noteKeys } from '../../../record/kernel/source-keys.ts';
import { query, rowsOf, type Work } from '../work.ts';

/** Enrollments that end with their person or class, without their row saying so: they are taken up again when that comes back. */
export const LEFT = '{"left": true}';

const CHUNK = 10_000;

/** Ends what rows of sources gave in these classes (SQL of their ids); what was given here stands. */
export async function leaveClasses(w: Work, classes: string): Promise<void> {
  const left = `
    source_key k join enrollment e on e.tenant_id = {tenant} and e.id = k.id and e.offering_id in (${classes}) and e.ending is null
     where k.tenant_id = {tenant} and k.entity = 'enrollment' and not coalesce(k.data ?| array['gone', 'over'], false)`;
  const ended = await query<{ id: string }>(w, `select distinct e.id from ${left}`);
  await noteKeys(
    w,
    rowsOf(w, `select k.system, k.entity, k.key, k.id, coalesce(k.data, '{}') || '${LEFT}' as data from ${left}`),
  );
  for (let at = 0; at < ended.length; at += CHUNK) {
    await Enrollments.end(
      w.ctx,
      ended.slice(at, at + CHUNK).map((enrollment) => enrollment.id),
      { ending: 'kept', endedAt: w.ctx.now },
    );
    await settled(w.ctx);
  }
  await Entitlements.unentitleRows(
    w,
    rowsOf(
      w,
      `select e.person_id, e.role, e.entity, e.entity_id from entitlement e
         join source_key k on k.tenant_id = {tenant} and k.entity = 'staff' and k.id = e.person_id and k.data->>'role' = e.role and (k.data->>'offering')::uuid = e.entity_id
        where e.tenant_id = {tenant} and e.entity = 'offering' and e.entity_id in (${classes})`,
    ),
  );
}

/** Gives back what ended with these classes, as long as its people are there. */
export async function returnToClasses(w: Work, classes: string): Promise<void> {
  await Entitlements.entitleRows(
    w,
    rowsOf(
      w,
      `select k.id as person_id, k.data->>'role' as role, 'offering' as entity, c.id as entity_id from source_key k join (${classes}) c on c.id = (k.data->>'offering')::uuid
         join person p on p.tenant_id = {tenant} and p.id = k.id and p.status <> 'deleted'
        where k.tenant_id = {tenant} and k.system = {system} and k.entity = 'staff'`,
    ),
  );
  await takeUpAgain(w, `e.offering_id in (${classes})`);
}

/** Enrolls again who left with a person or class that is back; `which` is SQL over the enrollment `e`. */
export async function takeUpAgain(w: Work, which: string, more: Record<string, unknown> = {}): Promise<void> {
  const back = `
    source_key k join enrollment e on e.tenant_id = {tenant} and e.id = k.id and e.ending = 'withdrawn_kept'
      join offering o on o.tenant_id = {tenant} and o.id = e.offering_id and o.state = 'active' and o.deleted_at is null
      join person p on p.tenant_id = {tenant} and p.id = e.person_id and p.status <> 'deleted'
     where k.tenant_id = {tenant} and k.system = {system} and k.entity = 'enrollment' and k.data ? 'left' and not k.data ?| array['gone', 'over'] and ${which}`;
  const left = await query<{ personId: string; offeringId: string }>(
    w,
    `select e.person_id as "personId", e.offering_id as "offeringId" from ${back}`,
    more,
  );
  await noteKeys(w, rowsOf(w, `select k.system, k.entity, k.key, k.id, k.data - 'left' as data from ${back}`, more));
  for (let at = 0; at < left.length; at += CHUNK)
    await Enrollments.enrollMany({ ...w.ctx, actor: elevated(w.ctx.actor) }, left.slice(at, at + CHUNK), {
      source: 'import',
      self: false,
      grant: { kind: 'import', sourceId: NIL_ID },
    });
}
