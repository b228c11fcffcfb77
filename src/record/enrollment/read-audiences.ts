import { type Listing, listPage } from '../../database/listing.ts';
import { type Context, demand } from '../kernel/context.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { AUDIENCE_SQL, type Audience, type AudienceOf, audiencesInSight } from './audiences.ts';

const audienceListing: Listing = {
  ...AUDIENCE_SQL,
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
export async function pageAudiences(ctx: Context, query: ListQuery, of: AudienceOf): Promise<Page<Audience>> {
  demand(ctx, 'groups.read');
  return listPage<Audience>(ctx, audienceListing, audiencesInSight(ctx, of), query);
}
