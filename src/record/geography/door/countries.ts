/** Countries and their provinces, as ISO 3166 lists them. */

export { listCountries as list, listProvinces } from '../places.ts';
