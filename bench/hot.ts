// The requests that count most, each against the best that somebody could write by hand for the same answer.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Connected } from '../src/database/client.ts';
import { measureBatch } from './batch.ts';
import { type FloorServer, type Floors, startFloors } from './floors/index.ts';
import * as floors from './floors/statements.ts';
import { load, type Shot } from './load.ts';
import { type Product, residentMb } from './product.ts';
import type { Note } from './rows.ts';
import { byTurns, measuringCpu, type Turns } from './turns.ts';
import type { University } from './university.ts';

/** More enrollments a second than any machine makes: so many are left before each turn. */
const MOST_A_SECOND = 20_000;
const WRITES_PER_SECOND = 20;

interface Read {
  what: string;
  floor: string;
  path: string;
  headers: Record<string, string>;
  must: number;
  perSecond?: number;
}

export interface Hot {
  note: Note;
  product: Product;
  university: University;
  connected: Connected;
  connection: Floors['connection'];
  dataDir: string;
  poolSize: number;
  seconds: number;
  /** Only rows whose name contains this. */
  row?: string | undefined;
}

/** Measures all of them one after the other; gives the figures of each. */
export async function measureHot(hot: Hot): Promise<Record<string, Turns>> {
  const { note, product, university, seconds } = hot;
  const { own, absorb, enabley, people, courseId, channel } = university;
  const figures: Record<string, Turns> = {};
  const [someone] = people;
  const personId = someone!.id;
  const floor = await startFloors({
    connection: hot.connection,
    poolSize: hot.poolSize,
    reads: {
      person: floors.person(personId),
      people: floors.people,
      enrollments: floors.enrollments,
      enrollmentsOfPerson: floors.enrollmentsOfPerson(personId),
      events: floors.events,
      users: floors.users,
      courseEnrollments: floors.courseEnrollments(courseId),
      performance: floors.performance(channel),
    },
    create: floors.create(personId),
  });
  const reads: Read[] = [
    { what: 'own: one person', floor: 'person', path: `/matricula/v1/people/${personId}`, headers: own, must: 0.7 },
    {
      what: 'own: people, page of 20',
      floor: 'people',
      path: '/matricula/v1/people?limit=20',
      headers: own,
      must: 0.7,
    },
    {
      what: 'own: enrollments, page of 20',
      floor: 'enrollments',
      path: '/matricula/v1/enrollments?limit=20',
      headers: own,
      must: 0.7,
    },
    {
      what: 'own: enrollments of a person',
      floor: 'enrollmentsOfPerson',
      path: `/matricula/v1/enrollments?personId=${personId}`,
      headers: own,
      must: 0.7,
    },
    {
      what: 'own: events, page of 200',
      floor: 'events',
      path: '/matricula/v1/events?limit=200',
      headers: own,
      must: 0.6,
    },
    {
      what: 'Absorb: users, page of 20 with their number',
      floor: 'users',
      path: '/absorb/users?_limit=20',
      headers: absorb,
      must: 0.7,
      perSecond: 1500,
    },
    {
      what: 'Absorb: enrollments of a course, page of 20',
      floor: 'courseEnrollments',
      path: `/absorb/courses/${courseId}/enrollments?_limit=20`,
      headers: absorb,
      must: 0.7,
    },
    {
      what: 'Enabley: performance, page of 200',
      floor: 'performance',
      path: `/enabley/api/v2/performance?channelIdentifier=${encodeURIComponent(channel)}`,
      headers: enabley,
      must: 0.8,
    },
  ];
  const wanted = (what: string): boolean => what.includes(hot.row ?? '');
  const compare = async (what: string, must: number, first: () => ReturnType<typeof load>, second: typeof first) => {
    const postmaster = postmasterOf(hot.dataDir);
    const [below, above] = [
      measuringCpu(first, floor.pid, postmaster),
      measuringCpu(second, product.child.pid!, postmaster),
    ];
    const turns = await byTurns(below.work, above.work);
    figures[what] = turns;
    note(`${what}, of the floor`, turns.ratio, `at least ${must}`, turns.ratio >= must);
    const shown = ([node, pg]: [number, number]) => `node ${node.toFixed(2)} + postgres ${pg.toFixed(2)} ms`;
    process.stderr.write(
      `  floor ${turns.first.toFixed(0)}/s (${shown(below.ms())}) · product ${turns.second.toFixed(0)}/s (${shown(above.ms())})\n`,
    );
    return turns;
  };

  for (const read of reads.filter((read) => wanted(read.what))) {
    const below: Shot = { method: 'GET', path: `/${read.floor}`, headers: read.headers };
    const above: Shot = { method: 'GET', path: read.path, headers: read.headers };
    await demandSame(read.what, floor, below, product, above);
    const turns = await compare(
      read.what,
      read.must,
      () => load(floor.url, () => below, { seconds }),
      () => load(product.url, () => above, { seconds }),
    );
    if (read.perSecond === undefined) continue;
    note(`${read.what}, a second`, turns.second, `at least ${read.perSecond}`, turns.second >= read.perSecond);
    const beside = await besideWrites(hot, () =>
      compare(
        `${read.what}, beside ${WRITES_PER_SECOND} writes a second`,
        0.5,
        () => load(floor.url, () => below, { seconds }),
        () => load(product.url, () => above, { seconds }),
      ),
    );
    figures[`${read.what}, beside writes`] = beside;
  }

  if (wanted('Absorb: create an enrollment')) {
    const targets: string[] = [];
    let learner = 0;
    // each learner once in each course
    const next = (): Shot => {
      const n = learner++;
      return {
        method: 'POST',
        path: `/absorb/users/${people[n % people.length]!.id}/enrollments/${targets[Math.floor(n / people.length)]!}`,
        headers: absorb,
      };
    };
    const below = () =>
      load(floor.url, () => ({ method: 'POST', path: '/', headers: absorb }), { seconds: seconds / 2, expect: 201 });
    const above = async () => {
      while (targets.length * people.length < learner + MOST_A_SECOND * (seconds / 2))
        targets.push(await university.makeCourse());
      return load(product.url, next, { seconds: seconds / 2, expect: 201 });
    };
    await compare('Absorb: create an enrollment', 0.4, below, above);
    await besideReader(hot, () =>
      compare('Absorb: create an enrollment, beside a reader of the feed', 0.34, below, above),
    );
  }
  floor.stop();
  if (wanted('own: 10,000 enrollments in one call'))
    await measureBatch(note, product.url, own, people, university.makeCourse);
  const resident = residentMb(product.child.pid!);
  note('resident after all of them', resident, 'at most 300 MB', resident <= 300, ' MB');
  return figures;
}

