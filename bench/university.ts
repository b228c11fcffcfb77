import type { Connected } from '../src/database/client.ts';
import { command, type Product } from './product.ts';

type Headers = Record<string, string>;

/** The imported university, and callers of it in each protocol. */
export interface University {
  /** The largest course, and the key and size of its offering. */
  courseId: string;
  channel: string;
  /** Learners. */
  people: { id: string }[];
  own: Headers;
  absorb: Headers;
  enabley: Headers;
  /** A published course with four sections of one page each. */
  makeCourse(): Promise<string>;
}

export async function openUniversity(
  env: Record<string, string>,
  product: Product,
  { pool }: Connected,
): Promise<University> {
  const { rows: tenants } = await pool.query(`select id from tenant where slug = 'university'`);
  const tenantId = tenants[0].id as string;
  const { rows: offerings } = await pool.query(
    `select e.course_id as id, o.external_id as channel from enrollment e join offering o on o.tenant_id = e.tenant_id and o.id = e.offering_id
      where e.tenant_id = $1 and e.ending is null and o.external_id is not null group by 1, 2 order by count(*) desc limit 1`,
    [tenantId],
  );
  const { rows: people } = await pool.query(
    `select id from person where tenant_id = $1 and username like 's%' order by id`,
    [tenantId],
  );
  const client = (dialect: string) =>
    command(env, 'client', 'create', '--tenant', 'university', '--dialect', dialect, '--json').credentials;
  const own = { authorization: `Bearer ${client('matricula').apiKey}` };
  const { username, password, privateKey } = client('absorb');
  const signedIn = await fetch(`${product.url}/absorb/authenticate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': privateKey },
    body: JSON.stringify({ username, password, privateKey }),
  });
  return {
    courseId: offerings[0].id,
    channel: offerings[0].channel,
    people,
    own,
    absorb: { authorization: (await signedIn.json()) as string, 'x-api-key': privateKey },
    enabley: await enableyHeaders(product, client('enabley')),
    makeCourse: () => makeCourse(product.url, own),
  };
}

export async function enableyHeaders(
  product: Product,
  { clientKey, secret }: { clientKey: string; secret: string },
): Promise<Headers> {
  const answer = await fetch(`${product.url}/enabley/api/v1/token?clientKey=${clientKey}&secret=${secret}`, {
    method: 'POST',
  });
  return { authorization: `Bearer ${((await answer.json()) as any).access_token}` };
}

/** A published course with four sections of one page each. */
export async function makeCourse(url: string, headers: Headers): Promise<string> {
  const call = async (method: string, path: string, body: unknown): Promise<any> => {
    const answer = await fetch(`${url}/matricula/v1${path}`, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const course = await call('POST', '/courses', { kind: 'online', name: 'Bench' });
  const sections = [1, 2, 3, 4].map((n) => ({
    name: `Section ${n}`,
    activities: [{ kind: 'page', name: `Page ${n}` }],
  }));
  await call('PUT', `/courses/${course.id}/draft`, { sections });
  await call('PUT', `/courses/${course.id}/publication`, {});
  return course.id as string;
}
