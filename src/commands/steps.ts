/** How long nothing may be heard. */
const SILENCE_MS = 4000;

/** What a command that takes long is at. */
export interface Steps {
  /** Says what begins. */
  begin(words: string): void;
  /** Nothing more is said. */
  end(): void;
}

/** Writes a plain line when something begins, and one every few seconds while it goes on, the first `words` too: to terminals and files alike. */
export function stepsTo(
  write: (line: string) => unknown,
  words = 'Opening the database',
  clock: () => number = () => performance.now(),
): Steps {
  let since = clock();
  const timer = setInterval(() => {
    const seconds = Math.round((clock() - since) / 1000);
    write(`… still ${words[0]!.toLowerCase()}${words.slice(1)} (${seconds} s)\n`);
  }, SILENCE_MS);
  timer.unref();
  return {
    begin(next) {
      words = next;
      since = clock();
      timer.refresh();
      write(`${next} …\n`);
    },
    end: () => clearInterval(timer),
  };
}

/** Steps on standard error: what a command answers stays by itself. Whoever asks for JSON reads no lines. */
export const steps = (words?: string): Steps =>
  stepsTo(process.argv.includes('--json') ? () => {} : (line) => process.stderr.write(line), words);

/** Tells every few seconds that the work goes on. */
export const telling = <T>(words: string, work: Promise<T>): Promise<T> => work.finally(steps(words).end);
