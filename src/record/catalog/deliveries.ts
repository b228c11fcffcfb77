import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { join, name, type Sql, sql } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import type { Entitlements, Roles } from '../access/index.ts';
import { type Context, demand } from '../kernel/context.ts';
import { byKeys, isId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import { takeLock } from '../kernel/locks.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { invalid } from '../kernel/refusal.ts';
import type { CourseKind, CourseState } from './course.ts';
import { createCourse } from './create-course.ts';
import type { OfferingState } from './offering.ts';
import { offeringScope } from './scope.ts';
import { updateCourse } from './update-course.ts';
import { updateOffering } from './update-offering.ts';

/** What a delivery may be of: work that learners go through, no collections, clips or job aids. */
const KINDS = ['online', 'instructor_led', 'stream'] as const satisfies readonly CourseKind[];

/** An offering as one thing with its course, for whoever does not tell them apart. Keys are external ids, or else our own ids. */
export interface Delivery {
  id: string;
  number: number;
  key: string;
  name: string;
  kind: CourseKind;
  courseId: string;
  courseKey: string;
  courseState: CourseState;
  /** Made from a template, which `courseKey` names. */
  fromTemplate: boolean;
  isDefault: boolean;
  state: OfferingState;
  startsAt: Instant | null;
  endsAt: Instant | null;
  unitId: string | null;
  /** Names from the offering's attributes, or else from the course's. */
  categories: string[];
  /** How long the course takes; the learner's time where nothing is said of that. */
  minutes: number | null;
  createdAt: Instant;
  updatedAt: Instant;
}

/** SQL of the names of categories in attributes; the first of these that has a list counts. */
export const categoriesSql = (...attributes: string[]): Sql =>
  sql`array(select jsonb_array_elements_text(case ${join(
    attributes.map(
      (column) => sql`when jsonb_typeof(${name(column)}->'categories') = 'array' then ${name(column)}->'categories'`,
    ),
    sql` `,
  )} else '[]' end))`;

const deliveryListing: Listing = {
  select: sql`o.id, o.number, coalesce(o.external_id, o.id::text) as key, o.name, c.kind, o.course_id as "courseId",
    coalesce(c.external_id, c.id::text) as "courseKey", c.state as "courseState", (o.from_template or c.template) as "fromTemplate",
    o.is_default as "isDefault", o.state, o.starts_at as "startsAt", o.ends_at as "endsAt", o.unit_id as "unitId",
    ${categoriesSql('o.attributes', 'c.attributes')} as categories, coalesce(c.duration_minutes, c.learner_time) as minutes,
    o.created_at as "createdAt", o.updated_at as "updatedAt"`,
  from: sql`offering o join course c on c.tenant_id = o.tenant_id and c.id = o.course_id`,
  fields: {
    named: {
      id: { sql: 'o.id', type: 'id' },
      unitId: { sql: 'o.unit_id', type: 'id', nullable: true },
      createdAt: { sql: 'o.created_at', type: 'instant' },
      updatedAt: { sql: 'o.updated_at', type: 'instant' },
    },
  },
  sort: [{ field: 'createdAt', descending: false }],
  id: 'id',
};

const ONLY_THOSE = sql`c.kind in (${join(KINDS.map((kind) => sql`'${name(kind)}'`))})`;

/** Deliveries that the actor may see, the oldest first. */
export async function listDeliveries(ctx: Context, query: ListQuery): Promise<Page<Delivery>> {
  demand(ctx, 'courses.read');
  return listPage<Delivery>(ctx, deliveryListing, sql`${offeringScope(ctx)} and ${ONLY_THOSE}`, query);
}

/** The delivery with each key (external id, or else id), in the order asked; undefined where none has it. */
export async function findDeliveries(ctx: Context, keys: readonly string[]): Promise<(Delivery | undefined)[]> {
  demand(ctx, 'courses.read');
  const storable = keys.filter((key) => !key.includes('\u0000') && key.isWellFormed());
  const { rows } = await run<Delivery>(
    ctx,
    sql`select ${deliveryListing.select} from ${deliveryListing.from}
      where ${offeringScope(ctx)} and ${ONLY_THOSE} and (o.external_id = any(${storable}::text[])
         or (o.external_id is null and o.id = any(${storable.filter(isId)}::uuid[])))`,
  );
  return byKeys(keys, rows, (row) => row.key);
}

export const findDelivery = async (ctx: Context, key: string): Promise<Delivery | undefined> =>
  (await findDeliveries(ctx, [key]))[0];

/** Words about content stand on the course, where authors and reviewers are looked for. */
const OF_CONTENT: readonly Roles.Key[] = ['author', 'reviewer'];

/** Where a staff word on a delivery stands: one that is one thing with its course has a place for either kind. */
export const placeOfWord = (delivery: Delivery, role: Roles.Key): { entity: Entitlements.Entity; entityId: string } =>
  delivery.isDefault && !delivery.fromTemplate && OF_CONTENT.includes(role)
    ? { entity: 'course', entityId: delivery.courseId }
    : { entity: 'offering', entityId: delivery.id };

export interface DeliveryInput {
  name?: string | undefined;
  /** Needed at first, and kept. */
  kind?: (typeof KINDS)[number] | undefined;
  state?: OfferingState | undefined;
  unitId?: string | null | undefined;
}

export interface SavedDelivery {
  delivery: Delivery;
  outcome: 'created' | 'changed' | 'unchanged';
}

/** Writers of one key come one after the other: the second finds what the first made. */
export const lockDelivery = (ctx: Context, key: string) => takeLock(ctx, 'delivery', key);

/**
 * Changes the delivery with this key, or makes a published course and its default offering as one, with the key as external id of both.
 * Refuses another kind (`invalid`) and a key that a course has which is not this delivery's (`taken`).
 */
export async function saveDelivery(ctx: Context, key: string, input: DeliveryInput): Promise<SavedDelivery> {
  demand(ctx, 'courses.write');
  return transaction(ctx, async (ctx) => {
    await lockDelivery(ctx, key);
    const before = await findDelivery(ctx, key);
    const { name, kind, state, unitId } = input;
    if (!before) {
      if (!name?.trim()) return invalid(['name'], 'required');
      const course = await createCourse(ctx, {
        kind: kind ?? invalid(['kind'], 'required'),
        name,
        unitId,
        externalId: key,
        state: 'published',
      });
      if (state === 'retired') {
        await updateOffering(ctx, course.defaultOfferingId!, { state });
        await updateCourse(ctx, course.id, { state });
      }
      return { delivery: (await findDelivery(ctx, key))!, outcome: 'created' };
    }
    if (kind !== undefined && (kind === 'stream') !== (before.kind === 'stream')) invalid(['kind'], 'read_only');
    if (before.isDefault && !before.fromTemplate)
      await updateCourse(ctx, before.courseId, {
        name,
        unitId,
        ...(state === 'active' && before.courseState === 'retired' ? { state: 'published' } : {}),
        ...(state === 'retired' && before.courseState === 'published' ? { state } : {}),
      });
    await updateOffering(ctx, before.id, { name, unitId, state });
    const delivery = (await findDelivery(ctx, before.key)) ?? before;
    return { delivery, outcome: delivery.updatedAt === before.updatedAt ? 'unchanged' : 'changed' };
  });
}
