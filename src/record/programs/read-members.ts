import { type Listing, listPage } from '../../database/listing.ts';
import { nothing, sql, TENANT } from '../../database/sql.ts';
import { Authority } from '../access/index.ts';
import { type Context, demand } from '../kernel/context.ts';
import { inDefault } from '../kernel/finding.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { notFound } from '../kernel/refusal.ts';
import { visiblePeople } from '../kernel/visibility.ts';
import type { MemberSource } from './members.ts';
import { readProgram } from './read-programs.ts';

/** One stay of a person in a program. */
export interface ProgramMember {
  id: string;
  programId: string;
  personId: string;
  person: { id: string; number: number; externalId: string | null; fullName: string; email: string | null };
  /** How they came. */
  source: MemberSource;
  joinedAt: Instant;
  leftAt: Instant | null;
}

const PERSON = `jsonb_build_object('id', p.id, 'number', p.number, 'externalId', p.external_id, 'fullName', p.full_name, 'email', p.email) as person`;

const rest = { sort: [{ field: 'joinedAt', descending: false }], id: 'id' } as const;

const memberListing: Listing = {
  select: `m.id, m.program_id as "programId", m.person_id as "personId", m.source, m.joined_at as "joinedAt", m.left_at as "leftAt", ${PERSON}`,
  from: 'program_member m join person p on p.tenant_id = m.tenant_id and p.id = m.person_id',
  fields: {
    named: {
      id: { sql: 'm.id', type: 'id' },
      personId: { sql: 'm.person_id', type: 'id' },
      fullName: { sql: 'p.full_name', type: 'text' },
      joinedAt: { sql: 'm.joined_at', type: 'instant' },
      leftAt: { sql: 'm.left_at', type: 'instant', nullable: true },
    },
  },
  ...rest,
};

/** Those who are in the default program, by a row or without one; without one, their own id stands for it. */
const defaultListing: Listing = {
  select: `coalesce(m.id, p.id) as id, g.id as "programId", p.id as "personId", coalesce(m.source, 'direct') as source,
    coalesce(m.joined_at, p.created_at) as "joinedAt", m.left_at as "leftAt", ${PERSON}`,
  from: `person p join program g on g.tenant_id = p.tenant_id and g.is_default
    left join program_member m on m.tenant_id = p.tenant_id and m.person_id = p.id and m.program_id = g.id and m.left_at is null`,
  fields: {
    named: {
      id: { sql: 'coalesce(m.id, p.id)', type: 'id' },
      personId: { sql: 'p.id', type: 'id' },
      fullName: { sql: 'p.full_name', type: 'text' },
      joinedAt: { sql: 'coalesce(m.joined_at, p.created_at)', type: 'instant' },
      leftAt: { sql: 'm.left_at', type: 'instant', nullable: true },
    },
  },
  ...rest,
};

/** Who is in a program, or was: the oldest stay first. Of the default one those who are in it now, or those who left. */
export async function listProgramMembers(
  ctx: Context,
  programId: string,
  query: ListQuery,
  { left = false, personId }: { left?: boolean | undefined; personId?: string | undefined } = {},
): Promise<Page<ProgramMember>> {
  demand(ctx, 'enrollments.read');
  const program = await readProgram(ctx, programId);
  const named = personId === undefined ? nothing : sql` and p.id = ${personId}::uuid`;
  const seen = sql`${visiblePeople(ctx, 'p')}${named}`;
  const ofDefault = sql`p.tenant_id = ${TENANT} and p.status <> 'deleted' and ${inDefault('g.id', sql`p.id`)}${seen}`;
  if (program.isDefault && !left) return listPage<ProgramMember>(ctx, defaultListing, ofDefault, query);
  const over = left ? sql`is not null` : sql`is null`;
  const where = sql`m.tenant_id = ${TENANT} and m.program_id = ${program.id}::uuid and m.left_at ${over}${seen}`;
  return listPage<ProgramMember>(ctx, memberListing, where, query);
}

/** The stay of somebody who is in the program. Refuses `not_found`. */
export async function getProgramMember(ctx: Context, programId: string, personId: string): Promise<ProgramMember> {
  demand(ctx, 'enrollments.read');
  await Authority.demandVisible(ctx, [personId]);
  const { rows } = await listProgramMembers(
    ctx,
    programId,
    { page: { kind: 'keyset', limit: 1, total: false } },
    { personId },
  );
  return rows[0] ?? notFound('person', personId);
}
