import type pg from 'pg';
import type { Tenants } from '../src/record/access/index.ts';
import { load } from './load.ts';
import { type Product, peakOf } from './product.ts';

export const GROUPS = 5000;
export const PEOPLE = 100_000;
/** 1, 10, 100, 900, 1989 and 2000 groups on six levels. */
const BOUNDS = [1, 11, 111, 1011, 3000, GROUPS];
export const LEVELS = BOUNDS.map((_, depth) => String(depth + 1));

/** Fills an empty tenant: `g1` is the root of 5,000 groups, twenty people in each; `outside` stands beside it. */
export async function fillCompany(pool: pg.Pool, tenant: Tenants.Tenant): Promise<void> {
  await pool.query(
    `insert into people_group (tenant_id, id, external_id, name, kind, level, parent_id, created_at, updated_at)
     with g as (
       select n, md5($1::text || n)::uuid as id, (select count(*) from unnest($2::int[]) b where n > b) as depth from generate_series(1, ${GROUPS}) n)
     select $1::uuid, g.id, 'g' || n, 'Group ' || n, 'hierarchical', (depth + 1)::text,
            case when depth > 0 then md5($1::text || (coalesce(($2::int[])[depth - 1], 0) + 1 + n % (($2::int[])[depth] - coalesce(($2::int[])[depth - 1], 0))))::uuid end,
            now(), now() from g order by n`,
    [tenant.id, BOUNDS],
  );
  await pool.query(
    `insert into people_group (tenant_id, id, external_id, name, kind, level, created_at, updated_at)
     values ($1, uuidv7(), 'outside', 'Outside', 'hierarchical', '1', now(), now())`,
    [tenant.id],
  );
  await pool.query(
    `with p as (
       insert into person (tenant_id, id, external_id, full_name, given_name, family_name, unit_id, created_at, updated_at)
       select $1::uuid, uuidv7(), 'p' || n, 'Person ' || n, 'Person', n::text, u.id, now(), now()
         from unit u, generate_series(1, ${PEOPLE}) n where u.tenant_id = $1::uuid returning id, external_id)
     insert into group_member (tenant_id, group_id, person_id, created_at)
     select $1::uuid, md5($1::text || (1 + substr(external_id, 2)::int % ${GROUPS}))::uuid, id, now() from p`,
    [tenant.id],
  );
  await pool.query('vacuum analyze person, people_group, group_member');
}

export interface GroupMeasures {
  assignSeconds: number;
  peakMb: number;
  leavesSeconds: number;
  comesBackSeconds: number;
  moved: number;
}

/**
 * Through Enabley: the root group is assigned to a channel, recursively; then a subtree of about a tenth goes and comes back. Everybody
 * has to be right afterwards each time.
 */
export async function measureGroups(
  product: Product,
  pool: pg.Pool,
  offeringId: string,
  headers: Record<string, string>,
): Promise<GroupMeasures> {
  const enrolled = async (): Promise<number> =>
    (
      await pool.query('select count(*)::int as n from enrollment where offering_id = $1 and ending is null', [
        offeringId,
      ])
    ).rows[0].n;
  const timed = async (method: 'POST' | 'PUT', path: string, body?: object): Promise<number> => {
    const from = performance.now();
    const answer = await fetch(`${product.url}/enabley/api/v1${path}`, {
      method,
      headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (performance.now() - from) / 1000;
  };
  const peak = peakOf(product.child.pid!);
  const assignSeconds = await timed('POST', `/channels/${offeringId}/groups/g1?recursive=true`);
  if ((await enrolled()) !== PEOPLE) throw new Error('not everybody was enrolled');
  await pool.query('vacuum analyze');
  const move = (parentIdentifier: string) =>
    timed('PUT', '/groups', { identifier: 'g2', type: '2', name: 'Group 2', parentIdentifier });
  const leavesSeconds = await move('outside');
  const moved = PEOPLE - (await enrolled());
  const comesBackSeconds = await move('g1');
  if ((await enrolled()) !== PEOPLE) throw new Error('not everybody came back');
  return { assignSeconds, peakMb: peak(), leavesSeconds, comesBackSeconds, moved };
}

/** The first page of a channel's performance, 200 rows of 100,000. */
export const performancePages = (
  product: Product,
  offeringId: string,
  headers: Record<string, string>,
  seconds: number,
) =>
  load(
    product.url,
    () => ({ method: 'GET', path: `/enabley/api/v2/performance?channelIdentifier=${offeringId}`, headers }),
    { seconds },
  );
