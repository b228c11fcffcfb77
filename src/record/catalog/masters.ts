import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { sql } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demand } from '../kernel/context.ts';
import { byKeys, isId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { against, invalid, refuse } from '../kernel/refusal.ts';
import { nameText } from '../kernel/text.ts';
import { insertOffering } from './create-offering.ts';
import { categoriesSql, findDelivery, lockDelivery, type SavedDelivery } from './deliveries.ts';
import { courseHead } from './read-courses.ts';
import { courseScope, demandUnit } from './scope.ts';
import { updateOffering } from './update-offering.ts';

/** A course that is a template, which instances are made from. */
export interface Master {
  id: string;
  number: number;
  /** External id, or else id. */
  key: string;
  name: string;
  published: boolean;
  unitId: string | null;
  categories: string[];
  createdAt: Instant;
  updatedAt: Instant;
}

const masterListing: Listing = {
  select: sql`c.id, c.number, coalesce(c.external_id, c.id::text) as key, c.name, c.state = 'published' as published, c.unit_id as "unitId",
    ${categoriesSql('c.attributes')} as categories, c.created_at as "createdAt", c.updated_at as "updatedAt"`,
  from: sql`course c`,
  fields: {
    named: {
      id: { sql: 'c.id', type: 'id' },
      unitId: { sql: 'c.unit_id', type: 'id', nullable: true },
      published: { sql: "(c.state = 'published')", type: 'boolean' },
      createdAt: { sql: 'c.created_at', type: 'instant' },
    },
  },
  sort: [{ field: 'createdAt', descending: false }],
  id: 'id',
};

/** Templates that the actor may see, the oldest first. */
export async function listMasters(ctx: Context, query: ListQuery): Promise<Page<Master>> {
  demand(ctx, 'courses.read');
  return listPage<Master>(ctx, masterListing, sql`${courseScope(ctx)} and c.template`, query);
}

/** The template with each key (external id, or else id), in the order asked; undefined where none has it. */
export async function findMasters(ctx: Context, keys: readonly string[]): Promise<(Master | undefined)[]> {
  demand(ctx, 'courses.read');
  const storable = keys.filter((key) => !key.includes('\u0000') && key.isWellFormed());
  const { rows } = await run<Master>(
    ctx,
    sql`select ${masterListing.select} from ${masterListing.from}
      where ${courseScope(ctx)} and c.template and (c.external_id = any(${storable}::text[])
         or (c.external_id is null and c.id = any(${storable.filter(isId)}::uuid[])))`,
  );
  return byKeys(keys, rows, (row) => row.key);
}

export const findMaster = async (ctx: Context, key: string): Promise<Master | undefined> =>
  (await findMasters(ctx, [key]))[0];

export interface InstanceInput {
  masterKey: string;
  name?: string | undefined;
  unitId?: string | null | undefined;
}

/**
 * Makes an offering of a template on the version that is published at this moment, where it stays until somebody says otherwise; the
 * same key again changes name and unit. Refuses an unknown template, another one than before (`invalid`), one that is not published,
 * and a key that something else has (`taken`).
 */
export async function saveInstance(ctx: Context, key: string, input: InstanceInput): Promise<SavedDelivery> {
  demand(ctx, 'courses.write');
  return transaction(ctx, async (ctx) => {
    await lockDelivery(ctx, key);
    const master = (await findMaster(ctx, input.masterKey)) ?? invalid(['masterKey'], 'not_found', 'a template');
    const before = await findDelivery(ctx, key);
    if (before) {
      if (!before.fromTemplate) refuse({ kind: 'taken', entity: 'offering', field: 'externalId', value: key });
      if (before.courseId !== master.id) invalid(['masterKey'], 'read_only', 'the template it was made from');
      await updateOffering(ctx, before.id, { name: input.name, unitId: input.unitId });
      const delivery = (await findDelivery(ctx, before.key)) ?? before;
      return { delivery, outcome: delivery.updatedAt === before.updatedAt ? 'unchanged' : 'changed' };
    }
    const course = await courseHead(ctx, master.id, 'write');
    if (course.state !== 'published' || course.currentVersionId === null)
      against('course_not_published', 'course', course.id);
    await demandUnit(ctx, input.unitId);
    await insertOffering(ctx, course.id, {
      name: input.name === undefined ? course.name : nameText(input.name, ['name']),
      externalId: nameText(key, ['externalId'], 255),
      versionId: course.currentVersionId,
      unitId: input.unitId === undefined ? (course.unitId ?? ctx.actor.units?.[0] ?? null) : input.unitId,
      fromTemplate: true,
    });
    return { delivery: (await findDelivery(ctx, key))!, outcome: 'created' };
  });
}
