import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const SRC = path.resolve(import.meta.dirname, '../../src');

/** What a room may import; `door` is a subject's index.ts, `types` allows only `import type`. First matching room counts. */
const WALLS: { room: RegExp; may: RegExp[]; types?: RegExp[] }[] = [
  { room: /^(main|app|config|pages)\.ts$|^commands\//, may: [/./] },
  {
    room: /^dialects\/([a-z]+)\//,
    may: [/^dialects\/$1\//, /^http\//, /^record\/kernel\//, /^record\/[a-z]+\/index\.ts$/],
  },
  { room: /^http\//, may: [/^http\//, /^workers\//, /^record\/kernel\//] },
  { room: /^workers\//, may: [/^workers\//] },
  { room: /^files\//, may: [/^files\//, /^record\/kernel\/file-store\.ts$/] },
  { room: /^record\/kernel\//, may: [/^record\/kernel\//, /^database\/[a-z.-]+\.ts$/], types: [/^database\//] },
  { room: /^record\/consequences\.ts$/, may: [/^record\/kernel\//, /^record\/[a-z]+\/(followers|due)\.ts$/] },
  { room: /^record\/things\.ts$/, may: [/^record\/kernel\//, /^record\/[a-z]+\/index\.ts$/] },
  {
    room: /^record\/([a-z]+)\//,
    may: [/^record\/$1\//, /^record\/kernel\//, /^record\/[a-z]+\/index\.ts$/, /^database\/[a-z.-]+\.ts$/],
  },
  { room: /^database\//, may: [/^database\//, /^record\/kernel\//] },
  {
    room: /^(interchange|jobs)\//,
    may: [
      /^interchange\//,
      /^jobs\//,
      /^workers\//,
      /^record\/kernel\//,
      /^record\/[a-z]+\/index\.ts$/,
      /^database\/[a-z.-]+\.ts$/,
    ],
  },
];

/**
 * The subjects of the record, from the ground up: each may know those above it in this list, in values as in types, and none below. What
 * one below has to do because of one above it is told by `record/consequences.ts`.
 */
const SUBJECTS = [
  'kernel',
  'geography',
  'access',
  'people',
  'catalog',
  'programs',
  'enrollment',
  'assessment',
  'credentials',
  'files',
  'delivery',
  'insight',
];

const subjectOf = (file: string): string | undefined => /^record\/([a-z]+)\//.exec(file)?.[1];

export function wrongWay(imports: readonly Import[]): string[] {
  return imports.flatMap(({ file, to }) => {
    const [own, other] = [subjectOf(file), subjectOf(to)];
    if (own === undefined || other === undefined) return [];
    const [place, theirs] = [SUBJECTS.indexOf(own), SUBJECTS.indexOf(other)];
    if (place < 0) return [`${own} has no place among the subjects`];
    return theirs > place || theirs < 0 ? [`${file} imports ${to}, which stands above it`] : [];
  });
}

/** Files that import each other's values in a ring, each ring once. */
export function circles(imports: readonly Import[]): string[] {
  const next = Map.groupBy(
    imports.filter((one) => !one.typesOnly),
    (one) => one.file,
  );
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (file: string, way: readonly string[]): void => {
    const from = way.indexOf(file);
    if (from >= 0) {
      found.push([...way.slice(from), file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    for (const { to } of next.get(file) ?? []) walk(to, [...way, file]);
    done.add(file);
  };
  for (const file of next.keys()) walk(file, []);
  return found;
}

interface Import {
  file: string;
  to: string;
  typesOnly: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(path.join(SRC, file), 'utf8');
  return [
    ...text.matchAll(
      /^(?:import|export)\s+(type\s)?[^'";]*?from\s+'(\.[^']+)'|import\('(\.[^']+)'\)|^import\s+'(\.[^']+)'/gm,
    ),
  ]
    .map((match) => ({ typesOnly: Boolean(match[1]), target: match[2] ?? match[3] ?? match[4]! }))
    .map(({ typesOnly, target }) => ({
      file,
      typesOnly,
      to: path.relative(SRC, path.resolve(SRC, path.dirname(file), target)),
    }));
}

export function brokenWalls(imports: readonly Import[]): string[] {
  return imports.flatMap(({ file, to, typesOnly }) => {
    const wall = WALLS.find(({ room }) => room.test(file));
    if (!wall) return [`${file} stands in no room`];
    const own = wall.room.exec(file)?.[1] ?? '';
    const allowed = (patterns: readonly RegExp[]) =>
      patterns.some((pattern) => new RegExp(pattern.source.replace('$1', own)).test(to));
    // what follows a change is told by the table alone, within a subject too
    if (/^record\/[a-z]+\/followers\.ts$/.test(to) && file !== 'record/consequences.ts')
      return [`${file} imports ${to}`];
    return allowed(wall.may) || (typesOnly && allowed(wall.types ?? [])) ? [] : [`${file} imports ${to}`];
  });
}

const sources = globSync('**/*.ts', { cwd: SRC }).filter((file) => !/\.test\.ts$|\/testing\//.test(file));

test('every import stays within what its room may use', () => {
  assert.deepEqual(brokenWalls(sources.flatMap(importsOf)), []);
});

test('every file stands in a room', () => {
  const homeless = (files: readonly string[]) => files.filter((file) => !WALLS.some(({ room }) => room.test(file)));
  assert.deepEqual(homeless(sources), []);
  assert.deepEqual(homeless(['gossip/a.ts']), ['gossip/a.ts']);
});

test('subjects of the record know only those above them in the list', () => {
  assert.deepEqual(wrongWay(sources.flatMap(importsOf)), []);
});

test('no files import each other in a ring', () => {
  assert.deepEqual(circles(sources.flatMap(importsOf)), []);
});

test('the wrong way and a ring are found', () => {
  const wrong = (file: string, to: string, typesOnly = false) => wrongWay([{ file, to, typesOnly }]).length > 0;
  assert.ok(wrong('record/people/groups.ts', 'record/enrollment/index.ts'));
  assert.ok(wrong('record/catalog/course.ts', 'record/credentials/index.ts', true), 'types too');
  assert.ok(wrong('record/kernel/context.ts', 'record/access/index.ts', true));
  assert.ok(wrong('record/gossip/index.ts', 'record/people/index.ts'), 'a subject without a place');
  assert.ok(!wrong('record/enrollment/enroll.ts', 'record/people/index.ts'));
  assert.ok(!wrong('record/people/groups.ts', 'record/people/person.ts'));
  const imports = (...pairs: [string, string][]) => pairs.map(([file, to]) => ({ file, to, typesOnly: false }));
  assert.deepEqual(circles(imports(['a.ts', 'b.ts'], ['b.ts', 'c.ts'], ['c.ts', 'b.ts'], ['d.ts', 'b.ts'])), [
    'b.ts → c.ts → b.ts',
  ]);
  assert.deepEqual(circles(imports(['a.ts', 'b.ts'], ['a.ts', 'c.ts'], ['b.ts', 'c.ts'])), []);
  assert.deepEqual(circles([{ file: 'a.ts', to: 'a.ts', typesOnly: true }]), []);
});

test('only the table of consequences reaches past the front doors of subjects', () => {
  assert.deepEqual(
    brokenWalls([{ file: 'record/consequences.ts', to: 'record/people/followers.ts', typesOnly: false }]),
    [],
  );
  for (const [file, to] of [
    ['record/consequences.ts', 'record/people/groups.ts'],
    ['record/enrollment/enroll.ts', 'record/credentials/followers.ts'],
    ['record/enrollment/enroll.ts', 'record/enrollment/followers.ts'],
    ['dialects/absorb/users.ts', 'record/enrollment/followers.ts'],
    ['database/transaction.ts', 'record/consequences.ts'],
    ['record/people/groups.ts', 'record/consequences.ts'],
  ] as const)
    assert.ok(brokenWalls([{ file, to, typesOnly: false }]).length > 0, `${file} → ${to}`);
});

test('a broken wall is found', () => {
  const broken = (file: string, to: string, typesOnly = false) => brokenWalls([{ file, to, typesOnly }]).length > 0;
  assert.ok(broken('dialects/absorb/users.ts', 'database/client.ts'));
  assert.ok(broken('dialects/absorb/users.ts', 'dialects/matricula/dialect.ts'));
  assert.ok(broken('dialects/absorb/users.ts', 'record/people/person.ts'));
  assert.ok(broken('http/mount.ts', 'record/people/index.ts'));
  assert.ok(broken('record/enrollment/enroll.ts', 'record/people/person.ts'));
  assert.ok(broken('record/enrollment/enroll.ts', 'http/mount.ts'));
  assert.ok(broken('database/listing.ts', 'record/people/index.ts', true));
  assert.ok(!broken('dialects/absorb/users.ts', 'record/people/index.ts'));
});

/** What a front door gives, and which files outside of its subject use it; tests are no users. */
export interface Doors {
  /** A thing with all its verbs and types, or what stands alone: `record/catalog/index.ts Rooms`. */
  names: Map<string, Set<string>>;
  /** Each verb, value and type of a thing: `record/catalog/index.ts Rooms.list`. */
  members: Map<string, Set<string>>;
}

/**
 * Reads `index.ts` of each subject and the files of `door/` that it names. A name is used by whoever imports it, a member by whoever
 * imports its thing and writes `Thing.member`.
 */
export function usersOfDoors(files: readonly { file: string; text: string }[]): Doors {
  const textOf = new Map(files.map(({ file, text }) => [file, text]));
  const names = new Map<string, Set<string>>();
  const members = new Map<string, Set<string>>();
  for (const { file, text } of files) {
    if (!/^record\/[a-z]+\/index\.ts$/.test(file)) continue;
    for (const [, list] of text.matchAll(/^export (?:type )?\{([^}]*)\}/gm))
      for (const [, name] of namesIn(list!)) names.set(`${file} ${name}`, new Set());
    for (const [, thing, target] of text.matchAll(/^export \* as (\w+) from '([^']+)'/gm)) {
      names.set(`${file} ${thing}`, new Set());
      const inside = textOf.get(path.posix.join(path.posix.dirname(file), target!)) ?? '';
      for (const [, list] of inside.matchAll(/^export (?:type )?\{([^}]*)\}/gm))
        for (const [, member] of namesIn(list!)) members.set(`${file} ${thing}.${member}`, new Set());
    }
  }
  for (const { file, text } of files)
    for (const [, list, target] of text.matchAll(/^import (?:type )?\{([^}]*)\} from '(\.[^']+\/index\.ts)'/gm)) {
      const door = path.posix.join(path.posix.dirname(file), target!);
      for (const [name, local] of namesIn(list!)) {
        names.get(`${door} ${name}`)?.add(file);
        for (const [, member] of text.matchAll(new RegExp(`\\b${local}\\.(\\w+)`, 'g')))
          members.get(`${door} ${name}.${member}`)?.add(file);
      }
    }
  return { names, members };
}

/** The names of an import or export list: as they are here, and as they are called there. */
const namesIn = (list: string): [string, string][] =>
  list.split(',').flatMap((one) => {
    const [, name, other] = /^\s*(?:type\s+)?(\w+)(?:\s+as\s+(\w+))?/.exec(one) ?? [];
    return name === undefined ? [] : [[name, other ?? name] as [string, string]];
  });

const usedBy = (users: ReadonlyMap<string, ReadonlySet<string>>, count: number): string[] =>
  [...users].flatMap(([name, files]) => (files.size === count ? [name] : []));

test('what leaves a front door of the record has a user, and most of it several', (t) => {
  const { names, members } = usersOfDoors(
    sources.map((file) => ({ file, text: readFileSync(path.join(SRC, file), 'utf8') })),
  );
  t.diagnostic(
    `${names.size} names leave the front doors of the record, ${usedBy(names, 1).length} for one file alone`,
  );
  t.diagnostic(`their things have ${members.size} members, ${usedBy(members, 1).length} for one file alone`);
  // a name is a thing with all its verbs; the verbs are counted apart, as many serve one handler by their nature
  assert.ok(usedBy(names, 1).length * 5 <= names.size, `for one file alone:\n${usedBy(names, 1).join('\n')}`);
  assert.deepEqual([...usedBy(names, 0), ...usedBy(members, 0)], []);
});

test('a name or member that nobody uses, and one that one file uses, are found', () => {
  const { names, members } = usersOfDoors([
    {
      file: 'record/people/index.ts',
      text: "export { type Person, readPerson } from './a.ts';\nexport type { Unit } from './b.ts';\nexport * as Groups from './door/groups.ts';",
    },
    {
      file: 'record/people/door/groups.ts',
      text: "export {\n  getGroup as get,\n  type Group,\n  listGroups as list,\n} from '../groups.ts';",
    },
    {
      file: 'dialects/a/users.ts',
      text: "import { type Person as P, readPerson, Groups } from '../../record/people/index.ts';\nGroups.get();",
    },
    {
      file: 'record/catalog/x.ts',
      text: "import type { Groups as G, Person } from '../people/index.ts';\nlet one: G.Group;",
    },
    { file: 'dialects/a/other.ts', text: 'Groups.list();' },
  ]);
  const counted = (users: Map<string, Set<string>>) =>
    [...users].map(([name, files]) => [name.split(' ')[1], files.size]);
  assert.deepEqual(counted(names), [
    ['Person', 2],
    ['readPerson', 1],
    ['Unit', 0],
    ['Groups', 2],
  ]);
  assert.deepEqual(counted(members), [
    ['Groups.get', 1],
    ['Groups.Group', 1],
    ['Groups.list', 0],
  ]);
});

test('nothing imports a package that package.json does not name', () => {
  const { dependencies } = JSON.parse(readFileSync(path.join(SRC, '../package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const strange = sources.flatMap((file) =>
    [
      ...readFileSync(path.join(SRC, file), 'utf8').matchAll(
        /^(?:import|export)\s[^;'"]*?from\s+'((?:@[\w-]+\/)?[\w-]+)(?:\/[^']*)?'/gm,
      ),
    ]
      .map((match) => match[1]!)
      .filter((name) => !(name in dependencies))
      .map((name) => `${file}: ${name}`),
  );
  assert.deepEqual(strange, []);
});

/** Packages that only these rooms use: statements are the database's and the record's. */
const KEPT: Readonly<Record<string, RegExp>> = {
  pg: /^(database|workers|jobs|interchange|commands|record\/access)\/|^app\.ts$/,
  kysely: /^(database|record|interchange|jobs)\//,
  'pg-boss': /^jobs\//,
  nodemailer: /^jobs\//,
  aws4fetch: /^files\//,
  'file-type': /^(files|record\/files)\//,
};

const packagesOf = (text: string): string[] =>
  [...text.matchAll(/^(?:import|export)\s[^;'"]*?from\s+'((?:@[\w-]+\/)?[\w-]+)(?:\/[^']*)?'/gm)].map(
    (match) => match[1]!,
  );

export const outOfRoom = (file: string, text: string): string[] =>
  packagesOf(text)
    .filter((name) => KEPT[name] !== undefined && !KEPT[name].test(file))
    .map((name) => `${file}: ${name}`);

test('packages that reach outside are used in their rooms alone', () => {
  assert.deepEqual(
    sources.flatMap((file) => outOfRoom(file, readFileSync(path.join(SRC, file), 'utf8'))),
    [],
  );
  assert.deepEqual(outOfRoom('http/mount.ts', "import pg from 'pg';\nimport { sql } from 'kysely';"), [
    'http/mount.ts: pg',
    'http/mount.ts: kysely',
  ]);
});

test('no file is longer than a reader can hold', () => {
  const long = sources.filter(
    (file) =>
      !file.includes('/generated/') &&
      !file.endsWith('.generated.ts') &&
      readFileSync(path.join(SRC, file), 'utf8').split('\n').length > 450,
  );
  assert.deepEqual(long, []);
});
