import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { type Academy, academy, NOBODY } from './academy.ts';

let a: Academy;
before(async () => {
  a = await academy();
});
after(() => a.close());

const read = async (path: string) => {
  const { status, body } = await a.get(path);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
};
const encoded = encodeURIComponent;
const country = async (code: string) =>
  (await read(`/countries?_filter=${encoded(`countryCode eq '${code}'`)}`)).countries[0];
const provinces = (countryId: string, more = ''): Promise<{ id: string; name: string }[]> =>
  read(`/provinces?countryId=${countryId}${more}`);

it('reads all countries and the provinces of each, as a client does', async () => {
  const first = await read('/countries?_limit=1000&_offset=0');
  assert.deepEqual([first.totalItems, first.returnedItems, first.countries.length], [249, 249, 249]);
  assert.deepEqual(Object.keys(first.countries[0]), ['id', 'countryCode', 'name']);
  assert.equal(new Set(first.countries.map(({ id }: any) => id)).size, 249);
  assert.deepEqual((await read('/countries?_limit=200&_offset=1')).countries, first.countries.slice(200));
  const large = ['GB', 'SI', 'US', 'CA', 'DE', 'FR'];
  for (const { id } of first.countries.filter(({ countryCode }: any) => large.includes(countryCode))) {
    const whole = await provinces(id);
    assert.ok(whole.length >= 10);
    assert.deepEqual(await provinces(id, '&_offset=0&_limit=1000'), whole);
    assert.deepEqual(await provinces(id, '&_offset=1&_limit=5'), whole.slice(5, 10));
  }
  assert.deepEqual(await provinces(NOBODY), []);
});

it('has the same ids at all times', async () => {
  const germany = await country('DE');
  assert.deepEqual(germany, { id: '772a4e51-3ad7-501e-bed2-48334d17c070', countryCode: 'DE', name: 'Germany' });
  assert.equal(
    (await provinces(germany.id)).find(({ name }) => name === 'Bayern')?.id,
    'e71b2695-402c-5efa-bc13-9fca11ddb604',
  );
  const california = (await provinces((await country('US')).id)).find(({ name }) => name === 'California');
  assert.equal(california?.id, 'f5ccf41e-09af-56dd-a3af-922501a3ac96');
});

it('filters and sorts by what it shows', async () => {
  const found = await read(`/countries?_filter=${encoded(`startswith(name,'new')`)}&_sort=-name&_limit=1`);
  assert.deepEqual([found.totalItems, found.countries[0].name], [2, 'New Zealand']);
  const { id } = await country('CA');
  const [quebec, ...others] = await provinces(id, `&_filter=${encoded(`name eq 'Quebec'`)}`);
  assert.deepEqual([quebec!.name, others.length], ['Quebec', 0]);
});

it('wants a country', async () => {
  for (const path of ['/provinces', '/provinces?countryId=', '/provinces?countryId=DE'])
    assert.deepEqual((await a.get(path)).body.message, 'Invalid format provided for countryId', path);
});

it('users have these ids, and ids of other portals', async () => {
  const { id: countryId } = await country('US');
  const [province] = await provinces(countryId, `&_filter=${encoded(`name eq 'Texas'`)}`);
  const row = { departmentId: a.rootId, firstName: 'A', lastName: 'Texan' };
  const here = (await a.post('/users', { ...row, username: 'texan', countryId, provinceId: province!.id })).body;
  const away = (await a.post('/users', { ...row, username: 'elsewhere', countryId: NOBODY, provinceId: NOBODY })).body;
  for (const [made, country, part] of [
    [here, countryId, province!.id],
    [away, NOBODY, NOBODY],
  ]) {
    const kept = await read(`/users/${made.id}`);
    assert.deepEqual([kept.countryId, kept.provinceId], [country, part]);
    for (const filter of [`countryId eq guid'${country}'`, `provinceId eq '${part.toUpperCase()}'`]) {
      const { users } = await read(`/users?_filter=${encoded(filter)}`);
      assert.deepEqual(
        users.map(({ id }: any) => id),
        [made.id],
      );
    }
  }
});
