import { constructFromEvents, EVENT_ID, type Event, parseEvents, YAMLException } from 'js-yaml';
import { countValues } from './pieces.ts';
import { type Limits, unreadable } from './unreadable.ts';
import { placesIn } from './yaml-places.ts';

export interface Yaml {
  value: unknown;
  events: readonly Event[];
}

/** YAML 1.2 from outside, one document, or `Unreadable`, which tells the first fault with its place. Shared parts are one object each. */
export function readYaml(text: string, { depth, values, aliases }: Limits): Yaml {
  try {
    const events = parseEvents(text, { maxDepth: depth });
    const documents = constructFromEvents(events, { source: text, maxAliases: aliases });
    if (documents.length > 1)
      throw unreadable('syntax', 'it holds more than one document', placesIn(text, secondOf(events))([]));
    const value = documents[0] ?? null;
    if (countValues(value, values) > values)
      throw unreadable(
        'values',
        `it holds more than ${values.toLocaleString('en')} values, shared parts (aliases) counted each time`,
      );
    return { value, events };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw unreadable(whyOf(error.reason), wordsOf(error.reason), placeOf(error));
  }
}

const secondOf = (events: readonly Event[]): Event[] =>
  events.slice(events.findIndex(({ type }, i) => i > 0 && type === EVENT_ID.DOCUMENT));

/** What the library says of limits of ours, and of what people write most. */
const LIMITS: readonly [RegExp, Parameters<typeof unreadable>[0], string][] = [
  [/^nesting exceeded/, 'depth', 'it is nested too deeply'],
  [/^aliases exceeded/, 'aliases', 'it repeats shared parts (aliases) too often'],
];

const whyOf = (reason: string) => LIMITS.find(([pattern]) => pattern.test(reason))?.[1] ?? 'syntax';

const wordsOf = (reason: string): string =>
  LIMITS.find(([pattern]) => pattern.test(reason))?.[2] ??
  reason
    .replace(/^duplicated mapping key$/, 'Map keys must be unique')
    .replace(/^unidentified alias "(.*)"$/, '*$1 stands for nothing that was said before');

const placeOf = ({ mark }: YAMLException) => ({ line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1 });
