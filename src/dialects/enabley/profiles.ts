import type { Handlers } from '../../http/handlers.ts';
import { refuse } from '../../record/kernel/refusal.ts';
import {
  assignProfile,
  findProfiles,
  listProfiles,
  type Profile,
  unassignProfile,
  upsertProfile,
} from '../../record/people/index.ts';
import type { Caller } from './caller.ts';
import type { Operations } from './generated/operations.ts';
import { WHOLE } from './groups.ts';
import { bare, identifierText, userAt } from './keys.ts';
import { done, saved, toProfile } from './wire.ts';

const profileAt = async (caller: Caller, key: string): Promise<Profile> =>
  (await findProfiles(caller, [bare(key)]))[0] ?? refuse({ kind: 'not_found', entity: 'profile', key });

export const profileHandlers = {
  async getUserProfiles(caller, { body }) {
    const found = await findProfiles(caller, body.map(bare));
    return { status: 200, body: found.flatMap((profile) => (profile ? [toProfile(profile)] : [])) };
  },

  async putUserProfile(caller, { body }) {
    const key = identifierText(body.identifier);
    const { profile, outcome } = await upsertProfile(caller, key, body.name === undefined ? {} : { name: body.name });
    return saved('profile', outcome, profile, key);
  },

  async listProfilesOfUser(caller, { path }) {
    const person = await userAt(caller, path.identifier);
    const { rows } = await listProfiles(caller, { page: WHOLE }, { personId: person.id });
    return { status: 200, body: rows.map(toProfile) };
  },

  async assignProfileToUser(caller, { path, query }) {
    const profile = await profileAt(caller, path.profileIdentifier);
    const person = await userAt(caller, path.userIdentifier);
    await assignProfile(caller, person.id, profile.id, { replace: query.replace ?? false });
    return { status: 200, body: done('profileAssigned', profile, bare(path.profileIdentifier)) };
  },

  async removeProfileFromUser(caller, { path }) {
    const profile = await profileAt(caller, path.profileIdentifier);
    const person = await userAt(caller, path.userIdentifier);
    await unassignProfile(caller, person.id, profile.id);
    return { status: 200, body: done('profileRemoved', profile, bare(path.profileIdentifier)) };
  },
} satisfies Partial<Handlers<Operations, Caller>>;
