import { combine, type Handlers } from '../../http/handlers.ts';
import { assessmentHandlers } from './assessments.ts';
import { attemptHandlers } from './attempts.ts';
import { audienceHandlers } from './audiences.ts';
import type { Caller } from './caller.ts';
import { certificateHandlers } from './certificates.ts';
import { clientHandlers } from './clients.ts';
import { courseHandlers } from './courses.ts';
import { creditTypeHandlers } from './credit-types.ts';
import { enrollmentBatchHandlers } from './enrollment-batches.ts';
import { enrollmentPartHandlers } from './enrollment-parts.ts';
import { enrollmentHandlers } from './enrollments.ts';
import { eventHandlers } from './events.ts';
import { fileHandlers } from './files.ts';
import type { Operations } from './generated/operations.ts';
import { importHandlers } from './imports.ts';
import { joinKeyHandlers } from './join-keys.ts';
import { mailHandlers } from './mails.ts';
import { markHandlers } from './marks.ts';
import type { Needs } from './needs.ts';
import { offeringHandlers } from './offerings.ts';
import { organisationHandlers } from './organisation.ts';
import { peopleHandlers } from './people.ts';
import { profileHandlers } from './profiles.ts';
import { programHandlers } from './programs.ts';
import { roleHandlers } from './roles.ts';
import { roomHandlers } from './rooms.ts';
import { sessionHandlers } from './sessions.ts';
import { signInHandlers } from './sign-in.ts';
import { tenantHandlers } from './tenant.ts';
import { termHandlers } from './terms.ts';
import { versionHandlers } from './versions.ts';

/** The handlers of every operation, by resource. */
export const handlersOf = (needs: Needs) =>
  combine(
    signInHandlers(needs),
    tenantHandlers(needs),
    clientHandlers(needs),
    peopleHandlers,
    organisationHandlers,
    roleHandlers,
    courseHandlers,
    versionHandlers,
    creditTypeHandlers,
    termHandlers,
    offeringHandlers,
    sessionHandlers,
    roomHandlers,
    joinKeyHandlers,
    enrollmentHandlers,
    enrollmentPartHandlers,
    enrollmentBatchHandlers,
    attemptHandlers,
    assessmentHandlers,
    markHandlers,
    audienceHandlers,
    profileHandlers,
    programHandlers,
    certificateHandlers,
    fileHandlers(needs),
    eventHandlers(needs),
    importHandlers(needs),
    mailHandlers(needs),
  ) satisfies Handlers<Operations, Caller>;
