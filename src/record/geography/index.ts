export { listCountries, listProvinces } from './places.ts';
