import type { EventGroups } from './group.ts';

const ENROLLMENT = {
  state: 'text',
  progress: 'number',
  score: 'number?',
  timeTicks: 'number',
  startedAt: 'instant?',
  completedAt: 'instant?',
  result: 'text?',
  credits: 'number?',
  creditsByType: 'counts',
  versionId: 'id?',
  joinKeyId: 'id?',
  accessAt: 'instant?',
  dueAt: 'instant?',
  expiresAt: 'instant?',
  rating: 'number?',
  termsAcceptedAt: 'instant?',
} as const;
const MOVED = { offeringId: 'id', changed: ENROLLMENT } as const;

const ATTEMPT = {
  enrollmentId: 'id',
  activityId: 'id',
  changed: {
    state: 'text',
    score: 'number?',
    startedAt: 'instant?',
    finishedAt: 'instant?',
    timeTicks: 'number',
    feedback: 'text?',
  },
} as const;

const MARK = {
  score: 'number?',
  textScore: 'text?',
  carriedOver: 'boolean',
  comment: 'text?',
  markerId: 'id?',
  role: 'text',
} as const;

const AWARD = {
  certificateId: 'id',
  'reason?': 'text',
  changed: {
    readyAt: 'instant?',
    certifiedAt: 'instant?',
    expiresAt: 'instant?',
    revokedAt: 'instant?',
    required: 'boolean',
  },
} as const;
const EXPIRY = { certificateId: 'id', expiresAt: 'instant' } as const;

const PLACE = { sessionId: 'id', enrollmentId: 'id' } as const;

const FILE_OF = { entity: 'text', entityId: 'id', enrollmentId: 'id?' } as const;

