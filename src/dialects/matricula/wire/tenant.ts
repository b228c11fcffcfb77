import type { Clock, Tenants } from '../../../record/access/index.ts';
import type { People } from '../../../record/people/index.ts';
import type { Schemas } from '../generated/operations.ts';

/** `academy` is for those who may manage the tenant. */
export const toTenant = (tenant: Tenants.Tenant, managed: boolean): Schemas['Tenant'] => ({
  id: tenant.id,
  number: tenant.number,
  slug: tenant.slug,
  name: tenant.name,
  timeZone: tenant.timeZone,
  status: tenant.status,
  sandbox: tenant.sandbox,
  academy: managed ? tenant.academy : null,
  settings: tenant.settings,
  createdAt: tenant.createdAt,
  updatedAt: tenant.updatedAt,
});

export const toClock = ({ now, offsetMs }: Clock.Clock, adjustable: boolean): Schemas['Clock'] => ({
  now,
  offsetMs,
  adjustable,
});

/** Moments that an answer shows of what happened, at most. */
const MOST_MOMENTS = 1_000;

export const toMovedClock = ({ happened, ...clock }: Clock.Moved): Schemas['MovedClock'] => ({
  ...toClock(clock, true),
  happened: happened.slice(0, MOST_MOMENTS).map(({ at, change, count }) => ({ at, what: change, count })),
  happenedLeftOut: Math.max(0, happened.length - MOST_MOMENTS),
});

type Referred = Pick<People.Person, 'id' | 'number' | 'externalId' | 'fullName' | 'email'>;

/** A person in one line. */
export const toReference = ({ id, number, externalId, fullName, email }: Referred): Schemas['PersonReference'] => ({
  id,
  number,
  externalId,
  fullName,
  email,
});
