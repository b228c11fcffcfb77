/** Certificates: what they ask for and how long they last. */

export {
  type Certificate,
  findCertificate as find,
  getCertificate as get,
  listCertificates as list,
} from '../certificate.ts';
export {
  createCertificate as create,
  deleteCertificate as delete,
  updateCertificate as update,
} from '../save-certificate.ts';
