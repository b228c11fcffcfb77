import type { Operation } from './contract.ts';
import type { Dialect } from './dialect.ts';

/**
 * Whether a caller was given the operation with one of its products; undefined for dialects without any. Throws when a product names what
 * is no operation.
 */
export function productsOf(dialect: Dialect): ((who: unknown, operation: Operation) => boolean) | undefined {
  const { products, client, contract } = dialect;
  if (!products) return undefined;
  if (!client.products) throw new Error(`${dialect.name} asks for products and has none`);
  const { operations, without } = client.products;
  const sets = new Map(Object.entries(operations).map(([name, ids]) => [name, new Set(ids)]));
  for (const [name, ids] of sets)
    for (const id of ids)
      if (!contract.byId.has(id))
        throw new Error(`${dialect.name}: product ${name} names ${id}, which is no operation`);
  return (who, operation) => {
    if (operation.security.length === 0) return true;
    const given = products.of(who);
    return given.length === 0 ? without === 'everything' : given.some((name) => sets.get(name)?.has(operation.id));
  };
}
