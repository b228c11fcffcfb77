import { run } from '../../../database/run.ts';
import { constant, sql, TENANT, ZONE } from '../../../database/sql.ts';
import { Awards } from '../../../record/credentials/index.ts';
import { filled } from '../simple.ts';
import { type Library, without } from '../subject.ts';

const PAGE = 1000;

// What a first full set of completions gives; more than that an entry has to tell. A completion counts as the record counts it.
const FOLLOWS_SQL = sql`k.status = 'active' and not w.required and w.revoked_at is null
  and not exists (select 1 from certificate_span s where s.tenant_id = ${TENANT} and s.award_id = w.id)
  and case when k.confirmation then w.certified_at is null and w.ready_at = earned.at
      else w.ready_at is null and w.certified_at = earned.at and w.expires_at is not distinct from ${Awards.expirySql(sql`earned.at`, 'k', ZONE)} end`;

const EARNED_SQL = sql`select max(f.at) as at
    from certificate_course cc join course c on c.tenant_id = ${TENANT} and c.id = cc.course_id and c.deleted_at is null
    left join lateral (
      select min(e.completed_at) as at from enrollment e
       where e.tenant_id = ${TENANT} and e.person_id = w.person_id and e.course_id = cc.course_id and e.state = 'complete'
         and (e.ending is null or e.ending = 'superseded')) f on true
   where cc.tenant_id = ${TENANT} and cc.certificate_id = w.certificate_id
  having count(*) = count(f.at)`;

/** Awards that say more than completions do, by certificate and person. */
export async function* readAwards(library: Library): AsyncGenerator<object> {
  const { ctx } = library;
  let after: [number, number] = [0, 0];
  for (;;) {
    const { rows } = await run<
      Awards.Row & { certificateNumber: number; personNumber: number; follows: boolean | null }
    >(
      ctx,
      sql`select ${Awards.ROW}, k.number as "certificateNumber", p.number as "personNumber", ${FOLLOWS_SQL} as follows
         from certificate_award w
         join certificate k on k.tenant_id = ${TENANT} and k.id = w.certificate_id and k.deleted_at is null
         join person p on p.tenant_id = ${TENANT} and p.id = w.person_id and p.status <> 'deleted'
         left join lateral (${EARNED_SQL}) earned on true
        where w.tenant_id = ${TENANT} and (k.number, p.number) > (${after[0]}::bigint, ${after[1]}::bigint)
          and (w.required or w.ready_at is not null or w.certified_at is not null or w.revoked_at is not null)
        order by k.number, p.number limit ${constant(PAGE)}`,
    );
    for (const row of rows)
      if (library.has('person', row.personId) && (!row.follows || library.passwordHashes)) yield toEntry(library, row);
    const last = rows.at(-1);
    if (rows.length < PAGE || !last) return;
    after = [last.certificateNumber, last.personNumber];
  }
}

function toEntry({ key, passwordHashes }: Library, row: Awards.Row): object {
  return without({
    person: key('person', row.personId),
    certificate: key('certificate', row.certificateId),
    required: row.required || undefined,
    readyAt: row.readyAt ?? undefined,
    certifiedAt: row.certifiedAt ?? undefined,
    expiresAt: row.certifiedAt === null ? undefined : row.expiresAt,
    revoked:
      row.revokedAt === null
        ? undefined
        : { because: row.revokedBecause ?? row.revocation, at: row.revokedAt, how: row.revocation },
    earlier: filled(row.spans.map(({ certifiedAt, expiresAt, endedAt }) => ({ certifiedAt, expiresAt, endedAt }))),
    // printed certificates go on being verified where the academy moves
    code: passwordHashes ? row.code : undefined,
  });
}
