import { createHash } from 'node:crypto';
import { run } from '../../database/run.ts';
import { NOW, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demandWhole } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { accessChanged, announced } from './access-changed.ts';
import { currentTenant } from './tenants.ts';

/** An academy file in which placeholders stand for its secrets. */
export interface AcademyFile {
  text: string;
  /** By placeholder, the hash of a password. */
  secrets: Readonly<Record<string, string>>;
}

/** Keeps the file that a sandbox is reset to. Its secrets stand apart: whoever may see the file does not see them, nor does any event. */
export async function keepAcademy(ctx: Context, { text, secrets }: AcademyFile): Promise<void> {
  demandWhole(ctx, 'tenant.manage');
  await transaction(ctx, async (ctx) => {
    const { academy: before } = await currentTenant(ctx, true);
    await run(
      ctx,
      sql`update tenant set academy = ${text}, academy_secrets = ${JSON.stringify(secrets)}::jsonb, updated_at = ${NOW} where id = ${TENANT}`,
    );
    const changed = { academy: [before === null ? null : digest(before), digest(text)] } as const;
    await append(ctx, [{ type: 'tenant.updated', entityId: ctx.tenant.id, data: { changed } }]);
    await accessChanged(ctx);
  });
  announced(ctx);
}

/** The file that the sandbox is reset to, with its secrets, for an import alone. */
export async function keptAcademy(ctx: Context): Promise<string | null> {
  demandWhole(ctx, 'tenant.manage');
  const { rows } = await run<{ academy: string | null; secrets: Record<string, string> | null }>(
    ctx,
    sql`select academy, academy_secrets as secrets from tenant where id = ${TENANT}`,
  );
  const { academy, secrets } = rows[0]!;
  return academy?.replaceAll(PLACEHOLDER, (placeholder) => secrets?.[placeholder] ?? placeholder) ?? null;
}

const PLACEHOLDER = /kept-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** What is told of a file in an event: enough to see that it is another one. */
const digest = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
