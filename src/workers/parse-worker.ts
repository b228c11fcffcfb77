import type { Format, Outcome, Task } from './parse-outside.ts';
import { takeApart } from './pieces.ts';
import { readCsv } from './read-csv.ts';
import { readJson } from './read-json.ts';
import { readYaml } from './read-yaml.ts';
import { serve } from './serve.ts';
import { type Limits, Unreadable } from './unreadable.ts';

serve<Task, Outcome>(({ source, format, limits }, give) => {
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
  try {
    takeApart(read(text, format, limits), give);
    return { trouble: null };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { trouble: error.trouble };
  }
});

function read(text: string, format: Format, limits: Limits): unknown {
  if (format === 'json') return readJson(text, limits);
  if (format === 'yaml') return readYaml(text, limits).value;
  return readCsv(text, format.csv, limits);
}
