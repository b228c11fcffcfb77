import { run } from '../../database/run.ts';
import { constant, join, NOW, type Sql, sql, TENANT } from '../../database/sql.ts';
import { transaction, violatedKey } from '../../database/transaction.ts';
import { Access, Passwords, Roles } from '../access/index.ts';
import { report } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append, type NewEvent } from '../kernel/event.ts';
import { takeLock, takeLocks } from '../kernel/locks.ts';
import { type Issue, Refusal, type RefusalFact, refuse } from '../kernel/refusal.ts';
import { changesOf, type Precondition } from '../kernel/text.ts';
import { seenPerson, visiblePeople, visibleUnits } from '../kernel/visibility.ts';
import { lockGroups } from './groups-lock.ts';
import { PERSON_COLUMNS, type Person, type PersonData, personListing, SQL_TYPES } from './person.ts';
import { checkInput, type Draft, type PersonInput } from './person-input.ts';
import {
  claimOf,
  crossClaimOf,
  fold,
  KEY_FIELDS,
  loginOf,
  type Match,
  type Planned,
  planRow,
  type World,
} from './person-plan.ts';

export interface PersonRow {
  input: PersonInput;
  match: Match;
}

/** What became of one row. */
export type PersonOutcome =
  | { outcome: 'created' | 'changed' | 'unchanged'; id: string; login: string }
  | { outcome: 'refused'; fact: RefusalFact };

/** Keys that may be won by a writer who does not take part in our locks (an import by COPY). */
const KEYS: Readonly<Record<string, string>> = {
  person_external_id: 'externalId',
  person_email: 'email',
  person_username: 'username',
  person_pkey: 'id',
};
const MOST_TRIES = 3;

/**
 * Creates and changes people, each row for itself and with the effect of the rows before it, in one transaction and a fixed number of
 * statements. Bad rows are set aside and answered; good ones are written with their roles, passwords and events.
 */
export async function writePeople(
  ctx: Context,
  rows: readonly PersonRow[],
  precondition?: Precondition<Person>,
): Promise<PersonOutcome[]> {
  demand(ctx, 'people.write');
  const checked = rows.map(({ input, match }) => ({ match, ...checkInput(input) }));
  const hashes = await Promise.all(
    checked.map((row) => {
      const password = 'draft' in row ? row.draft.password : undefined;
      return typeof password === 'string' ? Passwords.hash(password) : password;
    }),
  );
  const prepared = checked.map((row, i) => ({ ...row, hash: hashes[i] }));
  const outcomes = await written(ctx, prepared, precondition);
  Access.announced(ctx);
  return outcomes;
}

type Prepared = { match: Match; hash: string | null | undefined } & ({ draft: Draft } | { issues: Issue[] });

async function written(
  ctx: Context,
  rows: readonly Prepared[],
  precondition: Precondition<Person> | undefined,
): Promise<PersonOutcome[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction(ctx, (ctx) => once(ctx, rows, precondition));
    } catch (error) {
      const key = KEYS[violatedKey(error) ?? ''];
      if (!key) throw error;
      // somebody who does not lock was faster: what they wrote is seen the second time
      if (!ctx.inTransaction && attempt < MOST_TRIES) continue;
      if (ctx.inTransaction || rows.length === 1) return refuse({ kind: 'taken', entity: 'person', field: key });
      const half = Math.ceil(rows.length / 2);
      return [
        ...(await answered(written(ctx, rows.slice(0, half), precondition), half)),
        ...(await answered(written(ctx, rows.slice(half), undefined), rows.length - half)),
      ];
    }
  }
}

/** Part of a batch: a refusal of its only row is that row's answer. */
async function answered(work: Promise<PersonOutcome[]>, rows: number): Promise<PersonOutcome[]> {
  try {
    return await work;
  } catch (error) {
    if (rows === 1 && error instanceof Refusal) return [{ outcome: 'refused', fact: error.fact }];
    throw error;
  }
}

async function once(
  ctx: Context,
  rows: readonly Prepared[],
  precondition: Precondition<Person> | undefined,
): Promise<PersonOutcome[]> {
  const drafts = rows.flatMap((row) => ('draft' in row ? [row.draft] : []));
  // whoever comes back is enrolled by the groups; that lock stands before those of people
  if (drafts.some((draft) => draft.status === 'active')) await lockGroups(ctx, 'shared');
  const keys = KEY_FIELDS.flatMap((field) => drafts.flatMap((draft) => draft[field] ?? []));
  await lockKeys(ctx, keys, rows.length > 50);
  const world = await readWorld(ctx, rows, drafts, keys);
  const first = rows[0];
  if (precondition && first?.match.by === 'id') {
    const person = world.people.get(first.match.id);
    if (person?.visible) precondition({ ...person.before!, managerId: person.shownManagerId });
  }
  const touched = new Set<Planned>();
  const outcomes = rows.map((row): PersonOutcome => {
    if ('issues' in row) return { outcome: 'refused', fact: { kind: 'invalid', issues: row.issues } };
    try {
      const { person, outcome } = planRow(ctx, world, row.draft, row.match, row.hash);
      if (outcome !== 'unchanged') touched.add(person);
      return { outcome, id: person.id, login: loginOf(person.id, person.data) };
    } catch (error) {
      if (error instanceof Refusal) return { outcome: 'refused', fact: error.fact };
      throw error;
    }
  });
  await store(ctx, world, [...touched]);
  return outcomes;
}

