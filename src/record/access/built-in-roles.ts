import { PERMISSIONS, type Permission } from '../kernel/permission.ts';

/** The words for staff and learners that come with every tenant. */
export const ROLE_KEYS = [
  'learner',
  'admin',
  'people_admin',
  'training_admin',
  'analyst',
  'author',
  'reviewer',
  'instructor',
  'marker',
  'evaluator',
  'manager',
  'integration_admin',
] as const;

export type RoleKey = (typeof ROLE_KEYS)[number];

/** Roles that make somebody an administrator; a tenant's own roles count among them. */
export const ADMIN_ROLE_KEYS = ['admin', 'people_admin', 'training_admin', 'analyst', 'integration_admin'] as const;

const reading = PERMISSIONS.filter((permission) => permission.endsWith('.read'));
const people: readonly Permission[] = [
  'people.read',
  'people.write',
  'units.read',
  'units.write',
  'groups.read',
  'groups.write',
  'roles.read',
];
const training: readonly Permission[] = [
  'courses.read',
  'courses.write',
  'enrollments.read',
  'enrollments.write',
  'marks.read',
  'marks.write',
];
const marking: readonly Permission[] = ['courses.read', 'enrollments.read', 'marks.read', 'marks.write'];

interface BuiltInRole {
  name: string;
  description: string;
  permissions: readonly Permission[];
}

export const BUILT_IN_ROLES: Readonly<Record<RoleKey, BuiltInRole>> = {
  learner: { name: 'Learner', description: 'Takes courses; acts for nobody else.', permissions: [] },
  admin: { name: 'Administrator', description: 'May do everything.', permissions: PERMISSIONS },
  people_admin: {
    name: 'People administrator',
    description: 'Keeps people, units and groups.',
    permissions: [...people, 'courses.read', 'enrollments.read'],
  },
  training_admin: {
    name: 'Training administrator',
    description: 'Keeps courses and enrollments.',
    permissions: ['people.read', 'units.read', 'groups.read', 'groups.write', 'roles.read', ...training, 'events.read'],
  },
  analyst: { name: 'Analyst', description: 'Reads everything, changes nothing.', permissions: reading },
  author: { name: 'Author', description: 'Writes courses.', permissions: ['courses.read', 'courses.write'] },
  reviewer: {
    name: 'Reviewer',
    description: 'Reads courses before they are published.',
    permissions: ['courses.read'],
  },
  instructor: { name: 'Instructor', description: 'Teaches and marks.', permissions: marking },
  marker: { name: 'Marker', description: 'Marks work.', permissions: marking },
  evaluator: { name: 'Evaluator', description: 'Evaluates work.', permissions: marking },
  manager: {
    name: 'Manager',
    description: 'Follows how people get on.',
    permissions: ['people.read', 'units.read', 'groups.read', 'courses.read', 'enrollments.read', 'marks.read'],
  },
  integration_admin: {
    name: 'Integration administrator',
    description: 'Connects other systems.',
    permissions: [...people, ...training, 'events.read', 'clients.manage', 'imports.run'],
  },
};
