import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { PlinthError } from '../domain/errors.ts';
import { silentLogger } from '../lib/logger.ts';
import { openSqlite } from './dialects/sqlite.ts';
import { migrate } from './migrate.ts';
import { type Migration, migrations } from './migrations/list.ts';
import type { Store } from './portable.ts';

const second: Migration = {
  name: 'second',
  up: async (db, types) => {
    await db.schema.createTable('later').addColumn('id', types.key).execute();
  },
};
const failing: Migration = {
  name: 'failing',
  up: async (db, types) => {
    await db.schema.createTable('half').addColumn('id', types.key).execute();
    throw new Error('the disk said no');
  },
};

describe('migrations', () => {
  let folder: string;
  const stores: Store[] = [];
  const open = (): Store => {
    const store = openSqlite(join(folder, 'plinth.db'), false);
    stores.push(store);
    return store;
  };
  const tables = (): string[] => {
    const file = new DatabaseSync(join(folder, 'plinth.db'));
    const rows = file.prepare("select name from sqlite_master where type = 'table'").all();
    file.close();
    return rows.map((row) => String(row.name));
  };
  const copies = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.bak'));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plinth-migrate-'));
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    rmSync(folder, { recursive: true });
  });

  test('programs that start at once on an empty database migrate it once', async () => {
    const program = `
      const { openDatabase } = await import(${JSON.stringify(import.meta.resolve('./open.ts'))});
      const connectionStrings = { defaultDb: { Enabled: true, Connection: 'plinth.db' } };
      const logger = { information: (line) => console.log(line) };
      const database = await openDatabase({ connectionStrings, dataDirectory: process.argv[1], logger, as: 'tool' });
      await database.close();`;
    const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, folder]);
    const outputs = await Promise.all([run(), run(), run()]);
    assert.equal(outputs.filter((output) => output.stdout.includes('version 1')).length, 1);
    assert.ok(tables().includes('services'));
    assert.deepEqual(copies(), []);
  });

  test('an upgrade copies the database first, readable by its owner only, and keeps what was in it', async () => {
    const store = open();
    await migrate(store, silentLogger);
    await store.kysely.insertInto('settings').values({ key: 'a', value: 'kept' }).execute();
    await migrate(store, silentLogger, [...migrations, second]);
    assert.ok(tables().includes('later'));
    const [copy] = copies();
    assert.equal(copies().length, 1);
    assert.equal(statSync(join(folder, copy as string)).mode & 0o777, 0o600);
    const restored = openSqlite(join(folder, copy as string), false);
    stores.push(restored);
    await migrate(restored, silentLogger);
    assert.deepEqual(await restored.kysely.selectFrom('settings').selectAll().execute(), [
      { key: 'a', value: 'kept' },
    ]);
  });

  test('a migration that fails changes nothing', async () => {
    const store = open();
    await migrate(store, silentLogger);
    await assert.rejects(migrate(store, silentLogger, [...migrations, second, failing]), /the disk said no/);
    assert.deepEqual(
      tables().filter((name) => name === 'later' || name === 'half'),
      [],
    );
    await migrate(store, silentLogger, [...migrations, second]);
    assert.ok(tables().includes('later'));
  });

  test('a database that is newer than the program is refused with both versions', async () => {
    const store = open();
    await migrate(store, silentLogger, [...migrations, second]);
    await assert.rejects(migrate(store, silentLogger), (error: unknown) => {
      assert.ok(error instanceof PlinthError && error.code === 'Conflict');
      assert.match(error.message, /schema version 2, but this release of Plinth knows versions up to 1/);
      return true;
    });
  });
});
