import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { nothing, sql, TENANT } from '../../database/sql.ts';
import { transaction, violatedKey } from '../../database/transaction.ts';
import { type Context, demand, demandWhole } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId, newId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { invalid, notFound, refuse } from '../kernel/refusal.ts';
import { changesOf, nameText, type Precondition } from '../kernel/text.ts';

type AttributeType = 'text' | 'number' | 'boolean' | 'instant' | 'choice';

/** A declared field of people or courses. */
export interface Attribute {
  id: string;
  number: number;
  entity: 'person' | 'course';
  key: string;
  name: string;
  type: AttributeType;
  /** Of a choice; empty otherwise. */
  choices: string[];
  createdAt: Instant;
  updatedAt: Instant;
}

const attributeListing: Listing = {
  select: sql`a.id, a.number, a.entity, a.key, a.name, a.type, a.choices, a.created_at as "createdAt", a.updated_at as "updatedAt"`,
  from: sql`attribute a`,
  fields: {
    named: {
      id: { sql: 'a.id', type: 'id' },
      number: { sql: 'a.number', type: 'number' },
      entity: { sql: 'a.entity', type: 'text', exact: true },
      key: { sql: 'a.key', type: 'text', exact: true },
      name: { sql: 'a.name', type: 'text' },
      type: { sql: 'a.type', type: 'text', exact: true },
      createdAt: { sql: 'a.created_at', type: 'instant' },
      updatedAt: { sql: 'a.updated_at', type: 'instant' },
    },
  },
  sort: [{ field: 'number', descending: false }],
  id: 'id',
};

export async function listAttributes(ctx: Context, query: ListQuery): Promise<Page<Attribute>> {
  demand(ctx, 'people.read');
  return listPage<Attribute>(ctx, attributeListing, sql`a.tenant_id = ${TENANT}`, query);
}

export async function getAttribute(ctx: Context, id: string): Promise<Attribute> {
  demand(ctx, 'people.read');
  return readAttribute(ctx, id);
}

async function readAttribute(ctx: Context, id: string, lock = false): Promise<Attribute> {
  if (!isId(id)) return notFound('attribute', id);
  const { rows } = await run<Attribute>(
    ctx,
    sql`select ${attributeListing.select} from attribute a where a.tenant_id = ${TENANT} and a.id = ${id}${lock ? sql` for update` : nothing}`,
  );
  return rows[0] ?? notFound('attribute', id);
}

export interface NewAttribute {
  entity: 'person' | 'course';
  /** Letters, digits, dots, dashes and underscores, a letter first. */
  key: string;
  name: string;
  type?: AttributeType;
  choices?: readonly string[];
}

/** Declares a field; from then on what is written under its key must fit. What is there already stays as it is. */
export async function declareAttribute(ctx: Context, input: NewAttribute): Promise<Attribute> {
  demandWhole(ctx, 'tenant.manage');
  const type = input.type ?? 'text';
  if (!['text', 'number', 'boolean', 'instant', 'choice'].includes(type)) invalid(['type'], 'unknown_value');
  if (input.entity !== 'person' && input.entity !== 'course') invalid(['entity'], 'unknown_value');
  const key = nameText(input.key, ['key'], 100);
  if (!/^[A-Za-z][A-Za-z0-9_.-]*$/.test(key)) invalid(['key'], 'format');
  const id = newId();
  try {
    return await transaction(ctx, async (ctx) => {
      await ctx.db
        .insertInto('attribute')
        .values({
          tenant_id: ctx.tenant.id,
          id,
          entity: input.entity,
          key,
          name: nameText(input.name, ['name']),
          type,
          choices: choiceList(type, input.choices ?? []),
          created_at: ctx.now,
          updated_at: ctx.now,
        })
        .execute();
      await append(ctx, [{ type: 'attribute.created', entityId: id, data: { entity: input.entity, key, type } }]);
      return readAttribute(ctx, id);
    });
  } catch (error) {
    if (violatedKey(error) === 'attribute_key')
      refuse({ kind: 'taken', entity: 'attribute', field: 'key', value: key });
    throw error;
  }
}

/** Changes name or choices; key and type stay, because values hang on them. */
export async function updateAttribute(
  ctx: Context,
  id: string,
  input: { name?: string; choices?: readonly string[] },
  precondition?: Precondition<Attribute>,
): Promise<Attribute> {
  demandWhole(ctx, 'tenant.manage');
  return transaction(ctx, async (ctx) => {
    const before = await readAttribute(ctx, id, true);
    precondition?.(before);
    const after: Attribute = {
      ...before,
      name: input.name === undefined ? before.name : nameText(input.name, ['name']),
      choices: input.choices === undefined ? before.choices : choiceList(before.type, input.choices),
    };
    const changed = changesOf(before, after, ['name', 'choices']);
    if (!changed) return before;
    await ctx.db
      .updateTable('attribute')
      .set({ name: after.name, choices: after.choices, updated_at: ctx.now })
      .where('tenant_id', '=', ctx.tenant.id)
      .where('id', '=', before.id)
      .execute();
    await append(ctx, [{ type: 'attribute.updated', entityId: before.id, data: { changed } }]);
    return { ...after, updatedAt: ctx.now };
  });
}

/** Ends the declaration; values stay where they are, undeclared. */
export async function deleteAttribute(ctx: Context, id: string, precondition?: Precondition<Attribute>): Promise<void> {
  demandWhole(ctx, 'tenant.manage');
  await transaction(ctx, async (ctx) => {
    const attribute = await readAttribute(ctx, id, true);
    precondition?.(attribute);
    await ctx.db
      .deleteFrom('attribute')
      .where('tenant_id', '=', ctx.tenant.id)
      .where('id', '=', attribute.id)
      .execute();
    await append(ctx, [{ type: 'attribute.deleted', entityId: attribute.id, data: { key: attribute.key } }]);
  });
}

function choiceList(type: AttributeType, choices: readonly string[]): string[] {
  if (type !== 'choice' && choices.length > 0) invalid(['choices'], 'unknown_value', 'only a choice has them');
  if (choices.length > 1000) invalid(['choices'], 'too_many', 'at most 1000');
  return [...new Set(choices.map((choice, i) => nameText(choice, ['choices', i], 255)))];
}
