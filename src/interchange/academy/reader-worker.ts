import { fill, takeApart } from '../../workers/pieces.ts';
import { serve } from '../../workers/serve.ts';
import { checkForm } from './check.ts';
import { type Fault, type Found, Misread } from './error.ts';
import { MOST_FAULTS, readText, type Text, unstorable } from './read-text.ts';
import type { ReadOutcome, ReadTask } from './reader.ts';
import { takeSecrets } from './secrets.ts';

serve<ReadTask, ReadOutcome>(({ text, limits, found, keep }, give) => {
  try {
    const read = readText(text, { limits });
    if (keep) return { faults: [], kept: takeSecrets(text, read.parts()) };
    return { faults: placed(found ?? check(read, give), read.at) };
  } catch (error) {
    if (!(error instanceof Misread)) throw error;
    return { faults: placed(error.found, () => ({ line: 1, column: 1 })) };
  }
});

/** Hands over what is as it must be, until something is not; gives everything that is not. */
function check(read: Text, give: (piece: unknown) => void): Found[] {
  const unfit: Found[] = [];
  const faults: Found[] = [];
  let listing = false;
  const close = (): void => {
    if (listing) give({ is: 'close' });
    listing = false;
  };
  give({ is: 'open', list: false });
  for (const part of read.parts()) {
    unfit.push(...unstorable(part));
    if (unfit.length === 0 && faults.length < MOST_FAULTS) faults.push(...checkForm(part));
    if (unfit.length >= MOST_FAULTS) break;
    if (unfit.length > 0 || faults.length > 0) continue;
    const { name, first, value } = part;
    if (first === undefined || first === 0) {
      close();
      give({ is: 'key', key: name });
      listing = Array.isArray(value);
      if (listing) give({ is: 'open', list: true });
    }
    if (listing) fill(value as unknown[], give);
    else takeApart(value, give);
  }
  close();
  give({ is: 'close' });
  // what cannot be stored is told alone: other faults may come of it
  return (unfit.length > 0 ? unfit : faults).slice(0, MOST_FAULTS);
}

const placed = (found: readonly Found[], find: Text['at']): Fault[] =>
  found.map(({ path, fault, message, also, at }) => ({
    ...(at ?? find(path)),
    path,
    fault,
    message: also ? `${message}, in line ${find(also).line}` : message,
  }));
