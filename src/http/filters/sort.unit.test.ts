import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Refusal } from '../../record/kernel/refusal.ts';
import { parseSort } from './sort.ts';

const sort = (text: string) =>
  parseSort(text, '_sort', (name) => {
    const field = {
      dateadded: 'createdAt',
      lastname: 'familyName',
      'customfields/decimal1': 'attributes.decimal1:number',
    };
    const found = field[name.toLowerCase() as keyof typeof field];
    return found ? { type: 'text', field: found } : name === 'coded' ? { type: 'number', cases: [] } : undefined;
  });

it('reads fields in order, `-` for descending, nested ones and any case', () => {
  assert.deepEqual(sort('-dateAdded, LASTNAME,-customFields/decimal1'), [
    { field: 'createdAt', descending: true },
    { field: 'familyName', descending: false },
    { field: 'attributes.decimal1:number', descending: true },
  ]);
});

it('counts a field once, where it stands first', () => {
  assert.deepEqual(sort('lastName,-lastName'), [{ field: 'familyName', descending: false }]);
});

for (const text of [
  'nosuch',
  'lastName,',
  ',',
  '-',
  'lastName desc',
  'coded',
  "lastName;drop table person'",
  'x'.repeat(3000),
]) {
  it(`refuses ${text.slice(0, 40)}`, () => {
    assert.throws(
      () => sort(text),
      (error) => error instanceof Refusal && error.fact.kind === 'invalid' && error.fact.issues[0]?.path[0] === '_sort',
    );
  });
}
