import type { Handlers } from '../../http/handlers.ts';
import { Entitlements, type Roles } from '../../record/access/index.ts';
import { Deliveries, Masters } from '../../record/catalog/index.ts';
import { invalid } from '../../record/kernel/refusal.ts';
import { Groups, People, Units } from '../../record/people/index.ts';
import type { Caller } from './caller.ts';
import type { Operations, Schemas } from './generated/operations.ts';
import { bare } from './keys.ts';
import { done } from './wire.ts';
import { roleKeyOf } from './words.ts';

interface Thing {
  entity: Entitlements.Entity;
  entityId: string;
}

/** Where a word on this entity stands. */
async function entitledThing(
  caller: Caller,
  type: Schemas['ExternalEntitlement']['entityType'],
  key: string,
  role: Roles.Key,
): Promise<Thing | undefined> {
  switch (type) {
    case 'GROUP': {
      const group = await Groups.find(caller, key);
      return group && { entity: 'group', entityId: group.id };
    }
    case 'WORKSPACE': {
      const unit = await Units.findByName(caller, key);
      return unit && { entity: 'unit', entityId: unit.id };
    }
    case 'COURSE': {
      const channel = await Deliveries.find(caller, key);
      if (channel) return Deliveries.placeOfWord(channel, role);
      const master = await Masters.find(caller, key);
      return master && { entity: 'course', entityId: master.id };
    }
  }
}

async function change(
  caller: Caller,
  body: Schemas['ExternalEntitlement'],
  by: typeof Entitlements.entitle | typeof Entitlements.unentitle,
): Promise<{ number: number; handle: string }> {
  const role = roleKeyOf(body.userRole);
  const person = (await People.find(caller, body.userIdentifier)) ?? invalid(['userIdentifier'], 'not_found');
  const thing =
    (await entitledThing(caller, body.entityType, bare(body.entityIdentifier), role)) ??
    invalid(['entityIdentifier'], 'not_found');
  await by(caller, { personId: person.id, role, ...thing });
  return person;
}

export const entitlementHandlers = {
  async addEntitlement(caller, { body }) {
    const person = await change(caller, body, Entitlements.entitle);
    return { status: 200, body: done('assigned', person, person.handle) };
  },

  async removeEntitlement(caller, { body }) {
    const person = await change(caller, body, Entitlements.unentitle);
    return { status: 200, body: done('removed', person, person.handle) };
  },
} satisfies Partial<Handlers<Operations, Caller>>;
