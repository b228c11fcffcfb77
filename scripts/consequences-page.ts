// docs/consequences.md, made of the table that the product runs.
import type { ChangeName, Consequences } from '../src/record/kernel/changes.ts';
import { SAID } from '../src/record/kernel/changes.ts';

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

export function consequencesPage({ steps, of, due }: Consequences): string {
  const changes = (Object.keys(SAID) as ChangeName[]).filter((change) => of.has(change));
  return `# What follows what

<!-- made by npm run generate of src/record/consequences.ts -->

A verb reports what happened; it does not know what that brings with it. Before its transaction commits, and before it returns, the steps below are done from top to bottom, each once a round for everything that was reported since its last turn, until nothing new is. What does not settle is an error that names its steps.

## When this happens
${row(['change', 'it says', 'what follows, in this order'])}
|---|---|---|
${changes
  .map((change) =>
    row([
      `\`${change}\``,
      SAID[change],
      of
        .get(change)!
        .map(({ name }) => name)
        .join('; '),
    ]),
  )
  .join('\n')}

## This is done, in this order
${row(['', 'step', 'what it does', 'after', 'may report'])}
|---|---|---|---|---|
${steps.map(({ name, says, on, reports }, place) => row([String(place + 1), name, says, code(on), code(reports)])).join('\n')}

## The clock reports
By the clock of each tenant, in the order of its times: at once where somebody moves the clock of a sandbox, before the call answers; by a job every minute everywhere.

${row(['change', 'when'])}
|---|---|
${due.map(({ change, says }) => row([`\`${change}\``, says])).join('\n')}
`;
}
