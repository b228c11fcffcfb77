import { Awards } from '../../../record/credentials/index.ts';
import { invalid } from '../../../record/kernel/refusal.ts';
import { choice, ending, flag, list, maybe, moment, name, object, ref, special, type TypeOf } from '../shape.ts';
import { sameThing } from '../simple.ts';
import { subject } from '../subject.ts';
import type { Entry, World } from '../world.ts';
import { readAwards } from './awards-export.ts';
import { timelineOf } from './timeline.ts';

const award = object(
  { person: ref('person'), certificate: ref('certificate') },
  {
    required: flag('They must hold it.'),
    readyAt: maybe(
      moment('All courses complete since then, waiting for the learner’s word; follows from completions.'),
    ),
    certifiedAt: maybe(
      moment('When the learner confirmed; or when it was earned, where that does not follow from completions.'),
    ),
    expiresAt: maybe(ending('As the certificate says, counted from certifiedAt, unless said otherwise.')),
    revoked: maybe(
      object(
        { because: name('The reason.') },
        {
          at: moment('Now, unless said otherwise.'),
          how: choice(['revoked', 'withdrawn'], 'By somebody, or because a completion was taken back.'),
        },
      ),
    ),
    earlier: list(
      object(
        { certifiedAt: moment(), endedAt: moment('When it expired, was revoked or was renewed.') },
        { expiresAt: maybe(ending()) },
      ),
      'Spans before the present one, oldest first.',
    ),
    code: special<string>({
      type: 'string',
      pattern: '^[2-9A-HJ-NP-Z]{16}$',
      description:
        'The sixteen letters and digits that open the verification page, as an export writes them; not taken over where they are in use.',
    }),
  },
);

type AwardEntry = TypeOf<typeof award>;
type Placed = Awards.Pair & Entry<AwardEntry>;

const placed = new WeakMap<World, { entries: Placed[]; before: Map<string, Awards.Row> }>();

export const awards = subject<AwardEntry>({
  name: 'awards',
  description:
    'Certificates of people, where completing the courses does not say all: confirmed by the learner, required, revoked, earned elsewhere.',
  entry: award,
  check(entries, fault) {
    const seen = new Set<string>();
    for (const { value, path } of entries) {
      const own = JSON.stringify([value.person, value.certificate]);
      if (seen.has(own)) fault(path, 'taken', 'the award of this person has an entry already');
      seen.add(own);
      if (value.expiresAt && value.certifiedAt && value.expiresAt < value.certifiedAt)
        fault([...path, 'expiresAt'], 'out_of_range', 'it ends before it begins');
    }
  },
  async write(world, entries) {
    const found: Placed[] = [];
    for (const { value, path } of entries)
      await world.attempt(path, async () => {
        demandPast(world, value);
        const certificateId = world.id('certificate', value.certificate);
        found.push({ value, path, certificateId, personId: world.id('person', value.person) });
      });
    const before = await Awards.readRows(world.ctx, found);
    placed.set(world, { entries: found, before });
    for (const entry of found) plan(world, entry, before.get(Awards.pairKey(entry)));
  },
  /** What replaying did not bring about is written down as the file says it. */
  async finish(world) {
    const { entries, before } = placed.get(world) ?? { entries: [], before: new Map<string, Awards.Row>() };
    const rows = await Awards.readRows(world.ctx, entries);
    const usual = await Awards.expiriesOf(
      world.ctx,
      entries.map(({ certificateId, value }) => ({ certificateId, certifiedAt: value.certifiedAt ?? world.ctx.now })),
    );
    const wishes: Awards.Wish[] = [];
    for (const [i, entry] of entries.entries())
      await world.attempt(entry.path, async () => {
        const row = rows.get(Awards.pairKey(entry));
        const was = before.get(Awards.pairKey(entry));
        const is = standing(entry, row, was);
        const wish = wished(entry, is, usual[i] ?? null, world.ctx.now, was);
        if (wish.revokedAt !== null && wish.certifiedAt === null)
          invalid(['revoked'], 'unknown_value', 'the certificate has not been earned');
        const touched = !sameThing(is, wish);
        if (touched) wishes.push(wish);
        const changed = touched || (was !== undefined && !sameThing(standing(entry, was, was), is));
        world.count(
          'awards',
          was === undefined ? (row || touched ? 'created' : 'unchanged') : changed ? 'changed' : 'unchanged',
        );
      });
    await Awards.restore(world.ctx, wishes);
  },
  read: readAwards,
});

