import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { loadWebNodeConfig } from '../../config/load.ts';
import type { Database, StoredSession } from '../../database/database.ts';
import { openDatabase } from '../../database/open.ts';
import { PlinthError } from '../../domain/errors.ts';
import { silentLogger } from '../../lib/logger.ts';
import { createSessionDirectory, type Visit } from './directory.ts';

let folder: string;
let database: Database;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plinth-sessions-'));
  const { config } = loadWebNodeConfig({ PLINTH_HOME: folder });
  database = await openDatabase({
    connectionStrings: config.ConnectionStrings,
    dataDirectory: folder,
    logger: silentLogger,
  });
});
after(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

const hour = 3_600_000;
let clock = 1_700_000_000_000;
const directory = () => createSessionDirectory(database.sessions, () => clock);
const session = (owner: string): StoredSession => ({
  id: randomUUID(),
  name: 'x',
  owner,
  runtime: 'R',
  node: 'http://localhost:12805',
  createdAt: clock,
  goneAt: null,
});
const visit = ({ id }: StoredSession, username: string): Visit => ({
  id,
  caller: { username, role: 'Owner' },
  correlationId: randomUUID(),
});
const code = (expected: string) => (error: unknown) =>
  error instanceof PlinthError && error.code === expected;

test('a session is found by its owner on every web node, and by nobody else', async () => {
  const [a, b] = [directory(), directory()];
  const stored = session('Kim');
  await a.add(stored);
  for (const node of [a, b]) {
    assert.deepEqual(await node.live(visit(stored, 'kim')), stored);
    await assert.rejects(node.find(visit(stored, 'lee')), code('NotFound'));
    await assert.rejects(node.find(visit(session('Kim'), 'kim')), code('NotFound'));
  }
});

test('a live session is found without the database', async () => {
  const node = directory();
  const stored = session('kim');
  await node.add(stored);
  await database.sessions.remove(stored.id);
  assert.deepEqual(await node.live(visit(stored, 'kim')), stored);
  // What the memory does not know is decided by the database once the compute node has denied it.
  assert.equal((await node.vanished(stored.id)).code, 'NotFound');
  await assert.rejects(node.live(visit(stored, 'kim')), code('NotFound'));
});

test('a session that its compute node has lost is gone for an hour, then unknown', async () => {
  const [a, b] = [directory(), directory()];
  const stored = session('kim');
  await a.add(stored);
  assert.equal((await b.vanished(stored.id)).code, 'Gone');
  assert.equal((await a.vanished(stored.id)).code, 'Gone');
  for (const node of [a, b]) {
    await assert.rejects(node.live(visit(stored, 'kim')), code('Gone'));
    assert.equal((await node.find(visit(stored, 'kim'))).goneAt, clock);
    assert.ok(!(await node.listLive('kim')).some(({ id }) => id === stored.id));
  }
  clock += hour + 1;
  await assert.rejects(a.live(visit(stored, 'kim')), code('NotFound'));
  await a.add(session('kim'));
  assert.equal(await database.sessions.get(stored.id), null);
});

test('a removed session is unknown', async () => {
  const node = directory();
  const stored = session('kim');
  await node.add(stored);
  await node.remove(stored.id);
  await assert.rejects(node.find(visit(stored, 'kim')), code('NotFound'));
});
