import { opened, sealed } from './paging/cursors.ts';

/** What a pass is good for: a purpose, and the thing. */
export interface PassScope {
  purpose: string;
  id: string;
}

const scopeOf = ({ purpose, id }: PassScope): readonly unknown[] => ['pass', purpose, id.toLowerCase()];

/** A text that opens one thing for one purpose until a moment, for whoever has it. The key is one of the tenant's own (`signingKey`). */
export const passFor = (key: Uint8Array, scope: PassScope, until: number): string =>
  sealed(key, scopeOf(scope), String(until));

/** Whether a pass opens the thing: `old` is one that did until a moment ago, `none` one that never did. */
export function judgePass(key: Uint8Array, scope: PassScope, pass: string, now: number): 'good' | 'old' | 'none' {
  const until = opened(key, scopeOf(scope), pass);
  if (until === undefined) return 'none';
  return now <= Number(until) ? 'good' : 'old';
}
