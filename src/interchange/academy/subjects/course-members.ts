import { Courses } from '../../../record/catalog/index.ts';
import { fileMembers } from '../members.ts';
import { flag, list, maybe, number, object, ref, short, text } from '../shape.ts';

export const MEMBERS = fileMembers(Courses.MEMBERS, {
  except: ['name', 'externalId', 'state', 'prerequisites', 'followUpCourseIds', 'editorIds', 'creditAwards', 'prices'],
  refs: { unitId: 'unit' },
});

export const COURSE_LINKS = {
  prerequisites: list(
    short(
      'course',
      object({ course: ref('course') }, { enforced: flag('False is advice; true unless said otherwise.') }),
    ),
    'Courses to be completed first.',
  ),
  followUps: list(ref('course'), 'Courses that completing this one enrolls in.'),
  editors: list(ref('person'), 'People who write it.'),
  creditAwards: list(
    object({ type: ref('credit_type'), credits: number(0, 999_999) }, {}),
    'What completing is worth, by type.',
  ),
  prices: list(object({ amount: number(0, 9_999_999_999) }, { currency: maybe(text(20)), unit: maybe(ref('unit')) })),
};
