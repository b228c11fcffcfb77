import type { Courses, CreditTypes, Versions } from '../../../record/catalog/index.ts';
import type { Schemas } from '../generated/operations.ts';

export function toCourse(course: Courses.Course): Schemas['Course'] {
  const { creditAwards, prerequisiteCourseIds: _p, sectionIds: _s, sessionIds: _h, ...shown } = course;
  return { ...shown, creditsByType: creditAwards };
}

/** What the record calls `creditAwards` is `creditsByType` here. */
export function fromCourse<T extends { creditsByType?: Schemas['CourseCredit'][] | undefined }>(
  body: T,
): Omit<T, 'creditsByType'> & { creditAwards?: Schemas['CourseCredit'][] } {
  const { creditsByType, ...rest } = body;
  return creditsByType === undefined ? rest : { ...rest, creditAwards: creditsByType };
}

export const toVersion = (version: Versions.Version): Schemas['Version'] => ({
  id: version.id,
  courseId: version.courseId,
  ordinal: version.ordinal,
  state: version.state,
  publishedAt: version.publishedAt,
  createdAt: version.createdAt,
  updatedAt: version.updatedAt,
});

export const toContent = (version: Versions.WithContent): Schemas['VersionContent'] => ({
  ...toVersion(version),
  sections: version.sections,
});

export const toCreditType = (type: CreditTypes.CreditType): Schemas['CreditType'] => ({
  id: type.id,
  number: type.number,
  externalId: type.externalId,
  name: type.name,
  createdAt: type.createdAt,
  updatedAt: type.updatedAt,
});
