import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE } from 'js-yaml';

type Path = readonly (string | number)[];

export interface Place {
  line: number;
  column: number;
}

/** Finds where the values of a YAML text stand: what is at the path, or the nearest around it; a member is pointed at by its name. */
export function placesIn(source: string, events: readonly Event[]): (path: Path) => Place {
  const ends = endsOf(events);
  const items = new Map<number, number[]>();
  let feeds: number[] | undefined;

  /** Where the items of a list, or keys and values of a mapping, begin. */
  function itemsOf(at: number): number[] {
    const known = items.get(at);
    if (known) return known;
    const found: number[] = [];
    for (let inner = at + 1; events[inner]!.type !== EVENT_ID.POP; inner = ends[inner]!) found.push(inner);
    items.set(at, found);
    return found;
  }

  /** The event of the value that an alias stands for. */
  function resolved(at: number): number {
    const event = events[at]!;
    if (event.type !== EVENT_ID.ALIAS) return at;
    const name = source.slice(event.anchorStart, event.anchorEnd);
    return events.findLastIndex((each, i) => i < at && each.type !== EVENT_ID.ALIAS && anchorOf(source, each) === name);
  }

  function step(at: number, key: string | number): { key: number; value: number } | undefined {
    const event = events[at]!;
    if (event.type === EVENT_ID.SEQUENCE) {
      const item = itemsOf(at)[Number(key)];
      return item === undefined ? undefined : { key: item, value: item };
    }
    if (event.type !== EVENT_ID.MAPPING) return undefined;
    const pairs = itemsOf(at);
    for (let i = 0; i < pairs.length; i += 2) {
      const name = events[pairs[i]!]!;
      if (name.type === EVENT_ID.SCALAR && getScalarValue(source, name) === String(key))
        return { key: pairs[i]!, value: pairs[i + 1]! };
    }
    return undefined;
  }

  return (path) => {
    // the first event begins the document
    let at = 1;
    for (const [i, key] of path.entries()) {
      at = resolved(at);
      const next = step(at, key);
      if (!next) break;
      at = i === path.length - 1 ? next.key : next.value;
    }
    feeds ??= lineFeeds(source);
    return placeOf(feeds, startOf(source, events[at]));
  };
}

/** After each event, where what begins with it is over. */
function endsOf(events: readonly Event[]): Uint32Array {
  const ends = new Uint32Array(events.length);
  const open: number[] = [];
  for (const [i, { type }] of events.entries()) {
    ends[i] = i + 1;
    if (type === EVENT_ID.POP) ends[open.pop()!] = i + 1;
    else if (type !== EVENT_ID.SCALAR && type !== EVENT_ID.ALIAS) open.push(i);
  }
  return ends;
}

const anchorOf = (source: string, event: Event): string | undefined =>
  'anchorStart' in event && event.anchorStart >= 0 ? source.slice(event.anchorStart, event.anchorEnd) : undefined;

function startOf(source: string, event: Event | undefined): number {
  if (!event) return 0;
  switch (event.type) {
    case EVENT_ID.SCALAR:
      if (event.style === SCALAR_STYLE.PLAIN) return event.valueStart;
      // the quote, or the sign of a block, stands before the text
      if (event.style === SCALAR_STYLE.LITERAL_BLOCK) return source.lastIndexOf('|', event.valueStart);
      if (event.style === SCALAR_STYLE.FOLDED_BLOCK) return source.lastIndexOf('>', event.valueStart);
      return event.valueStart - 1;
    case EVENT_ID.ALIAS:
      return event.anchorStart - 1;
    case EVENT_ID.SEQUENCE:
    case EVENT_ID.MAPPING:
      return event.start;
    default:
      return 0;
  }
}

function lineFeeds(source: string): number[] {
  const feeds: number[] = [];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) feeds.push(at);
  return feeds;
}

function placeOf(feeds: readonly number[], offset: number): Place {
  let [low, high] = [0, feeds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (feeds[middle]! < offset) low = middle + 1;
    else high = middle;
  }
  return { line: low + 1, column: Math.max(1, offset - (low > 0 ? feeds[low - 1]! : -1)) };
}
