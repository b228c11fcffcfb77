import { MEMBERS } from '../event-data.ts';
import type { EventGroups } from './group.ts';

const MEMBER = { added: {}, removed: {} } as const;

const ENTITLEMENT = { role: 'text', entity: 'text', entityId: 'id' } as const;

/** Types of events about the account, its people and what they may. */
export const PEOPLE_EVENTS = {
  tenant: {
    sight: 'nobody',
    types: {
      created: ['the tenant was made', { slug: 'text' }],
      updated: [
        'name, zone, status, settings or academy file changed',
        { changed: { name: 'text', timeZone: 'text', status: 'text', settings: 'object', academy: 'text?' } },
      ],
      reset: ['the sandbox went back to its academy file', {}],
      clock_moved: ['the clock of the sandbox went forward', { changed: { now: 'instant' } }],
      academy_imported: [
        'an academy file was read in',
        { sha256: 'text', countedFrom: 'instant', created: 'counts', changed: 'counts' },
      ],
    },
  },
  api_client: {
    sight: 'nobody',
    about: 'renewed: new credentials',
    types: {
      created: [
        'a client was made',
        {
          dialect: 'text',
          name: 'text',
          permissions: 'texts',
          'products?': 'texts',
          'scopes?': 'texts',
          'readOnly?': 'boolean',
        },
      ],
      updated: [
        'name, rights or addresses changed',
        {
          changed: {
            name: 'text',
            permissions: 'texts',
            redirectUris: 'texts',
            products: 'texts',
            scopes: 'texts',
            readOnly: 'boolean',
          },
        },
      ],
      renewed: ['it was given new credentials', {}],
      revoked: ['it was ended, with its tokens', {}],
    },
  },
  person: {
    sight: 'person',
    types: {
      created: [
        'a person was made',
        {
          'externalId?': 'text?',
          'username?': 'text?',
          'email?': 'text?',
          'fullName?': 'text',
          'unitId?': 'id',
          'status?': 'text',
          'roles?': 'texts',
        },
      ],
      updated: [
        'something of the person changed beside the status',
        {
          changed: {
            externalId: 'text?',
            username: 'text?',
            email: 'text?',
            fullName: 'text',
            givenName: 'text?',
            middleName: 'text?',
            familyName: 'text?',
            status: 'text',
            unitId: 'id',
            managerId: 'id?',
            locale: 'text?',
            timeZone: 'text?',
            gender: 'text?',
            phone: 'text?',
            jobTitle: 'text?',
            employeeNumber: 'text?',
            referenceNumber: 'text?',
            location: 'text?',
            address: 'text?',
            address2: 'text?',
            city: 'text?',
            provinceId: 'id?',
            countryId: 'id?',
            postalCode: 'text?',
            languageId: 'number?',
            ccEmails: 'texts',
            hiredAt: 'instant?',
            terminatedAt: 'instant?',
            notes: 'text?',
            avatar: 'text?',
            attributes: 'object',
          },
        },
      ],
      suspended: ['the person may not sign in any more', {}],
      activated: ['the person may sign in again', {}],
      deleted: ['the person left: access, seats and memberships ended', {}],
      purged: ['personal data was erased, from events too', {}],
      password_changed: ['a password was set', {}],
      instructor_permissions_changed: [
        'what an instructor may do changed',
        { changed: { instructorPermissions: 'texts' } },
      ],
    },
  },
  unit: {
    sight: 'unit',
    about: 'members: `personId`',
    types: {
      created: ['a unit was made', { 'externalId?': 'text?', 'name?': 'text', 'parentId?': 'id?' }],
      updated: ['the unit changed, or moved', { changed: { [MEMBERS]: 'object' } }],
      deleted: ['the unit is gone', { name: 'text', parentId: 'id?' }],
      member_added: ['somebody belongs to it', MEMBER.added],
      member_removed: ['somebody belongs to it no more', MEMBER.removed],
    },
  },
  group: {
    sight: 'group',
    about: 'members: `personId`',
    types: {
      created: [
        'a group was made',
        { externalId: 'text?', name: 'text', kind: 'text', parentId: 'id?', level: 'text?' },
      ],
      updated: ['the group changed, or moved', { changed: { [MEMBERS]: 'object' } }],
      deleted: ['the group is gone', { name: 'text' }],
      member_added: ['somebody is in it', MEMBER.added],
      member_removed: ['somebody is in it no more', MEMBER.removed],
    },
  },
  attribute: {
    sight: 'all',
    types: {
      created: ['an attribute was declared', { entity: 'text', key: 'text', type: 'text' }],
      updated: ['name or choices changed', { changed: { name: 'text', choices: 'texts' } }],
      deleted: ['its declaration ended', { key: 'text' }],
    },
  },
  profile: {
    sight: 'all',
    about: 'assigned to `personId`',
    types: {
      created: ['a profile was made', { externalId: 'text?', name: 'text' }],
      updated: ['the profile changed', { changed: { [MEMBERS]: 'object' } }],
      deleted: ['the profile is gone', { name: 'text' }],
      assigned: ['somebody was labelled with it', {}],
      unassigned: ['somebody has the label no more', {}],
    },
  },
  role: {
    sight: 'all',
    about: 'in the account, or the unit in `data`',
    types: {
      created: ['a role was made', { permissions: 'texts' }],
      updated: ['the role changed', { changed: { name: 'text', description: 'text?', permissions: 'texts' } }],
      deleted: ['the role is gone', { name: 'text' }],
      assigned: ['somebody was given it', { unitId: 'id?' }],
      unassigned: ['somebody has it no more', { unitId: 'id?' }],
    },
  },
  entitlement: {
    sight: 'person',
    about: 'a word for staff; `entityId` is the thing it stands on',
    types: {
      created: ['somebody was entitled on a thing', ENTITLEMENT],
      deleted: ['somebody is entitled no more', ENTITLEMENT],
    },
  },
} as const satisfies EventGroups;
