import type { Outcome, Task } from './parse-outside.ts';
import { takeApart } from './pieces.ts';
import { readJson } from './read-json.ts';
import { readYaml } from './read-yaml.ts';
import { serve } from './serve.ts';
import { Unreadable } from './unreadable.ts';

serve<Task, Outcome>(({ source, format, limits }, give) => {
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
  try {
    takeApart(format === 'json' ? readJson(text, limits) : readYaml(text, limits).value, give);
    return { trouble: null };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { trouble: error.trouble };
  }
});
