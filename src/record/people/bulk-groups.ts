import { run } from '../../database/run.ts';
import { NOW, type Sql, sql, TENANT } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { append, type NewEvent } from '../kernel/event.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { changesOf, nameText } from '../kernel/text.ts';
import { visibleUnits } from '../kernel/visibility.ts';
import { type BulkGroup, type BulkOutcome, refusedRow } from './bulk.ts';
import { groupLevels, levelIssue } from './group-levels.ts';
import type { GroupKind } from './groups.ts';
import { unitsByName } from './unit-names.ts';

interface Node {
  id: string;
  key: string;
  name: string;
  kind: GroupKind;
  level: string | null;
  parentId: string | null;
  unitId: string | null;
  visible: boolean;
}

const MEMBERS = ['name', 'level', 'parentId', 'unitId'] as const;

/** Makes and changes groups by key; the tree is locked. Gives also which of them moved: the caller reports them. */
export async function loadGroups(
  ctx: Context,
  rows: readonly BulkGroup[],
): Promise<{ outcomes: BulkOutcome[]; moved: string[] }> {
  if (rows.length === 0) return { outcomes: [], moved: [] };
  const { rows: known } = await run<Node>(
    ctx,
    sql`select g.id, coalesce(g.external_id, g.id::text) as key, g.name, g.kind, g.level, g.parent_id as "parentId", g.unit_id as "unitId",
            (true${visibleUnits(ctx, sql`g.unit_id`)}) as visible
       from people_group g where g.tenant_id = ${TENANT} and g.deleted_at is null`,
  );
  const before = new Map(known.map((node) => [node.id, node]));
  const tree = new Map(known.map((node) => [node.id, { ...node }]));
  const byKey = new Map(known.map((node) => [node.key, node.id]));
  const children = Map.groupBy(known, (node) => node.parentId);
  const childrenOf = new Map([...children].map(([id, list]) => [id, new Set(list.map((node) => node.id))]));
  const levels = groupLevels(ctx);
  const unit = await unitsByName(ctx);
  const ownUnit = ctx.actor.units?.[0] ?? null;

  const apply = (row: BulkGroup): BulkOutcome => {
    const id = byKey.get(row.key);
    const old = id === undefined ? undefined : tree.get(id)!;
    if (old && !old.visible)
      return { outcome: 'refused', fact: { kind: 'taken', entity: 'group', field: 'externalId', value: row.key } };
    const named = row.unitName === undefined ? undefined : unit(row.unitName);
    if (row.unitName !== undefined && !named) return refusedRow('unitId', 'not_found');
    const parentId = row.parentKey === undefined ? undefined : byKey.get(row.parentKey);
    if (row.parentKey !== undefined && !(parentId && tree.get(parentId)!.visible))
      return refusedRow('parentId', 'not_found');
    const next: Node = {
      id: id ?? newId(),
      key: old?.key ?? row.key,
      name: row.name === undefined && old ? old.name : nameText(row.name, ['name']),
      kind: old?.kind ?? 'hierarchical',
      level: row.level ?? old?.level ?? null,
      parentId: parentId ?? old?.parentId ?? null,
      unitId: named ? (named.root ? ownUnit : named.id) : (old?.unitId ?? ownUnit),
      visible: true,
    };
    for (let above = next.parentId; above !== null; above = tree.get(above)?.parentId ?? null)
      if (above === next.id)
        return { outcome: 'refused', fact: { kind: 'rule', rule: 'cycle', entity: 'group', id: next.id } };
    const below = [...(childrenOf.get(next.id) ?? [])].flatMap((child) => tree.get(child)!.level ?? []);
    const parentLevel = next.parentId === null ? null : tree.get(next.parentId)!.level;
    const issue = levelIssue(levels, next, parentLevel, below);
    if (issue) return { outcome: 'refused', fact: { kind: 'invalid', issues: [issue] } };
    const changed = !old || changesOf(old, next, MEMBERS) !== undefined;
    if (old?.parentId !== next.parentId) {
      if (old) childrenOf.get(old.parentId)?.delete(next.id);
      const siblings = childrenOf.get(next.parentId) ?? new Set();
      childrenOf.set(next.parentId, siblings.add(next.id));
    }
    tree.set(next.id, next);
    byKey.set(next.key, next.id);
    return { outcome: old ? (changed ? 'changed' : 'unchanged') : 'created' };
  };

  const outcomes = parentsFirst(rows, byKey, apply);
  return { outcomes, moved: await store(ctx, before, tree) };
}

