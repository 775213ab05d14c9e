import { Command as Commander, CommanderError, Option } from 'commander';
import type { Command, CommandGroup, OptionDefinition } from './command.ts';
import { CommandError } from './command-error.ts';
import type { Io } from './io.ts';
import { outputFormats } from './output/render.ts';

/** Options of every command, by the name commander gives them. */
export interface GlobalOptions {
  output?: string;
  verbose?: boolean;
  debug?: boolean;
}

const globalGroup = 'Global options:';

type Runner = (command: Command, options: Record<string, unknown>) => Promise<void>;

/** Makes the command line of the tables. `run` is called with the command that was typed and all its options. */
export function buildProgram(
  commands: readonly Command[],
  groups: readonly CommandGroup[],
  version: string,
  io: Io,
  run: Runner,
): Commander {
  const nodes = new Map<string, Commander>();
  const add = (path: readonly string[], hidden: boolean): Commander => {
    const parent = nodes.get(path.slice(0, -1).join(' '));
    const node = prepare(new Commander(path.at(-1) ?? 'plinth'), path, io);
    parent?.addCommand(node, { hidden });
    nodes.set(path.join(' '), node);
    return node;
  };
  for (const group of groups) {
    const node = add(group.path, false).summary(group.summary).description(describe(group));
    node.allowExcessArguments().action(() => showGroup(node, group.path));
  }
  for (const command of commands) {
    const node = add(command.path, command.hidden === true).summary(command.summary);
    node.description(describe(command)).addHelpText('after', `\nExample:\n  $ ${command.example}\n`);
    for (const [name, definition] of Object.entries(command.options))
      node.addOption(toOption(name, definition));
    node.action((_: unknown, typed: Commander) =>
      run(command, { ...unsetFlags(command), ...typed.optsWithGlobals() }),
    );
  }
  for (const node of nodes.values()) addGlobalOptions(node);
  const root = nodes.get('') as Commander;
  return root.version(version, '--version', 'print the version and end');
}

/** Runs a command line; a usage error is thrown as CommandError, help and version are printed. */
export async function parseProgram(program: Commander, words: readonly string[]): Promise<void> {
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw usageError(error);
  }
}

function prepare(node: Commander, path: readonly string[], io: Io): Commander {
  const called = ['plinth', ...path].join(' ');
  return node
    .exitOverride((error) => {
      // commander does not say which command refused; the advice has to.
      throw Object.assign(error, { called, usage: node.usage() });
    })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: () => {},
      getOutHelpWidth: () => io.stdout.columns ?? 100,
    })
    .addHelpOption(new Option('-h, --help', 'show this help and end').helpGroup(globalGroup))
    .helpCommand(false)
    .enablePositionalOptions();
}

function showGroup(node: Commander, path: readonly string[]): void {
  const called = ['plinth', ...path].join(' ');
  const [unknown] = node.args;
  if (unknown !== undefined)
    throw new CommandError(
      'usage',
      `'${called} ${unknown}' is not a command`,
      `Run '${called} --help' for the commands`,
    );
  node.outputHelp();
}

function usageError(error: CommanderError & { called?: string; usage?: string }): CommandError {
  const called = error.called ?? 'plinth';
  // commander's own sentence would repeat the words, and one of them may be half a password.
  const message =
    error.code === 'commander.excessArguments'
      ? 'A word stands where none is expected; values with blanks need quotes'
      : error.message.replace(/^error: /, '').replace(/\n\(Did you mean (.*)\?\)/, ', did you mean $1?');
  return new CommandError(
    'usage',
    message.charAt(0).toUpperCase() + message.slice(1),
    `Run '${called} --help' for the options`,
    {
      context: [`Usage: ${called} ${error.usage ?? ''}`.trimEnd()],
    },
  );
}

const describe = ({ summary, description }: { summary: string; description?: string }): string =>
  description === undefined ? `${summary}.` : `${summary}.\n\n${description}`;

function toOption(name: string, definition: OptionDefinition): Option {
  return new Option(optionFlags(name, definition), describeOption(definition)).hideHelp(
    definition.hidden === true,
  );
}

/** Flags that were not typed are false; said here, because commander would print its defaults in help. */
const unsetFlags = ({ options }: Command): Record<string, boolean> =>
  Object.fromEntries(
    Object.entries(options).flatMap(([name, { kind }]) => (kind === 'flag' ? [[name, false]] : [])),
  );

/** An option as help writes it, e.g. `-u, --username <user>`. */
export function optionFlags(name: string, definition: OptionDefinition): string {
  const long = optionName(name);
  if (definition.kind === 'flag') return definition.negated ? `--no-${long}` : `--${long}`;
  if (definition.kind === 'list') return `--${long} <${definition.placeholder}...>`;
  return `${definition.short === undefined ? '' : `-${definition.short}, `}--${long} <${definition.placeholder}>`;
}

/** What help says about an option, its default and other spellings included. */
export function describeOption(definition: OptionDefinition): string {
  if (definition.kind !== 'text') return definition.description;
  const fallback = definition.default === undefined ? '' : ` (default: ${definition.default})`;
  const also = (definition.aliases ?? []).map((alias) => `--${alias}`).join(', ');
  return `${definition.description}${fallback}${also === '' ? '' : ` (also ${also})`}`;
}

/** `adminPassword` → `admin-password`. */
export const optionName = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function addGlobalOptions(node: Commander): void {
  const options = [
    new Option('-o, --output <format>', 'format of the result (default: json)').choices(outputFormats),
    new Option('--verbose', 'tell more on stderr'),
    new Option('--debug', 'tell everything on stderr, errors with their stack'),
  ];
  for (const option of options) node.addOption(option.helpGroup(globalGroup));
}
