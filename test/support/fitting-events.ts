import assert from 'node:assert/strict';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type pg from 'pg';
import { dataSchema } from '../../src/record/kernel/event-data.ts';
import { EVENT_TYPES } from '../../src/record/kernel/event-types.ts';
import { dataOf } from '../../src/record/things.ts';

/** One event of each type, entity and shape of its data. Of people whose data was erased, nothing is kept. */
const SHAPES = `
select distinct on (type, entity, shape, pairs) type, entity, data
  from (select type, entity, data,
               (select string_agg(m.key || ' ' || jsonb_typeof(m.value), ', ' order by m.key) from jsonb_each(data) m) as shape,
               (select string_agg(concat_ws(' ', m.key, jsonb_typeof(m.value -> 0), jsonb_typeof(m.value -> 1)), ', ' order by m.key)
                  from jsonb_each(case jsonb_typeof(data -> 'changed') when 'object' then data -> 'changed' else '{}' end) m) as pairs
          from event e
         where not exists (select 1 from person p where p.tenant_id = e.tenant_id and p.id = e.person_id and p.purged_at is not null)) told`;

let validators: Map<string, { entity: string; fits: ValidateFunction }> | undefined;

function known(): Map<string, { entity: string; fits: ValidateFunction }> {
  if (validators) return validators;
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
  formats.default(ajv);
  validators = new Map(
    EVENT_TYPES.map(({ type, entity, data }) => [
      type,
      { entity, fits: ajv.compile(dataSchema(dataOf({ entity, data }))) },
    ]),
  );
  return validators;
}

/** What does not fit the table of event types: types it does not know, things of another kind, members it does not name. */
export function misfits(events: readonly { type: string; entity: string; data: unknown }[]): string[] {
  return events.flatMap(({ type, entity, data }) => {
    const own = known().get(type);
    if (!own) return [`${type} is no type`];
    if (own.entity !== entity) return [`${type} about ${entity}`];
    if (own.fits(data)) return [];
    return own.fits.errors!.map(
      ({ instancePath, message, params }) => `${type}${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  });
}

/** Every event of a database fits the table. */
export async function demandFittingEvents(db: pg.Pool | pg.Client): Promise<void> {
  const { rows } = await db.query(SHAPES);
  assert.deepEqual([...new Set(misfits(rows))], []);
}
