import { run } from '../../database/run.ts';
import { sql, TENANT, value } from '../../database/sql.ts';
import { Entitlements } from '../access/index.ts';
import { Deliveries, Masters } from '../catalog/index.ts';
import { few, type Rows } from '../kernel/bulk.ts';
import type { Context } from '../kernel/context.ts';
import { Groups, People, Units, Uploads } from '../people/index.ts';
import { enrollMany } from './enroll.ts';
import type { BulkTie } from './load-organisation.ts';
import { withdraw } from './withdraw.ts';

type Kind = 'member' | 'learner' | 'belonging' | 'word';

/** One fact that a row sets or takes away; `at` is group, offering, unit, or place and word. */
interface Fact {
  kind: Kind;
  personId: string;
  at: string;
}

/** What stands, as the rows so far leave it. */
interface State {
  /** By fact; `row` is the one that set it last. */
  facts: Map<string, { fact: Fact; was: boolean; is: boolean; row: number }>;
  /** Groups that a person may have to leave for another one, and which of them each is in. */
  hierarchical: ReadonlySet<string>;
  groupsOf: Map<string, Set<string>>;
}

const nameOf = ({ kind, personId, at }: Fact): string => `${kind} ${personId} ${at}`;
const unique = (values: Iterable<string>): string[] => [...new Set(values)];

/** Memberships, enrollments, belongings and staff words, row by row in mind, then written in sets. Groups are locked. */
export async function loadTies(ctx: Context, rows: readonly BulkTie[]): Promise<Uploads.Outcome[]> {
  if (rows.length === 0) return [];
  const people = await held(
    ctx,
    await named(unique(rows.map((row) => row.personKey)), (keys) => People.findMany(ctx, keys)),
  );
  const things = await thingsOf(ctx, rows);
  const state = await stateOf(
    ctx,
    unique([...people.values()].flatMap((person) => person?.id ?? [])),
    things.hierarchical,
  );
  const outcomes = rows.map((row, i) => judge(row, i, people.get(row.personKey), things, state));
  await enrollAndWithdraw(ctx, state, outcomes);
  await storeWords(ctx, state);
  await storeBelongings(ctx, state);
  await storeMemberships(ctx, state);
  return outcomes;
}

