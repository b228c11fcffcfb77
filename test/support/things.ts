/** The list of an academy file that tells them. */
export const SUBJECT_OF: Readonly<Record<string, string>> = {
  unit: 'units',
  group: 'groups',
  profile: 'profiles',
  course: 'courses',
  offering: 'offerings',
  session: 'sessions',
  term: 'terms',
  room: 'rooms',
  credit_type: 'creditTypes',
  join_key: 'joinKeys',
  program: 'programs',
};

/** What a file calls a member, where that is not its name: it tells keys, not ids. */
export const TOLD_AS: Readonly<Record<string, string>> = {
  'group.parentId': 'parent',
  'group.unitId': 'unit',
  'course.unitId': 'unit',
  'course.editorIds': 'editors',
  'course.followUpCourseIds': 'followUps',
  'offering.courseId': 'course',
  'offering.versionId': 'version',
  'offering.waitlistSeats': 'waitlist',
  'offering.hiddenActivityIds': 'hiddenActivities',
  'offering.unitId': 'unit',
  'offering.termIds': 'terms',
  'session.offeringId': 'offering',
  'session.activityId': 'activity',
  'term.parentId': 'parent',
  'join_key.offeringId': 'offering',
  'join_key.unitId': 'unit',
  'program.unitId': 'unit',
};
