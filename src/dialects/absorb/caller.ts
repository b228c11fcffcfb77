import type { Access } from '../../record/access/index.ts';
import type { Context } from '../../record/kernel/context.ts';
import { notFound } from '../../record/kernel/refusal.ts';
import type { DateWriter } from './formats.ts';

/** Who calls: the record's context, through which client, and how this server writes dates. */
export interface Caller extends Context {
  readonly client: Access.Client;
  readonly date: DateWriter;
}

/** The user that `/my-…` and `/enroll/…` act for. A client that acts for nobody is not found. */
export const ownId = (caller: Caller): string =>
  caller.actor.kind === 'person' ? caller.actor.id : notFound('person', undefined);
