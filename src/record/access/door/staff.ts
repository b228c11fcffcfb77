/** Who works in a unit, group, course or offering. */

export { listStaff as list, removeStaff as remove, type StaffMember as Member, setStaff as set } from '../staff.ts';