/** Nothing was earned tomorrow. */
function demandPast({ ctx }: World, { readyAt, certifiedAt, revoked, earlier = [] }: AwardEntry): void {
  const past = (at: string | null | undefined, ...path: (string | number)[]): void => {
    if (at && at > ctx.now) invalid(path, 'out_of_range', 'it lies in the future');
  };
  past(readyAt, 'readyAt');
  past(certifiedAt, 'certifiedAt');
  past(revoked?.at, 'revoked', 'at');
  earlier.forEach((span, i) => {
    past(span.certifiedAt, 'earlier', i, 'certifiedAt');
    past(span.endedAt, 'earlier', i, 'endedAt');
  });
}

/** The learner's word and revocations have their place in time: completions after them count anew. */
function plan(world: World, { value, path, certificateId, personId }: Placed, before: Awards.Row | undefined): void {
  const timeline = timelineOf(world);
  const of = { certificateId, personId };
  const begun = [...(value.earlier ?? []).map((span) => span.certifiedAt), value.certifiedAt];
  const known = new Set([before?.certifiedAt, ...(before?.spans ?? []).map((span) => span.certifiedAt)]);
  for (const at of begun)
    if (at && !known.has(at))
      timeline.act({ at, path, first: false }, async (ctx) => {
        const award = await Awards.find(ctx, of);
        if (award?.readyAt) await Awards.confirm(ctx, award.id);
      });
  const { revoked } = value;
  if (!revoked || revoked.how === 'withdrawn' || before?.revokedAt) return;
  timeline.act({ at: revoked.at ?? world.ctx.now, path: [...path, 'revoked'], first: false }, async (ctx) => {
    const award = await Awards.find(ctx, of);
    if (award?.certifiedAt && award.revokedAt === null) await Awards.revoke(ctx, award.id, revoked.because);
  });
}

/** How the award stands, as far as files speak of it. */
function standing(
  { certificateId, personId, value }: Placed,
  row: Awards.Row | undefined,
  before: Awards.Row | undefined,
): Awards.Wish {
  const { required, readyAt, certifiedAt, expiresAt, revokedAt, revokedBecause, revocation, spans } = row ?? NOTHING;
  // an award that was there keeps its code
  const code = row && !before && value.code !== undefined ? row.code : null;
  return {
    certificateId,
    personId,
    required,
    readyAt,
    certifiedAt,
    expiresAt,
    revokedAt,
    revokedBecause,
    revocation,
    spans,
    code,
  };
}

const NOTHING = {
  required: false,
  readyAt: null,
  certifiedAt: null,
  expiresAt: null,
  revokedAt: null,
  revokedBecause: null,
  revocation: null,
  spans: [],
};

/** How it shall stand: what the file says, and what is there where the file says nothing. */
function wished(
  { value }: Placed,
  is: Awards.Wish,
  usualExpiry: string | null,
  now: string,
  before: Awards.Row | undefined,
): Awards.Wish {
  const wish = { ...is };
  if (value.required !== undefined) wish.required = value.required;
  // it was renewed meanwhile
  if (value.certifiedAt && is.spans.some((span) => span.certifiedAt === value.certifiedAt)) return wish;
  if (value.readyAt !== undefined) wish.readyAt = value.readyAt;
  if (value.certifiedAt !== undefined && value.certifiedAt !== is.certifiedAt) {
    wish.certifiedAt = value.certifiedAt;
    wish.expiresAt = value.certifiedAt === null ? null : usualExpiry;
    // it waited for this word, or for nothing any more
    if (value.readyAt === undefined && wish.readyAt !== null && value.certifiedAt! >= wish.readyAt) wish.readyAt = null;
  }
  if (value.expiresAt !== undefined) wish.expiresAt = value.expiresAt;
  if (value.revoked === null) Object.assign(wish, { revokedAt: null, revokedBecause: null, revocation: null });
  else if (value.revoked) {
    wish.revokedAt = value.revoked.at ?? is.revokedAt ?? now;
    wish.revokedBecause = value.revoked.because;
    wish.revocation = value.revoked.how ?? is.revocation ?? 'revoked';
  }
  if (value.earlier !== undefined)
    wish.spans = value.earlier.map(({ certifiedAt, expiresAt = null, endedAt }) => ({
      certifiedAt,
      expiresAt,
      endedAt,
    }));
  if (value.code !== undefined && !before) wish.code = value.code;
  return wish;
}
