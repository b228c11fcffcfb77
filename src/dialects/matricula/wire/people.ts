import type { Entitlements, Roles, Staff } from '../../../record/access/index.ts';
import type { Attributes, Groups, People, Profiles, Units } from '../../../record/people/index.ts';
import type { Schemas } from '../generated/operations.ts';
import { toReference } from './tenant.ts';

export const toPerson = (person: People.PersonAlone): Schemas['Person'] => ({
  id: person.id,
  number: person.number,
  externalId: person.externalId,
  username: person.username,
  email: person.email,
  fullName: person.fullName,
  givenName: person.givenName,
  middleName: person.middleName,
  familyName: person.familyName,
  status: person.status,
  unitId: person.unitId,
  managerId: person.managerId,
  locale: person.locale,
  timeZone: person.timeZone,
  gender: person.gender,
  phone: person.phone,
  jobTitle: person.jobTitle,
  employeeNumber: person.employeeNumber,
  referenceNumber: person.referenceNumber,
  location: person.location,
  address: person.address,
  address2: person.address2,
  city: person.city,
  provinceId: person.provinceId,
  countryId: person.countryId,
  postalCode: person.postalCode,
  languageId: person.languageId,
  ccEmails: person.ccEmails,
  hiredAt: person.hiredAt,
  terminatedAt: person.terminatedAt,
  notes: person.notes,
  avatar: person.avatar,
  attributes: person.attributes,
  login: person.login,
  handle: person.handle,
  firstAccessAt: person.firstAccessAt,
  lastAccessAt: person.lastAccessAt,
  purgedAt: person.purgedAt,
  deletedAt: person.deletedAt,
  createdAt: person.createdAt,
  updatedAt: person.updatedAt,
});

export const toPersonUnit = ({
  personId,
  unitId,
  name,
  primary,
  createdAt,
}: Units.PersonUnit): Schemas['PersonUnit'] => ({
  personId,
  unitId,
  name,
  primary,
  createdAt,
});

export const toGroupMembership = (membership: Groups.Membership): Schemas['GroupMembership'] => ({
  personId: membership.personId,
  groupId: membership.groupId,
  name: membership.name,
  kind: membership.kind,
  createdAt: membership.createdAt,
});

export const toProfile = (profile: Profiles.Profile): Schemas['Profile'] => ({ ...profile });

export const toUnit = (unit: Units.Unit): Schemas['Unit'] => ({
  id: unit.id,
  number: unit.number,
  externalId: unit.externalId,
  name: unit.name,
  parentId: unit.parentId,
  kind: unit.kind,
  useOwnContact: unit.useOwnContact,
  companyName: unit.companyName,
  phone: unit.phone,
  email: unit.email,
  currencyId: unit.currencyId,
  attributes: unit.attributes,
  createdAt: unit.createdAt,
  updatedAt: unit.updatedAt,
});

export const toGroup = (group: Groups.Group): Schemas['Group'] => ({
  id: group.id,
  number: group.number,
  externalId: group.externalId,
  name: group.name,
  description: group.description,
  kind: group.kind,
  level: group.level,
  parentId: group.parentId,
  unitId: group.unitId,
  memberCount: group.memberCount,
  createdAt: group.createdAt,
  updatedAt: group.updatedAt,
});

export const toGroupMember = ({ groupId, personId, person, createdAt }: Groups.Member): Schemas['GroupMember'] => ({
  groupId,
  personId,
  person: toReference(person),
  createdAt,
});

export const toAttribute = (attribute: Attributes.Attribute): Schemas['Attribute'] => ({
  id: attribute.id,
  number: attribute.number,
  entity: attribute.entity,
  key: attribute.key,
  name: attribute.name,
  type: attribute.type,
  choices: attribute.choices,
  createdAt: attribute.createdAt,
  updatedAt: attribute.updatedAt,
});

export const toRole = (role: Roles.Role): Schemas['Role'] => ({
  id: role.id,
  number: role.number,
  key: role.key,
  name: role.name,
  description: role.description,
  permissions: role.permissions,
  createdAt: role.createdAt,
  updatedAt: role.updatedAt,
});

export const toPersonRole = ({ personId, roleId, key, name, account, unitIds }: Roles.Held): Schemas['PersonRole'] => ({
  personId,
  roleId,
  key,
  name,
  account,
  unitIds,
});

/** Words for staff are never `learner`: an enrollment says that. */
type StaffWord = Schemas['Entitlement']['role'];

export const toEntitlement = ({
  personId,
  role,
  entity,
  entityId,
}: Entitlements.Entitlement): Schemas['Entitlement'] => ({
  personId,
  role: role as StaffWord,
  entity,
  entityId,
});

export const toStaffMember = ({ personId, roles }: Staff.Member): Schemas['StaffMember'] => ({
  personId,
  roles: roles as StaffWord[],
});
