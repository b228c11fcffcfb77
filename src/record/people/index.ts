/** People, and the units, groups and profiles they belong to. */

export * as Attributes from './door/attributes.ts';
export * as Groups from './door/groups.ts';
export * as InstructorPermissions from './door/instructor-permissions.ts';
export * as People from './door/people.ts';
export * as Profiles from './door/profiles.ts';
export * as Units from './door/units.ts';
export * as Uploads from './door/uploads.ts';
