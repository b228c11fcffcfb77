import type { Command } from 'commander';
import type { Issue } from '../record/kernel/refusal.ts';

/** Faults that are told one by one. */
const MOST_ISSUES = 20;

/** What is wrong with a value, behind what it is called. */
const WORDS: Record<Issue['fault'], (detail: string | undefined) => string> = {
  required: () => 'is missing or empty',
  format: (detail) => (detail ? `must be ${detail}` : 'does not have the form that is wanted'),
  type: (detail) => (detail ? `must be ${detail}` : 'is of another type than is wanted'),
  too_long: (detail) => `is too long${detail ? ` (${detail})` : ''}`,
  too_many: (detail) => `has too many ${detail ?? 'entries'}`,
  out_of_range: (detail) => (detail ? `must be ${detail}` : 'is out of range'),
  unknown_value: (detail) => (detail ? `must be ${detail}` : 'has a value that is not known'),
  unknown_field: () => 'is not known here',
  not_found: (detail) => `does not exist${detail ? ` (${detail})` : ''}`,
  taken: () => 'is taken',
  syntax: (detail) => `cannot be read${detail ? `: ${detail}` : ''}`,
  read_only: () => 'cannot be changed',
};

/** What the record refuses, in a sentence each; a value that came with an option is named by it, as it was typed. */
export const issuesText = (issues: readonly Issue[], command: Command | undefined): string =>
  issues
    .slice(0, MOST_ISSUES)
    .map((issue) => sentence(issue, command))
    .join('\n');

function sentence({ path, fault, detail }: Issue, command: Command | undefined): string {
  const [name, index] = path;
  const option = command?.options.find((one) =>
    [one.attributeName(), `${one.attributeName()}s`].includes(String(name)),
  );
  if (option) {
    const given: unknown = command!.opts()[option.attributeName()];
    const value = Array.isArray(given) && typeof index === 'number' ? given[index] : given;
    const words = WORDS[fault](detail);
    return `${option.long} ${value === undefined || value === '' ? words : `${JSON.stringify(value)} ${words}`}.`;
  }
  const called = path.join('.') || 'The input';
  // of files the detail says it all
  return fault === 'format' && detail ? `${called}: ${detail}.` : `${called} ${WORDS[fault](detail)}.`;
}
