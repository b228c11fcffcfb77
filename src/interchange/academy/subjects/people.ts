import { run } from '../../../database/run.ts';
import { sql } from '../../../database/sql.ts';
import { Authority, Passwords, Roles } from '../../../record/access/index.ts';
import type { Context } from '../../../record/kernel/context.ts';
import { invalid } from '../../../record/kernel/refusal.ts';
import { InstructorPermissions, People, Units } from '../../../record/people/index.ts';
import { choice, flag, key, list, maybe, name, object, ref, short, special, type TypeOf, text } from '../shape.ts';
import { externalOf } from '../simple.ts';
import { inOrder, subject, without } from '../subject.ts';
import { blame, type Entry, type World } from '../world.ts';
import { readPeople } from './people-export.ts';
import { PLAIN } from './person-members.ts';

const HASH = '^\\$argon2id\\$v=19\\$m=\\d{1,6},t=\\d{1,2},p=\\d{1,2}\\$[A-Za-z0-9+/]{16,64}\\$[A-Za-z0-9+/]{32,128}$';

const person = object(
  { key: key('person'), name: name('The full name, as it is written.') },
  {
    externalId: maybe(text(255, 'What the outside calls them; their key unless said otherwise.')),
    unit: ref('unit', 'Key of the unit they are in; root, the one at the top, unless said otherwise.'),
    units: list(ref('unit'), 'Further units.'),
    manager: maybe(ref('person', 'Key of the person they report to.')),
    status: choice(['active', 'suspended']),
    password: text(1000, 'To sign in with; at least eight characters.'),
    passwordHash: special<string>({
      type: 'string',
      pattern: HASH,
      description: 'An argon2id hash, as an export writes it.',
    }),
    learner: flag('May take courses; true unless said otherwise.'),
    roles: list(
      short(
        'role',
        object(
          { role: ref('role', `Key of a role: ${Roles.KEYS.join(', ')}, or one of the academy’s own.`) },
          { unit: ref('unit', 'Only in this unit and below it.') },
        ),
      ),
      'All roles beside learner.',
    ),
    instructorPermissions: list(
      choice(InstructorPermissions.ALL),
      'What they may do beyond teaching, as instructors of the academy or of anything in it.',
    ),
    ...PLAIN,
  },
);

type PersonEntry = TypeOf<typeof person>;

export const people = subject<PersonEntry>({
  name: 'people',
  description: 'Everybody.',
  entry: person,
  check(entries, fault) {
    for (const { value, path } of entries)
      if (value.password !== undefined && value.passwordHash !== undefined)
        fault([...path, 'passwordHash'], 'unknown_field', 'there is a password already');
  },
  async write(world, entries) {
    // managers come before those who report to them, so that one statement finds both
    const ordered = inOrder(
      entries,
      ({ value }) => value.key,
      ({ value }) => (value.manager ? [value.manager] : []),
    );
    const isNew = ({ value }: Entry<PersonEntry>) => world.known('person', value.key) === undefined;
    const touched = new Map<string, boolean>();
    await writePeople(world, world.past, ordered.filter(isNew), touched);
    await writePeople(
      world,
      world.ctx,
      ordered.filter((entry) => !isNew(entry)),
      touched,
    );
    const written = entries.filter(({ value }) => touched.has(value.key));
    await writeManagers(world, written, touched);
    await writeUnits(world, written);
    await writeRoles(world, written, touched);
    await writePasswords(world, written, touched);
    for (const { value } of written)
      if (!isNew({ value, path: [] })) world.count('people', touched.get(value.key) ? 'changed' : 'unchanged');
  },
  /** Who is suspended has learned before, so it comes last; what instructors may do takes what they teach. */
  async finish(world, entries) {
    await writeInstructorPermissions(world, entries);
    const suspended = entries.filter(
      ({ value }) => value.status === 'suspended' && world.known('person', value.key) === undefined,
    );
    await upsert(world, world.ctx, suspended, ({ value }) => ({
      id: world.id('person', value.key),
      status: 'suspended',
    }));
  },
  read: readPeople,
});

