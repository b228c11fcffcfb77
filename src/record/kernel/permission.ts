/** What somebody may do. A role is a set of these. */
export const PERMISSIONS = [
  'people.read',
  'people.write',
  'units.read',
  'units.write',
  'groups.read',
  'groups.write',
  'roles.read',
  'roles.write',
  'courses.read',
  'courses.write',
  'enrollments.read',
  'enrollments.write',
  'marks.read',
  'marks.write',
  'events.read',
  'clients.manage',
  'imports.run',
  'tenant.manage',
] as const;

export type Permission = (typeof PERMISSIONS)[number];
