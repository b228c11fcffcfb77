import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { academySchema } from '../../src/interchange/academy/index.ts';
import type { Thing } from '../../src/record/kernel/members.ts';
import { THINGS } from '../../src/record/things.ts';
import { SUBJECT_OF, TOLD_AS } from '../support/things.ts';
import { contract, resolve, type Schema } from './matricula-contract.ts';

/** Members that our own contract shows otherwise or not at all, by schema. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'Course.creditAwards': 'creditsByType here',
  'CourseCreate.creditAwards': 'creditsByType here',
  'CourseUpdate.creditAwards': 'creditsByType here',
  'Course.prerequisiteCourseIds': 'they stand in prerequisites',
  'Course.sectionIds': 'in the content of the version',
  'Course.sessionIds': 'a list of their own',
  'JoinKey.courseId': 'that of its offering',
  'OfferingCreate.fromTemplate': 'where the course is a template',
  'Session.endsAt': 'that of its last meeting',
  'Session.meetingIds': 'the meetings themselves',
  'Session.seatsTaken': 'a list of its own',
  'Session.startsAt': 'that of its first meeting',
};

/** Members that academy files do not tell. */
const UNTOLD: Readonly<Record<string, string>> = {
  'unit.parentId': 'it stands below its parent',
};

const pascal = (table: string): string =>
  table.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());

const namesIn = (schema: Schema | undefined): Set<string> => {
  const found = schema && (schema.$ref ? (resolve(schema) as Schema) : schema);
  return new Set(Object.keys(found?.properties ?? {}));
};

interface Door {
  schema: string;
  members: Set<string>;
  wanted: (written: string) => boolean;
}

function doorsOf({ entity }: Thing): Door[] {
  const schemas = contract.components['schemas'] as Record<string, Schema>;
  const name = pascal(entity);
  return [
    { schema: name, wanted: () => true },
    { schema: `${name}Create`, wanted: (written: string) => written !== 'never' },
    { schema: `${name}Update`, wanted: (written: string) => written === 'own' || written === 'beside' },
  ].map((door) => ({ ...door, members: namesIn(schemas[door.schema]) }));
}

/** Members that a door should know and does not, as `Schema.member`. */
export function forgotten(thing: Thing, doors: readonly Door[] = doorsOf(thing)): string[] {
  return doors.flatMap(({ schema, members, wanted }) =>
    Object.entries(thing.members)
      .filter(([name, { written }]) => wanted(written) && !members.has(name))
      .map(([name]) => `${schema}.${name}`),
  );
}

test('every member table is in the list of things', () => {
  const record = path.resolve(import.meta.dirname, '../../src/record');
  const tables = globSync('*/*.ts', { cwd: record }).flatMap((file) =>
    [...readFileSync(path.join(record, file), 'utf8').matchAll(/\bthing\(\s*'(\w+)'/g)].map((match) => match[1]),
  );
  assert.deepEqual(THINGS.map(({ entity }) => entity).sort(), tables.sort());
});

test('our own contract shows every member, and takes what may be written', () => {
  assert.deepEqual(THINGS.flatMap((thing) => forgotten(thing)).sort(), Object.keys(OTHERWISE).sort());
});

test('an academy file tells every member that may be written', () => {
  const schema = academySchema();
  const properties = schema['properties'] as Record<string, { items: Schema }>;
  const defs = schema['$defs'] as Record<string, Schema>;
  const missing = THINGS.flatMap((thing) => {
    const { items } = properties[SUBJECT_OF[thing.entity]!]!;
    const told = namesIn(items.$ref ? defs[items.$ref.replace('#/$defs/', '')] : items);
    return Object.keys(thing.first)
      .filter((name) => !told.has(TOLD_AS[`${thing.entity}.${name}`] ?? name))
      .map((name) => `${thing.entity}.${name}`);
  });
  assert.deepEqual(missing.sort(), Object.keys(UNTOLD).sort());
});

test('a member that a door forgets is found', () => {
  const room = THINGS.find(({ entity }) => entity === 'room')!;
  const grown = { ...room, members: { ...room.members, colour: room.members['name']! } };
  assert.deepEqual(forgotten(grown as Thing), ['Room.colour', 'RoomCreate.colour', 'RoomUpdate.colour']);
});
