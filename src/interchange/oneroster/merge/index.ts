import type { FileName } from '../files.ts';
import type { Merged, Work } from '../work.ts';
import { mergeAcademicSessions } from './academic-sessions.ts';
import { mergeCategories } from './categories.ts';
import { mergeClasses } from './classes.ts';
import { mergeCourses } from './courses.ts';
import { mergeDemographics } from './demographics.ts';
import { mergeEnrollments } from './enrollments.ts';
import { mergeLineItems } from './line-items.ts';
import { mergeOrgs } from './orgs.ts';
import { mergeResults } from './results.ts';
import { mergeRoles } from './roles.ts';
import { mergeUsers } from './users.ts';

/** What each staged file does to the record, in the transaction of the file. */
export const MERGES: Readonly<Record<FileName, (w: Work) => Promise<Merged>>> = {
  orgs: mergeOrgs,
  academicSessions: mergeAcademicSessions,
  courses: mergeCourses,
  classes: mergeClasses,
  categories: mergeCategories,
  lineItems: mergeLineItems,
  users: mergeUsers,
  roles: (w) => mergeRoles(w),
  demographics: mergeDemographics,
  enrollments: mergeEnrollments,
  results: mergeResults,
};

/** What a file's sourcedIds are remembered as, and the tables worth counting anew when it brought much. */
export const REMEMBERED: Readonly<Partial<Record<FileName, readonly string[]>>> = {
  orgs: ['unit'],
  academicSessions: ['term'],
  courses: ['course'],
  classes: ['offering'],
  categories: ['category'],
  lineItems: ['assessment', 'finalLineItem'],
  users: ['person'],
  enrollments: ['enrollment'],
};

/** Tables of the catalog are small and newly filled: without a count the planner takes each for a single row. */
export const GROWN: Readonly<Partial<Record<FileName, { tables: string; from: number }>>> = {
  lineItems: { tables: 'course, offering, course_version, section, activity, assessment, unit, source_key', from: 20 },
  users: { tables: 'person, source_key', from: 1000 },
  roles: { tables: 'role_assignment', from: 1000 },
  enrollments: { tables: 'enrollment, enrollment_grant, source_key', from: 1000 },
  results: { tables: 'enrollment', from: 1000 },
};
