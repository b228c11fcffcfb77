import { Certificates } from '../../../src/record/credentials/index.ts';
import { type CallOptions, type Company, NOWHERE } from './company.ts';

export interface Request {
  method: string;
  path: string;
  options?: CallOptions;
}

/** Identifiers of one account that requests can name. */
export interface Things {
  user: string;
  teacher: string;
  group: string;
  channel: string;
  master: string;
  profile: string;
  certificate: string;
  subAccount: string;
}

/** Where things are put, and what they are called. */
export interface Placed {
  unit: { id: string; name: string };
  name: string;
}

/** A learner in a channel that leads to a certificate, in a group and with a profile. */
export async function furnish(c: Company, placed?: Placed): Promise<Things> {
  const subAccountName = placed?.unit.name ?? 'North';
  const of = placed ? { subAccountName, lastName: placed.name } : {};
  const user = await c.user({ subAccountName, ...of });
  const teacher = await c.user({ possibleRoles: ['INSTRUCTOR'], ...of });
  const group = await c.group('REGION', placed ? { subAccountName, name: placed.name } : {});
  const called = placed ? { unitId: placed.unit.id, name: placed.name } : {};
  const course = await c.course(called);
  const channel = course.externalId!;
  const master = await c.master(called);
  const profile = `p-${channel}`;
  await c.put('/api/v2/userProfiles', { identifier: profile, name: 'Nurses' });
  const certificate = `cert-${channel}`;
  await Certificates.create(c.ctx(), { externalId: certificate, name: 'Good at it', courseIds: [course.id] });
  await c.post(`/api/v2/channels/${channel}/users/${user}`);
  return { user, teacher, group, channel, master, profile, certificate, subAccount: subAccountName };
}

export const NOTHING: Things = {
  user: NOWHERE,
  teacher: NOWHERE,
  group: NOWHERE,
  channel: NOWHERE,
  master: NOWHERE,
  profile: NOWHERE,
  certificate: NOWHERE,
  subAccount: NOWHERE,
};

let counter = 0;
const fresh = (): string => `fresh-${++counter}`;

const json = (method: string, path: string, body?: unknown): Request => ({
  method,
  path,
  ...(body === undefined ? {} : { options: { body } }),
});

