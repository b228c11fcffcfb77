type Warn = (facts: object, text: string) => void;

const BETWEEN_MS = 1000;

/** Warns of what may happen to thousands of requests at once: of the first one, and then once a second of how many more there were. */
export function seldom(warn: Warn, betweenMs = BETWEEN_MS): Warn {
  const recent = new Map<string, { count: number; facts: object }>();

  function tell(text: string): void {
    const more = recent.get(text)!;
    if (more.count === 0) {
      recent.delete(text);
      return;
    }
    warn({ ...more.facts, count: more.count }, text);
    more.count = 0;
    setTimeout(tell, betweenMs, text).unref();
  }

  return (facts, text) => {
    const more = recent.get(text);
    if (more) {
      more.count += 1;
      more.facts = facts;
      return;
    }
    warn(facts, text);
    recent.set(text, { count: 0, facts });
    setTimeout(tell, betweenMs, text).unref();
  };
}
