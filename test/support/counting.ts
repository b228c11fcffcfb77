import type { TestDatabase } from './database.ts';

/** How many statements the database was sent meanwhile. */
export async function counting({ pool }: Pick<TestDatabase, 'pool'>, work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const clients = new Set<object>();
  const watch = (client: any): void => {
    if (clients.has(client)) return;
    clients.add(client);
    const query = client.query;
    client.query = (...args: unknown[]) => {
      count += 1;
      return query.apply(client, args);
    };
  };
  pool.on('acquire', watch);
  try {
    await work();
  } finally {
    pool.off('acquire', watch);
    for (const client of clients) delete (client as any).query;
  }
  return count;
}
