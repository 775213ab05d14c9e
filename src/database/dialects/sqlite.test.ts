import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { PlinthError } from '../../domain/errors.ts';
import { silentLogger } from '../../lib/logger.ts';
import type { Database } from '../database.ts';
import { type OpenOptions, openDatabase } from '../open.ts';

/** Publishes for ever, each service with content of its own, and prints the name of each that was acknowledged. */
const publisher = `
const { openDatabase } = await import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, '../open.ts')).href)});
const { silentLogger } = await import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../lib/logger.ts')).href)});
const connectionStrings = { defaultDb: { Enabled: true, Connection: 'plinth.db' } };
const database = await openDatabase({ connectionStrings, dataDirectory: process.argv[1], logger: silentLogger });
async function* content(n) {
  for (let piece = 0; piece < 3; piece += 1) yield new Uint8Array(1024 * 1024).fill(n);
}
for (let n = 0; ; n += 1) {
  const { hash } = await database.blobs.put(content(n));
  await database.services.insert({
    name: 'service' + n, version: '1', publishedBy: 'ada', createdAt: n, revision: 1, runtime: 'R', code: 'x', initCode: null,
    description: null, operationId: null, inputs: [], outputs: [], outputFileNames: [], snapshotId: null, snapshotBlob: hash,
  });
  await database.blobs.release(hash);
  process.stdout.write('service' + n + '\\n');
}`;

describe('sqlite', () => {
  let dataDirectory: string;
  const opened: Database[] = [];
  const open = async (connection = 'plinth.db', as: OpenOptions['as'] = 'webnode'): Promise<Database> => {
    const connectionStrings = { defaultDb: { Enabled: true, Connection: connection } };
    const database = await openDatabase({ connectionStrings, dataDirectory, logger: silentLogger, as });
    opened.push(database);
    return database;
  };
  const isUnavailable = (error: unknown): boolean => {
    assert.ok(error instanceof PlinthError, String(error));
    assert.equal(error.code, 'DatabaseUnavailable');
    assert.ok(!error.message.includes(dataDirectory));
    return true;
  };

  beforeEach(() => {
    dataDirectory = mkdtempSync(join(tmpdir(), 'plinth-sqlite-'));
  });
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
    rmSync(dataDirectory, { recursive: true });
  });

  test('kill -9 in the middle of publishing loses nothing acknowledged and leaves nothing unfinished', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', publisher, dataDirectory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const acknowledged: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged.push(line);
      if (acknowledged.length === 7) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    assert.equal(child.signalCode, 'SIGKILL');

    const database = await open();
    const services = await database.services.list();
    const names = services.map((service) => service.name);
    for (const name of acknowledged) assert.ok(names.includes(name), `${name} is lost`);
    for (const service of services) {
      const blob = await database.blobs.read(service.snapshotBlob as string);
      let size = 0;
      for await (const chunk of blob?.content ?? []) size += chunk.length;
      assert.equal(size, 3 * 1024 * 1024);
    }
    const file = new DatabaseSync(join(dataDirectory, 'plinth.db'));
    const count = (table: string): unknown => file.prepare(`select count(*) as n from ${table}`).get()?.n;
    assert.equal(file.prepare('pragma integrity_check').get()?.integrity_check, 'ok');
    assert.equal(count('blob_holds'), 0);
    assert.equal(count('blobs'), services.length);
    assert.equal(count('blob_chunks'), 3 * services.length);
    file.close();
  });

  test('a second web node is refused, a tool is not, and the lock ends with its holder', async () => {
    const first = await open();
    await assert.rejects(open(), (error: unknown) => {
      assert.ok(error instanceof PlinthError && error.code === 'Conflict');
      assert.match(error.message, /Another web node already uses/);
      return true;
    });
    const tool = await open('plinth.db', 'tool');
    await tool.settings.put('from', 'tool');
    assert.equal(await first.settings.get('from'), 'tool');
    await opened.shift()?.close();
    await open();
  });

  test('a tool that opens the database does not disturb content that is arriving', async () => {
    const database = await open();
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(2 * 1024 * 1024);
      const tool = await open('plinth.db', 'tool');
      await tool.ping();
      yield new Uint8Array(1);
    }
    const { hash } = await database.blobs.put(slow());
    assert.notEqual(await database.blobs.read(hash), null);
  });

  test('the files are readable by their owner only', async () => {
    const database = await open('deeper/plinth.db');
    await database.settings.put('a', 'b');
    for (const name of ['plinth.db', 'plinth.db-wal', 'plinth.db.lock'])
      assert.equal(statSync(join(dataDirectory, 'deeper', name)).mode & 0o777, 0o600, name);
  });

  test('the connection may be written as .NET does', async () => {
    const database = await open('Data Source="./named.db";');
    assert.equal(database.name, 'named.db');
    assert.equal(database.type, 'sqlite');
  });

  test('a file that is no database, or no file, is DatabaseUnavailable', async () => {
    writeFileSync(join(dataDirectory, 'text.db'), 'this is not a database, it is a text of some length');
    await assert.rejects(open('text.db'), isUnavailable);
    mkdirSync(join(dataDirectory, 'folder.db'));
    await assert.rejects(open('folder.db'), isUnavailable);
  });

  test('a file that breaks while it is in use is DatabaseUnavailable', async () => {
    const database = await open();
    await database.settings.put('a', 'b');
    truncateSync(join(dataDirectory, 'plinth.db'), 100);
    truncateSync(join(dataDirectory, 'plinth.db-wal'), 0);
    const tool = open('plinth.db', 'tool');
    await assert.rejects(tool, isUnavailable);
  });

  test('a closed database is unavailable', async () => {
    const database = await open();
    await database.ping();
    await database.close();
    opened.splice(0);
    await assert.rejects(database.ping(), isUnavailable);
    await assert.rejects(database.settings.get('a'), isUnavailable);
  });
});
