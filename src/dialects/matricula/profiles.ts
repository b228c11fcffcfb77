import type { Handlers } from '../../http/handlers.ts';
import type { Context } from '../../record/kernel/context.ts';
import { notFound } from '../../record/kernel/refusal.ts';
import { InstructorPermissions, Profiles } from '../../record/people/index.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown, whileMatching } from './etags.ts';
import type { Operations, Schemas } from './generated/operations.ts';
import { after, exactly, type List, listed, searching } from './paging.ts';
import { given } from './patches.ts';
import { toProfile } from './wire/people.ts';

const PROFILES: List<Operations['listProfiles']['query']> = {
  filters: {
    externalId: exactly('externalId'),
    number: exactly('number'),
    updatedAfter: after('updatedAt'),
    search: searching('name', 'externalId'),
  },
};

/** Labels on people, and what instructors may do beyond teaching. */
export const profileHandlers = {
  listProfiles: (caller, { query }, call) =>
    listed(caller, call, query, PROFILES, (page) => Profiles.list(caller, page), toProfile),

  createProfile: async (caller, { body }, call) => {
    const profile = toProfile(await Profiles.create(caller, given(body)));
    return shown(201, profile, `${call.baseUrl}/profiles/${profile.id}`);
  },

  getProfile: async (caller, { path }) => shown(200, toProfile(await Profiles.get(caller, path.profileId))),

  updateProfile: async (caller, { path, body, headers }) => {
    const precondition = ifMatch(headers, 'profile', toProfile);
    return shown(200, toProfile(await Profiles.update(caller, path.profileId, given(body), precondition)));
  },

  deleteProfile: async (caller, { path, headers }) => {
    await Profiles.delete(caller, path.profileId, ifMatch(headers, 'profile', toProfile));
    return { status: 204 };
  },

  listPersonProfiles: (caller, { path, query }, call) =>
    listed(
      caller,
      call,
      query,
      { sort: null },
      (page) => Profiles.list(caller, page, { personId: path.personId }),
      toProfile,
    ),

  putPersonProfile: async (caller, { path, query }) => {
    await Profiles.assign(caller, path.personId, path.profileId, { replace: query.replace });
    return { status: 204 };
  },

  deletePersonProfile: async (caller, { path }) =>
    (await Profiles.unassign(caller, path.personId, path.profileId))
      ? { status: 204 }
      : notFound('profile', path.profileId),

  getPersonInstructorAuthorization: async (caller, { path }) =>
    shown(200, await authorizationOf(caller, path.personId)),

  putPersonInstructorAuthorization: async (caller, { path, body, headers }) => {
    const change = (ctx: Context) => InstructorPermissions.set(ctx, path.personId, body.permissions);
    const read = (ctx: Context) => authorizationOf(ctx, path.personId);
    const thing = { entity: 'person', id: path.personId } as const;
    const permissions = await whileMatching(caller, headers, thing, read, (held) => held, change);
    return shown(200, { personId: path.personId, permissions });
  },
} satisfies Partial<Handlers<Operations, Caller>>;

const authorizationOf = async (ctx: Context, personId: string): Promise<Schemas['InstructorAuthorization']> => ({
  personId,
  permissions: await InstructorPermissions.list(ctx, personId),
});