/** One call for all: new people are made, known ones brought in line. `touched` learns who changed. */
async function writePeople(
  world: World,
  ctx: Context,
  entries: readonly Entry<PersonEntry>[],
  touched: Map<string, boolean>,
): Promise<void> {
  // in the rows so far
  const earlier = new Set<string>();
  const external = new Map(entries.map(({ value }) => [value.key, externalOf(value)]));
  await upsert(
    world,
    ctx,
    entries,
    ({ value }) => {
      const id = world.known('person', value.key);
      const members = Object.fromEntries(
        Object.keys(PLAIN).map((member) => [member, value[member as keyof typeof PLAIN]]),
      );
      const own = without(members) as People.Input;
      const unitId = world.idOf('unit', value.unit);
      const input: People.Input = {
        ...own,
        fullName: value.name,
        ...without({ unitId, isLearner: value.learner }),
        ...(id
          ? {
              id,
              ...without({
                externalId: value.externalId,
                status: value.status === 'suspended' ? undefined : value.status,
              }),
            }
          : { externalId: externalOf(value) }),
      };
      if (value.manager === null) input.managerId = null;
      else if (value.manager !== undefined) {
        const known = world.known('person', value.manager);
        const before = external.get(value.manager);
        if (known) input.managerId = known;
        else if (earlier.has(value.manager) && before) input.managerExternalId = before;
      }
      earlier.add(value.key);
      return input;
    },
    ({ value }, id, outcome) => {
      world.remember('person', value.key, id);
      touched.set(value.key, outcome === 'changed');
      if (outcome === 'created') world.count('people', 'created');
    },
  );
}

async function upsert(
  world: World,
  ctx: Context,
  entries: readonly Entry<PersonEntry>[],
  inputOf: (entry: Entry<PersonEntry>) => People.Input,
  done?: (entry: Entry<PersonEntry>, id: string, outcome: 'created' | 'changed' | 'unchanged') => void,
): Promise<void> {
  for (let from = 0; from < entries.length; from += People.BATCH_ROWS) {
    const rows: { entry: Entry<PersonEntry>; input: People.Input }[] = [];
    for (const entry of entries.slice(from, from + People.BATCH_ROWS))
      await world.attempt(entry.path, async () => {
        rows.push({ entry, input: inputOf(entry) });
      });
    const outcomes = await People.upsertMany(
      ctx,
      'keys',
      rows.map(({ input }) => input),
    );
    outcomes.forEach((outcome, i) => {
      const { entry } = rows[i]!;
      if (outcome.outcome === 'refused') blame(outcome.fact, entry.path, world.fault);
      else done?.(entry, outcome.id, outcome.outcome);
    });
  }
}

/** Managers who could not be named while their people were written: those in a ring, and those without outside key. */
async function writeManagers(
  world: World,
  entries: readonly Entry<PersonEntry>[],
  touched: Map<string, boolean>,
): Promise<void> {
  const led = entries.filter(({ value }) => value.manager && touched.has(value.manager));
  const { rows } = await run<{ id: string; managerId: string | null }>(
    world.ctx,
    sql`select id, manager_id as "managerId" from person where tenant_id = ${world.ctx.tenant.id} and id = any(${led.map(({ value }) => world.id('person', value.key))}::uuid[])`,
  );
  const managers = new Map(rows.map((row) => [row.id, row.managerId]));
  const left = led.filter(
    ({ value }) => managers.get(world.id('person', value.key)) !== world.id('person', value.manager!),
  );
  await upsert(
    world,
    world.past,
    left,
    ({ value }) => ({ id: world.id('person', value.key), managerId: world.id('person', value.manager!) }),
    ({ value }, _, outcome) => touched.set(value.key, touched.get(value.key)! || outcome === 'changed'),
  );
}

async function writeUnits(world: World, entries: readonly Entry<PersonEntry>[]): Promise<void> {
  for (const { value, path } of entries)
    for (const [i, unit] of (value.units ?? []).entries())
      await world.attempt([...path, 'units', i], () =>
        Units.addPerson(world.past, world.id('person', value.key), world.id('unit', unit)),
      );
}

