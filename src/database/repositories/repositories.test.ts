import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DIALECTS, type TestDatabase } from '../../../test/support/databases.ts';
import type { Database, Login, StoredSession } from '../database.ts';
import { newId } from '../portable.ts';

const login = (changes: Partial<Login> = {}): Login => ({
  id: newId(),
  username: 'Ada@Example.com',
  loginSessionId: 'AB'.repeat(64),
  loginAt: 1_700_000_000_123,
  lastUse: 1_700_000_000_456,
  revoked: false,
  generation: 1,
  refreshTokenHash: 'h1',
  ...changes,
});

const session = (changes: Partial<StoredSession> = {}): StoredSession => ({
  id: newId(),
  name: 'Session 1',
  owner: 'ada',
  runtime: 'R',
  node: 'http://localhost:12805',
  createdAt: 1,
  goneAt: null,
  ...changes,
});

for (const dialect of DIALECTS)
  describe(`${dialect.type}: small repositories`, () => {
    let home: TestDatabase;
    let database: Database;
    before(async () => {
      home = await dialect.create();
      database = await home.open();
    });
    after(async () => {
      await database.close();
      await home.remove();
    });

    test('a setting is put, replaced and read', async () => {
      assert.equal(await database.settings.get('color'), null);
      await database.settings.put('color', 'red');
      await database.settings.put('color', 'blue');
      assert.equal(await database.settings.get('color'), 'blue');
    });

    test('of many who set an absent setting at once, all see the one that was first', async () => {
      const values = Array.from({ length: 20 }, (_, index) => `value ${index}`);
      const seen = await Promise.all(values.map((value) => database.settings.putIfAbsent('key', value)));
      assert.equal(new Set(seen).size, 1);
      assert.equal(await database.settings.get('key'), seen[0]);
      assert.equal(await database.settings.putIfAbsent('key', 'late'), seen[0]);
    });

    test('a login is kept as it is', async () => {
      const stored = login();
      await database.logins.insert(stored);
      assert.deepEqual(await database.logins.get(stored.id), stored);
      assert.equal(await database.logins.get(newId()), null);
    });

    test('of many rotations of one refresh token exactly one succeeds', async () => {
      const stored = login();
      await database.logins.insert(stored);
      const results = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          database.logins.rotate(stored.id, 'h1', {
            refreshTokenHash: `n${index}`,
            generation: 2,
            lastUse: 5,
          }),
        ),
      );
      const winner = results.indexOf(true);
      assert.equal(results.filter(Boolean).length, 1);
      const expected = { ...stored, refreshTokenHash: `n${winner}`, generation: 2, lastUse: 5 };
      assert.deepEqual(await database.logins.get(stored.id), expected);
    });

    test('a revoked login cannot be rotated; all logins of a user are revoked without regard to case', async () => {
      const next = { refreshTokenHash: 'h2', generation: 2, lastUse: 5 };
      const one = login({ username: 'Grace' });
      const two = login({ username: 'gRACE' });
      const other = login({ username: 'grace2' });
      for (const each of [one, two, other]) await database.logins.insert(each);
      await database.logins.revoke(one.id);
      assert.equal(await database.logins.rotate(one.id, 'h1', next), false);
      assert.equal(await database.logins.revokeAllOf('GRACE'), 1);
      assert.equal((await database.logins.get(two.id))?.revoked, true);
      assert.equal((await database.logins.get(other.id))?.revoked, false);
    });

    test('logins unused since a time are removed', async () => {
      const old = login({ lastUse: 10 });
      const edge = login({ lastUse: 20 });
      await database.logins.insert(old);
      await database.logins.insert(edge);
      await database.logins.removeUnusedSince(20);
      assert.equal(await database.logins.get(old.id), null);
      assert.notEqual(await database.logins.get(edge.id), null);
    });

    test('sessions are listed per owner, marked gone once, forgotten after their time', async () => {
      const first = session({ createdAt: 1 });
      const second = session({ createdAt: 2, owner: 'ADA', runtime: 'Python' });
      const foreign = session({ owner: 'bob' });
      for (const each of [second, first, foreign]) await database.sessions.insert(each);
      assert.deepEqual(await database.sessions.listOf('Ada'), [first, second]);
      await database.sessions.markGone(first.id, 100);
      await database.sessions.markGone(first.id, 200);
      assert.deepEqual(await database.sessions.get(first.id), { ...first, goneAt: 100 });
      assert.equal(await database.sessions.removeGoneBefore(100), 0);
      assert.equal(await database.sessions.removeGoneBefore(101), 1);
      assert.equal(await database.sessions.get(first.id), null);
      assert.equal(await database.sessions.remove(second.id), true);
      assert.equal(await database.sessions.remove(second.id), false);
    });

    test('compute nodes keep the order of declaration', async () => {
      const { computeNodes } = database;
      await computeNodes.replace(['http://c', 'http://a', 'http://c']);
      await computeNodes.add(['http://b', 'http://a', 'http://1.0.1-3.1-2:12805', 'http://b']);
      assert.deepEqual(await computeNodes.list(), [
        'http://c',
        'http://a',
        'http://b',
        'http://1.0.1-3.1-2:12805',
      ]);
      await computeNodes.remove(['http://a', 'http://unknown']);
      await computeNodes.remove([]);
      assert.deepEqual(await computeNodes.list(), ['http://c', 'http://b', 'http://1.0.1-3.1-2:12805']);
      await Promise.all(
        ['http://x', 'http://y', 'http://x'].map((entry) => computeNodes.add([entry, 'http://z'])),
      );
      assert.deepEqual((await computeNodes.list()).slice(3).sort(), ['http://x', 'http://y', 'http://z']);
      await computeNodes.replace([]);
      assert.deepEqual(await computeNodes.list(), []);
    });
  });
