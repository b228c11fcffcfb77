import { type Issue, Refusal } from '../../record/kernel/refusal.ts';
import type { Place } from '../../workers/yaml-places.ts';
import type { Path } from './shape.ts';

/** Something wrong with an academy file, before it is known where in the text that is. */
export interface Found {
  path: Path;
  fault: Issue['fault'];
  /** What is wrong, in words for whoever wrote the file. */
  message: string;
  /** Another place that the message ends with. */
  also?: Path;
  /** Where it stands, if that is known already. */
  at?: Place;
}

/** Faults whose places are still to be found. */
export class Misread extends Error {
  readonly found: readonly Found[];
  constructor(found: readonly Found[]) {
    super('the file has faults');
    this.found = found;
  }
}

/** One thing wrong with an academy file. */
export interface Fault {
  /** From 1, as editors count. */
  line: number;
  column: number;
  path: Path;
  fault: Issue['fault'];
  /** What is wrong, in words for whoever wrote the file. */
  message: string;
}

const MOST_TOLD = 50;

/** An academy file that cannot be imported, with everything that is wrong with it. Nothing of it was imported. */
export class AcademyError extends Refusal {
  readonly faults: readonly Fault[];
  constructor(found: readonly Fault[]) {
    const faults = [...found].sort((a, b) => a.line - b.line || a.column - b.column);
    super({
      kind: 'invalid',
      issues: faults.map(({ path, fault, message, line }) => ({ path, fault, detail: `line ${line}: ${message}` })),
    });
    this.name = 'AcademyError';
    this.faults = faults;
    this.message = tell(faults);
  }
}

function tell(faults: readonly Fault[]): string {
  const lines = faults.slice(0, MOST_TOLD).map(({ line, path, message }) => {
    const place = pathText(path);
    return `  line ${line}${place ? `, ${place}` : ''}: ${message}`;
  });
  const more = faults.length - MOST_TOLD;
  if (more > 0) lines.push(`  and ${more} more`);
  const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
  return `The academy file has ${count}; nothing was imported.\n${lines.join('\n')}`;
}

/** `people[3].email`, as one would write it. */
const pathText = (path: Path): string =>
  path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');
