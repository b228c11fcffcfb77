import { pino } from 'pino';
import { about } from '../../../src/dialects/absorb/about.ts';
import { absorb } from '../../../src/dialects/absorb/dialect.ts';
import { closeServer, createServer } from '../../../src/http/server.ts';
import { Access, Clients, Roles } from '../../../src/record/access/index.ts';
import type { SectionInput } from '../../../src/record/catalog/content.ts';
import type { NewCourse } from '../../../src/record/catalog/create-course.ts';
import { Courses, Sessions } from '../../../src/record/catalog/index.ts';
import type { Context } from '../../../src/record/kernel/context.ts';
import { People } from '../../../src/record/people/index.ts';
import { at, testTenant } from '../../support/context.ts';
import { type TestDatabase, testDatabase } from '../../support/database.ts';

export interface Answered {
  status: number;
  body: any;
  headers: Record<string, string | string[] | undefined>;
}

export interface CallOptions {
  body?: unknown;
  /** A body as it is, with its content type in `headers`. */
  raw?: string | Buffer;
  headers?: Record<string, string>;
  /** Whose token is sent; the administrator's by default, null for none. */
  token?: string | null;
  key?: string | null;
}

export interface Academy {
  db: TestDatabase;
  ctx: Context;
  client: Clients.Made;
  admin: People.Person;
  rootId: string;
  token: string;
  /** Every answer is checked strictly against the contract: drift is status 500 with `contractDrift`. */
  call(method: string, path: string, options?: CallOptions): Promise<Answered>;
  get(path: string, options?: CallOptions): Promise<Answered>;
  post(path: string, body?: unknown, options?: CallOptions): Promise<Answered>;
  person(input?: People.Input): Promise<People.Person>;
  /** A person who may sign in, and their token. */
  signedIn(input?: People.Input): Promise<{ person: People.Person; token: string }>;
  course(input?: Partial<NewCourse>): Promise<Courses.Course>;
  /** An instructor-led course with so many sessions of so many meetings. */
  taught(
    options?: { sessions?: number; meetings?: number; seats?: number | null } & Partial<NewCourse>,
  ): Promise<{ course: Courses.Course; sessionIds: string[] }>;
  close(): Promise<void>;
}

export const PASSWORD = 'correct horse battery';
export const REDIRECT = 'https://client.example/back?x=1';
/** A well-formed id of nothing. */
export const NOBODY = '0190f000-0000-7000-8000-00000000dead';

let counter = 0;
const next = (): number => ++counter;

/** Two chapters: two weighted quizzes, then a page and a quiz. */
export const TWO_CHAPTERS: SectionInput[] = [
  {
    name: 'Basics',
    activities: [
      { kind: 'quiz', name: 'First quiz', weight: 1, passingScore: 50 },
      { kind: 'quiz', name: 'Second quiz', weight: 3, passingScore: 50 },
    ],
  },
  {
    name: 'Practice',
    activities: [{ kind: 'page', name: 'Reading' }],
    lessons: [{ name: 'Inner', activities: [{ kind: 'quiz', name: 'Deep quiz', weight: 1 }] }],
  },
];

export interface AcademyOptions {
  nestedValidations?: boolean;
  datesWithoutZone?: boolean;
  rate?: { perSecond: number; burst: number };
  bodyBytes?: number;
  /** Another tenant in the same database. */
  beside?: Academy;
}

