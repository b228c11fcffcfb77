// What somebody would write by hand for an answer: the caller found by the token, the rows, and their JSON, all in one statement.
import { SLOTS } from '../../src/dialects/absorb/slots.ts';
import type { Statement } from './index.ts';

const KEY = `caller as (select c.tenant_id from api_client c join tenant t on t.id = c.tenant_id
  where c.key_hash = $1 and c.status = 'active' and t.status = 'active')`;
const TOKEN = `caller as (select k.tenant_id from token k join tenant t on t.id = k.tenant_id
  where k.token_hash = $1 and k.kind = 'access' and k.revoked_at is null and k.expires_at > now() and t.status = 'active')`;
const TENANT = '(select tenant_id from caller)';

const one = (caller: string, select: string): string =>
  `with ${caller} select to_json(q)::text as body from (${select}) q`;

/** Answers of our own API: the rows, and where the next page starts. */
const page = (caller: string, select: string, limit: number): string =>
  `with ${caller}, page as (${select} limit ${limit + 1}), shown as (select * from page limit ${limit})
   select json_build_object('data', coalesce((select json_agg(shown) from shown), '[]'),
     'next', case when (select count(*) from page) > ${limit} then (select max(number) from shown) end)::text as body`;

/** Answers of Absorb: the rows among their number. */
const numbered = (caller: string, key: string, select: string, counted: string): string =>
  `with ${caller}, shown as (${select} limit 20)
   select json_build_object('totalItems', (select count(*) from ${counted}), 'returnedItems', (select count(*) from shown),
     'limit', 20, 'offset', 0, '${key}', coalesce((select json_agg(shown) from shown), '[]'))::text as body`;

const PERSON = `p.id, p.number, p.external_id as "externalId", p.username, p.email, p.full_name as "fullName", p.given_name as "givenName",
  p.middle_name as "middleName", p.family_name as "familyName", p.status, p.unit_id as "unitId", p.manager_id as "managerId", p.locale,
  p.time_zone as "timeZone", p.gender, p.phone, p.job_title as "jobTitle", p.employee_number as "employeeNumber",
  p.reference_number as "referenceNumber", p.location, p.address, p.address2, p.city, p.province_id as "provinceId",
  p.country_id as "countryId", p.postal_code as "postalCode", p.language_id as "languageId", p.cc_emails as "ccEmails",
  p.hired_at as "hiredAt", p.terminated_at as "terminatedAt", p.notes, p.avatar, p.attributes, p.login, p.handle,
  p.first_access_at as "firstAccessAt", p.last_access_at as "lastAccessAt", p.purged_at as "purgedAt", p.deleted_at as "deletedAt",
  p.created_at as "createdAt", p.updated_at as "updatedAt"`;

export const person = (id: string): Statement => ({
  text: one(KEY, `select ${PERSON} from person p where p.tenant_id = ${TENANT} and p.id = $2::uuid`),
  values: [id],
});

export const people: Statement = {
  text: page(
    KEY,
    `select ${PERSON} from person p where p.tenant_id = ${TENANT} and p.status <> 'deleted' order by p.number`,
    20,
  ),
  values: [],
};

const ENROLLMENT = `select e.id, e.number, e.person_id as "personId", p.full_name as "personName", e.course_id as "courseId",
    c.name as "courseName", e.offering_id as "offeringId", o.name as "offeringName", e.version_id as "versionId",
    e.program_id as "programId", e.state, e.ending, e.ended_at as "endedAt", e.is_primary as "isPrimary", e.source,
    e.collection_id as "collectionId", e.join_key_id as "joinKeyId", e.progress, e.score, e.result, e.set_by as "outcomeBy",
    e.credits, e.rating, e.time_ticks as "timeTicks", e.terms_accepted_at as "termsAcceptedAt", e.enrolled_at as "enrolledAt",
    e.access_at as "accessAt", e.due_at as "dueAt", e.expires_at as "expiresAt", e.started_at as "startedAt",
    e.completed_at as "completedAt", e.last_access_at as "lastAccessAt", e.created_at as "createdAt", e.updated_at as "updatedAt",
    e.due_at is not null and coalesce(e.completed_at, e.ended_at, now()) > e.due_at as late
  from enrollment e join person p on p.tenant_id = e.tenant_id and p.id = e.person_id
  join course c on c.tenant_id = e.tenant_id and c.id = e.course_id join offering o on o.tenant_id = e.tenant_id and o.id = e.offering_id
  where e.tenant_id = ${TENANT}`;

