import type { Instant } from '../kernel/instant.ts';

/** A graded piece of one offering, from an activity. Marks are in its own measure, minimum to maximum. */
export interface Assessment {
  id: string;
  number: number;
  externalId: string | null;
  offeringId: string;
  activityId: string;
  name: string;
  description: string | null;
  category: string | null;
  markType: string;
  minimum: number;
  maximum: number;
  weight: number | null;
  /** Of the category in the score; assessments of one category and weight count together. */
  categoryWeight: number | null;
  opensAt: Instant | null;
  dueAt: Instant | null;
  closesAt: Instant | null;
  createdAt: Instant;
  updatedAt: Instant;
}

export interface Submission {
  assessmentId: string;
  enrollmentId: string;
  personId: string;
  state: 'draft' | 'submitted' | 'marked';
  submittedAt: Instant | null;
  /** Handed in after the due date; a carried-over mark is never late. Computed, never stored. */
  late: boolean;
  createdAt: Instant;
  updatedAt: Instant;
}

/** As what somebody marks: an evaluator is a peer, whose mark counts only when it is agreed on. */
export type MarkRole = 'marker' | 'evaluator' | 'moderator';

export interface Mark {
  id: string;
  assessmentId: string;
  enrollmentId: string;
  personId: string;
  score: number | null;
  /** The score as percent of the maximum. */
  percent: number | null;
  textScore: string | null;
  carriedOver: boolean;
  comment: string | null;
  role: MarkRole;
  /** One of a piece of work does: gradebook and roll-up see no other. */
  counts: boolean;
  markerId: string | null;
  markedAt: Instant;
  createdAt: Instant;
  updatedAt: Instant;
}
