import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import { Passwords, Tenants } from '../../record/access/index.ts';
import { type Context, demandWhole } from '../../record/kernel/context.ts';
import { SYSTEM } from './known.ts';
import { withoutSecrets } from './reader.ts';

/**
 * Keeps an academy file as the one that the sandbox is reset to, once it was imported. Passwords are kept as hashes, apart from the text;
 * what was a comment is lost where the file has any.
 */
export async function keepFile(ctx: Context, text: string): Promise<void> {
  demandWhole(ctx, 'tenant.manage');
  const { kept, secrets } = await withoutSecrets(text);
  const { rows } = await run<{ key: string; hash: string }>(
    ctx,
    sql`select s.key, p.password_hash as hash from source_key s join person_secret p on p.tenant_id = ${TENANT} and p.person_id = s.id
      where s.tenant_id = ${TENANT} and s.system = ${SYSTEM} and s.entity = 'person' and s.key = any(${secrets.map(({ person }) => person)}::text[])`,
  );
  const imported = new Map(rows.map(({ key, hash }) => [key, hash]));
  const hashes: Record<string, string> = {};
  for (const { placeholder, person, password, hash } of secrets)
    hashes[placeholder] = hash ?? imported.get(person) ?? (await Passwords.hash(password!));
  await Tenants.keepAcademy(ctx, { text: kept, secrets: hashes });
}