/** A request of every operation that names these things and, when they are there, succeeds; writes by identifier create. */
export function requests(c: Company, things: Things): Record<string, Request> {
  const t = Object.fromEntries(
    Object.entries(things).map(([name, value]) => [name, encodeURIComponent(value)]),
  ) as unknown as Things;
  const entitlement = {
    userIdentifier: things.user,
    entityType: 'GROUP',
    entityIdentifier: things.group,
    userRole: 'MANAGER',
  };
  return {
    createToken: {
      ...json('POST', `/api/v1/token?clientKey=${c.client.key}&secret=${c.client.secret}`),
      options: { token: null },
    },
    getCatalogItem: json('GET', `/api/v1/catalog/catalogItem?externalChannelId=${t.channel}`),
    listCertificates: json('GET', '/api/v1/certificates'),
    setCertificateRequirement: json('PUT', '/api/v1/certificates/compliance', {
      userIdentifier: things.user,
      certificateIdentifier: things.certificate,
      isRequired: true,
    }),
    listUserCertificates: json('GET', `/api/v1/certificates/users/${t.user}`),
    listCertificatesPaged: json('GET', '/api/v2/certificates'),
    getCertificate: json('GET', `/api/v2/certificates/${t.certificate}`),
    listChannels: json('GET', '/api/v1/channels'),
    putChannel: json('PUT', '/api/v1/channels', { identifier: fresh(), name: 'Fresh', type: 'COURSE' }),
    listTrainingEvents: json('GET', `/api/v1/channels/${t.channel}/courses/events`),
    assignGroupToChannel: json('POST', `/api/v1/channels/${t.channel}/groups/${t.group}`),
    removeGroupFromChannel: json('DELETE', `/api/v1/channels/${t.channel}/groups/${t.group}`),
    removeUserFromChannel: json('DELETE', `/api/v1/channels/${t.channel}/users/${t.teacher}`),
    getChannel: json('GET', `/api/v1/channels/${t.channel}`),
    listMasterChannels: json('GET', '/api/v2/channels/channels/masters'),
    countChannelMembers: json('GET', `/api/v2/channels/channels/${t.channel}/members/count`),
    createChannelInstance: json('PUT', '/api/v2/channels/master/instance', {
      identifier: fresh(),
      masterCourseIdentifier: things.master,
    }),
    assignUserToChannel: json('POST', `/api/v2/channels/${t.channel}/users/${t.user}`),
    listChannelsPaged: json('GET', '/api/v3/channels'),
    listMasterChannelsPaged: json('GET', '/api/v3/channels/masters'),
    forceCompleteChannel: json('POST', `/api/v4/channels/forceComplete/channel/${t.channel}/user/${t.user}`),
    putGroup: json('PUT', '/api/v1/groups', { identifier: fresh(), name: 'Fresh', type: 'SITE' }),
    getGroupHierarchy: json('GET', '/api/v1/groups/hierarchy'),
    listGroups: json('GET', '/api/v1/groups/list'),
    assignUserToGroup: json('POST', `/api/v1/groups/${t.group}/users/${t.user}`),
    removeUserFromGroup: json('DELETE', `/api/v1/groups/${t.group}/users/${t.user}`),
    getGroup: json('GET', `/api/v1/groups/${t.group}`),
    deleteGroup: json('DELETE', `/api/v1/groups/${t.group}`),
    listUserGroups: json('GET', `/api/v1/users/${t.user}/groups`),
    listPerformance: json('GET', `/api/v1/performance?externalUserId=${t.user}`),
    listPerformancePaged: json('GET', `/api/v2/performance?channelIdentifier=${t.channel}&userIdentifier=${t.user}`),
    getUserProfiles: json('POST', '/api/v2/getUserProfiles', [things.profile]),
    putUserProfile: json('PUT', '/api/v2/userProfiles', { identifier: fresh(), name: 'Fresh' }),
    listProfilesOfUser: json('POST', `/api/v2/userProfiles/users/${t.user}`),
    assignProfileToUser: json('PUT', `/api/v2/userProfiles/${t.profile}/users/${t.user}`),
    removeProfileFromUser: json('DELETE', `/api/v2/userProfiles/${t.profile}/users/${t.user}`),
    listUsers: json('GET', '/api/v2/users'),
    putUser: json('PUT', '/api/v2/users', {
      identifier: fresh(),
      firstName: 'F',
      lastName: 'R',
      username: fresh(),
    }),
    addEntitlement: json('POST', '/api/v2/users/entitlements', entitlement),
    removeEntitlement: json('DELETE', '/api/v2/users/entitlements', entitlement),
    changeUserIdentifier: json('PUT', '/api/v2/users/identityManagement', {
      currentUserIdentifier: things.user,
      newUserIdentifier: things.user,
    }),
    getUser: json('GET', `/api/v2/users/${t.user}`),
    setUserStatus: json('PUT', `/api/v2/users/${t.user}?isActive=true`),
    deleteUser: json('DELETE', `/api/v2/users/${t.teacher}`),
    removeUserFromSubAccount: json('DELETE', `/api/v2/users/${t.user}/subAccountName/${t.subAccount}`),
    setInstructorPermissions: json('PUT', `/api/v2/users/${t.teacher}/permissions`, {
      permissions: ['INSTRUCTOR_CREATE_COURSE'],
    }),
    listUsersPaged: json('GET', '/api/v3/users'),
    uploadOrganisationFiles: json('POST', '/api/v1/uploads/organization', {
      files: [{ fileName: 'groups.csv', content: `identifier,name,type\n${fresh()},Fresh,REGION\n` }],
    }),
  };
}

/** Operations that find nothing to refuse where what they name is absent: their answer is the same either way. */
export const NAMELESS = new Set(['getUserProfiles', 'uploadOrganisationFiles']);
