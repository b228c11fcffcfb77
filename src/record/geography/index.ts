export { type Country, listCountries, listProvinces, type Province } from './places.ts';
