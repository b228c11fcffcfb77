import { pino } from 'pino';
import { type App, createApp, DIALECTS } from '../../src/app.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { Clients, Tenants } from '../../src/record/access/index.ts';
import type { NewTenant } from '../../src/record/access/tenants.ts';
import type { Context } from '../../src/record/kernel/context.ts';
import { PERMISSIONS, type Permission } from '../../src/record/kernel/permission.ts';
import { People } from '../../src/record/people/index.ts';
import { testTenant } from './context.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { OWN } from './dialects.ts';

export interface CallOptions {
  /** API key or token; null sends none. The administrator's by default. */
  as?: string | null;
  body?: unknown;
  headers?: Record<string, string>;
  /** Text as it is, in place of `body`. */
  payload?: string;
}

export interface Answered {
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  /** Parsed where it is JSON, else the text; null where there is none. */
  body: any;
}

export type Api = (method: string, path: string, options?: CallOptions) => Promise<Answered>;

export interface TestTenant {
  /** The system in the tenant, at this moment. */
  ctx(): Promise<Context>;
  slug: string;
  /** Key of a client that may do everything. */
  key: string;
  /** Calls our own API, below `/matricula/v1`. */
  api: Api;
  /** A further key. */
  keyFor(permissions: readonly Permission[]): Promise<string>;
  /** Somebody who signed in. */
  personWith(
    input?: People.Input & { roles?: readonly string[] },
  ): Promise<{ id: string; login: string; token: string }>;
}

export interface TestApp extends TestTenant {
  app: App;
  database: TestDatabase;
  tenant(options?: Partial<NewTenant>): Promise<TestTenant>;
  close(): Promise<void>;
}

const PASSWORD = 'correct horse';

/** The whole product over a database of its own, reached by `inject`: every answer is held against its contract. */
export async function testApp(
  options: { tenant?: Partial<NewTenant>; config?: Partial<Config> } = {},
): Promise<TestApp> {
  const database = await testDatabase();
  const app = await createApp({
    config: { ...readConfig({ LOG_LEVEL: 'silent', PUBLIC_URL: 'http://localhost' }, DIALECTS), ...options.config },
    connected: database,
    // what goes wrong on our side is told where a test can see it
    log: pino({ level: process.env.TEST_LOG ?? 'error' }),
    checkAnswers: true,
  });
  const tenant = (given: Partial<NewTenant> = {}) => newTenant(app, database, given);
  return { ...(await tenant(options.tenant)), app, database, tenant, close: () => app.close() };
}

async function newTenant(app: App, { db }: TestDatabase, given: Partial<NewTenant>): Promise<TestTenant> {
  const { slug } = (await testTenant(db, given)).tenant;
  const ctx = async () => {
    const by = Tenants.operator(db, 'test');
    return Tenants.contextOf(by, (await Tenants.find(by, slug))!);
  };
  const keyFor = async (permissions: readonly Permission[]) =>
    (await Clients.create(await ctx(), { dialect: OWN, name: 'Test', permissions })).key;
  const key = await keyFor(PERMISSIONS);
  const api = apiOf(app, key);
  return {
    ctx,
    slug,
    key,
    api,
    keyFor,
    personWith: async ({ roles = [], ...input } = {}) => {
      const username = `user-${Math.random().toString(36).slice(2, 10)}`;
      const person = await People.create(await ctx(), {
        username,
        fullName: 'Ada Lovelace',
        ...input,
        password: PASSWORD,
      });
      for (const role of roles) {
        const found = (await api('GET', `/roles?key=${role}`)).body.data[0];
        await api('PUT', `/people/${person.id}/roles/${found.id}`);
      }
      const signedIn = await api('POST', '/tokens', {
        as: null,
        body: { tenant: slug, login: person.login, password: PASSWORD },
      });
      return { id: person.id, login: person.login, token: signedIn.body.token };
    },
  };
}

export const apiOf =
  (app: App, key: string): Api =>
  async (method, path, { as = key, body, headers = {}, payload } = {}) => {
    const given = payload ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await app.server.inject({
      method: method as 'GET',
      url: `/matricula/v1${path}`,
      headers: {
        ...(as === null ? {} : { authorization: `Bearer ${as}` }),
        ...(given === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(given === undefined ? {} : { payload: given }),
    });
    const type = String(response.headers['content-type'] ?? '');
    const parsed = response.body === '' ? null : /[/+]json\b/.test(type) ? JSON.parse(response.body) : response.body;
    if (parsed?.contractDrift) throw new Error(JSON.stringify(parsed, null, 1).slice(0, 4000));
    return { status: response.statusCode, headers: response.headers, body: parsed };
  };