const postmasterOf = (dataDir: string): number =>
  Number(readFileSync(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);

/** Names of people are changed all the while, through the product. */
async function besideWrites<T>({ product, university }: Hot, work: () => Promise<T>): Promise<T> {
  let n = 0;
  const timer = setInterval(() => {
    const { id } = university.people[n++ % university.people.length]!;
    void fetch(`${product.url}/matricula/v1/people/${id}`, {
      method: 'PATCH',
      headers: { ...university.own, 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ jobTitle: `Job ${n}` }),
    }).then((answer) => answer.ok || console.error(answer.status, answer.statusText));
  }, 1000 / WRITES_PER_SECOND);
  return work().finally(() => clearInterval(timer));
}

/** Somebody reads the feed to its end again and again. */
async function besideReader<T>({ product, university }: Hot, work: () => Promise<T>): Promise<T> {
  let reading = true;
  const reader = (async () => {
    let cursor = 'end';
    while (reading) {
      const answer = await fetch(`${product.url}/matricula/v1/events?limit=200&cursor=${encodeURIComponent(cursor)}`, {
        headers: university.own,
      });
      if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
      cursor = ((await answer.json()) as { next: string }).next;
    }
  })();
  try {
    return await work();
  } finally {
    reading = false;
    await reader;
  }
}

/** A floor that answers something else would say nothing. Places to go on at are each one's own, and instants may be written otherwise. */
async function demandSame(what: string, floor: FloorServer, below: Shot, product: Product, above: Shot): Promise<void> {
  const read = async (url: string, shot: Shot) => {
    const answer = await fetch(`${url}${shot.path}`, { headers: shot.headers ?? {} });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${text.slice(0, 500)}`);
    return flat(JSON.parse(text));
  };
  const [asked, given] = [await read(floor.url, below), await read(product.url, above)];
  const different = [...new Set([...asked.keys(), ...given.keys()])].filter((at) => asked.get(at) !== given.get(at));
  if (different.length === 0) return;
  const at = different[0]!;
  throw new Error(
    `${what}: the floor gives another answer at ${different.length} places: ${at} is ${asked.get(at)} and not ${given.get(at)}`,
  );
}

const OWN = /^\/(next|paginationKey)$|^\/data\/\d+\/id$|\/status$|\/timeSpent$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/;

function flat(value: unknown, at = '', into = new Map<string, unknown>()): Map<string, unknown> {
  if (value !== null && typeof value === 'object') {
    for (const [name, member] of Object.entries(value)) flat(member, `${at}/${name}`, into);
    if (Object.keys(value).length === 0) into.set(at, 'empty');
  } else if (!OWN.test(at)) into.set(at, typeof value === 'string' && INSTANT.test(value) ? Date.parse(value) : value);
  return into;
}
