/** What completing earns: certificates, and the awards that people hold. */

export * as Awards from './door/awards.ts';
export * as Certificates from './door/certificates.ts';