/**
 * Writers of one identifier come one after the other, so that two creates of one key end as one person, and an external id and an
 * email that cross are seen. A large batch holds all of the tenant's identifiers instead of thousands of locks.
 */
async function lockKeys(ctx: Context, keys: readonly string[], all: boolean): Promise<void> {
  if (all) return lockAllKeys(ctx);
  const single = [...new Set(keys.map(fold))].sort();
  await takeLocks(ctx, [
    { lock: 'people_keys', shared: true },
    ...single.map((key) => ({ lock: 'people_key' as const, of: [key] })),
  ]);
}

/** Holds all identifiers of the tenant's people, for whoever writes many of them by statements of their own; in a transaction. */
export async function lockAllKeys(ctx: Context): Promise<void> {
  await takeLock(ctx, 'people_keys');
}

const LOOK_UP = sql`select p.id from person p where p.tenant_id = ${TENANT} and p.status <> 'deleted'`;
const BY_KEYS = join(
  [
    sql`p.external_id = k.key`,
    sql`p.external_id = lower(k.key)`,
    // an external id in any case that is somebody's email
    sql`k.key like '%@%' and p.external_id like '%@%' and lower(p.external_id) = lower(k.key)`,
    sql`lower(p.email) = lower(k.key)`,
    sql`lower(p.username) = lower(k.key)`,
  ].map((condition) => sql`union select f.id from k cross join lateral (${LOOK_UP} and ${condition} limit 1) f`),
  sql`
       `,
);

async function readWorld(
  ctx: Context,
  rows: readonly Prepared[],
  drafts: readonly Draft[],
  keys: readonly string[],
): Promise<World> {
  const managers = drafts.flatMap((draft) => draft.managerExternalId ?? []);
  const ids = [
    ...rows.flatMap((row) => (row.match.by === 'id' ? row.match.id : [])),
    ...drafts.flatMap((draft) => [draft.id ?? [], draft.managerId ?? []].flat()),
    ...keys.filter((key) => key.length === 36).map(fold),
  ].filter((id) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id));
  const { rows: people } = await run<Person & { visible: boolean; shownManagerId: string | null }>(
    ctx,
    sql`with k as materialized (select unnest(${[...new Set(keys)]}::text[]) as key), ids as (
       select unnest(${[...new Set(ids)]}::uuid[]) as id
       ${BY_KEYS}
       union select f.id from unnest(${managers}::text[]) as k (key) cross join lateral (${LOOK_UP} and p.external_id = k.key limit 1) f)
     select page.*, ${personListing.late} from (
       select ${personListing.select}, (true${visiblePeople(ctx, 'p')}) as visible,
              ${seenPerson(ctx, sql`p.manager_id`)} as "shownManagerId"
         from ids join person p on p.tenant_id = ${TENANT} and p.id = ids.id and p.status <> 'deleted'
        order by p.id for no key update of p) page`,
  );
  const wishes = drafts.flatMap((draft) => draft.id ?? []);
  const { rows: gone } =
    wishes.length === 0
      ? { rows: [] }
      : await run<{ id: string }>(
          ctx,
          sql`select id from person where tenant_id = ${TENANT} and id = any(${wishes}::uuid[])`,
        );
  const { rows: units } = await run<{ id: string; externalId: string | null; root: boolean }>(
    ctx,
    sql`select u.id, u.external_id as "externalId", u.parent_id is null as root from unit u
      where u.tenant_id = ${TENANT} and (u.parent_id is null or u.id = any(${drafts.flatMap((draft) => draft.unitId ?? [])}::uuid[]) or u.external_id = any(${drafts.flatMap((draft) => draft.unitExternalId ?? [])}::text[]))${visibleUnits(ctx, sql`u.id`)}`,
  );
  const { rows: attributes } = drafts.some((draft) => draft.attributes)
    ? await run<{ key: string; type: string; choices: string[] }>(
        ctx,
        sql`select key, type, choices from attribute where tenant_id = ${TENANT} and entity = 'person'`,
      )
    : { rows: [] };
  const defaultUnit = units.find((unit) => unit.root)?.id ?? ctx.actor.units?.[0] ?? '';
  const world: World = {
    people: new Map(),
    claims: new Map(),
    takenIds: new Set(gone.map((row) => row.id)),
    units: new Set([...units.map((unit) => unit.id), defaultUnit]),
    unitsByExternalId: new Map(units.flatMap((unit) => (unit.externalId ? [[unit.externalId, unit.id] as const] : []))),
    defaultUnit,
    roles: await Roles.ofTenant(ctx),
    attributes: new Map(attributes.map((attribute) => [attribute.key, attribute])),
  };
  for (const { visible, shownManagerId, ...person } of people) {
    const data = Object.fromEntries(
      PERSON_COLUMNS.map(([property]) => [property, person[property]]),
    ) as unknown as PersonData;
    world.people.set(person.id, {
      id: person.id,
      before: person,
      data,
      roles: [...person.roles],
      changes: [],
      visible,
      shownManagerId,
    });
    for (const field of KEY_FIELDS) {
      const value = person[field];
      if (value !== null) world.claims.set(claimOf(field, value), person.id);
    }
    if (person.externalId !== null) world.claims.set(crossClaimOf(person.externalId), person.id);
  }
  return world;
}

