import type { Deliveries, Masters, TrainingEvents } from '../../record/catalog/index.ts';
import type { Awards, Certificates } from '../../record/credentials/index.ts';
import type { Performance } from '../../record/insight/index.ts';
import type { Instant } from '../../record/kernel/instant.ts';
import type { Groups, People, Profiles } from '../../record/people/index.ts';
import type { Schemas } from './generated/operations.ts';
import { roleWords } from './words.ts';

/** Members without a value are left out. */
const maybe = <T>(value: T | null | undefined): T | undefined => value ?? undefined;

/** What the reference says of a write; the others follow suit. */
const SAID = {
  userCreated: 'User was created',
  userUpdated: 'User was updated',
  groupCreated: 'Group was created',
  groupUpdated: 'Group was updated',
  channelCreated: 'Channel was created',
  channelUpdated: 'Channel was updated',
  profileCreated: 'User Profile was created',
  profileUpdated: 'User Profile was updated',
  profileAssigned: 'Assignment of profile of a user was updated',
  profileRemoved: 'Remove assignment of profile of a user was updated',
  requirementUpdated: 'Requirement status was updated',
  deleted: 'Deleted successfully',
  assigned: 'Assigned successfully',
  removed: 'Removed successfully',
} as const;

/** The answer of every write. */
export const done = (
  what: keyof typeof SAID,
  thing: { number: number },
  identifier: string,
): Schemas['OperationResult'] => ({ message: SAID[what], id: String(thing.number), identifier });

/** A create-or-update as status and answer. */
export const saved = (
  what: 'user' | 'group' | 'channel' | 'profile',
  outcome: 'created' | 'changed' | 'unchanged',
  thing: { number: number },
  identifier: string,
) =>
  outcome === 'created'
    ? ({ status: 201, body: done(`${what}Created`, thing, identifier) } as const)
    : ({ status: 200, body: done(`${what}Updated`, thing, identifier) } as const);

export const toUser = (
  person: People.Person,
  names: ReadonlyMap<string, string>,
  entitled: readonly string[] = [],
): Schemas['UserInfo'] => ({
  identifier: person.handle,
  username: maybe(person.username),
  firstName: person.givenName,
  lastName: person.familyName,
  email: maybe(person.email),
  phone: maybe(person.phone),
  address: maybe(person.address),
  isActive: person.status === 'active',
  possibleRoles: roleWords([...person.roles.map((role) => role.key), ...entitled]),
  userSubAccountNames: [...new Set([person.unitId, ...person.unitIds])].flatMap((id) => names.get(id) ?? []),
  customAttributes: Object.keys(person.attributes).length > 0 ? person.attributes : undefined,
  created: person.createdAt,
  modified: person.updatedAt,
});

export const toGroup = (group: Groups.Head, names: ReadonlyMap<string, string>): Schemas['GroupInfo'] => ({
  identifier: group.key,
  name: group.name,
  // custom and automatic groups have no place in the hierarchy
  type: maybe(group.level),
  parentIdentifier: maybe(group.parentKey),
  subAccountName: group.unitId === null ? undefined : names.get(group.unitId),
  created: group.createdAt,
  modified: group.updatedAt,
});

export const toProfile = (profile: Profiles.Profile): Schemas['UserProfileInfo'] => ({
  identifier: profile.externalId ?? profile.id,
  name: profile.name,
  created: profile.createdAt,
  modified: profile.updatedAt,
});

type ChannelStatus = NonNullable<NonNullable<Schemas['ChannelAvailability']>['status']>;

/** What an offering is at a moment: closed, not there yet, or somewhere on its dates. */
function statusOf({ state, courseState, startsAt, endsAt }: Deliveries.Delivery, now: Instant): ChannelStatus {
  if (state === 'retired' || courseState === 'retired') return 'NONACTIVE';
  if (courseState === 'draft') return 'DRAFT';
  if (startsAt !== null && startsAt > now) return 'SCHEDULED';
  if (endsAt !== null && endsAt <= now) return 'FINISHED';
  return startsAt !== null || endsAt !== null ? 'STARTED' : 'ACTIVE';
}

