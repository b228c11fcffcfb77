import type { Subject } from './subject.ts';
import { assessments } from './subjects/assessments.ts';
import { attributes } from './subjects/attributes.ts';
import { audiences } from './subjects/audiences.ts';
import { awards } from './subjects/awards.ts';
import { certificates } from './subjects/certificates.ts';
import { courses } from './subjects/courses.ts';
import { creditTypes } from './subjects/credit-types.ts';
import { enrollments } from './subjects/enrollments.ts';
import { entitlements } from './subjects/entitlements.ts';
import { files } from './subjects/files.ts';
import { groups } from './subjects/groups.ts';
import { joinKeys } from './subjects/join-keys.ts';
import { offerings } from './subjects/offerings.ts';
import { people } from './subjects/people.ts';
import { profiles } from './subjects/profiles.ts';
import { programs } from './subjects/programs.ts';
import { roles } from './subjects/roles.ts';
import { rooms } from './subjects/rooms.ts';
import { sessions } from './subjects/sessions.ts';
import { terms } from './subjects/terms.ts';
import { units } from './subjects/units.ts';

/** Everything an academy file can hold, each after what it refers to. */
export const SUBJECTS: readonly Subject<any>[] = [
  attributes,
  units,
  roles,
  people,
  profiles,
  groups,
  creditTypes,
  terms,
  rooms,
  courses,
  offerings,
  sessions,
  joinKeys,
  programs,
  assessments,
  entitlements,
  certificates,
  audiences,
  enrollments,
  awards,
  files,
];
