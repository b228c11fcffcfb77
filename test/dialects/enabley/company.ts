import { pino } from 'pino';
import { about } from '../../../src/dialects/enabley/about.ts';
import { enabley } from '../../../src/dialects/enabley/dialect.ts';
import { closeServer, createServer } from '../../../src/http/server.ts';
import { Access, Clients } from '../../../src/record/access/index.ts';
import type { SectionInput } from '../../../src/record/catalog/content.ts';
import type { NewCourse } from '../../../src/record/catalog/create-course.ts';
import { Courses, Sessions } from '../../../src/record/catalog/index.ts';
import type { Context } from '../../../src/record/kernel/context.ts';
import { PERMISSIONS } from '../../../src/record/kernel/permission.ts';
import { People, Units } from '../../../src/record/people/index.ts';
import { rightNow, testTenant } from '../../support/context.ts';
import { type TestDatabase, testDatabase } from '../../support/database.ts';

export interface Answered {
  status: number;
  body: any;
  headers: Record<string, string | string[] | undefined>;
}

export interface CallOptions {
  body?: unknown;
  /** A body as it is. */
  raw?: string | Buffer;
  headers?: Record<string, string>;
  /** The company's own by default, null for none. */
  token?: string | null;
}

/** An account with levels and sub-accounts, reached over HTTP; every answer is held against the contract. */
export interface Company {
  db: TestDatabase;
  ctx(): Context;
  client: Clients.Made;
  token: string;
  units: { north: string; south: string };
  call(method: string, path: string, options?: CallOptions): Promise<Answered>;
  get(path: string, options?: CallOptions): Promise<Answered>;
  put(path: string, body?: unknown, options?: CallOptions): Promise<Answered>;
  post(path: string, body?: unknown, options?: CallOptions): Promise<Answered>;
  del(path: string, body?: unknown, options?: CallOptions): Promise<Answered>;
  /** A user made through the API; gives the identifier. */
  user(more?: Record<string, unknown>): Promise<string>;
  /** Many people at once, past the API. */
  people(inputs: readonly People.Input[]): Promise<void>;
  group(type: string, more?: Record<string, unknown>): Promise<string>;
  /** A course channel of two quizzes, or with content of its own. */
  channel(input?: Partial<NewCourse>): Promise<string>;
  course(input?: Partial<NewCourse>): Promise<Courses.Course>;
  master(input?: Partial<NewCourse>): Promise<string>;
  /** A course channel with a live session of so many meetings. */
  taught(meetings?: number): Promise<string>;
  newToken(client?: Clients.Made): Promise<string>;
  close(): Promise<void>;
}

export const LEVELS = ['REGION', 'SITE', 'TEAM', 'CREW'];
export const NOWHERE = 'no-such-thing';
/** A well-formed id of nothing. */
export const NOBODY = '0190f000-0000-7000-8000-00000000dead';

const QUIZZES: SectionInput[] = [
  {
    name: 'Basics',
    activities: [
      { kind: 'quiz', name: 'First quiz', weight: 1 },
      { kind: 'quiz', name: 'Second quiz', weight: 3 },
      { kind: 'page', name: 'Extra', required: false },
    ],
  },
];

let counter = 0;
const next = (what: string): string => `${what}-${++counter}`;

export interface CompanyOptions {
  rate?: { perSecond: number; burst: number };
  bodyBytes?: number;
  /** Another account in the same database. */
  beside?: Company;
}

