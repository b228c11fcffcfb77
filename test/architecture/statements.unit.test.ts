import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const SRC = path.resolve(import.meta.dirname, '../../src');

/** Whose `$1` is none of a statement's: replacements, a shell, the driver by itself. */
const OTHERS = [
  'database/copy.ts',
  'database/engine/account.ts',
  'database/migrate.ts',
  'interchange/academy/export.ts',
  'record/credentials/verify-award.ts',
];

/** Files some of whose statements number their values by hand. Nothing is added here. */
const BY_HAND = [
  'database/transaction.ts',
  'jobs/imports.ts',
  'record/catalog/course-links.ts',
  'record/catalog/credit-types.ts',
  'record/catalog/delete-course.ts',
  'record/catalog/publish-version.ts',
  'record/catalog/rooms.ts',
  'record/catalog/save-content.ts',
  'record/catalog/terms.ts',
  'record/catalog/update-offering.ts',
  'record/delivery/followers.ts',
  'record/delivery/notices.ts',
  'record/delivery/places.ts',
  'record/delivery/queue-mails.ts',
  'record/delivery/sending.ts',
  'record/enrollment/access.ts',
  'record/enrollment/activity-states.ts',
  'record/enrollment/attempts.ts',
  'record/enrollment/audience-exceptions.ts',
  'record/enrollment/audiences.ts',
  'record/enrollment/collections.ts',
  'record/enrollment/complete.ts',
  'record/enrollment/completion.ts',
  'record/enrollment/create-enrollment.ts',
  'record/enrollment/credits.ts',
  'record/enrollment/details.ts',
  'record/enrollment/due.ts',
  'record/enrollment/enroll-facts.ts',
  'record/enrollment/enroll-rows.ts',
  'record/enrollment/enrollment-rows.ts',
  'record/enrollment/followers.ts',
  'record/enrollment/list-enrollments.ts',
  'record/enrollment/load-ties.ts',
  'record/enrollment/offering-roles.ts',
  'record/enrollment/own-work.ts',
  'record/enrollment/parts.ts',
  'record/enrollment/places.ts',
  'record/enrollment/primary.ts',
  'record/enrollment/record-progress.ts',
  'record/enrollment/roll-up.ts',
  'record/enrollment/sessions.ts',
  'record/enrollment/set-outcome.ts',
  'record/enrollment/settle-offering.ts',
  'record/enrollment/transfer.ts',
  'record/enrollment/waitlist.ts',
  'record/enrollment/withdraw-enrollment.ts',
  'record/enrollment/withdraw.ts',
  'record/geography/name-based-id.ts',
  'record/kernel/visibility.ts',
  'record/people/attributes.ts',
  'record/people/bulk-groups.ts',
  'record/people/delete-person.ts',
  'record/people/end-people.ts',
  'record/people/group-heads.ts',
  'record/people/group-members.ts',
  'record/people/groups.ts',
  'record/people/instructor-permissions.ts',
  'record/people/join-group.ts',
  'record/people/person.ts',
  'record/people/profiles.ts',
  'record/people/read-people.ts',
  'record/people/restore-people.ts',
  'record/people/unit-members.ts',
  'record/people/unit-names.ts',
  'record/people/units.ts',
  'record/people/write-people.ts',
  'workers/read-yaml.ts',
];

const numbers = (text: string): boolean => /\$\d/.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''));

test('statements are written with the tag of database/sql.ts, which numbers their values', () => {
  const found = globSync('**/*.ts', { cwd: SRC })
    .filter((file) => !/\.test\.ts$|\/testing\/|\/migrations\//.test(file))
    .filter((file) => numbers(readFileSync(path.join(SRC, file), 'utf8')));
  assert.deepEqual(found.sort(), [...OTHERS, ...BY_HAND].sort());
});

test('a number written by hand is found', () => {
  assert.ok(numbers("run(db, 'select $1', [1])"));
  assert.ok(!numbers('// the value is $1\n/* $2 */ run(ctx, statement)'));
});