export const enrollments: Statement = { text: page(KEY, `${ENROLLMENT} order by e.number`, 20), values: [] };

export const enrollmentsOfPerson = (id: string): Statement => ({
  text: page(KEY, `${ENROLLMENT} and e.person_id = $2::uuid order by e.number`, 50),
  values: [id],
});

export const events: Statement = {
  text: `with ${KEY}, now as (select key from feed_epoch where tenant_id = ${TENANT} and until is null),
     shown as (
       select (select key from now) || ' ' || e.position as id, e.at, e.type, e.entity, e.entity_id as "entityId",
              e.person_id as "personId", e.course_id as "courseId", json_build_object('kind', e.actor_kind, 'id', e.actor_id) as actor,
              e.dialect, e.data
         from event e where e.tenant_id = ${TENANT} and e.position > 0 order by e.position limit 200)
   select json_build_object('data', coalesce(json_agg(shown), '[]'), 'next', max(id))::text as body from shown`,
  values: [],
};

const NO_SLOTS = JSON.stringify(Object.fromEntries(SLOTS.map(([name]) => [name, null])));

export const users: Statement = {
  text: numbered(
    TOKEN,
    'users',
    `select p.id, p.unit_id as "departmentId", (select u.name from unit u where u.tenant_id = p.tenant_id and u.id = p.unit_id) as "departmentName", p.given_name as "firstName", p.middle_name as "middleName", p.family_name as "lastName",
       p.login as username, p.email as "emailAddress", p.external_id as "externalId", p.cc_emails as "ccEmailAddresses",
       p.language_id as "languageId", case p.gender when 'male' then 1 when 'female' then 2 else 0 end as gender, p.address, p.address2,
       p.city, p.province_id as "provinceId", p.country_id as "countryId", p.postal_code as "postalCode", p.phone,
       p.employee_number as "employeeNumber", p.location, p.job_title as "jobTitle", p.reference_number as "referenceNumber",
       p.hired_at as "dateHired", p.terminated_at as "dateTerminated", p.updated_at as "dateEdited", p.created_at as "dateAdded",
       p.last_access_at as "lastLoginDate", p.notes,
       case when p.attributes = '{}' then '${NO_SLOTS}'::json else ('${NO_SLOTS}'::jsonb || p.attributes)::json end as "customFields",
       held."roleIds", case p.status when 'active' then 0 else 1 end as "activeStatus", held."isLearner", held."isAdmin",
       held."isInstructor",
       coalesce((select true from person m
         where m.tenant_id = p.tenant_id and m.manager_id = p.id and m.status <> 'deleted' limit 1), false) as "isManager",
       p.manager_id as "supervisorId", p.username is not null as "hasUsername"
     from person p cross join lateral (
       select coalesce(array_agg(r.id order by r.number)
                filter (where a.unit_id is null and (r.key is null or r.key not in ('learner', 'instructor'))), '{}') as "roleIds",
              coalesce(bool_or(r.key = 'learner'), false) as "isLearner", coalesce(bool_or(r.key = 'instructor'), false) as "isInstructor",
              coalesce(bool_or(r.key is null or r.key not in ('learner', 'instructor')), false) as "isAdmin"
         from role_assignment a join role r on r.tenant_id = a.tenant_id and r.id = a.role_id
        where a.tenant_id = p.tenant_id and a.person_id = p.id) held
     where p.tenant_id = ${TENANT} and p.status <> 'deleted' order by lower(p.login) collate "C", p.id`,
    `person p where p.tenant_id = ${TENANT} and p.status <> 'deleted'`,
  ),
  values: [],
};