/** Locks people, so that nobody is deleted meanwhile and left with ties; whoever is gone by then is left out. */
async function held(
  ctx: Context,
  people: Map<string, People.Person | undefined>,
): Promise<Map<string, People.Person | undefined>> {
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select id from person where tenant_id = ${TENANT} and id = any(${unique([...people.values()].flatMap((person) => person?.id ?? []))}::uuid[]) and status <> 'deleted' order by id for no key update`,
  );
  const there = new Set(rows.map((row) => row.id));
  return new Map([...people].filter(([, person]) => person && there.has(person.id)));
}

async function named<T>(
  keys: string[],
  find: (keys: string[]) => Promise<(T | undefined)[]>,
): Promise<Map<string, T | undefined>> {
  const found = keys.length === 0 ? [] : await find(keys);
  return new Map(keys.map((key, i) => [key, found[i]]));
}

interface Things {
  /** The fact that a row is about, or why there is none. */
  fact(row: BulkTie, personId: string): Fact | Uploads.Outcome;
  hierarchical: ReadonlySet<string>;
}

async function thingsOf(ctx: Context, rows: readonly BulkTie[]): Promise<Things> {
  const keysOf = (to: BulkTie['to']) => unique(rows.filter((row) => row.to === to).map((row) => row.key));
  const groups = await named(keysOf('group'), (keys) => Groups.findMany(ctx, keys));
  const deliveries = await named(keysOf('delivery'), (keys) => Deliveries.findMany(ctx, keys));
  const templates = await named(
    [...deliveries].flatMap(([key, delivery]) => (delivery ? [] : [key])),
    (keys) => Masters.findMany(ctx, keys),
  );
  const unit = await Units.byNames(ctx);
  const { rows: hierarchical } = await run<{ id: string }>(
    ctx,
    sql`select id from people_group where tenant_id = ${TENANT} and kind = 'hierarchical' and deleted_at is null`,
  );
  const word = (personId: string, role: string, entity: Entitlements.Entity, entityId: string): Fact => ({
    kind: 'word',
    personId,
    at: `${entity} ${entityId} ${role}`,
  });
  const absent = Uploads.refusedRow('entityId', 'not_found');
  return {
    hierarchical: new Set(hierarchical.map((group) => group.id)),
    fact({ to, key, role }, personId) {
      if (to === 'group') {
        const group = groups.get(key);
        if (!group) return absent;
        if (role !== 'learner') return word(personId, role, 'group', group.id);
        if (group.kind === 'automatic')
          return { outcome: 'refused', fact: { kind: 'rule', rule: 'in_use', entity: 'group', id: group.id } };
        return { kind: 'member', personId, at: group.id };
      }
      if (to === 'unit') {
        const found = unit(key);
        if (!found || (found.root && role === 'learner')) return absent;
        return role === 'learner'
          ? { kind: 'belonging', personId, at: found.id }
          : word(personId, role, 'unit', found.id);
      }
      const delivery = deliveries.get(key);
      const template = templates.get(key);
      if (delivery && role === 'learner') return { kind: 'learner', personId, at: delivery.id };
      if (delivery) {
        const { entity, entityId } = Deliveries.placeOfWord(delivery, role);
        return word(personId, role, entity, entityId);
      }
      return template && role !== 'learner' ? word(personId, role, 'course', template.id) : absent;
    },
  };
}

async function stateOf(ctx: Context, personIds: string[], hierarchical: ReadonlySet<string>): Promise<State> {
  const personIdsSql = value(personIds, 'uuid[]');
  const { rows } = await run<Fact>(
    ctx,
    sql`select 'member' as kind, person_id as "personId", group_id::text as at from group_member where tenant_id = ${TENANT} and person_id = any(${personIdsSql})
     union all
     select 'learner', person_id, offering_id::text from enrollment where tenant_id = ${TENANT} and person_id = any(${personIdsSql}) and ending is null
     union all
     select 'belonging', id, unit_id::text from person where tenant_id = ${TENANT} and id = any(${personIdsSql})
     union all
     select 'belonging', person_id, unit_id::text from person_unit where tenant_id = ${TENANT} and person_id = any(${personIdsSql})
     union all
     select 'word', person_id, entity || ' ' || entity_id || ' ' || role from entitlement where tenant_id = ${TENANT} and person_id = any(${personIdsSql})`,
  );
  const state: State = { facts: new Map(), hierarchical, groupsOf: new Map() };
  for (const fact of rows) {
    state.facts.set(nameOf(fact), { fact, was: true, is: true, row: -1 });
    if (fact.kind === 'member' && hierarchical.has(fact.at)) groupsOf(state, fact.personId).add(fact.at);
  }
  return state;
}

function groupsOf(state: State, personId: string): Set<string> {
  const own = state.groupsOf.get(personId) ?? new Set();
  state.groupsOf.set(personId, own);
  return own;
}

function judge(
  row: BulkTie,
  i: number,
  person: People.Person | undefined,
  things: Things,
  state: State,
): Uploads.Outcome {
  if (!person) return Uploads.refusedRow('personId', 'not_found');
  const fact = things.fact(row, person.id);
  if ('outcome' in fact) return fact;
  if (row.replace && (fact.kind !== 'member' || row.remove))
    return Uploads.refusedRow('replace', 'unknown_value', 'only of a learner in a group');
  const set = (at: string, is: boolean): boolean => {
    const one = { ...fact, at };
    const before = state.facts.get(nameOf(one));
    if (one.kind === 'member' && state.hierarchical.has(at)) {
      if (is) groupsOf(state, person.id).add(at);
      else groupsOf(state, person.id).delete(at);
    }
    state.facts.set(nameOf(one), { fact: one, was: before?.was ?? false, is, row: i });
    return (before?.is ?? false) !== is;
  };
  if (row.remove) return { outcome: set(fact.at, false) ? 'removed' : 'unchanged' };
  let left = false;
  if (row.replace)
    for (const other of [...groupsOf(state, person.id)]) if (other !== fact.at) left = set(other, false) || left;
  if (set(fact.at, true)) return { outcome: 'created' };
  return { outcome: left ? 'changed' : 'unchanged' };
}

const changed = (state: State, kind: Kind, is: boolean) =>
  [...state.facts.values()].filter((one) => one.fact.kind === kind && one.was !== one.is && one.is === is);

async function enrollAndWithdraw(ctx: Context, state: State, outcomes: Uploads.Outcome[]): Promise<void> {
  const gone = changed(state, 'learner', false).map(({ fact }) => fact);
  if (gone.length > 0) {
    const { rows } = await run<{ id: string }>(
      ctx,
      sql`select e.id from unnest(${gone.map((fact) => fact.personId)}::uuid[], ${gone.map((fact) => fact.at)}::uuid[]) as w (person_id, offering_id)
         join enrollment e on e.tenant_id = ${TENANT} and e.person_id = w.person_id and e.offering_id = w.offering_id and e.ending is null`,
    );
    await withdraw(
      ctx,
      rows.map((row) => row.id),
      { ending: 'kept' },
    );
  }
  const wanted = changed(state, 'learner', true);
  if (wanted.length === 0) return;
  const results = await enrollMany(
    ctx,
    wanted.map(({ fact }) => ({ personId: fact.personId, offeringId: fact.at })),
  );
  results.forEach((result, n) => {
    if (result.outcome === 'refused') outcomes[wanted[n]!.row] = { outcome: 'refused', fact: result.fact };
  });
}

async function storeWords(ctx: Context, state: State): Promise<void> {
  const words = (is: boolean): Rows => ({
    sql: 'select * from jsonb_to_recordset({words}::jsonb) as w (person_id uuid, entity text, entity_id uuid, role text)',
    values: {
      words: JSON.stringify(
        changed(state, 'word', is).map(({ fact }) => {
          const [entity, entityId, role] = fact.at.split(' ');
          return { person_id: fact.personId, entity, entity_id: entityId, role };
        }),
      ),
    },
  });
  await Entitlements.entitleRows(few(ctx), words(true));
  await Entitlements.unentitleRows(few(ctx), words(false));
}

async function storeBelongings(ctx: Context, state: State): Promise<void> {
  await Units.addPeople(
    ctx,
    changed(state, 'belonging', true).map(({ fact }) => ({ personId: fact.personId, unitId: fact.at })),
  );
  // leaving takes groups, offerings and words along, which differ from person to person; it is rare
  for (const { fact } of changed(state, 'belonging', false)) await Units.leave(ctx, fact.personId, fact.at);
}

async function storeMemberships(ctx: Context, state: State): Promise<void> {
  const memberships = (is: boolean) =>
    changed(state, 'member', is).map(({ fact }) => ({ personId: fact.personId, groupId: fact.at }));
  await Groups.changeMemberships(ctx, { come: memberships(true), go: memberships(false) });
}
