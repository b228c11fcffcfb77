import { MEMBERS } from '../event-data.ts';
import type { EventGroups } from './group.ts';

const AUDIENCE = { groupId: 'id', offeringId: 'id', recursive: 'boolean' } as const;
const GROUP = { groupId: 'id', recursive: 'boolean' } as const;
const STATE = { state: 'text' } as const;
const ORDINAL = { ordinal: 'number' } as const;

/** Types of events about courses, and where and when they are given. */
export const COURSE_EVENTS = {
  course: {
    sight: 'course',
    types: {
      created: ['a course was made', { 'kind?': 'text', 'name?': 'text', 'externalId?': 'text?' }],
      updated: [
        'the course changed beside its content',
        {
          'versionId?': 'id',
          changed: { [MEMBERS]: 'object' },
        },
      ],
      published: ['its draft became the current version', { versionId: 'id', 'ordinal?': 'number', 'changed?': STATE }],
      retired: ['nobody enrolls any more', { changed: STATE }],
      restored: ['it may be enrolled in again', { changed: STATE }],
      deleted: ['the course is gone, with its offerings', {}],
    },
  },
  course_version: {
    sight: 'course',
    about: 'of the draft; publishing is `course.published`',
    types: {
      created: ['a draft was made', ORDINAL],
      updated: ['the content of the draft changed', ORDINAL],
      deleted: ['the draft was thrown away', ORDINAL],
    },
  },
  credit_type: {
    sight: 'all',
    types: {
      created: ['a kind of credit was made', { name: 'text' }],
      updated: ['it changed', { changed: { [MEMBERS]: 'object' } }],
      deleted: ['it is gone', {}],
    },
  },
  term: {
    sight: 'all',
    types: {
      created: ['a term was made', { 'name?': 'text', 'externalId?': 'text?' }],
      updated: [
        'the term changed, or moved',
        {
          changed: { [MEMBERS]: 'object' },
        },
      ],
      deleted: ['the term is gone', {}],
    },
  },
  offering: {
    sight: 'offering',
    about: 'retiring is an update',
    types: {
      created: ['an offering was made', { 'name?': 'text', 'externalId?': 'text?', 'isDefault?': 'boolean' }],
      updated: [
        'the offering changed',
        {
          'changed?': { [MEMBERS]: 'object' },
        },
      ],
      deleted: ['the offering is gone', {}],
    },
  },
  session: {
    sight: 'session',
    about: 'its meetings are in it',
    types: {
      created: ['a session was made', { name: 'text', offeringId: 'id', activityId: 'id', externalId: 'text?' }],
      updated: [
        'the session or its meetings changed',
        {
          changed: { [MEMBERS]: 'object' },
        },
      ],
      deleted: ['the session is gone', {}],
    },
  },
  room: {
    sight: 'all',
    types: {
      created: ['a room was made', { name: 'text' }],
      updated: ['the room changed', { changed: { [MEMBERS]: 'object' } }],
      deleted: ['the room is gone', {}],
    },
  },
  join_key: {
    sight: 'join_key',
    about: 'of a changed code events do not say what it is',
    types: {
      created: ['a key to join with was made', { name: 'text', offeringId: 'id?', unitId: 'id?' }],
      updated: [
        'the key changed',
        {
          changed: { [MEMBERS]: 'object', code: 'withheld' },
        },
      ],
      deleted: ['the key is gone', { unitId: 'id?' }],
    },
  },
  program: {
    sight: 'program',
    about: 'members and courses of it: `personId`, `courseId`',
    types: {
      created: ['a program was made', { name: 'text', externalId: 'text?' }],
      updated: ['the program changed', { changed: { [MEMBERS]: 'object' } }],
      deleted: ['the program is gone, everybody left it', { unitId: 'id?' }],
      content_added: ['a course stands in it', { courseId: 'id', position: 'number' }],
      content_moved: ['the course stands elsewhere in it', { courseId: 'id', position: 'number' }],
      content_removed: ['the course stands in it no more', { courseId: 'id' }],
      member_added: ['somebody came into it', { source: 'text' }],
      member_removed: ['somebody left it', { reason: 'text' }],
      audience_set: ['a group was tied to it, or whether groups below count changed', GROUP],
      audience_removed: ['the tie is gone', { groupId: 'id' }],
      path_created: ['a path was made in it', { pathId: 'id', name: 'text' }],
      path_updated: [
        'a path of it changed',
        { pathId: 'id', changed: { name: 'text', description: 'text?', position: 'number', courses: 'list' } },
      ],
      path_deleted: ['a path of it is gone', { pathId: 'id' }],
    },
  },
  audience: {
    sight: 'audience',
    about: 'a group tied to an offering',
    types: {
      created: ['the group was tied to the offering', AUDIENCE],
      updated: ['whether groups below count changed', AUDIENCE],
      removed: ['the tie is gone', { groupId: 'id', offeringId: 'id' }],
    },
  },
} as const satisfies EventGroups;
