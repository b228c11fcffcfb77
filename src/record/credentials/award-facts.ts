import { run } from '../../database/run.ts';
import { NOW, name, type Sql, sql, TENANT, ZONE } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import type { Instant } from '../kernel/instant.ts';
import { expirySql } from './expiry-sql.ts';

/** What the row of an award says. */
export interface AwardRow {
  id: string;
  certificateId: string;
  personId: string;
  required: boolean;
  readyAt: Instant | null;
  certifiedAt: Instant | null;
  expiresAt: Instant | null;
  revokedAt: Instant | null;
  revokedBecause: string | null;
  revocation: 'revoked' | 'withdrawn' | null;
  code: string;
  spans: SpanRow[];
}

interface SpanRow {
  certifiedAt: Instant;
  expiresAt: Instant | null;
  endedAt: Instant;
}

const text = (column: string): Sql => sql`to_char(${name(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

export const AWARD_ROW = sql`w.id, w.certificate_id as "certificateId", w.person_id as "personId", w.required, w.ready_at as "readyAt",
  w.certified_at as "certifiedAt", w.expires_at as "expiresAt", w.revoked_at as "revokedAt", w.revoked_because as "revokedBecause",
  w.revocation, w.code,
  coalesce((select jsonb_agg(jsonb_build_object('certifiedAt', ${text('s.certified_at')}, 'expiresAt', ${text('s.expires_at')}, 'endedAt', ${text('s.ended_at')})
      order by s.certified_at)
    from certificate_span s where s.tenant_id = w.tenant_id and s.award_id = w.id), '[]') as spans`;

export interface Pair {
  certificateId: string;
  personId: string;
}

export const pairKey = ({ certificateId, personId }: Pair): string => `${certificateId} ${personId}`;

/** Rows of awards by `pairKey`. */
export async function readAwardRows(ctx: Context, pairs: readonly Pair[]): Promise<Map<string, AwardRow>> {
  if (pairs.length === 0) return new Map();
  const { rows } = await run<AwardRow>(
    ctx,
    sql`select ${AWARD_ROW} from certificate_award w
      where w.tenant_id = ${TENANT} and (w.certificate_id, w.person_id) in (select * from unnest(${pairs.map((pair) => pair.certificateId)}::uuid[], ${pairs.map((pair) => pair.personId)}::uuid[]))`,
  );
  return new Map(rows.map((row) => [pairKey(row), row]));
}

/** When an award made at a moment expires, in the order asked; null for ever. */
export async function expiriesOf(
  ctx: Context,
  wanted: readonly { certificateId: string; certifiedAt: Instant }[],
): Promise<(Instant | null)[]> {
  if (wanted.length === 0) return [];
  const { rows } = await run<{ until: Instant | null }>(
    ctx,
    sql`select ${expirySql(sql`r.at`, 'k', ZONE)} as until
       from unnest(${wanted.map((one) => one.certificateId)}::uuid[], ${wanted.map((one) => one.certifiedAt)}::timestamptz[]) with ordinality as r (id, at, n)
       join certificate k on k.tenant_id = ${TENANT} and k.id = r.id order by r.n`,
  );
  return rows.map((row) => row.until);
}

export type AwardWish = Omit<AwardRow, 'id' | 'code'> & { code: string | null };

/**
 * Writes awards down as they stood elsewhere, where replaying did not bring them about: earned by courses that count no longer, under
 * rules that have changed, or before there was a record. A code that another award has is not taken over.
 */
export async function restoreAwards(ctx: Context, wishes: readonly AwardWish[]): Promise<void> {
  if (wishes.length === 0) return;
  const { rows } = await run<{ id: string; certificateId: string; personId: string }>(
    ctx,
    sql`with wish as (
       select * from jsonb_to_recordset(${JSON.stringify(wishes)}::jsonb) as w ("certificateId" uuid, "personId" uuid, required boolean, "readyAt" timestamptz,
         "certifiedAt" timestamptz, "expiresAt" timestamptz, "revokedAt" timestamptz, "revokedBecause" text, revocation text, code text, spans jsonb)
     ), made as (
       insert into certificate_award as a (tenant_id, id, certificate_id, person_id, required, ready_at, certified_at, expires_at, revoked_at,
                                           revoked_because, revocation, code, created_at, updated_at)
       select ${TENANT}, md5("certificateId"::text || "personId"::text)::uuid, "certificateId", "personId", required, "readyAt", "certifiedAt", "expiresAt",
              "revokedAt", "revokedBecause", revocation,
              case when code is null or exists (select 1 from certificate_award o where o.code = wish.code) then new_certificate_code() else code end,
              coalesce("certifiedAt", "readyAt", ${NOW}), ${NOW}
         from wish
       on conflict (tenant_id, certificate_id, person_id) do update
          set required = excluded.required, ready_at = excluded.ready_at, certified_at = excluded.certified_at, expires_at = excluded.expires_at,
              revoked_at = excluded.revoked_at, revoked_because = excluded.revoked_because, revocation = excluded.revocation,
              expiry_noted = case when a.expires_at is not distinct from excluded.expires_at then a.expiry_noted end,
              code = case when exists (select 1 from wish w where w."certificateId" = a.certificate_id and w."personId" = a.person_id and w.code = excluded.code)
                          then excluded.code else a.code end,
              updated_at = excluded.updated_at
       returning a.id, a.certificate_id, a.person_id
     ), gone as (
       delete from certificate_span s using made where s.tenant_id = ${TENANT} and s.award_id = made.id
          and not exists (select 1 from wish w, jsonb_to_recordset(w.spans) as x ("certifiedAt" timestamptz)
                           where w."certificateId" = made.certificate_id and w."personId" = made.person_id and x."certifiedAt" = s.certified_at)
     ), earlier as (
       insert into certificate_span (tenant_id, award_id, certified_at, expires_at, ended_at)
       select ${TENANT}, made.id, x."certifiedAt", x."expiresAt", x."endedAt"
         from made join wish w on w."certificateId" = made.certificate_id and w."personId" = made.person_id
        cross join jsonb_to_recordset(w.spans) as x ("certifiedAt" timestamptz, "expiresAt" timestamptz, "endedAt" timestamptz)
       on conflict (tenant_id, award_id, certified_at) do update set expires_at = excluded.expires_at, ended_at = excluded.ended_at
     )
     select id, certificate_id as "certificateId", person_id as "personId" from made order by certificate_id, person_id`,
  );
  const byPair = new Map(wishes.map((wish) => [pairKey(wish), wish]));
  await append(
    ctx,
    rows.map(({ id, certificateId, personId }) => {
      const { required, readyAt, certifiedAt, expiresAt, revokedAt } = byPair.get(
        pairKey({ certificateId, personId }),
      )!;
      return {
        type: 'award.recorded',
        entityId: id,
        personId,
        data: { certificateId, required, readyAt, certifiedAt, expiresAt, revokedAt },
      };
    }),
  );
}
