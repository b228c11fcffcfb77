import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Actor, SYSTEM } from './actor.ts';
import {
  type Consequences,
  consequences,
  forgetReports,
  nothingReported,
  report,
  type Step,
  settled,
  step,
} from './changes.ts';
import type { Context } from './context.ts';

/** What is told of people; any change does for the mechanism. */
const people = (...ids: string[]) => ids.map((personId) => ({ personId }));
const groups = (...ids: string[]) => ids.map((groupId) => ({ groupId }));
const offerings = (...ids: string[]) => ids.map((offeringId) => ({ offeringId }));

const within = (table: Consequences): Context =>
  ({ actor: SYSTEM, inTransaction: true, reported: nothingReported(table) }) as unknown as Context;

/** A line that only notes what it was told, and reports what it is given. */
const noting = (
  log: string[],
  {
    name,
    on,
    reports = [],
    after,
    tells,
  }: Partial<Step> & Pick<Step, 'name' | 'on'> & { tells?: (ctx: Context) => void },
): Step =>
  step({
    name,
    says: '',
    on,
    reports,
    ...(after ? { after } : {}),
    follow: async (ctx, told: Record<string, readonly object[]>) => {
      log.push(
        `${name}: ${Object.values(told)
          .flat()
          .flatMap((row) => Object.values(row))
          .join(' ')}`,
      );
      tells?.(ctx);
    },
  });

test('each line has its turn once a round, in the order of the table, with all that was reported', async () => {
  const log: string[] = [];
  const ctx = within(
    consequences([
      noting(log, { name: 'first', on: ['activated', 'group_moved'] }),
      noting(log, {
        name: 'second',
        on: ['activated'],
        reports: ['seats_changed'],
        tells: (inner) => report(inner, 'seats_changed', offerings('o')),
      }),
      noting(log, { name: 'third', on: ['seats_changed', 'deleted'] }),
    ]),
  );
  report(ctx, 'deleted', people('d'));
  report(ctx, 'activated', people('a', 'b'));
  report(ctx, 'activated', people('c'));
  report(ctx, 'group_moved', groups('g'));
  await settled(ctx);
  assert.deepEqual(log, ['first: a b c g', 'second: a b c', 'third: o d']);
  await settled(ctx);
  assert.equal(log.length, 3, 'once');
});

test('what a line reports to one above it is followed in the next round', async () => {
  const log: string[] = [];
  let left = 2;
  const ctx = within(
    consequences([
      noting(log, { name: 'above', on: ['activated'] }),
      noting(log, {
        name: 'below',
        on: ['deleted'],
        reports: ['activated', 'deleted'],
        tells: (inner) => {
          report(inner, 'activated', people(`a${left}`));
          if (--left > 0) report(inner, 'deleted', people('again'));
        },
      }),
    ]),
  );
  report(ctx, 'deleted', people('d'));
  await settled(ctx);
  assert.deepEqual(log, ['below: d', 'above: a2', 'below: again', 'above: a1']);
});

test('a consequence that loops is an error that names its lines', async () => {
  const back = (name: string, on: Step['on'], to: 'activated' | 'deleted') =>
    noting([], { name, on, reports: [to], tells: (inner) => report(inner, to, people('x')) });
  const ctx = within(consequences([back('hens', ['activated'], 'deleted'), back('eggs', ['deleted'], 'activated')]));
  report(ctx, 'activated', people('x'));
  await assert.rejects(settled(ctx), /do not settle after 100 rounds: "hens" → "eggs"/);
});

test('one that settles within itself without end is found too', async () => {
  const line = step({
    name: 'russian doll',
    says: '',
    on: ['activated'],
    reports: ['activated'],
    follow: async (inner, { activated }) => {
      report(inner, 'activated', activated);
      await settled(inner);
    },
  });
  const ctx = within(consequences([line]));
  report(ctx, 'activated', people('x'));
  await assert.rejects(settled(ctx), /do not settle: "russian doll" → "russian doll"/);
});

test('a table whose order contradicts itself is no table', () => {
  const line = (name: string, after: string[] = []) => noting([], { name, on: ['activated'], after });
  assert.throws(() => consequences([line('a', ['b']), line('b', ['a'])]), /"a" and "b" each come after the other/);
  assert.throws(() => consequences([line('a', ['b']), line('b')]), /"a" comes after "b", which stands below it/);
  assert.throws(() => consequences([line('a', ['a'])]), /"a" and "a" each come after the other/);
  assert.throws(() => consequences([line('a', ['c'])]), /"a" comes after "c", which is no consequence/);
  assert.throws(() => consequences([line('a'), line('a')]), /two consequences are called "a"/);
  assert.doesNotThrow(() => consequences([line('a'), line('b', ['a'])]));
});

test('a line reports only what the table says of it', async () => {
  const ctx = within(
    consequences([
      noting([], { name: 'loud', on: ['activated'], tells: (inner) => report(inner, 'deleted', people('x')) }),
    ]),
  );
  report(ctx, 'activated', people('x'));
  await assert.rejects(settled(ctx), /"loud" reports deleted, which the table of consequences does not say/);
});

test('what nobody follows is not kept, and what was taken back is not followed', async () => {
  const log: string[] = [];
  const ctx = within(consequences([noting(log, { name: 'only', on: ['activated'] })]));
  report(ctx, 'deleted', people('x'));
  assert.equal(ctx.reported!.inboxes.size, 0);
  report(ctx, 'activated', people('x'));
  forgetReports(ctx);
  await settled(ctx);
  assert.deepEqual(log, []);
});

test('outside of a transaction nothing is reported', () => {
  const ctx = { ...within(consequences([])), reported: undefined } as unknown as Context;
  assert.throws(() => report(ctx, 'deleted', people('x')), /deleted was reported outside of a transaction/);
  assert.doesNotThrow(() => report(ctx, 'deleted', []));
});

test('what follows happens in the name and at the moment of who reported last, with the right to do it', async () => {
  let seen: Context | undefined;
  const ctx = within(
    consequences([
      step({
        name: 'look',
        says: '',
        on: ['activated'],
        reports: [],
        follow: async (inner) => {
          seen = inner;
        },
      }),
    ]),
  );
  const actor: Actor = { kind: 'person', id: 'p', clientId: null, permissions: new Set(), units: ['u'] };
  report({ ...ctx, actor, now: '2026-03-02T08:00:00.000Z' }, 'activated', people('x'));
  await settled({ ...ctx, now: '2027-03-02T08:00:00.000Z' });
  assert.equal(seen?.now, '2026-03-02T08:00:00.000Z');
  assert.equal(seen?.actor.id, 'p');
  assert.equal(seen?.actor.units, null);
});