const OF_COURSE = `e.tenant_id = ${TENANT} and (e.ending is null or e.ending = 'superseded') and e.course_id = $2::uuid`;

/** `status` is left out of the comparison: a number of a table that stands in the product. */
export const courseEnrollments = (courseId: string): Statement => ({
  text: numbered(
    TOKEN,
    'enrollments',
    `select e.id, e.course_id as "courseId", c.name as "courseName", e.progress, e.score, e.state as status,
       e.completed_at as "dateCompleted", e.expires_at as "dateExpires", p.full_name as "fullName", p.job_title as "jobTitle",
       e.version_id as "courseVersionId", e.person_id as "userId", e.terms_accepted_at is not null as "acceptedTermsAndConditions",
       '00:00:00' as "timeSpent", e.started_at as "dateStarted", e.join_key_id as "enrollmentKeyId",
       case when e.state = 'complete' then
         (select w.id from certificate_course cc
            join certificate k on k.tenant_id = cc.tenant_id and k.id = cc.certificate_id and k.deleted_at is null
            join certificate_award w on w.tenant_id = cc.tenant_id and w.certificate_id = cc.certificate_id and w.person_id = e.person_id
             and w.certified_at >= e.completed_at and w.revoked_at is null
           where cc.tenant_id = e.tenant_id and cc.course_id = e.course_id order by k.number limit 1) end as "certificateId",
       e.credits, e.is_primary as "isActive", e.due_at as "dateDue", e.updated_at as "dateEdited", e.created_at as "dateAdded"
     from enrollment e join person p on p.tenant_id = e.tenant_id and p.id = e.person_id
     join course c on c.tenant_id = e.tenant_id and c.id = e.course_id
     where ${OF_COURSE} order by lower(p.full_name) collate "C", e.id`,
    `enrollment e where ${OF_COURSE}`,
  ),
  values: [courseId],
});

const SEATED = `e.tenant_id = ${TENANT} and e.offering_id = $2::uuid and e.ending is null
  and e.state not in ('pending_approval', 'pending_acceptance', 'on_waitlist', 'declined')`;

/** The first page of Enabley's list; what a channel is called outside is looked up, as the answer's other half is. */
export const performance = (key: string, column: 'external_id' | 'id' = 'external_id'): Statement => {
  const channel = (text: string): string =>
    text.replaceAll(
      '$2::uuid',
      `(select o.id from offering o where o.tenant_id = ${TENANT} and o.deleted_at is null and o.${column} = $2)`,
    );
  return {
    text: channel(`with ${TOKEN}, page as (
       select e.id, e.enrolled_at, p.handle as "externalUserId", coalesce(o.external_id, o.id::text) as "externalChannelId", o.name as "channelName",
              floor(e.progress) as progress, round(e.score) as score, case when e.state = 'complete' then e.completed_at end as "completionDate"
         from enrollment e join person p on p.tenant_id = e.tenant_id and p.id = e.person_id
         join offering o on o.tenant_id = e.tenant_id and o.id = e.offering_id and o.deleted_at is null
        where ${SEATED} order by e.enrolled_at, e.id limit 201),
     shown as (select "externalUserId", "externalChannelId", "channelName", progress, score, "completionDate" from page limit 200)
     select json_build_object('items', coalesce((select json_agg(json_strip_nulls(to_json(shown))) from shown), '[]'), 'pageSize', 200,
       'currentPage', 1, 'totalPages', ceil((select count(*) from enrollment e where ${SEATED}) / 200.0),
       'paginationKey', (select id from page offset 199 limit 1))::text as body`),
    values: [key],
  };
};

/** One row, between BEGIN and COMMIT. */
export const create = (personId: string): Statement => ({
  text: `with ${TOKEN} insert into bench_floor (tenant_id, person_id) select tenant_id, $2::uuid from caller`,
  values: [personId],
});