export async function company({ rate, bodyBytes, beside }: CompanyOptions = {}): Promise<Company> {
  const db = beside?.db ?? (await testDatabase());
  const tenant = await testTenant(db.db, { name: 'Whole Company', settings: { groupLevels: LEVELS } });
  const ctx = (): Context => rightNow(tenant);
  const north = (await Units.create(ctx(), { name: 'North' })).id;
  const south = (await Units.create(ctx(), { name: 'South' })).id;
  const client = await Clients.create(ctx(), { dialect: about, name: 'Test client', permissions: PERMISSIONS });
  const access = Access.create({ db: db.db, pool: db.pool, cacheMs: 0 });
  const server = await createServer({
    dialects: [enabley({ access })],
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
    { body, raw, headers = {}, token }: CallOptions = {},
  ): Promise<Answered> {
    const sent: Record<string, string> = {};
    const shown = token === undefined ? made.token : token;
    if (shown) sent.authorization = `Bearer ${shown}`;
    if (body !== undefined || raw !== undefined) sent['content-type'] = 'application/json';
    const answer = await server.inject({
      method: method as 'GET',
      url: `/enabley${path}`,
      headers: { ...sent, ...headers },
      ...(body !== undefined ? { payload: JSON.stringify(body) } : raw !== undefined ? { payload: raw } : {}),
    });
    return {
      status: answer.statusCode,
      body: answer.payload === '' ? undefined : answer.json(),
      headers: answer.headers as Answered['headers'],
    };
  }
  const withBody = (method: string) => (path: string, body?: unknown, more?: CallOptions) =>
    call(method, path, { ...(body === undefined ? {} : { body }), ...more });
  const did = async (answer: Promise<Answered>): Promise<void> => {
    const { status, body } = await answer;
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
  };

  const made: Company = {
    db,
    ctx,
    client,
    token: '',
    units: { north, south },
    call,
    get: (path, more) => call('GET', path, more),
    put: withBody('PUT'),
    post: withBody('POST'),
    del: withBody('DELETE'),
    async user(more = {}) {
      const identifier = next('u');
      const own = { identifier, firstName: 'Uma', lastName: 'User', username: `login-${identifier}` };
      await did(made.put('/api/v2/users', { ...own, ...more }));
      return (more.identifier as string | undefined) ?? identifier;
    },
    async people(inputs) {
      const outcomes = await People.upsertMany(ctx(), 'externalId', inputs);
      const refused = outcomes.find((one) => one.outcome === 'refused');
      if (refused) throw new Error(JSON.stringify(refused));
    },
    async group(type, more = {}) {
      const identifier = next('g');
      await did(made.put('/api/v1/groups', { identifier, name: `Group ${identifier}`, type, ...more }));
      return (more.identifier as string | undefined) ?? identifier;
    },
    async channel(input = {}) {
      return (await made.course(input)).externalId!;
    },
    course: (input = {}) =>
      Courses.create(ctx(), {
        kind: 'online',
        externalId: next('c'),
        name: `Course ${counter}`,
        state: 'published',
        content: { sections: QUIZZES },
        ...input,
      }),
    async master(input = {}) {
      return (await made.course({ externalId: next('m'), template: true, ...input })).externalId!;
    },
    async taught(meetings = 1) {
      const course = await made.course({
        kind: 'instructor_led',
        content: { sections: [{ name: 'In class', activities: [{ kind: 'live_session', name: 'Class' }] }] },
      });
      await Sessions.create(ctx(), {
        courseId: course.id,
        name: 'Class of spring',
        description: 'Bring a pen',
        meetings: Array.from({ length: meetings }, (_, i) => ({
          startsAt: `2030-01-0${1 + i}T09:00:00.000Z`,
          endsAt: `2030-01-0${1 + i}T10:00:00.000Z`,
        })),
      });
      return course.externalId!;
    },
    async newToken({ key, secret } = client) {
      const query = new URLSearchParams({ clientKey: key, secret: secret! });
      const answer = await call('POST', `/api/v1/token?${query}`, { token: null });
      if (answer.status !== 200) throw new Error(`no token: ${JSON.stringify(answer)}`);
      return answer.body.access_token;
    },
    async close() {
      await closeServer(server);
      await access.close();
      if (!beside) await db.close();
    },
  };
  made.token = await made.newToken();
  return made;
}