/** Whoever has `roles` in the file holds these, and learner as said; others keep theirs. */
async function writeRoles(
  world: World,
  entries: readonly Entry<PersonEntry>[],
  touched: Map<string, boolean>,
): Promise<void> {
  const named = entries.filter(({ value }) => value.roles !== undefined);
  if (named.length === 0) return;
  const roles = await Roles.ofTenant(world.ctx);
  const learner = roles.get('learner')!.id;
  const { rows } = await run<{ personId: string; roleId: string; unitId: string | null }>(
    world.ctx,
    sql`select person_id as "personId", role_id as "roleId", unit_id as "unitId" from role_assignment
      where tenant_id = ${world.ctx.tenant.id} and person_id = any(${named.map(({ value }) => world.id('person', value.key))}::uuid[]) and role_id <> ${learner}::uuid`,
  );
  const heldBy = Map.groupBy(rows, (row) => row.personId);
  const changes: Roles.Change[] = [];
  for (const { value, path } of named)
    await world.attempt([...path, 'roles'], async () => {
      const personId = world.id('person', value.key);
      const wanted = new Map(
        value.roles!.map(({ role, unit }) => {
          const change = { roleId: world.id('role', role), unitId: unit === undefined ? null : world.id('unit', unit) };
          return [`${change.roleId} ${change.unitId}`, change];
        }),
      );
      for (const { roleId, unitId } of heldBy.get(personId) ?? [])
        if (!wanted.delete(`${roleId} ${unitId}`)) changes.push({ personId, roleId, unitId, how: 'remove' });
      for (const change of wanted.values())
        if (change.roleId !== learner) changes.push({ personId, ...change, how: 'add' });
      if (changes.at(-1)?.personId === personId) touched.set(value.key, true);
    });
  await world.attempt(['people'], () => Roles.change(world.past, changes, roles));
}

/** They become exactly these. */
async function writeInstructorPermissions(world: World, entries: readonly Entry<PersonEntry>[]): Promise<void> {
  for (const { value, path } of entries) {
    const { instructorPermissions } = value;
    if (instructorPermissions === undefined) continue;
    await world.attempt([...path, 'instructorPermissions'], async () => {
      const id = world.id('person', value.key);
      const before = await InstructorPermissions.list(world.ctx, id);
      if (before.join() === [...new Set(instructorPermissions)].sort().join())
        return world.count('instructorPermissions', 'unchanged');
      await InstructorPermissions.set(world.ctx, id, instructorPermissions);
      world.count('instructorPermissions', before.length > 0 ? 'changed' : 'created');
    });
  }
}

/** A password that is right already stays: setting it again would sign the person out. */
async function writePasswords(
  world: World,
  entries: readonly Entry<PersonEntry>[],
  touched: Map<string, boolean>,
): Promise<void> {
  const named = entries.filter(({ value }) => value.password !== undefined || value.passwordHash !== undefined);
  if (named.length === 0) return;
  const { rows } = await run<{ id: string; hash: string }>(
    world.ctx,
    sql`select person_id as id, password_hash as hash from person_secret where tenant_id = ${world.ctx.tenant.id} and person_id = any(${named.map(({ value }) => world.id('person', value.key))}::uuid[])`,
  );
  const hashes = new Map(rows.map((row) => [row.id, row.hash]));
  const changes = await Promise.all(
    named.map(async ({ value, path }) =>
      world.attempt(path, async () => {
        const personId = world.id('person', value.key);
        const before = hashes.get(personId);
        if (value.password === undefined) {
          const hash = demandCheap(value.passwordHash!);
          return before === hash ? undefined : { key: value.key, personId, hash };
        }
        const password = Passwords.text(value.password, ['password']);
        if (before !== undefined && (await Passwords.verify(password, before))) return undefined;
        return { key: value.key, personId, hash: await Passwords.hash(password) };
      }),
    ),
  );
  const wanted = changes.filter((change) => change !== undefined);
  for (const { key } of wanted) touched.set(key, true);
  await world.attempt(['people'], async () => {
    await Authority.demandOver(
      world.ctx,
      wanted.map(({ personId }) => personId),
    );
    await Passwords.store(world.past, wanted);
  });
}

/** A hash that would take a second to check is a way to stop a server. */
function demandCheap(hash: string): string {
  const [, memory, passes, lanes] = /m=(\d+),t=(\d+),p=(\d+)/.exec(hash)!.map(Number);
  if (memory! > 131_072 || memory! < 8 * lanes! || passes! < 1 || passes! > 10 || lanes! < 1 || lanes! > 16)
    invalid(['passwordHash'], 'out_of_range');
  return hash;
}
