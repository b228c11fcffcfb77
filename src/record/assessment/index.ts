/** What is assessed in an offering, what learners hand in and the marks they get. */

export * as Assessments from './door/assessments.ts';
export * as Marks from './door/marks.ts';
export * as Submissions from './door/submissions.ts';
