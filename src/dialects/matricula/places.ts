import { opened, sealed } from '../../http/cursors.ts';
import { signingKey } from '../../record/access/index.ts';
import { type FeedPosition, newestPosition } from '../../record/insight/index.ts';
import type { Context } from '../../record/kernel/context.ts';
import { refuse } from '../../record/kernel/refusal.ts';

const END = 'end';
const SCOPE = ['events'];
const BODY = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (\d{1,15})$/;

/** Places in a tenant's feed as opaque texts. */
export interface Places {
  /** The same text whenever the place is shown. */
  textOf(place: FeedPosition): string;
  /**
   * The place that a text names: `end` is after the newest event. One of another tenant and one that was changed are refused as a `page`
   * that is not there. Whether the feed still has the place is seen when it is read from.
   */
  at(text: string): Promise<FeedPosition>;
}

export async function placesOf(ctx: Context): Promise<Places> {
  const key = await signingKey(ctx, 'matricula feed');
  return {
    textOf: ({ epoch, position }) => sealed(key, SCOPE, `${epoch} ${position}`),
    async at(text) {
      if (text === END) return newestPosition(ctx);
      const told = BODY.exec(opened(key, SCOPE, text) ?? '');
      return told ? { epoch: told[1]!, position: Number(told[2]) } : refuse({ kind: 'not_found', entity: 'page' });
    },
  };
}
