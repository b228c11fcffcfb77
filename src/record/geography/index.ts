/** Countries and their provinces, as ISO 3166 lists them. */

export * as Countries from './door/countries.ts';
