import { type Listing, listPage } from '../../database/listing.ts';
import { sql } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { nameBasedId } from './name-based-id.ts';

/** A country of ISO 3166-1, by its alpha-2 code and English name. */
export interface Country {
  id: string;
  code: string;
  name: string;
}

/** A subdivision of a country, of whatever level, by its code and name in ISO 3166-2. */
export interface Province {
  id: string;
  code: string;
  name: string;
}

/** Stands for this list of places. Never to be changed: people carry the ids made of it. */
const NAMESPACE = '6d2cfc4e-9d4b-4f0e-8f5e-3c1a7c0b9a42';

type Place = Country | Province;

const place = (code: string, name: string): Place => ({ id: nameBasedId(NAMESPACE, code), code, name });

interface World {
  countries: Country[];
  /** By the id of their country. */
  provinces: Map<string, Province[]>;
}

let world: Promise<World> | undefined;

async function read(): Promise<World> {
  const { iso31661, iso31662 } = await import('iso-3166');
  const names = new Intl.DisplayNames('en', { type: 'region' });
  const countries = iso31661.map(({ alpha2, name }) => place(alpha2, names.of(alpha2) ?? name));
  const idOf = new Map(countries.map(({ code, id }) => [code, id]));
  const provinces = Map.groupBy(
    iso31662.map(({ code, name }) => place(code, name)),
    ({ code }) => idOf.get(code.slice(0, 2))!,
  );
  return { countries, provinces };
}

/** Read when first asked for: few accounts ask, and the list takes longer to load than the rest of a small module. */
const places = (): Promise<World> => {
  world ??= read();
  return world;
};

const listingOf = (all: readonly Place[]): Listing => ({
  select: sql`p.id, p.code, p.name`,
  from: sql`unnest(${all.map(({ id }) => id)}::uuid[], ${all.map(({ code }) => code)}::text[], ${all.map(({ name }) => name)}::text[]) as p (id, code, name)`,
  fields: {
    named: {
      id: { sql: 'p.id', type: 'id' },
      code: { sql: 'p.code', type: 'text' },
      name: { sql: 'p.name', type: 'text' },
    },
  },
  sort: [{ field: 'name', descending: false }],
  id: 'id',
});

/** The places go along as values, so that filters and orders mean here what they mean in every other list. */
const pageOf = (ctx: Context, all: readonly Place[], query: ListQuery): Promise<Page<Place>> =>
  listPage<Place>(ctx, listingOf(all), sql`true`, query);

export async function listCountries(ctx: Context, query: ListQuery): Promise<Page<Country>> {
  return pageOf(ctx, (await places()).countries, query);
}

/** The provinces of a country; an unknown one has none. */
export async function listProvinces(ctx: Context, countryId: string, query: ListQuery): Promise<Page<Province>> {
  return pageOf(ctx, (await places()).provinces.get(countryId) ?? [], query);
}
