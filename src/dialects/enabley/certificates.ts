import type { Handlers } from '../../http/handlers.ts';
import { Awards, Certificates } from '../../record/credentials/index.ts';
import { refuse } from '../../record/kernel/refusal.ts';
import type { Caller } from './caller.ts';
import type { Operations } from './generated/operations.ts';
import { WHOLE } from './groups.ts';
import { bare, userAt } from './keys.ts';
import { paged } from './paging.ts';
import { done, toCertificate, toCertificateState } from './wire.ts';

const certificateAt = async (caller: Caller, key: string) =>
  (await Certificates.find(caller, bare(key))) ?? refuse({ kind: 'not_found', entity: 'certificate', key });

export const certificateHandlers = {
  async listCertificates(caller) {
    const { rows } = await Certificates.list(caller, { page: WHOLE });
    return { status: 200, body: rows.map(toCertificate) };
  },

  async listCertificatesPaged(caller, { query }) {
    return paged(
      caller,
      'certificates',
      query.paginationKey,
      {},
      (_filters, { after, limit, total }) =>
        Certificates.list(caller, { page: { kind: 'keyset', after, limit, total } }),
      (rows) => rows.map(toCertificate),
    );
  },

  async getCertificate(caller, { path }) {
    return { status: 200, body: toCertificate(await certificateAt(caller, path.externalCertificateId)) };
  },

  async listUserCertificates(caller, { path }, call) {
    const person = await userAt(caller, path.externalUserId);
    const { rows } = await Awards.listStates(caller, { page: WHOLE }, { personId: person.id });
    return { status: 200, body: rows.map((award) => toCertificateState(award, call.siteUrl)) };
  },

  async setCertificateRequirement(caller, { body }) {
    const person = await userAt(caller, body.userIdentifier);
    const certificate = await certificateAt(caller, body.certificateIdentifier);
    await Awards.require(caller, person.id, certificate.id, body.isRequired);
    return { status: 200, body: done('requirementUpdated', certificate, body.certificateIdentifier) };
  },
} satisfies Partial<Handlers<Operations, Caller>>;
