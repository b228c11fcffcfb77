import type { Handlers } from '../../http/handlers.ts';
import { refuse } from '../../record/kernel/refusal.ts';
import { Profiles } from '../../record/people/index.ts';
import type { Caller } from './caller.ts';
import type { Operations } from './generated/operations.ts';
import { WHOLE } from './groups.ts';
import { bare, identifierText, userAt } from './keys.ts';
import { done, saved, toProfile } from './wire.ts';

const profileAt = async (caller: Caller, key: string): Promise<Profiles.Profile> =>
  (await Profiles.findMany(caller, [bare(key)]))[0] ?? refuse({ kind: 'not_found', entity: 'profile', key });

export const profileHandlers = {
  async getUserProfiles(caller, { body }) {
    const found = await Profiles.findMany(caller, body.map(bare));
    return { status: 200, body: found.flatMap((profile) => (profile ? [toProfile(profile)] : [])) };
  },

  async putUserProfile(caller, { body }) {
    const key = identifierText(body.identifier);
    const { profile, outcome } = await Profiles.upsert(caller, key, body.name === undefined ? {} : { name: body.name });
    return saved('profile', outcome, profile, key);
  },

  async listProfilesOfUser(caller, { path }) {
    const person = await userAt(caller, path.identifier);
    const { rows } = await Profiles.list(caller, { page: WHOLE }, { personId: person.id });
    return { status: 200, body: rows.map(toProfile) };
  },

  async assignProfileToUser(caller, { path, query }) {
    const profile = await profileAt(caller, path.profileIdentifier);
    const person = await userAt(caller, path.userIdentifier);
    await Profiles.assign(caller, person.id, profile.id, { replace: query.replace ?? false });
    return { status: 200, body: done('profileAssigned', profile, bare(path.profileIdentifier)) };
  },

  async removeProfileFromUser(caller, { path }) {
    const profile = await profileAt(caller, path.profileIdentifier);
    const person = await userAt(caller, path.userIdentifier);
    await Profiles.unassign(caller, person.id, profile.id);
    return { status: 200, body: done('profileRemoved', profile, bare(path.profileIdentifier)) };
  },
} satisfies Partial<Handlers<Operations, Caller>>;
