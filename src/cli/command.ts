import type { CommandContext } from './command-context.ts';

/** An option that is there or not. */
export interface FlagOption {
  kind: 'flag';
  /** True unless `--no-<name>` is typed. */
  negated?: true;
  description: string;
}

/** An option with one value. */
export interface TextOption {
  kind: 'text';
  placeholder: string;
  description: string;
  /** Shown in help; the command applies it. */
  default?: string;
  /** One letter. */
  short?: string;
  /** Further spellings. */
  aliases?: readonly string[];
}

/** An option that takes every word up to the next option. */
export interface ListOption {
  kind: 'list';
  placeholder: string;
  description: string;
}

export type OptionDefinition = (FlagOption | TextOption | ListOption) & {
  /** Accepted, but left out of help. */
  hidden?: boolean;
};

/** Options by their camelCase name; `adminPassword` is typed `--admin-password`. */
export type OptionDefinitions = Readonly<Record<string, OptionDefinition>>;

export type OptionValues<T extends OptionDefinitions> = {
  readonly [K in keyof T]: T[K]['kind'] extends 'flag'
    ? boolean
    : T[K]['kind'] extends 'list'
      ? readonly string[] | undefined
      : string | undefined;
};

/** What a command hands back: the result for stdout, and 1 when it is bad news. */
export interface CommandResult {
  value: unknown;
  /** Members of the rows that a table shows; all of them without it. */
  columns?: readonly string[];
  exitCode?: 0 | 1;
}

/** A command as a value: `commands.ts` lists them, `program.ts` makes the command line of the list. */
export interface Command<T extends OptionDefinitions = OptionDefinitions> {
  /** The words that call it, e.g. `['admin', 'node', 'start']`. */
  path: readonly string[];
  /** One line, without a full stop. */
  summary: string;
  /** What help says below the summary. */
  description?: string;
  example: string;
  options: T;
  /** Changes this machine, so it wants root or a PLINTH_HOME of the caller's own. */
  privileged?: boolean;
  hidden?: boolean;
  run(options: OptionValues<T>, context: CommandContext): Promise<CommandResult | undefined>;
}

/** A group of commands, for help. */
export interface CommandGroup {
  path: readonly string[];
  summary: string;
  description?: string;
}

/** Types `run` by the options; the table holds all commands alike. */
export const defineCommand = <const T extends OptionDefinitions>(command: Command<T>): Command =>
  command as unknown as Command;
