import type { Context } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import { invalid, notFound, refuse } from '../kernel/refusal.ts';
import type { Precondition } from '../kernel/text.ts';
import type { Person } from './person.ts';
import type { PersonInput } from './person-input.ts';
import { readPerson } from './read-people.ts';
import { type PersonOutcome, writePeople } from './write-people.ts';

export interface Saved {
  person: Person;
  outcome: 'created' | 'changed' | 'unchanged';
}

/** Rows of a batch, at most. */
export const BATCH_ROWS = 10_000;

/** Makes a person, a learner unless said otherwise. Refuses a key that somebody has (`taken`). */
export async function createPerson(ctx: Context, input: PersonInput): Promise<Person> {
  return (await saved(ctx, await writePeople(ctx, [{ input, match: { by: 'create' } }]))).person;
}

/** Changes a person, member by member; `status` suspends and brings back. */
export async function updatePerson(
  ctx: Context,
  id: string,
  input: PersonInput,
  precondition?: Precondition<Person>,
): Promise<Person> {
  const match = { by: 'id', id: isId(id) ? id.toLowerCase() : notFound('person', id) } as const;
  return (await saved(ctx, await writePeople(ctx, [{ input, match }], precondition))).person;
}

export type UpsertKey = 'username' | 'externalId' | 'email' | 'keys';

/** Changes the person with this login name, external id or email, or makes one. Many at once end as one person. */
export async function upsertPerson(ctx: Context, by: UpsertKey, input: PersonInput): Promise<Saved> {
  return saved(ctx, await writePeople(ctx, [{ input, match: { by } }]));
}

/**
 * The same for up to 10,000 people at once, each row answered in order: by one key, or (`keys`) by id, else external id, else email,
 * else username. Rows see the effect of the rows before them.
 */
export async function upsertPeople(
  ctx: Context,
  by: UpsertKey,
  inputs: readonly PersonInput[],
): Promise<PersonOutcome[]> {
  if (inputs.length > BATCH_ROWS) invalid([], 'too_many', `at most ${BATCH_ROWS} rows`);
  if (inputs.length === 0) return [];
  return writePeople(
    ctx,
    inputs.map((input) => ({ input, match: { by } })),
  );
}

async function saved(ctx: Context, [outcome]: PersonOutcome[]): Promise<Saved> {
  if (!outcome) throw new Error('one row has one outcome');
  if (outcome.outcome === 'refused') return refuse(outcome.fact);
  return { person: await readPerson(ctx, outcome.id, { anywhere: true }), outcome: outcome.outcome };
}
