/** What instructors may do, a person each. */

export {
  INSTRUCTOR_PERMISSIONS as ALL,
  listInstructorPermissions as list,
  setInstructorPermissions as set,
} from '../instructor-permissions.ts';
