/**
 * Writes the documents that are made from the contracts: docs/configuration.md and docs/errors.md.
 *
 *     node scripts/generate-docs.ts
 *
 * A test of the house fails while a document is not what this makes of the contracts.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expected, type SettingSchema, settingSchema } from '../src/config/check.ts';
import { ComputeNodeSettings, WebNodeSettings } from '../src/contracts/config.ts';
import { errorCatalogue } from '../src/contracts/error-codes.ts';

const generated = '<!-- Made by `node scripts/generate-docs.ts`; changes belong into src/contracts. -->';

/** Path below the root of the project, and text, of every generated document. */
export const documents = (): Record<string, string> => ({
  'docs/configuration.md': configuration(),
  'docs/errors.md': errors(),
});

function configuration(): string {
  return `${generated}

# Configuration

Each node reads one file, \`appsettings.json\`, when it starts: \`webnode/appsettings.json\` and
\`computenode/appsettings.json\` below \`PLINTH_HOME\`, or below \`/etc/plinth\` when that is not set and root starts the
node, or below \`~/.plinth\` for anyone else. A change takes effect when the node is restarted.

- The file is JSON in UTF-8. \`//\` and \`/* */\` comments are allowed, and names are read without regard to case. Flags and
  numbers may be written as texts (\`"true"\`, \`"12800"\`). Durations are written \`[d.]hh:mm:ss\`.
- A file that is not well-formed, or a value outside its range, keeps the node from starting; the message says where.
  A name that is not known is kept, ignored, and mentioned in the log.
- An environment variable wins over the file: \`PLINTH__Kestrel__Port=8080\` for every node started from that environment,
  \`PLINTH_WEBNODE__Kestrel__Port\` and \`PLINTH_COMPUTENODE__Kestrel__Port\` for one kind of node. Elements of lists are
  numbered (\`PLINTH__Authorization__Owner__0=admins\`); lists and sections may be given whole, as JSON.
- A file that everybody on the machine can read may hold no password or key; the node refuses to start unless
  \`PLINTH_ALLOW_INSECURE_CONFIG=1\`.

## Web node

${sections(settingSchema(WebNodeSettings))}
## Compute node

${sections(settingSchema(ComputeNodeSettings))}`;
}

/** The values of a section as a table, then its sections, each under its dotted name. */
function sections(schema: SettingSchema, path = ''): string {
  const entries = Object.entries(schema.properties ?? {});
  const rows = entries
    .filter(([, child]) => child.type !== 'object')
    .map(([name, child]) => row([`\`${name}\``, accepted(child), standard(child), child.description ?? '']));
  const title = path === '' ? '' : `### ${path}\n\n${schema.description ?? ''}\n\n`;
  const table = rows.length === 0 ? '' : `${header(['Key', 'Type', 'Default', 'Meaning'])}${rows.join('')}\n`;
  const inner = entries
    .filter(([, child]) => child.type === 'object')
    .map(([name, child]) => sections(child, path === '' ? name : `${path}.${name}`));
  return `${rows.length === 0 ? '' : title + table}${inner.join('')}`;
}

const accepted = (schema: SettingSchema): string =>
  expected(schema).replace(/ in (double quotes|brackets)$/, '');

function standard(schema: SettingSchema): string {
  if (schema.default === '') return 'empty';
  if (Array.isArray(schema.default)) return schema.default.length === 0 ? 'empty' : schema.default.join(', ');
  return `\`${String(schema.default)}\``;
}

function errors(): string {
  const rows = Object.entries(errorCatalogue).map(([code, entry]) =>
    row([
      `\`${code}\``,
      String(entry.status),
      `\`${entry.exceptionType}\``,
      String(entry.exitCode),
      entry.title,
    ]),
  );
  return `${generated}

# Errors

Every error of the REST API is an object with \`message\`, \`link\`, \`exceptionType\`, \`code\` (the status)
and \`fields\`. The command
line ends with the exit code beside it.

${header(['Code', 'Status', 'exceptionType', 'Exit code', 'Meaning'])}${rows.join('')}`;
}

const row = (cells: string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
const header = (cells: string[]): string => row(cells) + row(cells.map(() => '---'));

if (import.meta.main)
  for (const [path, text] of Object.entries(documents()))
    writeFileSync(resolve(import.meta.dirname, '..', path), text);
