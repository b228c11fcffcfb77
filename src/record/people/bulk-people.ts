import { Roles } from '../access/index.ts';
import type { Context } from '../kernel/context.ts';
import { type BulkOutcome, type BulkPerson, refusedRow } from './bulk.ts';
import type { PersonInput } from './person-input.ts';
import { findPeople, getPeople } from './read-people.ts';
import { BATCH_ROWS, upsertPeople } from './save-person.ts';
import { addToUnits } from './unit-members.ts';
import { unitsByName } from './unit-names.ts';
import type { PersonOutcome } from './write-people.ts';

/** Makes and changes people by key, with roles and a unit to belong to. */
export async function loadPeople(
  ctx: Context,
  rows: readonly BulkPerson[],
  { atFirst, among }: { atFirst: readonly (keyof PersonInput)[]; among: readonly Roles.Key[] },
): Promise<BulkOutcome[]> {
  if (rows.length === 0) return [];
  const found = await findPeople(
    ctx,
    rows.map((row) => row.key),
  );
  const unit = await unitsByName(ctx);
  const outcomes: (BulkOutcome | undefined)[] = rows.map(() => undefined);
  const inputs: { row: number; input: PersonInput; isNew: boolean }[] = [];
  const coming = new Set<string>();
  rows.forEach((row, i) => {
    const named = row.unitName === undefined ? undefined : unit(row.unitName);
    if (row.unitName !== undefined && !named) {
      outcomes[i] = refusedRow('unitId', 'not_found');
      return;
    }
    const person = found[i];
    if (person) {
      inputs.push({ row: i, input: { ...row.fields, id: person.id }, isNew: false });
      return;
    }
    const missing = coming.has(row.key) ? undefined : atFirst.find((member) => !row.fields[member as 'username']);
    if (missing) {
      outcomes[i] = refusedRow(missing, 'required');
      return;
    }
    coming.add(row.key);
    const unitId = named && !named.root ? { unitId: named.id } : {};
    inputs.push({ row: i, input: { ...row.fields, ...unitId, externalId: row.key }, isNew: true });
  });

  const saved = new Map<number, Extract<PersonOutcome, { id: string }>>();
  for (const isNew of [false, true]) {
    const part = inputs.filter((one) => one.isNew === isNew);
    for (let from = 0; from < part.length; from += BATCH_ROWS) {
      const batch = part.slice(from, from + BATCH_ROWS);
      const done = await upsertPeople(
        ctx,
        isNew ? 'externalId' : 'keys',
        batch.map((one) => one.input),
      );
      done.forEach((one, n) => {
        const { row } = batch[n]!;
        if (one.outcome === 'refused') outcomes[row] = { outcome: 'refused', fact: one.fact };
        else {
          outcomes[row] = { outcome: one.outcome };
          saved.set(row, one);
        }
      });
    }
  }
  await giveRoles(ctx, rows, saved, outcomes, among);
  await join(ctx, rows, saved, outcomes, unit);
  return outcomes as BulkOutcome[];
}

type Saved = ReadonlyMap<number, { id: string }>;

/** A row that changed nothing else has changed the person after all. */
const touched = (outcomes: (BulkOutcome | undefined)[], row: number): void => {
  if (outcomes[row]?.outcome === 'unchanged') outcomes[row] = { outcome: 'changed' };
};

async function giveRoles(
  ctx: Context,
  rows: readonly BulkPerson[],
  saved: Saved,
  outcomes: (BulkOutcome | undefined)[],
  among: readonly Roles.Key[],
): Promise<void> {
  const wishes = new Map<string, Roles.Words & { row: number }>();
  for (const [row, { id }] of saved) {
    const words = rows[row]!.roles;
    if (words) wishes.set(id, { personId: id, words, row });
  }
  const changed = await Roles.setWords(ctx, [...wishes.values()], among);
  for (const { personId, row } of wishes.values()) if (changed.has(personId)) touched(outcomes, row);
}

async function join(
  ctx: Context,
  rows: readonly BulkPerson[],
  saved: Saved,
  outcomes: (BulkOutcome | undefined)[],
  unit: Awaited<ReturnType<typeof unitsByName>>,
): Promise<void> {
  const pairs = [...saved].flatMap(([row, { id }]) => {
    const name = rows[row]!.unitName;
    const named = name === undefined ? undefined : unit(name);
    return named && !named.root ? [{ row, personId: id, unitId: named.id }] : [];
  });
  if (pairs.length === 0) return;
  const people = new Map(
    (
      await getPeople(
        ctx,
        pairs.map((pair) => pair.personId),
      )
    ).map((one) => [one.id, one]),
  );
  const missing = pairs.filter(({ personId, unitId }) => people.get(personId)?.unitId !== unitId);
  const came = await addToUnits(ctx, missing);
  for (const { row, personId, unitId } of missing) if (came.has(`${personId} ${unitId}`)) touched(outcomes, row);
}
