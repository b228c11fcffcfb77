import type { Actor, Reach, ReachedEntity } from '../kernel/actor.ts';
import type { Permission } from '../kernel/permission.ts';

/** A role somebody holds: in the account, or in a unit and below. */
export interface RoleRow {
  permissions: Permission[];
  unitId: string | null;
}

/** What the actor has beside roles: words for staff, each once for a kind of thing, and what managers may, for who is one. */
export interface ReachRows {
  words: readonly { entity: ReachedEntity; role: string; permissions: readonly Permission[] }[];
  team: readonly Permission[] | null;
}

/** What a word gives on its thing, and a manager with the team: nothing that concerns more than what is learnt there, and by whom. */
const ON_THINGS: ReadonlySet<Permission> = new Set([
  'people.read',
  'courses.read',
  'courses.write',
  'enrollments.read',
  'marks.read',
  'marks.write',
]);

/**
 * Who acts when this client calls. Without a person the client itself does, with its own permissions. With one, that person does,
 * with what the person's roles allow and no more than the client was given (none named: no limit).
 *
 * A person's permissions are the union of the roles. They hold for the whole account if the account-wide roles give all of them;
 * otherwise for the units of the others only, so that a role in one unit never reaches into the rest.
 */
export function actorOf(
  client: { id: string; permissions: readonly Permission[]; readOnly?: boolean },
  personId: string | null,
  roles: readonly RoleRow[],
  beside: ReachRows = NOTHING,
): Actor {
  const only = client.readOnly ? ({ readOnly: true } as const) : {};
  const kept = (permission: Permission): boolean => !client.readOnly || permission.endsWith('.read');
  if (personId === null)
    return {
      kind: 'client',
      id: client.id,
      permissions: new Set(client.permissions.filter(kept)),
      units: null,
      ...only,
    };
  const allowed = client.permissions.length > 0 ? new Set(client.permissions) : undefined;
  const held = (permission: Permission): boolean => kept(permission) && (!allowed || allowed.has(permission));
  const given = (role: RoleRow) => role.permissions.filter(held);
  const everywhere = new Set(roles.filter((role) => role.unitId === null).flatMap(given));
  const inUnits = roles.filter(
    (role) => role.unitId !== null && given(role).some((permission) => !everywhere.has(permission)),
  );
  const permissions = new Set([...everywhere, ...inUnits.flatMap(given)]);
  const units =
    inUnits.length > 0 ? [...new Set(inUnits.map((role) => role.unitId!))] : everywhere.size > 0 ? null : [];
  return { kind: 'person', id: personId, clientId: client.id, permissions, units, ...only, ...reachOf(beside, held) };
}

const NOTHING: ReachRows = { words: [], team: null };

function reachOf({ words, team }: ReachRows, held: (permission: Permission) => boolean): { reach?: Reach } {
  if (words.length === 0 && team === null) return {};
  const given = (permissions: readonly Permission[]) =>
    new Set(permissions.filter((permission) => ON_THINGS.has(permission) && held(permission)));
  return {
    reach: {
      words: words.map(({ permissions, ...word }) => ({ ...word, permissions: given(permissions) })),
      // who manages people follows them; it changes nothing of theirs
      team: new Set([...given(team ?? [])].filter((permission) => permission.endsWith('.read'))),
    },
  };
}
