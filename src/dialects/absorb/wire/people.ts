import { Roles } from '../../../record/access/index.ts';
import { type Groups, People, type Units } from '../../../record/people/index.ts';
import { genderOf } from '../codes.ts';
import type { DateWriter } from '../formats.ts';
import type { Schemas } from '../generated/operations.ts';
import { toCustomFields } from '../slots.ts';

/** Roles that administer, as `/roles` shows them: the tenant's own and five that come with Matricula. */
export const administers = (role: { key: string | null }): boolean =>
  role.key === null || (Roles.ADMIN_KEYS as readonly string[]).includes(role.key);

export const toUser = (row: People.Person, date: DateWriter): Schemas['User'] => ({
  id: row.id,
  departmentId: row.unitId,
  departmentName: row.unitName,
  firstName: row.givenName,
  middleName: row.middleName,
  lastName: row.familyName,
  username: row.login,
  emailAddress: row.email,
  externalId: row.externalId,
  ccEmailAddresses: row.ccEmails,
  languageId: row.languageId,
  gender: genderOf(row.gender),
  address: row.address,
  address2: row.address2,
  city: row.city,
  provinceId: row.provinceId,
  countryId: row.countryId,
  postalCode: row.postalCode,
  phone: row.phone,
  employeeNumber: row.employeeNumber,
  location: row.location,
  jobTitle: row.jobTitle,
  referenceNumber: row.referenceNumber,
  dateHired: date(row.hiredAt),
  dateTerminated: date(row.terminatedAt),
  dateEdited: date(row.updatedAt),
  dateAdded: date(row.createdAt),
  lastLoginDate: date(row.lastAccessAt),
  notes: row.notes,
  customFields: toCustomFields(row.attributes, date),
  // those of a unit stay out: sent back, they would be asked for in the whole account
  roleIds: row.roles.filter((role) => role.unitId === null && administers(role)).map((role) => role.id),
  activeStatus: row.status === 'active' ? 0 : 1,
  ...People.standingOf(row.roles),
  isManager: row.isManager,
  supervisorId: row.managerId,
  hasUsername: row.username !== null,
});

export const toDepartment = (row: Units.Unit, date: DateWriter): Schemas['Department'] => ({
  id: row.id,
  name: row.name,
  useDepartmentContactDetails: row.useOwnContact,
  companyName: row.companyName,
  phoneNumber: row.phone,
  emailAddress: row.email,
  externalId: row.externalId,
  parentId: row.parentId,
  currencyId: row.currencyId,
  dateEdited: date(row.updatedAt),
  dateAdded: date(row.createdAt),
});

export const toGroup = (row: Groups.Group, userIds: string[], date: DateWriter): Schemas['Group'] => ({
  id: row.id,
  name: row.name,
  isAutomatic: row.kind === 'automatic',
  userIds,
  dateEdited: date(row.updatedAt),
  dateAdded: date(row.createdAt),
});

export const toRole = (row: Roles.Role, date: DateWriter): Schemas['Role'] => ({
  id: row.id,
  name: row.name,
  description: row.description,
  dateEdited: date(row.updatedAt),
  dateAdded: date(row.createdAt),
});
