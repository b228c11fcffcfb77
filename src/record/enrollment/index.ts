/** Who is enrolled, how far they are, and the places, audiences and roles that come with it. */

export * as ActivityStates from './door/activity-states.ts';
export * as Attempts from './door/attempts.ts';
export * as Audiences from './door/audiences.ts';
export * as Enrollments from './door/enrollments.ts';
export * as OfferingRoles from './door/offering-roles.ts';
export * as Organisation from './door/organisation.ts';
export * as Places from './door/places.ts';