const COLUMN_NAMES = PERSON_COLUMNS.map(([, column]) => column);
const [NAMES, READ, SET, TYPED] = [
  COLUMN_NAMES,
  COLUMN_NAMES.map((column) => `r.${column}`),
  COLUMN_NAMES.map((column) => `${column} = r.${column}`),
  PERSON_COLUMNS.map(([, column, kind]) => `${column} ${SQL_TYPES[kind]}`),
].map((columns) => constant(columns.join(', '))) as [Sql, Sql, Sql, Sql];

const records = (people: readonly Planned[]): Sql =>
  sql`jsonb_to_recordset(${JSON.stringify(people.map(record))}::jsonb) as r (id uuid, ${TYPED})`;

const record = ({ id, data }: Planned): Record<string, unknown> => ({
  id,
  ...Object.fromEntries(PERSON_COLUMNS.map(([property, column]) => [column, data[property]])),
});

async function store(ctx: Context, world: World, touched: readonly Planned[]): Promise<void> {
  const events: NewEvent[] = [];
  const fresh = touched.filter((person) => person.before === null);
  const updated: Planned[] = [];
  let access = false;
  for (const person of touched) {
    const { id, before, data } = person;
    const event = { entityId: id, personId: id };
    // somebody may have become a manager by it
    if (data.managerId !== null && data.managerId !== before?.managerId) access = true;
    if (before === null) {
      const { externalId, username, email, fullName, unitId, status } = data;
      const roles = person.changes.map((change) => world.roles.get(change.roleId)?.key ?? change.roleId);
      events.push({
        type: 'person.created',
        ...event,
        data: { externalId, username, email, fullName, unitId, status, roles },
      });
      continue;
    }
    const members = PERSON_COLUMNS.map(([property]) => property);
    const changed = changesOf<PersonData>(before, data, members);
    if (!changed) continue;
    updated.push(person);
    if (changed.status) {
      access = true;
      events.push({ type: data.status === 'active' ? 'person.activated' : 'person.suspended', ...event });
    }
    if (Object.keys(changed).some((member) => member !== 'status'))
      events.push({ type: 'person.updated', ...event, data: { changed } });
  }
  if (fresh.length > 0)
    await run(
      ctx,
      sql`insert into person (tenant_id, id, ${NAMES}, created_at, updated_at)
  select ${TENANT}, r.id, ${READ}, ${NOW}, ${NOW} from ${records(fresh)}`,
    );
  if (updated.length > 0)
    await run(
      ctx,
      sql`update person p set ${SET}, updated_at = ${NOW} from ${records(updated)} where p.tenant_id = ${TENANT} and p.id = r.id`,
    );
  await append(ctx, events);
  const changes = (people: readonly Planned[]): Roles.Change[] => people.flatMap((person) => person.changes);
  await Roles.change(ctx, changes(fresh), world.roles, { quiet: true });
  await Roles.change(ctx, changes(touched.filter((person) => person.before !== null)), world.roles);
  await Passwords.store(
    ctx,
    touched.flatMap(({ id, passwordHash }) =>
      passwordHash === undefined ? [] : [{ personId: id, hash: passwordHash }],
    ),
  );
  if (access) await Access.changed(ctx);
  const back = updated.flatMap(({ id, before, data }) =>
    before!.status === 'suspended' && data.status === 'active' ? [{ personId: id }] : [],
  );
  report(ctx, 'activated', back);
}
