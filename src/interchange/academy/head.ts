import { Tenants } from '../../record/access/index.ts';
import type { Context } from '../../record/kernel/context.ts';
import { Units } from '../../record/people/index.ts';
import { moment, name, object, special, type TypeOf, text } from './shape.ts';
import { filled, sameThing } from './simple.ts';
import { type Library, without } from './subject.ts';
import { UNIT_MEMBERS, unitMembers } from './subjects/units.ts';

/** What is said of the academy as a whole. */
export const head = object(
  {},
  {
    name: name(),
    timeZone: text(100, 'IANA time zone, in which the dates of the file are meant.'),
    since: moment('When everything that the file makes was made; now unless said otherwise.'),
    settings: special<Record<string, unknown>>({
      type: 'object',
      description: 'Settings of the tenant by key; null takes one away.',
      properties: {
        groupLevels: {
          type: ['array', 'null'],
          description: 'The levels of hierarchical groups, top first.',
          items: { type: 'string', minLength: 1, maxLength: 255, pattern: '\\S' },
          uniqueItems: true,
        },
        mail: {
          type: ['object', 'null'],
          description:
            'What people are told of by mail (notices), and how it looks: locale, colour, senderName, replyTo, templates.',
        },
      },
    }),
    unit: object({}, { name: name(), ...UNIT_MEMBERS }, 'The unit at the top, whose key is root.'),
  },
  'The academy as a whole.',
);

export type Head = TypeOf<typeof head>;

/** Writes it; gives the tenant as it is from then on. */
export async function writeHead(
  ctx: Context,
  { name, timeZone, settings, unit }: Head,
): Promise<{ tenant: Tenants.Tenant; rootId: string; changed: boolean }> {
  const changes: Tenants.Changes = without({ name, timeZone, settings });
  const before = await Tenants.current(ctx);
  const tenant = filled(changes) ? await Tenants.update(ctx, changes) : before;
  const root = await Units.getRoot(ctx);
  // the unit at the top is called as the academy is, until it has a name of its own
  const renamed = name !== undefined && root.name === before.name ? name : undefined;
  const input = without({ ...unit, name: unit?.name ?? renamed });
  const after = filled(input) ? await Units.update(ctx, root.id, input) : root;
  return { tenant, rootId: root.id, changed: !sameThing(before, tenant) || !sameThing(root, after) };
}

export async function readHead(library: Library): Promise<object> {
  const { ctx } = library;
  const tenant = await Tenants.current(ctx);
  const root = await Units.getRoot(ctx);
  const { name, ...members } = unitMembers(library, root) as { name: string };
  const unit = without({
    name: name === tenant.name ? undefined : name,
    ...members,
    externalId: root.externalId ?? undefined,
  });
  return without({
    name: tenant.name,
    timeZone: tenant.timeZone,
    settings: filled(tenant.settings),
    unit: filled(unit),
  });
}
