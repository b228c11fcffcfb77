import * as access from './access/followers.ts';
import * as assessment from './assessment/followers.ts';
import { expiredAward, expiringAward, tellExpiries } from './credentials/due.ts';
import * as credentials from './credentials/followers.ts';
import * as delivery from './delivery/followers.ts';
import { endOfOffering } from './enrollment/due.ts';
import * as enrollment from './enrollment/followers.ts';
import * as files from './files/followers.ts';
import * as insight from './insight/followers.ts';
import { type ChangeName, consequences, step } from './kernel/changes.ts';
import * as programs from './programs/followers.ts';

/** What enrolling may tell. */
const ENROLLING: readonly ChangeName[] = [
  'enrolled',
  'enrolled_beside',
  'superseded',
  'earnings_changed',
  'completed_again',
  'collection_entered',
];

/**
 * What follows what, in the whole record. A verb reports what happened; before its transaction commits, and before it returns, these are
 * done from top to bottom, each once a round for everything that was reported, until nothing new is. What reads what another one writes
 * says so by `after`. A new consequence is a function in its subject's `followers.ts` and a line here.
 */
const STEPS = [
  step({
    name: 'programs of groups',
    says: 'Whoever is in the groups that are tied to a program joins it, as far as there are seats; whoever is no longer leaves it, unless something else holds them there.',
    on: ['joined', 'left', 'activated', 'group_moved', 'program_audience_set'],
    reports: ['program_left'],
    follow: programs.meetAudiences,
  }),
  step({
    name: 'programs of deleted groups',
    says: 'The ties of the group to programs end, with the memberships that they alone gave.',
    on: ['group_deleted'],
    reports: ['program_left'],
    after: ['programs of groups'],
    follow: programs.dropAudiences,
  }),
  step({
    name: 'programs of deleted people',
    says: 'They leave what they are members of (rule 16).',
    on: ['deleted'],
    reports: ['program_left'],
    follow: programs.endDeleted,
  }),
  step({
    name: 'places in programs',
    says: 'Whom groups mean and who was too many comes to a place that is free in a program.',
    on: ['program_left', 'program_places_changed'],
    reports: [],
    after: ['programs of groups', 'programs of deleted groups', 'programs of deleted people'],
    follow: programs.fillPlaces,
  }),
  step({
    name: 'programs of deleted courses',
    says: 'They hold the course no longer, nor do their paths.',
    on: ['course_deleted'],
    reports: [],
    follow: programs.dropCourses,
  }),
  step({
    name: 'enrollments under programs that were left',
    says: 'What somebody was enrolled in under the program goes, kept, unless something else holds it (rule 17).',
    on: ['program_left'],
    reports: ['withdrawn'],
    follow: enrollment.leaveUnder,
  }),
  step({
    name: 'audiences',
    says: 'Whoever is in the groups that are tied to an offering is enrolled in it; whoever is no longer loses what that gave (rule 4).',
    on: ['joined', 'left', 'activated', 'group_moved', 'audience_set', 'offering_opened'],
    reports: [...ENROLLING, 'withdrawn'],
    follow: enrollment.meetAudiences,
  }),
  step({
    name: 'audiences of deleted groups',
    says: 'The ties of the group to offerings end, with what they gave.',
    on: ['group_deleted'],
    reports: ['withdrawn'],
    after: ['audiences'],
    follow: enrollment.dropAudiences,
  }),
  step({
    name: 'offerings of a unit that was left',
    says: 'The person is withdrawn from the offerings of the unit, and groups do not bring them back.',
    on: ['left_unit'],
    reports: ['withdrawn'],
    after: ['audiences'],
    follow: enrollment.leaveOfferings,
  }),
  step({
    name: 'enrollments of deleted people',
    says: 'Their enrollments end, withdrawn and kept (rule 16).',
    on: ['deleted'],
    reports: ['withdrawn'],
    follow: enrollment.endDeleted,
  }),
  step({
    name: 'learners of an offering',
    says: 'Whoever is in the offering is worked out anew, or may hold the primary mark elsewhere (rules 3 and 7).',
    on: ['activities_hidden', 'offering_closed'],
    reports: ['work_changed', 'enrolled_beside'],
    after: ['audiences'],
    follow: enrollment.meetLearners,
  }),
  step({
    name: 'weights',
    says: 'Everybody who has a score in the offering is worked out anew.',
    on: ['weights_changed'],
    reports: ['marks_changed'],
    follow: assessment.reweigh,
  }),
  step({
    name: 'work of whoever was transferred',
    says: 'What was handed in and marked goes along by activity; what has no counterpart in the other offering stays where it is (rule 13).',
    on: ['transferred'],
    reports: ['work_moved'],
    follow: assessment.takeAlong,
  }),
  step({
    name: 'roll-up',
    says: 'Progress, score and state of the enrollment are worked out from its activities, or its members (rule 7).',
    on: ['work_changed', 'marks_changed', 'seated'],
    reports: ['state_changed', 'completed', 'completion_undone', 'progressed'],
    after: ['learners of an offering', 'weights'],
    follow: enrollment.workOut,
  }),
  step({
    name: 'primary marks',
    says: 'The primary mark of the person in the course goes to the enrollment that has it by rights (rule 3).',
    on: ['state_changed', 'enrolled_beside', 'withdrawn', 'offering_ended'],
    reports: ['primary_moved'],
    after: ['roll-up'],
    follow: enrollment.markPrimary,
  }),
  step({
    name: 'credits',
    says: 'A completion earns the credits of the course; without it they are gone. Those set by hand stay (rules 8 and 9).',
    on: ['completed', 'completion_undone', 'earnings_changed'],
    reports: [],
    after: ['roll-up'],
    follow: enrollment.credit,
  }),
  step({
    name: 'awards',
    says: 'The last course of a certificate makes or renews the award; a completion that is gone takes it back (rules 9 and 10).',
    on: ['completed', 'completed_again', 'completion_undone', 'completion_moved'],
    reports: [],
    after: ['roll-up'],
    follow: credentials.award,
  }),
  step({
    name: 'reinstated awards',
    says: 'Courses that were completed anew meanwhile renew the award.',
    on: ['award_reinstated'],
    reports: [],
    follow: credentials.renew,
  }),
  step({
    name: 'definitions of certificates',
    says: 'Whoever has the courses that it now takes holds the certificate.',
    on: ['certificate_changed'],
    reports: [],
    follow: credentials.redefine,
  }),
  step({
    name: 'certificates of deleted courses',
    says: 'Whoever has all courses that are left holds the certificate.',
    on: ['course_deleted'],
    reports: [],
    follow: credentials.outlive,
  }),
  step({
    name: 'follow-ups',
    says: 'Whoever completed a course is enrolled in those that follow it (rule 9).',
    on: ['completed'],
    reports: ENROLLING,
    follow: enrollment.followUp,
  }),
  step({
    name: 'follow-ups taken back',
    says: 'Whoever completed the course no longer leaves those that followed it, unless something else holds them there (rule 9).',
    on: ['completion_undone'],
    reports: ['withdrawn'],
    after: ['follow-ups'],
    follow: enrollment.unfollow,
  }),
  step({
    name: 'members of collections that were left',
    says: 'What a collection gave its learner goes with it, unless something else holds it (rule 4).',
    on: ['withdrawn'],
    reports: ['withdrawn'],
    follow: enrollment.leaveMembers,
  }),
  step({
    name: 'collections',
    says: 'The collections that hold the course are worked out anew for the person.',
    on: ['progressed', 'primary_moved', 'superseded', 'withdrawn'],
    reports: ['work_changed'],
    after: ['primary marks', 'members of collections that were left'],
    follow: enrollment.countInCollections,
  }),
  step({
    name: 'waitlists',
    says: 'Whoever waits longest comes up to the free seat; suspended people keep their place and wait (rule 2).',
    on: ['withdrawn', 'seat_freed', 'seats_changed', 'activated'],
    reports: ['seated'],
    follow: enrollment.moveUp,
  }),
  step({
    name: 'members of collections',
    says: 'Whoever has a seat in a collection is enrolled in its courses (rule 4).',
    on: ['collection_entered', 'seated'],
    reports: [...ENROLLING, 'work_changed'],
    after: ['waitlists'],
    follow: enrollment.enterMembers,
  }),
  step({
    name: 'files of work that moved',
    says: 'Files go along with the work that they are of, and go where it ended (rule 22).',
    on: ['work_moved'],
    reports: [],
    after: ['work of whoever was transferred'],
    follow: files.goAlong,
  }),
  step({
    name: 'files of what is gone',
    says: 'Files go with what they belong to; of somebody whose data is erased, what they handed in too (rule 22).',
    on: ['deleted', 'purged', 'course_deleted', 'assessment_deleted'],
    reports: [],
    follow: files.go,
  }),
  step({
    name: 'expiries',
    says: 'It is told once that an award is about to expire, and once that it has.',
    on: ['award_expiring', 'award_expired'],
    reports: [],
    follow: tellExpiries,
  }),
  step({
    name: 'mails to whoever is enrolled',
    says: 'Whoever has a seat from now on is told by mail, where the setting `mail.notices` of the tenant names `enrolled`; not by imports.',
    on: ['enrolled', 'seated'],
    reports: [],
    after: ['waitlists', 'members of collections'],
    wanted: delivery.wantsEnrolled,
    follow: delivery.tellEnrolled,
  }),
  step({
    name: 'mails of expiring awards',
    says: 'Whoever holds it is told by mail, where the setting `mail.notices` names `award_expiring`.',
    on: ['award_expiring'],
    reports: [],
    after: ['expiries'],
    wanted: delivery.wantsExpiring,
    follow: delivery.tellExpiring,
  }),
  step({
    name: 'mails of purged people',
    says: 'Mails to whoever was purged are erased (rule 16).',
    on: ['purged'],
    reports: [],
    follow: delivery.dropMails,
  }),
  step({
    name: 'words of purged people',
    says: 'What they wrote in attempts is erased, and what was written about it; states and scores stay (rule 16).',
    on: ['purged'],
    reports: [],
    follow: enrollment.forgetWords,
  }),
  step({
    name: 'comments on purged people',
    says: 'Their marks stay without comments (rule 16).',
    on: ['purged'],
    reports: [],
    follow: assessment.forgetComments,
  }),
  step({
    name: 'kept answers about purged people',
    says: 'Answers that are kept for repeated requests are erased where they tell of them (rule 16).',
    on: ['purged'],
    reports: [],
    follow: access.forgetAnswers,
  }),
  step({
    name: 'reports about purged people',
    says: 'Lines of import reports that name them are left out (rule 16).',
    on: ['purged'],
    reports: [],
    follow: insight.leaveOutOfReports,
  }),
];

/** What the clock of a tenant reports, when it passes the moment: at once where somebody moves it, by a job everywhere. */
const DUE = [endOfOffering, expiringAward, expiredAward];

export const CONSEQUENCES = consequences(STEPS, DUE);
