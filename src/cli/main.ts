import { homePaths } from '../config/home.ts';
import { productVersion } from '../config/product-version.ts';
import { cleanArguments } from './argument-hygiene.ts';
import type { Command, OptionValues } from './command.ts';
import { CommandError, describeError, exitCode, exitCodeOf } from './command-error.ts';
import { commandGroups, commands, knownOptions } from './commands.ts';
import { type Io, processIo } from './io.ts';
import { type OutputFormat, render } from './output/render.ts';
import { buildProgram, type GlobalOptions, parseProgram } from './program.ts';
import { createReport } from './report.ts';

/** Runs one command line and returns its exit code. Never ends the process, so tests and other commands can call it. */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  let code: number = exitCode.success;
  const run = async (command: Command, options: Record<string, unknown>): Promise<void> => {
    if (command.privileged) requirePrivilege(command, io);
    const result = await command.run(options as OptionValues<Command['options']>, {
      io,
      home: homePaths(io.environment),
      report: createReport(io, verbosityOf(options)),
    });
    if (result === undefined) return;
    const format = ((options as GlobalOptions).output ?? 'json') as OutputFormat;
    io.stdout.write(render(format, result.value, result.columns));
    code = result.exitCode ?? exitCode.success;
  };
  try {
    const { words, warnings } = cleanArguments(argv, knownOptions);
    const report = createReport(io, 'normal');
    for (const warning of warnings) report.warn(warning);
    await parseProgram(buildProgram(commands, commandGroups, productVersion, io, run), words);
    return code;
  } catch (error) {
    for (const line of error instanceof CommandError ? error.context : []) io.stderr.write(`${line}\n`);
    io.stderr.write(`ERROR: ${describeError(error)}\n`);
    if (argv.includes('--debug') && error instanceof Error) io.stderr.write(`${error.stack}\n`);
    return exitCodeOf(error);
  }
}

/** Root may do everything; anyone else needs a home of their own. */
function requirePrivilege(command: Command, io: Io): void {
  if (io.isRoot || io.environment.PLINTH_HOME) return;
  throw new CommandError(
    'notPrivileged',
    `'plinth ${command.path.join(' ')}' changes this machine and needs root`,
    'Run it with sudo, or set PLINTH_HOME to a folder of your own',
  );
}

function verbosityOf(options: GlobalOptions): 'normal' | 'verbose' | 'debug' {
  if (options.debug) return 'debug';
  return options.verbose ? 'verbose' : 'normal';
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