export interface ChannelView {
  now: Instant;
  /** Where links begin. */
  origin: string;
  names: ReadonlyMap<string, string>;
  categories: boolean;
}

export const toChannel = (channel: Deliveries.Delivery, view: ChannelView): Schemas['ChannelInfo'] => ({
  identifier: channel.key,
  name: channel.name,
  type: channel.kind === 'stream' ? 'STREAM' : 'COURSE',
  subAccountName: channel.unitId === null ? undefined : view.names.get(channel.unitId),
  availability: {
    status: statusOf(channel, view.now),
    schedule:
      channel.startsAt === null && channel.endsAt === null
        ? undefined
        : { startDate: maybe(channel.startsAt), endDate: maybe(channel.endsAt) },
  },
  categories: view.categories ? channel.categories : undefined,
  created: channel.createdAt,
  directLink: `${view.origin}/learn/offerings/${channel.id}`,
  duration: channel.minutes === null ? undefined : Math.round(channel.minutes),
  masterChannelInstance: channel.fromTemplate,
  masterChannelId: channel.fromTemplate ? channel.courseKey : null,
});

export const toMaster = (
  master: Masters.Master,
  names: ReadonlyMap<string, string>,
): Schemas['ExternalMasterChannelGet'] => ({
  identifier: master.key,
  name: master.name,
  published: master.published,
  categories: master.categories,
  subAccountName: master.unitId === null ? undefined : names.get(master.unitId),
  created: master.createdAt,
});

export const toTrainingEvent = (event: TrainingEvents.TrainingEvent): Schemas['TrainingEvent'] => ({
  name: event.name,
  description: maybe(event.description),
  fromDate: event.startsAt,
  untilDate: event.endsAt,
  allDayEvent: event.allDay,
  location: maybe(event.location),
  includeGrade: event.graded,
  isPublished: event.published,
  liveSession: event.live,
});

const PERIODS = { day: 'DAY', month: 'MONTH', year: 'YEAR' } as const;
const STATUSES = { active: 'ACTIVE', inactive: 'INACTIVE', archived: 'ARCHIVED' } as const;

export const toCertificate = (certificate: Certificates.Certificate): Schemas['CertificateInformation'] => ({
  externalCertificateId: certificate.externalId ?? certificate.id,
  name: certificate.name,
  status: STATUSES[certificate.status],
  courseIds: certificate.courses.map((course) => course.externalId ?? course.id),
  expiration: certificate.validity
    ? { duration: certificate.validity.count, period: PERIODS[certificate.validity.unit] }
    : undefined,
  created: certificate.createdAt,
});

const STATES: Record<Awards.State, NonNullable<Schemas['ExternalUserCertificateState']['state']>> = {
  init: 'INIT',
  in_progress: 'IN_PROGRESS',
  awaits_confirmation: 'AWAITS_LEARNER_CONFIRMATION',
  certified: 'CERTIFIED',
  about_to_expire: 'ABOUT_TO_EXPIRE',
  expired: 'EXPIRED',
  revoked: 'REVOKED',
};

export const toCertificateState = (award: Awards.Award, origin: string): Schemas['ExternalUserCertificateState'] => ({
  externalCertificateId: award.certificateExternalId ?? award.certificateId,
  name: award.certificateName,
  state: STATES[award.state],
  isRequired: award.required,
  certificationDate: maybe(award.certifiedAt),
  expirationDate: maybe(award.expiresAt),
  pdfUrl:
    award.certifiedAt !== null && award.code !== null && award.state !== 'revoked'
      ? `${origin}/certificates/${award.code}.pdf`
      : undefined,
});

export const toPerformance = (row: Performance.Performance): Schemas['ExternalUserChannelPerformance'] => ({
  externalUserId: row.personHandle,
  externalChannelId: row.offeringKey,
  channelName: row.offeringName,
  progress: Math.floor(row.progress),
  score: row.score === null ? undefined : Math.round(row.score),
  completionDate: maybe(row.completedAt),
});
