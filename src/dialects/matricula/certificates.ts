import type { Handlers } from '../../http/handlers.ts';
import { Authority } from '../../record/access/index.ts';
import { Awards, Certificates } from '../../record/credentials/index.ts';
import { demandAnywhere } from '../../record/kernel/context.ts';
import { notFound } from '../../record/kernel/refusal.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown } from './etags.ts';
import type { Operations } from './generated/operations.ts';
import { after, before, exactly, from, type List, listed, searching } from './paging.ts';
import { given } from './patches.ts';
import { toAward, toAwardDetails, toCertificate } from './wire/certificates.ts';

const CERTIFICATES: List<Operations['listCertificates']['query']> = {
  filters: {
    externalId: exactly('externalId'),
    number: exactly('number'),
    status: exactly('status'),
    updatedAfter: after('updatedAt'),
    search: searching('name', 'externalId'),
  },
};

const AWARDS: List<Operations['listAwards']['query']> = {
  sort: null,
  filters: {
    state: exactly('state'),
    required: exactly('required'),
    certifiedAfter: from('certifiedAt'),
    certifiedBefore: before('certifiedAt'),
    expiresAfter: from('expiresAt'),
    expiresBefore: before('expiresAt'),
  },
};

/** Somebody's own, or that of people in sight for whoever reads enrollments. */
async function demandReach(caller: Caller, personId: string): Promise<void> {
  if (caller.actor.kind === 'person' && caller.actor.id === personId.toLowerCase()) return;
  demandAnywhere(caller, 'enrollments.read');
  await Authority.demandVisible(caller, [personId], 'enrollments.read');
}

/** Certificates, and who has earned them. */
export const certificateHandlers = {
  listCertificates: (caller, { query }, call) =>
    listed(
      caller,
      call,
      query,
      CERTIFICATES,
      (page) => Certificates.list(caller, page, { courseId: query.courseId }),
      toCertificate,
    ),

  createCertificate: async (caller, { body }, call) => {
    const certificate = toCertificate(await Certificates.create(caller, given(body)));
    return shown(201, certificate, `${call.baseUrl}/certificates/${certificate.id}`);
  },

  getCertificate: async (caller, { path }) =>
    shown(200, toCertificate(await Certificates.get(caller, path.certificateId))),

  updateCertificate: async (caller, { path, body, headers }) => {
    const precondition = ifMatch(headers, 'certificate', toCertificate);
    const changed = await Certificates.update(caller, path.certificateId, given(body), precondition);
    return shown(200, toCertificate(changed));
  },

  deleteCertificate: async (caller, { path, headers }) => {
    await Certificates.delete(caller, path.certificateId, ifMatch(headers, 'certificate', toCertificate));
    return { status: 204 };
  },

  listPersonCertificates: async (caller, { path, query }, call) => {
    await demandReach(caller, path.personId);
    return listed(
      caller,
      call,
      query,
      { sort: null },
      (page) => Awards.listStates(caller, page, { personId: path.personId }),
      (award) => toAward(award, call.siteUrl),
    );
  },

  getPersonCertificate: async (caller, { path }, call) => {
    await demandReach(caller, path.personId);
    const award = (await Awards.find(caller, path)) ?? notFound('certificate_award');
    return shown(200, toAwardDetails(award, call.siteUrl));
  },

  putPersonCertificate: async (caller, { path, body }, call) => {
    const award = await Awards.require(caller, path.personId, path.certificateId, body.required);
    return shown(200, toAwardDetails(award, call.siteUrl));
  },

  listAwards: (caller, { query }, call) =>
    listed(
      caller,
      call,
      query,
      AWARDS,
      (page) => Awards.listStates(caller, page, { certificateId: query.certificateId, personId: query.personId }),
      (award) => toAward(award, call.siteUrl),
    ),

  getAward: async (caller, { path }, call) =>
    shown(200, toAwardDetails(await Awards.get(caller, path.awardId), call.siteUrl)),

  putAwardConfirmation: async (caller, { path }, call) =>
    shown(200, toAwardDetails(await Awards.confirm(caller, path.awardId), call.siteUrl)),

  putAwardRevocation: async (caller, { path, body }, call) =>
    shown(200, toAwardDetails(await Awards.revoke(caller, path.awardId, body.reason), call.siteUrl)),

  deleteAwardRevocation: async (caller, { path }) => {
    await Awards.reinstate(caller, path.awardId);
    return { status: 204 };
  },
} satisfies Partial<Handlers<Operations, Caller>>;
