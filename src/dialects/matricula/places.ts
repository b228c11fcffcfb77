import { openedNumber, sealedNumbers } from '../../http/paging/cursors.ts';
import { Tenants } from '../../record/access/index.ts';
import { Feed } from '../../record/insight/index.ts';
import type { Context } from '../../record/kernel/context.ts';
import { isId } from '../../record/kernel/ids.ts';
import { refuse } from '../../record/kernel/refusal.ts';

const END = 'end';
/** Places in a tenant's feed as opaque texts. */
export interface Places {
  /** The same text whenever the place is shown. */
  textOf(place: Feed.Position): string;
  /** The same of many in one epoch. */
  textsOf(places: readonly Feed.Position[]): string[];
  /**
   * The place that a text names: `end` is after the newest event. One of another tenant and one that was changed are refused as a `page`
   * that is not there. Whether the feed still has the place is seen when it is read from.
   */
  at(text: string): Promise<Feed.Position>;
}

export async function placesOf(ctx: Context): Promise<Places> {
  const key = await Tenants.signingKey(ctx, 'matricula feed');
  const textsOf = (places: readonly Feed.Position[]): string[] =>
    sealedNumbers(
      key,
      String(places[0]?.epoch ?? null),
      places.map(({ position }) => position),
    );
  return {
    textOf: (place) => textsOf([place])[0]!,
    textsOf,
    async at(text) {
      if (text === END) return Feed.newestPosition(ctx);
      const told = openedNumber(key, text);
      return told && isId(told[0])
        ? { epoch: told[0], position: told[1] }
        : refuse({ kind: 'not_found', entity: 'page' });
    },
  };
}
