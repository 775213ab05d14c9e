/**
 * Writes docs/cli.md from the table of commands.
 *
 *     node scripts/generate-cli-docs.ts
 *
 * A test beside the table fails while the document is not what this makes of it.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from '../src/cli/command.ts';
import { commands } from '../src/cli/commands.ts';
import { describeOption, optionFlags } from '../src/cli/program.ts';

/** Path below the root of the project. */
export const cliDocumentPath = 'docs/cli.md';

/** The text of the document. */
export const cliDocument =
  (): string => `<!-- Made by \`node scripts/generate-cli-docs.ts\`; changes belong into src/cli. -->

# Command line

\`plinth\` administers a server and signs in to one. The commands of earlier administration tools work as they were
written, through the \`az\` beside it: \`az ml admin …\` and \`az mlserver admin …\` are \`plinth admin …\`, and
\`az login --mls\` and \`az mlserver login\` are \`plinth login\`. Everything else is handed to the Azure CLI that stands
later in \`PATH\`. \`adminutil\` understands the silent switches of versions 9.0 to 9.2.

Results go to stdout, everything else to stderr. Every command takes

${table(
  ['Option', 'Meaning'],
  [
    ['`-h`, `--help`', 'help for exactly this command or group, exit code 0'],
    ['`-o`, `--output`', '`json` (the default), `jsonc` (coloured), `table` or `tsv` (for scripts)'],
    ['`--verbose`', 'tell more on stderr'],
    ['`--debug`', 'tell everything on stderr, errors with their stack'],
  ],
)}
and ends with one of these exit codes:

${table(
  ['Code', 'Meaning'],
  [
    ['0', 'success, perhaps with warnings'],
    ['1', 'the operation failed'],
    ['2', 'the command line is not acceptable, or a question has no terminal to be asked on'],
    ['3', 'something named does not exist'],
    ['4', 'not signed in, or the sign-in does not suffice'],
    ['5', 'root is needed'],
  ],
)}
Commands that change the machine need root, unless \`PLINTH_HOME\` names a folder of the caller's own. The password of
\`admin\` may come from \`--admin-password\`, from stdin (\`--admin-password-stdin\`), from \`PLINTH_ADMIN_PASSWORD\`, or from a
question on the terminal.

Command lines copied from web pages often carry invisible characters, long dashes or blanks after commas. They are read the
way they were meant, with a warning; a placeholder such as \`<Password>\` is refused.

Nodes are run by systemd, as the units \`webnode\` and \`computenode\`, when it runs the machine and \`PLINTH_HOME\` is not
set; otherwise each has a supervisor process of its own, which starts it again when it dies. What they print goes to
\`webnode-console.log\` and \`computenode-console.log\` beside their logs.

${commands
  .filter((command) => !command.hidden)
  .map(section)
  .join('\n')}`;

function section({ path, summary, description, example, options }: Command): string {
  const visible = Object.entries(options).filter(([, option]) => !option.hidden);
  const rows = visible.map(([name, option]) => [`\`${optionFlags(name, option)}\``, describeOption(option)]);
  return [
    `## plinth ${path.join(' ')}\n\n${summary}.\n`,
    description === undefined ? '' : `\n${description.replaceAll('\n', ' ')}\n`,
    rows.length === 0 ? '' : `\n${table(['Option', 'Meaning'], rows)}`,
    `\n\`\`\`sh\n${example}\n\`\`\`\n`,
  ].join('');
}

function table(titles: string[], rows: string[][]): string {
  const line = (cells: string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return line(titles) + line(titles.map(() => '---')) + rows.map(line).join('');
}

if (import.meta.main) writeFileSync(resolve(import.meta.dirname, '..', cliDocumentPath), cliDocument());
