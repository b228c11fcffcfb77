import { Roles } from '../../../record/access/index.ts';
import { PERMISSIONS } from '../../../record/kernel/permission.ts';
import { choice, key, list, maybe, name, object, text } from '../shape.ts';
import { every, save } from '../simple.ts';
import { subject, without } from '../subject.ts';

export const roles = subject({
  name: 'roles',
  description: 'Roles of the academy’s own, beside those that come with Matricula.',
  entry: object(
    { key: key('role'), name: name() },
    { description: maybe(text()), permissions: list(choice(PERMISSIONS), 'What its holders may do.') },
  ),
  async write(world, entries) {
    for (const entry of entries) {
      const { key: _, ...rest } = entry.value;
      const input = without(rest);
      await save(
        world,
        { subject: 'roles', kind: 'role' },
        entry,
        { get: Roles.get, create: Roles.create, update: Roles.update },
        { create: () => input, update: () => input },
      );
    }
  },
  async *read({ ctx, key }) {
    for await (const one of every((query) => Roles.list(ctx, query)))
      if (one.key === null)
        yield without({
          key: key('role', one.id),
          name: one.name,
          description: one.description ?? undefined,
          permissions: one.permissions,
        });
  },
});
