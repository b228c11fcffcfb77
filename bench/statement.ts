import type { Kysely } from 'kysely';
import { listPage } from '../src/database/listing.ts';
import { parameters } from '../src/database/parameters.ts';
import type { DB } from '../src/database/tables.generated.ts';
import { type TenantRecord, tenantContext } from '../src/record/access/index.ts';
import { enrollmentListing } from '../src/record/enrollment/index.ts';
import { listPerformance } from '../src/record/insight/index.ts';

export interface Statement {
  text: string;
  values: unknown[];
}

/** The statement behind Absorb's first page of a course's enrollments, with PostgreSQL making the JSON. */
export const courseEnrollments = (tenantId: string, courseId: string): Promise<Statement> =>
  caught((db) =>
    listPage(
      db,
      enrollmentListing,
      `e.tenant_id = $1 and (e.ending is null or e.ending = 'superseded') and e.course_id = $2::uuid`,
      parameters(tenantId, courseId),
      {
        sort: [{ field: 'fullName', descending: false }],
        page: { kind: 'rows', offset: 0, limit: 20, total: true },
      },
    ),
  );

/** The statement behind Enabley's first page of a channel's performance. */
export const performancePage = (tenant: TenantRecord, offeringId: string): Promise<Statement> =>
  caught((db) =>
    listPerformance(tenantContext({ db, dialect: 'bench' }, tenant), { offeringId }, { limit: 200, total: true }),
  );

/** What the work would have sent to the database, wrapped so that PostgreSQL makes the JSON. */
async function caught(work: (db: Kysely<DB>) => Promise<unknown>): Promise<Statement> {
  let sent: { sql: string; parameters: readonly unknown[] } | undefined;
  const spy = {
    executeQuery: async (query: { sql: string; parameters: readonly unknown[] }) => {
      sent = query;
      return { rows: [] };
    },
  } as unknown as Kysely<DB>;
  await work(spy);
  return {
    text: `select coalesce(json_agg(q), '[]')::text as body from (${sent!.sql}) q`,
    values: [...sent!.parameters],
  };
}
