import assert from 'node:assert/strict';
import { type Make, of, type Recipe, taken } from './recipes.ts';
import type { World } from './world.ts';

let counter = 0;
const profile = (w: World) => w.post('/profiles', { name: `Profile ${++counter}` });
const certificate = (w: World, more: object = {}) =>
  w.post('/certificates', { name: `Certificate ${++counter}`, ...more });

/** The path of an audience that may be, or is, set. */
async function tie(w: World, set = true): Promise<{ path: string; offeringId: string; groupId: string }> {
  const offeringId = (await w.course()).defaultOfferingId;
  const groupId = (await w.group()).id;
  const path = `/offerings/${offeringId}/audiences/${groupId}`;
  if (set) assert.equal((await w.api('PUT', path, { body: {} })).status, 200);
  return { path, offeringId, groupId };
}

/** Somebody enrolled in the course of a certificate, and through with it where asked. */
async function learner(w: World, { complete = false, confirmation = false } = {}) {
  const course = await w.course();
  const { id: certificateId } = await certificate(w, { courseIds: [course.id], confirmation });
  const { id: personId } = await w.person();
  const enrollment = await w.enroll(course.defaultOfferingId, personId);
  if (complete) assert.equal((await w.api('PUT', `/enrollments/${enrollment.id}/completion`)).status, 200);
  const { body } = await w.api('GET', `/people/${personId}/certificates`);
  return { certificateId, personId, award: body.data[0].id as string };
}

const award =
  (path: string, options: Parameters<typeof learner>[1], body?: unknown): Make =>
  async (w) => ({
    path: path.replace('{}', (await learner(w, options)).award),
    ...(body === undefined ? {} : { body }),
  });

const done = { complete: true };

export const CREDENTIALS: Record<string, Recipe> = {
  listGroupAudiences: { good: async (w) => ({ path: `/groups/${(await tie(w)).groupId}/audiences` }) },
  listOfferingAudiences: { good: async (w) => ({ path: `/offerings/${(await tie(w)).offeringId}/audiences` }) },
  getOfferingAudience: { good: (w) => tie(w) },
  putOfferingAudience: {
    good: async (w) => ({ path: (await tie(w, false)).path, body: { recursive: true } }),
    also: {
      409: async (w) => {
        const { path, offeringId } = await tie(w, false);
        const retired = await w.api('PATCH', `/offerings/${offeringId}`, { body: { state: 'retired' } });
        assert.equal(retired.status, 200);
        return { path, body: {} };
      },
    },
  },
  deleteOfferingAudience: { good: (w) => tie(w) },
  listTrainingEvents: {
    good: async (w) => ({ path: `/offerings/${(await w.live()).defaultOfferingId}/training-events` }),
  },
  listProfiles: { good: () => ({ path: '/profiles' }) },
  createProfile: {
    good: () => ({ path: '/profiles', body: { name: 'Nurses' } }),
    also: {
      409: async (w) => {
        const body = { name: 'Taken', externalId: `taken-${++counter}` };
        await w.post('/profiles', body);
        return { path: '/profiles', body };
      },
    },
  },
  getProfile: { good: of('/profiles/{}', profile) },
  updateProfile: {
    good: of('/profiles/{}', profile, { name: 'Renamed' }),
    also: { 409: (w) => taken(w, 'profiles', () => profile(w)) },
  },
  deleteProfile: { good: of('/profiles/{}', profile) },
  listPersonProfiles: { good: of('/people/{}/profiles', (w) => w.person()) },
  putPersonProfile: {
    good: async (w) => ({ path: `/people/${(await w.person()).id}/profiles/${(await profile(w)).id}` }),
  },
  deletePersonProfile: {
    good: async (w) => {
      const path = `/people/${(await w.person()).id}/profiles/${(await profile(w)).id}`;
      assert.equal((await w.api('PUT', path)).status, 204);
      return { path };
    },
  },
  getPersonInstructorAuthorization: { good: of('/people/{}/instructor-authorization', (w) => w.person()) },
  putPersonInstructorAuthorization: {
    good: async (w) => {
      const { id } = await w.person();
      const [role] = (await w.api('GET', '/roles?key=instructor')).body.data;
      assert.equal((await w.api('PUT', `/people/${id}/roles/${role.id}`)).status, 200);
      return { path: `/people/${id}/instructor-authorization`, body: { permissions: ['create_course'] } };
    },
  },
  listCertificates: { good: () => ({ path: '/certificates' }) },
  createCertificate: {
    good: () => ({ path: '/certificates', body: { name: 'First aid', validity: { count: 2, unit: 'year' } } }),
    also: {
      409: async (w) => {
        const externalId = `taken-${++counter}`;
        await certificate(w, { externalId });
        return { path: '/certificates', body: { name: 'Taken', externalId } };
      },
    },
  },
  getCertificate: { good: of('/certificates/{}', certificate) },
  updateCertificate: {
    good: of('/certificates/{}', certificate, { status: 'inactive' }),
    also: { 409: (w) => taken(w, 'certificates', () => certificate(w)) },
  },
  deleteCertificate: {
    good: of('/certificates/{}', certificate),
    also: { 409: async (w) => ({ path: `/certificates/${(await learner(w, done)).certificateId}` }) },
  },
  listPersonCertificates: { good: async (w) => ({ path: `/people/${(await learner(w)).personId}/certificates` }) },
  getPersonCertificate: {
    good: async (w) => {
      const { personId, certificateId } = await learner(w);
      return { path: `/people/${personId}/certificates/${certificateId}` };
    },
  },
  putPersonCertificate: {
    good: async (w) => {
      const { personId, certificateId } = await learner(w);
      return { path: `/people/${personId}/certificates/${certificateId}`, body: { required: true } };
    },
    also: {
      409: async (w) => {
        const path = `/people/${(await w.person()).id}/certificates/${(await certificate(w)).id}`;
        return { path, body: { required: true } };
      },
    },
  },
  listAwards: { good: () => ({ path: '/awards' }) },
  getAward: { good: award('/awards/{}', done) },
  putAwardConfirmation: {
    good: award('/awards/{}/confirmation', { complete: true, confirmation: true }),
    also: { 409: award('/awards/{}/confirmation', {}) },
  },
  putAwardRevocation: {
    good: award('/awards/{}/revocation', done, { reason: 'A slip' }),
    also: { 409: award('/awards/{}/revocation', {}, { reason: 'A slip' }) },
  },
  deleteAwardRevocation: {
    good: async (w) => {
      const path = `/awards/${(await learner(w, done)).award}/revocation`;
      assert.equal((await w.api('PUT', path, { body: { reason: 'A slip' } })).status, 200);
      return { path };
    },
    also: { 409: award('/awards/{}/revocation', {}) },
  },
};
