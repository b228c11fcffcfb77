import { Command, type ErrorOptions, type HelpContext, InvalidArgumentError, type Option } from 'commander';
import { CommandError } from './error.ts';

/** A command of the line that looks at all that was typed before it says what is wrong with it. */
export class LineCommand extends Command {
  /** By what they are about: one sentence for each option. */
  readonly #faults = new Map<string, string>();

  override createCommand(name?: string): LineCommand {
    return new LineCommand(name);
  }

  /** Help says which options are needed; a value that is none is a fault among others. */
  override addOption(option: Option): this {
    if (option.mandatory) option.description += ' (required)';
    const { parseArg } = option;
    if (parseArg)
      option.argParser((value: string, previous: unknown) => {
        try {
          return parseArg(value, previous);
        } catch (error) {
          if (!(error instanceof InvalidArgumentError)) throw error;
          return this.error(`option '${option.flags}' argument '${value}' is invalid. ${error.message}`);
        }
      });
    return super.addOption(option);
  }

  /** Commander's way to end at the first fault. */
  override error(message: string, options?: ErrorOptions): never {
    for (const fault of this.#faultsOf(message, options?.code)) {
      const [, about = fault] = /^(?:error: )?(?:required )?option '(--[\w-]+)/.exec(fault) ?? [];
      if (!this.#faults.has(about)) this.#faults.set(about, sentence(fault));
    }
    if (options?.code === 'commander.unknownCommand') this.demandNoFault();
    // commander goes on, and so finds what else there is; nothing is done before `demandNoFault`
    return undefined as never;
  }

  /** A page of help is no answer to a fault. */
  override help(context?: HelpContext | ((text: string) => string)): never {
    if (typeof context !== 'object' || !context.error) super.help();
    if (this.#faults.size === 0)
      this.#faults.set(
        '',
        `Name a command of \`${this.#path()}\`: ${this.commands.map((one) => one.name()).join(', ')}.`,
      );
    this.demandNoFault();
    return undefined as never;
  }

  /** Throws all that was found wrong here, a sentence each. */
  demandNoFault(): void {
    if (this.#faults.size === 0) return;
    throw new CommandError(`${[...this.#faults.values()].join('\n')} See \`${this.#path()} --help\`.`);
  }

  /** Commander tells the first unknown option alone, and takes unknown options for words too many. */
  #faultsOf(message: string, code: string | undefined): string[] {
    const unknownAt = this.args.findIndex((word) => /^-./.test(word));
    const end = unknownAt < 0 ? this.args.length : unknownAt;
    if (code === 'commander.unknownOption') {
      const others = this.args.slice(end + 1).filter((word) => word.startsWith('--'));
      return [message, ...others.map((word) => `unknown option '${word}'`)];
    }
    if (code !== 'commander.excessArguments') return [message];
    const surplus = this.args.slice(this.registeredArguments.length, end);
    return surplus.length === 0
      ? []
      : [`too many arguments: ${surplus.map((word) => JSON.stringify(word)).join(', ')}`];
  }

  #path(): string {
    const names: string[] = [];
    for (let one: Command | null = this; one; one = one.parent) names.unshift(one.name());
    return names.join(' ');
  }
}

/** `error: unknown option '--x'` with a guess on a line of its own, as one sentence. */
function sentence(text: string): string {
  const words = text
    .replace(/^error: /, '')
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ');
  return words[0]!.toUpperCase() + words.slice(1) + (/[.)?]$/.test(words) ? '' : '.');
}
