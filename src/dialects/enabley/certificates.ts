import type { Handlers } from '../../http/handlers.ts';
import {
  findCertificate,
  listCertificateStates,
  listCertificates,
  requireCertificate,
} from '../../record/credentials/index.ts';
import { refuse } from '../../record/kernel/refusal.ts';
import type { Caller } from './caller.ts';
import type { Operations } from './generated/operations.ts';
import { WHOLE } from './groups.ts';
import { bare, userAt } from './keys.ts';
import { paged } from './paging.ts';
import { done, toCertificate, toCertificateState } from './wire.ts';

const certificateAt = async (caller: Caller, key: string) =>
  (await findCertificate(caller, bare(key))) ?? refuse({ kind: 'not_found', entity: 'certificate', key });

export const certificateHandlers = {
  async listCertificates(caller) {
    const { rows } = await listCertificates(caller, { page: WHOLE });
    return { status: 200, body: rows.map(toCertificate) };
  },

  async listCertificatesPaged(caller, { query }) {
    return paged(
      caller,
      'certificates',
      query.paginationKey,
      {},
      (_filters, { after, limit, total }) =>
        listCertificates(caller, { page: { kind: 'keyset', after, limit, total } }),
      (rows) => rows.map(toCertificate),
    );
  },

  async getCertificate(caller, { path }) {
    return { status: 200, body: toCertificate(await certificateAt(caller, path.externalCertificateId)) };
  },

  async listUserCertificates(caller, { path }, call) {
    const person = await userAt(caller, path.externalUserId);
    const { rows } = await listCertificateStates(caller, { page: WHOLE }, { personId: person.id });
    return { status: 200, body: rows.map((award) => toCertificateState(award, call.siteUrl)) };
  },

  async setCertificateRequirement(caller, { body }) {
    const person = await userAt(caller, body.userIdentifier);
    const certificate = await certificateAt(caller, body.certificateIdentifier);
    await requireCertificate(caller, person.id, certificate.id, body.isRequired);
    return { status: 200, body: done('requirementUpdated', certificate, body.certificateIdentifier) };
  },
} satisfies Partial<Handlers<Operations, Caller>>;
