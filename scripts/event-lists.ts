// What is told of the table of event types: the list in the contract, a page for people, a catalogue for programs.
import { dataSchema, type Members } from '../src/record/kernel/event-data.ts';
import { EVENT_THINGS, EVENT_TYPES } from '../src/record/kernel/event-types.ts';
import type { Sight } from '../src/record/kernel/events/group.ts';
import { dataOf } from '../src/record/things.ts';

/** What an actor of some units must see, as it stands now, to see the event. */
const SEEN: Record<Sight, string> = {
  nobody: 'only who sees the whole account',
  all: 'everybody who may read events',
  person: 'who sees the person',
  unit: 'who sees the unit, or the one above it once it is gone',
  group: 'who sees the group',
  course: 'who sees the course',
  offering: 'who sees the offering',
  session: 'who sees the offering of the session',
  assessment: 'who sees the offering of the assessment',
  audience: 'who sees group and offering',
  file: 'who sees the person or, of a course, the course',
  program: 'who sees the program',
  join_key: 'who sees the unit that the key leads to',
};

export const eventList = (): string[] => [
  '| entity | what happened | about |',
  '|---|---|---|',
  ...EVENT_THINGS.map(
    ({ name, what, about }) => `| \`${name}\` | ${what.join(', ')} | ${about === '' ? '' : `${about} `}|`,
  ),
];

function held(members: Members): string {
  const value = (kind: string): string => kind.replace(/^(.*)\?$/, '$1 or null');
  return Object.entries(members)
    .map(([name, own]) =>
      typeof own === 'string'
        ? `\`${name}\` ${value(own)}`
        : `\`${name}\`: ${Object.entries(own)
            .map(([member, kind]) => `\`${member}\` ${value(kind)}`)
            .join(', ')}`,
    )
    .join('; ');
}

export function eventPage(): string {
  const sections = EVENT_THINGS.map(({ name, entity, sight, about }) => {
    const rows = EVENT_TYPES.filter(({ type }) => type.startsWith(`${name}.`)).map(
      ({ type, change, data, version }) =>
        `| \`${type}\` | ${change} | ${held(dataOf({ entity, data }))} |${version === 1 ? '' : ` ${version} |`}`,
    );
    const notes = [`Seen by: ${SEEN[sight]}.`, ...(about === '' || entity !== name ? [] : [`${about}.`])];
    if (entity !== name) notes.push(`\`entity\` is \`${entity}\`.`);
    return `## ${name}\n${notes.join(' ')}\n\n| type | what happened | \`data\` |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# Types of events

Made by \`npm run generate\` from the table in \`src/record/kernel/events/\`; a program reads \`schemas/events.json\`. How the feed is read stands in \`contracts/matricula.md\`.

Who sees the whole account sees every event. Others see what their units let them see: an event about a person only where that person is in sight, and of the rest what is said below. Under \`changed\` stand the members that changed, each as a pair of before and after; a name with \`?\` may be absent, \`withheld\` is null on both sides. Of a person whose data was erased, events keep no \`data\`.

${sections.join('\n')}`;
}

/** Each type with its thing, who sees it, and the JSON Schema of its data. */
export const eventCatalogue = (): string =>
  `[\n${EVENT_TYPES.map(({ type, version, entity, sight, change, data }) =>
    JSON.stringify({ type, version, entity, seenBy: sight, change, data: dataSchema(dataOf({ entity, data })) }),
  ).join(',\n')}\n]\n`;