/** Types of events about taking part, and what comes of it. */
export const LEARNING_EVENTS = {
  enrollment: {
    sight: 'person',
    about: 'seated: from the waitlist; reopened: no longer complete',
    types: {
      created: ['somebody was enrolled', { offeringId: 'id', state: 'text', source: 'text' }],
      updated: ['dates, version or the like changed', { offeringId: 'id', 'changed?': ENROLLMENT }],
      accessed: ['the learner opened the course', { changed: { lastAccessAt: 'instant?' } }],
      started: ['the learner began', MOVED],
      progressed: ['the learner got on', MOVED],
      completed: ['it became complete', MOVED],
      failed: ['it became failed', MOVED],
      reopened: ['it is complete no more', MOVED],
      seated: ['a seat came free for somebody on the waitlist', MOVED],
      resumed: ['somebody who had withdrawn came back to it', MOVED],
      superseded: ['a later enrollment took its place', { offeringId: 'id', state: 'text' }],
      transferred: [
        'it went over to another offering of the course',
        {
          changed: {
            offeringId: 'id',
            versionId: 'id?',
            accessAt: 'instant?',
            dueAt: 'instant?',
            expiresAt: 'instant?',
          },
        },
      ],
      withdrawn: [
        'it ended',
        { offeringId: 'id', 'state?': 'text', kept: 'boolean', 'reason?': 'text', 'changed?': { ending: 'text?' } },
      ],
      reset: [
        'attempts, progress and marks were taken away',
        { was: { state: 'text', progress: 'number', score: 'number?', result: 'text?', credits: 'number?' } },
      ],
      force_completed: ['somebody said that its activities are complete', { activityIds: 'ids' }],
      outcome_set: ['somebody set its outcome', MOVED],
      outcome_cleared: ['what is computed counts again', { was: { state: 'text', score: 'number?', by: 'text?' } }],
      credited: ['what it is worth changed', { changed: { credits: 'number?' } }],
    },
  },
  session_enrollment: {
    sight: 'person',
    about: 'a place in a session',
    types: {
      created: ['a place was taken', PLACE],
      cancelled: ['the place is free again', PLACE],
    },
  },
  activity_enrollment: {
    sight: 'person',
    types: {
      updated: [
        'how an activity stands was recorded',
        { enrollmentId: 'id', activityId: 'id', changed: { state: 'text', progress: 'number' } },
      ],
    },
  },
  attempt: {
    sight: 'person',
    about: 'submitted: waits for marking',
    types: {
      started: ['a try began', { enrollmentId: 'id', activityId: 'id' }],
      saved: ['it was saved as far as it goes', ATTEMPT],
      submitted: ['it was handed in', ATTEMPT],
      finished: ['it has a result', ATTEMPT],
    },
  },
  assessment: {
    sight: 'assessment',
    types: {
      created: ['an assessment was made', { 'offeringId?': 'id', 'activityId?': 'id', 'name?': 'text' }],
      updated: [
        'the assessment changed',
        {
          changed: {
            offeringId: 'id',
            externalId: 'text?',
            name: 'text',
            description: 'text?',
            category: 'text?',
            markType: 'text',
            minimum: 'number',
            maximum: 'number',
            weight: 'number?',
            categoryWeight: 'number?',
            opensAt: 'instant?',
            dueAt: 'instant?',
            closesAt: 'instant?',
          },
        },
      ],
      deleted: ['the assessment is gone, with submissions and marks', { offeringId: 'id' }],
    },
  },
  submission: {
    sight: 'person',
    about: '`entityId` is the assessment',
    types: {
      saved: ['a draft was saved', { enrollmentId: 'id', 'submittedAt?': 'instant?' }],
      submitted: ['work was handed in', { enrollmentId: 'id', 'submittedAt?': 'instant?' }],
      moved: [
        'it went along to the assessment of another offering',
        { enrollmentId: 'id', changed: { assessmentId: 'id' } },
      ],
      deleted: ['what was handed in is gone', { enrollmentId: 'id' }],
    },
  },
  mark: {
    sight: 'person',
    about: '`entityId` is the assessment; `counts` false: beside the one that counts',
    types: {
      recorded: [
        'work was marked',
        { enrollmentId: 'id', 'changed?': MARK, 'carriedOver?': 'boolean', 'counts?': 'boolean' },
      ],
      changed: [
        'the mark changed',
        { enrollmentId: 'id', 'changed?': MARK, 'carriedOver?': 'boolean', 'counts?': 'boolean' },
      ],
      counted: [
        'a mark that was there counts from now on, in place of another or of one that was taken back',
        { enrollmentId: 'id', changed: { markId: 'id?' }, score: 'number?' },
      ],
      moved: [
        'it went along to the assessment of another offering',
        { enrollmentId: 'id', changed: { assessmentId: 'id', score: 'number?' } },
      ],
      deleted: [
        'the mark is gone',
        { enrollmentId: 'id', 'was?': { score: 'number?', textScore: 'text?' }, 'counts?': 'boolean' },
      ],
    },
  },
  certificate: {
    sight: 'all',
    types: {
      created: [
        'a certificate was defined',
        { externalId: 'text?', name: 'text', status: 'text', validity: 'object?', courseIds: 'ids' },
      ],
      updated: [
        'its definition changed',
        {
          changed: {
            externalId: 'text?',
            name: 'text',
            description: 'text?',
            status: 'text',
            validity: 'object?',
            confirmation: 'boolean',
            courseIds: 'ids',
          },
        },
      ],
      deleted: ['its definition is gone', { externalId: 'text?', name: 'text' }],
    },
  },
  award: {
    entity: 'certificate_award',
    sight: 'person',
    about:
      '`entity` is `certificate_award`, and `entityId` the id of the award; recorded: as it stood elsewhere, by an import; about_to_expire and expired are told by a job within about a minute, or at once by who moves the clock; span_withdrawn: an earlier span alone rested on a completion that was taken back',
    types: {
      awaits_confirmation: ['all courses are complete, the learner’s word is missing', AWARD],
      certified: ['it was earned', AWARD],
      renewed: ['it was earned anew', AWARD],
      recorded: [
        'it was taken over as it stood elsewhere',
        {
          certificateId: 'id',
          required: 'boolean',
          readyAt: 'instant?',
          certifiedAt: 'instant?',
          expiresAt: 'instant?',
          revokedAt: 'instant?',
        },
      ],
      about_to_expire: ['thirty days or less are left', EXPIRY],
      expired: ['its time is over', EXPIRY],
      withdrawn: ['what it rested on was taken back', AWARD],
      revoked: ['somebody took it away', AWARD],
      span_withdrawn: ['what an earlier span rested on was taken back', AWARD],
      reinstated: ['it stands again as it was', AWARD],
      required: ['somebody must hold it', AWARD],
      released: ['nobody asks for it any more', AWARD],
    },
  },
  file: {
    sight: 'file',
    about: 'of a person, a course or a submission; its name is not told',
    types: {
      stored: ['a file was brought', { ...FILE_OF, mediaType: 'text', size: 'number', sha256: 'text' }],
      moved: [
        'it went along with the work that it is of',
        { ...FILE_OF, changed: { entityId: 'id', enrollmentId: 'id' } },
      ],
      deleted: ['it is gone, by itself or with what it belonged to', FILE_OF],
    },
  },
} as const satisfies EventGroups;
