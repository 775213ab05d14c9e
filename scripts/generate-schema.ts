/**
 * Writes the schema that the migrations make, for review: src/database/generated/schema.sqlite.sql.
 *
 *     node scripts/generate-schema.ts
 *
 * A test of the house fails while the file is not what the migrations make.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../src/database/open.ts';
import { silentLogger } from '../src/lib/logger.ts';

/** Path below the root of the project. */
export const schemaPath = 'src/database/generated/schema.sqlite.sql';

/** The statements that would make the present schema at once, ordered by table. */
export async function sqliteSchema(): Promise<string> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'plinth-schema-'));
  try {
    const connectionStrings = { defaultDb: { Enabled: true, Connection: 'schema.db' } };
    const database = await openDatabase({ connectionStrings, dataDirectory, logger: silentLogger });
    await database.close();
    const file = new DatabaseSync(join(dataDirectory, 'schema.db'));
    const rows = file
      .prepare('select sql from sqlite_master where sql is not null order by tbl_name, type desc, name')
      .all();
    file.close();
    const statements = rows.map((row) => `${onLines(String(row.sql))};\n`);
    return `-- Made by \`node scripts/generate-schema.ts\`; changes belong into src/database/migrations.\n\n${statements.join('\n')}`;
  } finally {
    rmSync(dataDirectory, { recursive: true });
  }
}

/** One column or constraint of a table on each line. */
const onLines = (statement: string): string =>
  statement.startsWith('CREATE TABLE')
    ? statement
        .replace('(', '(\n  ')
        .replaceAll(/, (?="[a-z_]+" [a-z]|constraint)/g, ',\n  ')
        .replace(/\)$/, '\n)')
    : statement;

if (import.meta.main) writeFileSync(resolve(import.meta.dirname, '..', schemaPath), await sqliteSchema());
