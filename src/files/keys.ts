const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const KEY = new RegExp(`^(${UUID})/(${UUID})$`);

/** The two ids of a key. Nothing else ever becomes a path. */
export function partsOf(key: string): { tenant: string; id: string } {
  const [, tenant, id] = KEY.exec(key) ?? [];
  if (tenant === undefined || id === undefined) throw new Error(`no key of the file store: ${JSON.stringify(key)}`);
  return { tenant, id };
}
