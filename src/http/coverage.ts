import type { Contract, Operation } from './contract.ts';

interface Covered {
  operation: Operation;
  built: boolean;
}

/** Every operation of a contract, and whether it has a handler. */
const coverageOf = (contract: Contract, handlers: object): Covered[] =>
  contract.operations.map((operation) => ({ operation, built: Object.hasOwn(handlers, operation.id) }));

/** The coverage page of a dialect, in Markdown. */
export function coveragePage(contract: Contract, handlers: object): string {
  const covered = coverageOf(contract, handlers);
  const done = covered.filter(({ built }) => built).length;
  const rows = covered.map(
    ({ operation: { id, method, path, evidence }, built }) =>
      `| ${id} | ${method} | \`${path}\` | ${evidence ?? ''} | ${built ? 'implemented' : '501'} |`,
  );
  return [
    `# ${contract.document.info?.title ?? contract.name}: coverage`,
    '',
    'Written by `npm run coverage` from the contract and the handlers.',
    '',
    `${done} of ${covered.length} operations implemented.`,
    '',
    '| operation | method | path | evidence | status |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
