import { type Listing, listPage } from '../../database/listing.ts';
import { parameters } from '../../database/parameters.ts';
import { type Context, demand } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { visibleUnitsSql } from '../kernel/visibility.ts';
import type { Audience } from './audiences.ts';

const audienceListing: Listing = {
  select: `a.id, a.group_id as "groupId", a.offering_id as "offeringId", a.recursive, a.created_at as "createdAt", a.updated_at as "updatedAt"`,
  from: `audience a join people_group g on g.tenant_id = a.tenant_id and g.id = a.group_id
    join offering o on o.tenant_id = a.tenant_id and o.id = a.offering_id join course c on c.tenant_id = o.tenant_id and c.id = o.course_id`,
  fields: {
    named: {
      id: { sql: 'a.id', type: 'id' },
      recursive: { sql: 'a.recursive', type: 'boolean' },
      createdAt: { sql: 'a.created_at', type: 'instant' },
      updatedAt: { sql: 'a.updated_at', type: 'instant' },
    },
  },
  sort: [{ field: 'createdAt', descending: false }],
  id: 'id',
};

/**
 * The audiences of a group or an offering with both ends in the actor's sight, the oldest first. What names nothing known gives an empty
 * list.
 */
export async function pageAudiences(
  ctx: Context,
  query: ListQuery,
  of: { offeringId?: string | undefined; groupId?: string | undefined },
): Promise<Page<Audience>> {
  demand(ctx, 'groups.read');
  const values = parameters(ctx.tenant.id);
  let where = `a.tenant_id = $1 and g.deleted_at is null${visibleUnitsSql(ctx, 'g.unit_id')}`;
  // without a unit a thing is the whole account's and seen by all
  for (const column of ['o.unit_id', 'c.unit_id'])
    where += ` and (${column} is null or (true${visibleUnitsSql(ctx, column)}))`;
  for (const [column, id] of [
    ['a.offering_id', of.offeringId],
    ['a.group_id', of.groupId],
  ] as const)
    if (id !== undefined) where += isId(id) ? ` and ${column} = ${values.add(id, 'uuid')}` : ' and false';
  return listPage<Audience>(ctx.db, audienceListing, where, values, query);
}
