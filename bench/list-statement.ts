import type { Kysely } from 'kysely';
import { listPage } from '../src/database/listing.ts';
import { parameters } from '../src/database/parameters.ts';
import type { DB } from '../src/database/tables.generated.ts';
import { enrollmentListing } from '../src/record/enrollment/index.ts';

/** The statement behind Absorb's first page of a course's enrollments, with PostgreSQL making the JSON. */
export async function listStatement(tenantId: string, courseId: string): Promise<{ text: string; values: unknown[] }> {
  let caught: { sql: string; parameters: readonly unknown[] } | undefined;
  const spy = {
    executeQuery: async (query: { sql: string; parameters: readonly unknown[] }) => {
      caught = query;
      return { rows: [] };
    },
  } as unknown as Kysely<DB>;
  await listPage(
    spy,
    enrollmentListing,
    `e.tenant_id = $1 and (e.ending is null or e.ending = 'superseded') and e.course_id = $2::uuid`,
    parameters(tenantId, courseId),
    {
      sort: [{ field: 'fullName', descending: false }],
      page: { kind: 'rows', offset: 0, limit: 20, total: true },
    },
  );
  return {
    text: `select coalesce(json_agg(q), '[]')::text as body from (${caught!.sql}) q`,
    values: [...caught!.parameters],
  };
}
