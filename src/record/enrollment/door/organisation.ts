/** A whole organisation at once: people, groups and what ties them to courses. */

export { type BulkTie as Tie, loadOrganisation as load } from '../load-organisation.ts';
