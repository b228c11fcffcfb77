import { run } from '../../database/run.ts';
import { NOW, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { Access, Authority } from '../access/index.ts';
import { few } from '../kernel/bulk.ts';
import { report } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append, emptyEvents, takeWordsOutOfEvents } from '../kernel/event.ts';
import { against } from '../kernel/refusal.ts';
import { forgetKeys } from '../kernel/source-keys.ts';
import type { Precondition } from '../kernel/text.ts';
import { endPeople } from './end-people.ts';
import type { Person } from './person.ts';
import { readPerson } from './read-people.ts';

/**
 * Deletes a person (rule 16): access, memberships, entitlements and seats go, enrollments end as withdrawn and kept, keys are free. The
 * row stays. Deleting again changes nothing.
 */
export async function deletePerson(ctx: Context, id: string, precondition?: Precondition<Person>): Promise<void> {
  demand(ctx, 'people.write');
  await transaction(
    ctx,
    async (ctx) => {
      const person = await readPerson(ctx, id, { deleted: true });
      precondition?.(person);
      if (person.status === 'deleted') return;
      await Authority.demandOver(ctx, [person.id]);
      await endPeople(ctx, [person.id]);
    },
    { learners: [id] },
  );
  Access.announced(ctx);
}

/**
 * Erases the personal data of a deleted person, in the history too; marks stand under a pseudonym. Gives when; erasing again changes
 * nothing. Refuses somebody who is not deleted (`in_use`).
 */
export async function purgePerson(ctx: Context, id: string): Promise<{ personId: string; purgedAt: string }> {
  demand(ctx, 'people.write');
  return transaction(
    ctx,
    async (ctx) => {
      const person = await readPerson(ctx, id, { deleted: true });
      if (person.status !== 'deleted') return against('in_use', 'person', person.id);
      if (person.purgedAt !== null) return { personId: person.id, purgedAt: person.purgedAt };
      const number = String(person.number);
      await run(
        ctx,
        sql`update person set external_id = null, username = null, email = null, full_name = ${`Person ${number}`}, given_name = 'Person', middle_name = null,
            family_name = ${number}, manager_id = null, locale = null, time_zone = null, gender = null, phone = null, job_title = null,
            employee_number = null, reference_number = null, location = null, address = null, address2 = null, city = null,
            province_id = null, country_id = null, postal_code = null, language_id = null, cc_emails = '{}', hired_at = null,
            terminated_at = null, notes = null, avatar = null, attributes = '{}', first_access_at = null, last_access_at = null,
            purged_at = ${NOW}, updated_at = ${NOW}
          where tenant_id = ${TENANT} and id = ${person.id}::uuid`,
      );
      // the history tells that something changed, no longer what; imports do not know the person again
      await emptyEvents(ctx, 'person', person.id);
      await takeWordsOutOfEvents(ctx, person.id);
      await forgetKeys(few(ctx), {
        sql: `select system, entity, key from source_key where tenant_id = {tenant} and entity = 'person' and id = {person}::uuid`,
        values: { person: person.id },
      });
      await append(ctx, [{ type: 'person.purged', entityId: person.id, personId: person.id }]);
      const names = [person.username, person.externalId, person.fullName].filter((name) => name !== null);
      report(ctx, 'purged', [{ personId: person.id, email: person.email, names }]);
      return { personId: person.id, purgedAt: ctx.now };
    },
    { learners: [id] },
  );
}
