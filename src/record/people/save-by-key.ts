import { transaction } from '../../database/transaction.ts';
import { type RoleKey, setRoleWords } from '../access/index.ts';
import { type Context, demand } from '../kernel/context.ts';
import { invalid } from '../kernel/refusal.ts';
import type { Person } from './person.ts';
import type { PersonInput } from './person-input.ts';
import { findPerson, readPerson } from './read-people.ts';
import { type Saved, updatePerson, upsertPerson } from './save-person.ts';
import { addToUnit } from './unit-members.ts';

export interface ByKeyInput {
  person: Omit<PersonInput, 'id' | 'externalId' | 'unitId' | 'unitExternalId'>;
  /** Members of `person` without which nobody is made. */
  atFirst?: readonly (keyof PersonInput)[] | undefined;
  /** A unit to belong to: the primary one of somebody new, a further one otherwise; no other is left. */
  unitId?: string | undefined;
  /** These roles, among those that the caller can name (see `setRoleWords`). */
  roles?: readonly RoleKey[] | undefined;
  among?: readonly RoleKey[] | undefined;
}

/**
 * Changes the person with this key (external id, else email, else handle), or makes one with it as external id; fields, roles and unit
 * stand or fall together. Many at once end as one person. Refuses what `writePeople` refuses for one row.
 */
export async function savePersonByKey(ctx: Context, key: string, input: ByKeyInput): Promise<Saved> {
  demand(ctx, 'people.write');
  const { person: fields, unitId, roles, among = [], atFirst = [] } = input;
  return transaction(ctx, async (ctx) => {
    const known = await findPerson(ctx, key);
    const saved = known
      ? await updated(ctx, known, fields)
      : await made(ctx, key, { ...fields, ...(unitId ? { unitId } : {}) }, atFirst);
    const { person } = saved;
    if (roles) await setRoleWords(ctx, [{ personId: person.id, words: roles }], among);
    if (unitId && person.unitId !== unitId && !person.unitIds.includes(unitId)) await addToUnit(ctx, person.id, unitId);
    return roles || unitId ? { ...saved, person: await readPerson(ctx, person.id, { anywhere: true }) } : saved;
  });
}

async function updated(ctx: Context, before: Person, fields: PersonInput): Promise<Saved> {
  const person = await updatePerson(ctx, before.id, fields);
  return { person, outcome: person.updatedAt === before.updatedAt ? 'unchanged' : 'changed' };
}

/** Somebody who was made in this very moment is changed instead; their unit stays then. */
async function made(
  ctx: Context,
  key: string,
  fields: PersonInput,
  atFirst: readonly (keyof PersonInput)[],
): Promise<Saved> {
  for (const member of atFirst)
    if (fields[member] === undefined || fields[member] === null || fields[member] === '') invalid([member], 'required');
  return upsertPerson(ctx, 'externalId', { ...fields, externalId: key });
}