/** A row waits for the one that makes its parent; who wait for each other find no parent. */
function parentsFirst(
  rows: readonly BulkGroup[],
  known: ReadonlyMap<string, string>,
  apply: (row: BulkGroup) => BulkOutcome,
): BulkOutcome[] {
  const makers = new Map<string, number>();
  rows.forEach((row, i) => {
    if (!known.has(row.key) && !makers.has(row.key)) makers.set(row.key, i);
  });
  const outcomes: (BulkOutcome | 'waiting' | undefined)[] = rows.map(() => undefined);
  for (let start = 0; start < rows.length; start++) {
    const stack = [start];
    while (stack.length > 0) {
      const i = stack.at(-1)!;
      const parent = rows[i]!.parentKey;
      const maker = parent === undefined ? undefined : makers.get(parent);
      if (outcomes[i] === undefined && maker !== undefined && outcomes[maker] === undefined && maker !== i) {
        outcomes[i] = 'waiting';
        stack.push(maker);
        continue;
      }
      stack.pop();
      if (outcomes[i] === undefined || outcomes[i] === 'waiting') outcomes[i] = judged(() => apply(rows[i]!));
    }
  }
  return outcomes as BulkOutcome[];
}

function judged(work: () => BulkOutcome): BulkOutcome {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return { outcome: 'refused', fact: error.fact };
    throw error;
  }
}

async function store(
  ctx: Context,
  before: ReadonlyMap<string, Node>,
  tree: ReadonlyMap<string, Node>,
): Promise<string[]> {
  const events: NewEvent[] = [];
  const [fresh, changed, moved]: [Node[], Node[], string[]] = [[], [], []];
  for (const node of tree.values()) {
    const old = before.get(node.id);
    const { id, key, name, kind, parentId, level } = node;
    if (!old) {
      fresh.push(node);
      events.push({
        type: 'group.created',
        entityId: id,
        data: { externalId: key, name, kind, parentId, level },
      });
      continue;
    }
    const changes = changesOf(old, node, MEMBERS);
    if (!changes) continue;
    changed.push(node);
    if (changes.parentId) moved.push(id);
    events.push({ type: 'group.updated', entityId: id, data: { changed: changes } });
  }
  const sent = (nodes: readonly Node[]): Sql => {
    const rows = nodes.map(({ id, key, name, level, parentId: parent, unitId: unit }) => ({
      id,
      key,
      name,
      level,
      parent,
      unit,
    }));
    return sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, key text, name text, level text, parent uuid, unit uuid)`;
  };
  if (fresh.length > 0)
    await run(
      ctx,
      sql`insert into people_group (tenant_id, id, external_id, name, kind, level, parent_id, unit_id, created_at, updated_at)
       select ${TENANT}, r.id, r.key, r.name, 'hierarchical', r.level, r.parent, r.unit, ${NOW}, ${NOW} from ${sent(fresh)}`,
    );
  if (changed.length > 0)
    await run(
      ctx,
      sql`update people_group g set name = r.name, level = r.level, parent_id = r.parent, unit_id = r.unit, updated_at = ${NOW}
         from ${sent(changed)} where g.tenant_id = ${TENANT} and g.id = r.id`,
    );
  await append(ctx, events);
  return moved;
}
