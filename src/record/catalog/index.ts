/** The catalog: courses and their content, versions, collections, offerings, sessions, keys and what they refer to. */

export * as Content from './door/content.ts';
export * as Courses from './door/courses.ts';
export * as CreditTypes from './door/credit-types.ts';
export * as Deliveries from './door/deliveries.ts';
export * as JoinKeys from './door/join-keys.ts';
export * as Masters from './door/masters.ts';
export * as Offerings from './door/offerings.ts';
export * as Rooms from './door/rooms.ts';
export * as Scope from './door/scope.ts';
export * as Sessions from './door/sessions.ts';
export * as Terms from './door/terms.ts';
export * as TrainingEvents from './door/training-events.ts';
export * as Versions from './door/versions.ts';
