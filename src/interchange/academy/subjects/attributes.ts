import { Attributes } from '../../../record/people/index.ts';
import { choice, key, list, name, object, text } from '../shape.ts';
import { every, filled, save } from '../simple.ts';
import { subject, without } from '../subject.ts';

/** Attributes of people and of courses may have the same key: `person.grade`. */
export const attributes = subject({
  name: 'attributes',
  description: 'Declared fields of people and courses.',
  entry: object(
    {
      key: key('attribute', 'Whose field it is and its name: `person.grade`, `course.level`.'),
      name: name('What people call it.'),
    },
    {
      type: choice(
        ['text', 'number', 'boolean', 'instant', 'choice'],
        'What is kept in it; text unless said otherwise.',
      ),
      choices: list(text(255), 'Of a choice.'),
    },
  ),
  check(entries, fault) {
    for (const { value, path } of entries)
      if (!/^(person|course)\.[A-Za-z][A-Za-z0-9_.-]*$/.test(value.key))
        fault(
          [...path, 'key'],
          'format',
          'must be person.… or course.…, then letters, digits, dots, dashes and underscores',
        );
  },
  async write(world, entries) {
    for (const entry of entries) {
      const { key, name, type, choices } = entry.value;
      const [entity, own] = [key.slice(0, key.indexOf('.')), key.slice(key.indexOf('.') + 1)];
      const rest = without({ name, choices });
      await save(
        world,
        { subject: 'attributes', kind: 'attribute' },
        entry,
        { get: Attributes.get, create: Attributes.declare, update: Attributes.update },
        {
          create: () => ({ ...without({ type }), ...rest, entity: entity as 'person' | 'course', key: own, name }),
          update: () => rest,
        },
      );
    }
  },
  async *read({ ctx }) {
    for await (const one of every((query) => Attributes.list(ctx, query)))
      yield without({
        key: `${one.entity}.${one.key}`,
        name: one.name,
        type: one.type === 'text' ? undefined : one.type,
        choices: filled(one.choices),
      });
  },
});