export async function academy(options: AcademyOptions = {}): Promise<Academy> {
  const { rate, bodyBytes, beside, ...absorbOptions } = options;
  const db = beside?.db ?? (await testDatabase());
  const ctx = await testTenant(db.db);
  const now = (): Context => at(ctx, new Date().toISOString());
  const roles = await Roles.list(ctx, { page: { kind: 'rows', offset: 0, limit: 100, total: false } });
  const adminRole = roles.rows.find((role) => role.key === 'admin')!;
  const admin = await People.create(now(), {
    username: 'admin',
    givenName: 'Ada',
    familyName: 'Admin',
    email: 'ada@example.org',
    password: PASSWORD,
    roleIds: [adminRole.id],
  });
  const client = await Clients.create(now(), { dialect: about, name: 'Test client', redirectUris: [REDIRECT] });
  const access = Access.create({ db: db.db, pool: db.pool, cacheMs: 0 });
  const server = await createServer({
    dialects: [absorb({ access, ...absorbOptions })],
    publicUrl: null,
    ready: () => db.pool.query('select 1'),
    pool: () => ({ total: 0, idle: 0, waiting: 0 }),
    eventLagSeconds: async () => 0,
    log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
    checkAnswers: true,
    rate: rate ?? null,
    ...(bodyBytes === undefined ? {} : { bodyBytes }),
  });
  await server.ready();

  async function call(
    method: string,
    path: string,
    { body, raw, headers = {}, token, key }: CallOptions = {},
  ): Promise<Answered> {
    const sent: Record<string, string> = {};
    const shownKey = key === undefined ? client.key : key;
    if (shownKey !== null) sent['x-api-key'] = shownKey;
    const shownToken = token === undefined ? made.token : token;
    if (shownToken) sent.authorization = shownToken;
    if (body !== undefined) sent['content-type'] = 'application/json';
    Object.assign(sent, headers);
    const answer = await server.inject({
      method: method as 'GET',
      url: path.startsWith('/absorb') ? path : `/absorb${path}`,
      headers: sent,
      ...(body !== undefined ? { payload: JSON.stringify(body) } : raw !== undefined ? { payload: raw } : {}),
    });
    const type = String(answer.headers['content-type'] ?? '');
    return {
      status: answer.statusCode,
      body: answer.payload === '' ? undefined : type.includes('json') ? answer.json() : answer.payload,
      headers: answer.headers as Answered['headers'],
    };
  }

  const made: Academy = {
    db,
    ctx,
    client,
    admin,
    rootId: admin.unitId,
    token: '',
    call,
    get: (path, more) => call('GET', path, more),
    post: (path, body, more) => call('POST', path, { ...(body === undefined ? {} : { body }), ...more }),
    person: (input = {}) => {
      const n = next();
      return People.create(now(), {
        username: `user${n}`,
        givenName: 'Uma',
        familyName: `User${String(n).padStart(4, '0')}`,
        email: `user${n}@example.org`,
        ...input,
      });
    },
    async signedIn(input = {}) {
      const person = await made.person({ password: PASSWORD, ...input });
      const answer = await call('POST', '/authenticate', {
        token: null,
        body: { username: person.login, password: PASSWORD, privateKey: client.key },
      });
      if (answer.status !== 200) throw new Error(JSON.stringify(answer));
      return { person, token: answer.body };
    },
    course: (input = {}) =>
      Courses.create(now(), {
        kind: 'online',
        name: `Course ${next()}`,
        state: 'published',
        content: { sections: TWO_CHAPTERS },
        ...input,
      }),
    async taught({ sessions = 2, meetings = 1, seats = null, ...input } = {}) {
      const course = await Courses.create(now(), {
        kind: 'instructor_led',
        name: `Workshop ${next()}`,
        state: 'published',
        content: { sections: [{ name: 'In class', activities: [{ kind: 'live_session', name: 'Class' }] }] },
        ...input,
      });
      const sessionIds: string[] = [];
      for (let i = 0; i < sessions; i++) {
        const hours = Array.from({ length: meetings }, (_, m) => ({
          startsAt: `2030-0${1 + i}-0${1 + m}T09:00:00.000Z`,
          endsAt: `2030-0${1 + i}-0${1 + m}T10:00:00.000Z`,
        }));
        sessionIds.push(
          (
            await Sessions.create(now(), {
              courseId: course.id,
              name: `Session ${String.fromCharCode(65 + i)}`,
              seats,
              meetings: hours,
            })
          ).id,
        );
      }
      return { course, sessionIds };
    },
    async close() {
      await closeServer(server);
      await access.close();
      if (!beside) await db.close();
    },
  };
  const answer = await call('POST', '/authenticate', {
    token: null,
    body: { username: 'admin', password: PASSWORD, privateKey: client.key },
  });
  if (answer.status !== 200) throw new Error(`no token: ${JSON.stringify(answer)}`);
  made.token = answer.body;
  return made;
}
