import type { Listing } from '../../database/listing.ts';
import { own, type PatchOf, type Read, shown, thing } from '../kernel/members.ts';
import { choice, flag, id, instant, key, label, maybe, type Rule, text, whole } from '../kernel/rules.ts';

const STATES = ['active', 'retired'] as const;

const SLUG = '^[a-z0-9]+(-[a-z0-9]+)*$';
const slug: Rule<string> = {
  ...label(100),
  exact: true,
  json: { type: 'string', minLength: 1, maxLength: 100, pattern: SLUG },
  check(value, path, issues) {
    const kept = label(100).check(value, path, issues);
    if (kept === undefined || new RegExp(SLUG).test(kept)) return kept;
    issues.push({ path, fault: 'format', detail: 'lower case letters, digits and single dashes' });
    return undefined;
  },
};

/** What people find and may enroll themselves in. Alias `g`. */
export const PROGRAM = thing(
  'program',
  'g',
  {
    externalId: own(key, { unique: 'exact' }),
    name: own(label(500)),
    description: own(maybe(text(100_000))),
    state: own(choice(STATES), { about: 'A retired one shows nothing and takes nobody in.', usual: 'active' }),
    slug: own(maybe(slug), { about: 'Its name in addresses.', unique: 'exact' }),
    url: own(maybe(text(4000)), 'Where people are led to.'),
    startsAt: own(maybe(instant), 'It shows nothing before.'),
    endsAt: own(maybe(instant), { about: 'It shows nothing after.', ends: true }),
    seats: own(maybe(whole(0, 1_000_000_000)), 'How many may be members at a time.'),
    unitId: own(maybe(id('unit')), 'Key of the unit it belongs to; none is the whole academy.'),
    /** The one that holds every published course and everybody who has not left it. */
    isDefault: shown(flag),
    /** Members of now, the suspended among them; null of the default one. */
    memberCount: shown(
      maybe(whole(0, 1_000_000_000)),
      `case when not g.is_default then (select count(*) from program_member n where n.tenant_id = g.tenant_id and n.program_id = g.id and n.left_at is null) end`,
    ),
  },
  { marked: true },
);

export type Program = Read<typeof PROGRAM>;
export type ProgramPatch = PatchOf<typeof PROGRAM>;

export const programListing: Listing = {
  select: PROGRAM.select,
  from: 'program g',
  fields: { named: PROGRAM.fields },
  sort: [{ field: 'name', descending: false }],
  id: 'id',
};
