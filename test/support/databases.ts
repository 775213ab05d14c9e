/** The databases that the repositories are tested on; one more engine is one more entry. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../src/database/database.ts';
import { type OpenOptions, openDatabase } from '../../src/database/open.ts';
import { silentLogger } from '../../src/lib/logger.ts';

export interface TestDatabase {
  options: OpenOptions;
  /** Opens it; again after `close`, and beside itself as a tool. */
  open(as?: OpenOptions['as']): Promise<Database>;
  remove(): Promise<void>;
}

export const DIALECTS: { type: Database['type']; create(): Promise<TestDatabase> }[] = [
  { type: 'sqlite', create: createSqlite },
];

async function createSqlite(): Promise<TestDatabase> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'plinth-database-'));
  const options: OpenOptions = {
    connectionStrings: { defaultDb: { Enabled: true, Connection: './plinth.db' } },
    dataDirectory,
    logger: silentLogger,
  };
  return {
    options,
    open: (as = 'webnode') => openDatabase({ ...options, as }),
    remove: async () => rmSync(dataDirectory, { recursive: true }),
  };
}
