import { DAY, MOMENT } from './dates.ts';
import { head } from './head.ts';
import { type Json, list, object, type Shape } from './shape.ts';
import { SUBJECTS } from './subjects.ts';

/** The whole file: the head, and a list for every subject. */
const FILE = object(
  {},
  {
    academy: head,
    ...Object.fromEntries(
      SUBJECTS.map(({ name, entry, description }): [string, Shape<unknown>] => [name, list(entry, description)]),
    ),
  },
);

/** The JSON Schema (draft 2020-12) that is published as `schemas/academy.schema.json`. */
export function academySchema(): Json {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Matricula academy file',
    description:
      'A whole academy on one readable page: its people, its courses and what they learned. Things are named by keys; importing a file again changes nothing.',
    ...FILE.json,
    $defs: {
      key: {
        type: 'string',
        minLength: 1,
        maxLength: 200,
        pattern: '^\\S(?:[^\\n\\r]*\\S)?$',
        description: 'A key: text on one line, without blanks around it.',
      },
      moment: {
        type: 'string',
        pattern: MOMENT,
        description:
          'A moment: now, today, today 09:00, -30d, +2w, -3d 14:30 (min, h, d, w, mo, y), 2026-03-01, 2026-03-01 09:00 or 2026-03-01T09:00:00Z.',
      },
      day: { type: 'string', pattern: DAY, description: 'A day: today, -30d, +2w (d, w, mo, y) or 2026-03-01.' },
      ...Object.fromEntries(
        SUBJECTS.flatMap(({ defs }) => Object.entries(defs ?? {})).map(([name, shape]) => [name, shape.json]),
      ),
    },
  };
}
