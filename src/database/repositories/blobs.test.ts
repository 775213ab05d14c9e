import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { DIALECTS, type TestDatabase } from '../../../test/support/databases.ts';
import { PlinthError } from '../../domain/errors.ts';
import type { Database, StoredService, StoredSnapshot } from '../database.ts';
import { newId } from '../portable.ts';

const mebibyte = 1024 * 1024;

async function* pieces(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

async function bytesOf(database: Database, hash: string): Promise<Buffer | null> {
  const found = await database.blobs.read(hash);
  if (found === null) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of found.content) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  assert.equal(bytes.length, found.size);
  return bytes;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const service = (changes: Partial<StoredService> = {}): StoredService => ({
  name: `service-${newId()}`,
  version: 'v1.0',
  publishedBy: 'ada',
  createdAt: 1_700_000_000_000,
  revision: 1,
  runtime: 'Python',
  code: 'y = x * 2',
  initCode: null,
  description: 'Zweimal \u{1F600}',
  operationId: null,
  inputs: [{ name: 'x', type: 'numeric' }],
  outputs: [{ name: 'y', type: 'data.frame' }],
  outputFileNames: ['plot.png'],
  snapshotId: null,
  snapshotBlob: null,
  ...changes,
});

const snapshot = (blob: string, changes: Partial<StoredSnapshot> = {}): StoredSnapshot => ({
  id: newId(),
  name: 'snap',
  owner: 'Ada',
  runtime: 'R',
  createdAt: 7,
  size: 3,
  blob,
  ...changes,
});

for (const dialect of DIALECTS)
  describe(`${dialect.type}: content and what refers to it`, () => {
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

    test('content comes back byte for byte, whatever pieces it arrived in', async () => {
      for (const size of [0, 1, mebibyte - 1, mebibyte, mebibyte + 1, 3 * mebibyte + 5]) {
        const bytes = randomBytes(size);
        const cut = Math.floor(size / 3);
        const stored = await database.blobs.put(pieces(bytes.subarray(0, cut), bytes.subarray(cut)));
        assert.deepEqual(stored, { hash: sha256(bytes), size });
        assert.ok(bytes.equals((await bytesOf(database, stored.hash)) as Buffer));
        await database.blobs.release(stored.hash);
        assert.equal(await database.blobs.read(stored.hash), null);
      }
    });

    test('64 MiB stream through without holding up the event loop', async () => {
      let longest = 0;
      let last = performance.now();
      const ticks = setInterval(() => {
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }, 1);
      const piece = randomBytes(mebibyte);
      const { hash, size } = await database.blobs.put(pieces(...Array.from({ length: 64 }, () => piece)));
      assert.equal(size, 64 * mebibyte);
      let read = 0;
      for await (const chunk of (await database.blobs.read(hash))?.content ?? []) read += chunk.length;
      assert.equal(read, size);
      await database.blobs.release(hash);
      clearInterval(ticks);
      assert.equal(await database.blobs.read(hash), null);
      // 12 ms where it was measured; all at once it would be 300.
      assert.ok(longest < 150, `the event loop stood still for ${longest} ms`);
    });

    test('the same content put twice at once is stored once and lives until both let go', async () => {
      const bytes = randomBytes(2 * mebibyte);
      const [one, two] = await Promise.all([
        database.blobs.put(pieces(bytes)),
        database.blobs.put(pieces(bytes)),
      ]);
      assert.equal(one.hash, two.hash);
      await database.blobs.release(one.hash);
      assert.ok(bytes.equals((await bytesOf(database, one.hash)) as Buffer));
      await database.blobs.release(two.hash);
      assert.equal(await database.blobs.read(one.hash), null);
    });

    test('content whose arrival fails leaves nothing behind', async () => {
      const bytes = randomBytes(mebibyte * 2);
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield bytes;
        throw new Error('the client went away');
      }
      await assert.rejects(database.blobs.put(broken()), /client went away/);
      assert.equal(await database.blobs.read(sha256(bytes)), null);
    });

    test('a snapshot keeps its content; the last reference takes it along', async () => {
      const { hash } = await database.blobs.put(pieces(randomBytes(10)));
      const one = snapshot(hash);
      const two = snapshot(hash, { owner: 'aDA', createdAt: 8 });
      await database.snapshots.insert(one);
      await database.snapshots.insert(two);
      await database.blobs.release(hash);
      assert.deepEqual(await database.snapshots.get(one.id), one);
      assert.deepEqual(await database.snapshots.listOf('ADA'), [one, two]);
      assert.equal(await database.snapshots.remove(one.id), true);
      assert.equal(await database.snapshots.remove(one.id), false);
      assert.equal(await database.snapshots.get(one.id), null);
      assert.notEqual(await database.blobs.read(hash), null);
      await database.snapshots.remove(two.id);
      assert.equal(await database.blobs.read(hash), null);
    });

    test('a published service outlives the snapshot it came from', async () => {
      const bytes = randomBytes(10);
      const { hash } = await database.blobs.put(pieces(bytes));
      const source = snapshot(hash);
      await database.snapshots.insert(source);
      await database.blobs.release(hash);
      const published = service({ snapshotId: source.id, snapshotBlob: hash });
      assert.equal(await database.services.insert(published), true);
      await database.snapshots.remove(source.id);
      assert.ok(bytes.equals((await bytesOf(database, hash)) as Buffer));
      assert.equal(await database.services.remove(published.name, published.version), true);
      assert.equal(await database.services.remove(published.name, published.version), false);
      assert.equal(await database.blobs.read(hash), null);
    });

    test('content that is being read survives the delete of its last reference', async () => {
      const bytes = randomBytes(3 * mebibyte);
      const { hash } = await database.blobs.put(pieces(bytes));
      const chunks: Uint8Array[] = [];
      for await (const chunk of (await database.blobs.read(hash))?.content ?? []) {
        chunks.push(chunk);
        await database.blobs.release(hash);
      }
      assert.ok(bytes.equals(Buffer.concat(chunks)));
      assert.equal(await database.blobs.read(hash), null);
    });

    test('nothing can refer to content that is not there, and then nothing is written', async () => {
      const missing = sha256(randomBytes(4));
      const isConflict = (error: unknown) => error instanceof PlinthError && error.code === 'Conflict';
      const orphan = snapshot(missing);
      await assert.rejects(database.snapshots.insert(orphan), isConflict);
      assert.equal(await database.snapshots.get(orphan.id), null);
      const published = service({ snapshotBlob: missing });
      await assert.rejects(database.services.insert(published), isConflict);
      assert.equal(await database.services.get(published.name, published.version), null);
    });

    test('of many who publish one version at once one wins, and only its reference counts', async () => {
      const { hash } = await database.blobs.put(pieces(randomBytes(10)));
      const published = service({ snapshotBlob: hash });
      const won = await Promise.all(
        Array.from({ length: 5 }, (_, index) =>
          database.services.insert({ ...published, publishedBy: `user${index}` }),
        ),
      );
      assert.equal(won.filter(Boolean).length, 1);
      assert.deepEqual(await database.services.get(published.name, published.version), {
        ...published,
        publishedBy: `user${won.indexOf(true)}`,
      });
      await database.blobs.release(hash);
      assert.notEqual(await database.blobs.read(hash), null);
      await database.services.remove(published.name, published.version);
      assert.equal(await database.blobs.read(hash), null);
    });

    test('services are listed by name, then age', async () => {
      const prefix = newId();
      const rows = [
        service({ name: `${prefix}-b`, version: 'x', createdAt: 1 }),
        service({ name: `${prefix}-a`, version: '1', createdAt: 9 }),
        service({ name: `${prefix}-a`, version: '2', createdAt: 3 }),
      ];
      for (const row of rows) await database.services.insert(row);
      const listed = (await database.services.list()).filter((row) => row.name.startsWith(prefix));
      assert.deepEqual(listed, [rows[2], rows[1], rows[0]]);
      assert.deepEqual(await database.services.list(`${prefix}-a`), [rows[2], rows[1]]);
      assert.deepEqual(await database.services.list('unknown'), []);
    });

    test('an update needs the revision before it and moves the reference', async () => {
      const first = (await database.blobs.put(pieces(randomBytes(10)))).hash;
      const second = (await database.blobs.put(pieces(randomBytes(10)))).hash;
      const published = service({ snapshotBlob: first });
      await database.services.insert(published);
      for (const hash of [first, second]) await database.snapshots.insert(snapshot(hash, { id: hash }));
      for (const hash of [first, second]) await database.blobs.release(hash);
      await database.snapshots.remove(first);
      const next = { ...published, revision: 2, snapshotBlob: second, code: 'y = x * 3', initCode: 'z = 1' };
      const won = await Promise.all([database.services.update(next), database.services.update(next)]);
      assert.equal(won.filter(Boolean).length, 1);
      assert.deepEqual(await database.services.get(published.name, published.version), next);
      assert.equal(await database.blobs.read(first), null);
      assert.equal(await database.services.update({ ...next, revision: 2 }), false);
      assert.equal(await database.services.update(service({ revision: 2 })), false);
      await database.snapshots.remove(second);
      assert.notEqual(await database.blobs.read(second), null);
      assert.equal(await database.services.update({ ...next, revision: 3, snapshotBlob: null }), true);
      assert.equal(await database.blobs.read(second), null);
    });
  });
