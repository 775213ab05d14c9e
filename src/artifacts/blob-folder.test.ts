import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { BlobFolder } from './blob-folder.ts';

function folderFor(context: TestContext): string {
  const base = mkdtempSync(join(tmpdir(), 'plinth-blobs-'));
  context.after(() => rmSync(base, { recursive: true, force: true }));
  return join(base, 'blobs');
}

const hashOf = (content: string): string => createHash('sha256').update(content).digest('hex');

async function* stream(content: string): AsyncGenerator<Buffer> {
  for (let offset = 0; offset < content.length; offset += 10)
    yield Buffer.from(content.slice(offset, offset + 10));
}

const put = (blobs: BlobFolder, content: string): Promise<void> =>
  blobs.put(hashOf(content), stream(content));
const held = async (blobs: BlobFolder, content: string): Promise<boolean> =>
  (await blobs.find(hashOf(content))) !== null;

test('content is found under its hash, also by the next process', async (context) => {
  const folder = folderFor(context);
  const first = await BlobFolder.open(folder, 1000);
  assert.equal(await held(first, 'hello'), false);
  await put(first, 'hello');
  const path = (await first.find(hashOf('hello')))!;
  assert.equal(readFileSync(path, 'utf8'), 'hello');
  assert.equal(statSync(path).mode & 0o077, 0, 'snapshots are nobody else’s business');
  const second = await BlobFolder.open(folder, 1000);
  assert.ok(await held(second, 'hello'));
});

test('content of another hash is refused and leaves nothing', async (context) => {
  const folder = folderFor(context);
  const blobs = await BlobFolder.open(folder, 1000);
  await assert.rejects(blobs.put(hashOf('other'), stream('hello')), {
    code: 'InvalidRequest',
    fields: 'hash',
  });
  await assert.rejects(blobs.put('../../etc/passwd', stream('x')), { code: 'InvalidRequest' });
  assert.deepEqual(readdirSync(folder), ['incoming']);
  assert.deepEqual(readdirSync(join(folder, 'incoming')), []);
});

test('the least recently used go when the folder is full', async (context) => {
  const blobs = await BlobFolder.open(folderFor(context), 25);
  const [a, b, c] = ['a'.repeat(10), 'b'.repeat(10), 'c'.repeat(10)] as const;
  await put(blobs, a);
  await put(blobs, b);
  assert.ok(await held(blobs, a));
  await put(blobs, c);
  assert.deepEqual([await held(blobs, a), await held(blobs, b), await held(blobs, c)], [true, false, true]);
});

test('a smaller limit and a half-written file are dealt with at the start', async (context) => {
  const folder = folderFor(context);
  const before = await BlobFolder.open(folder, 100);
  await put(before, 'x'.repeat(40));
  // The clock of files may not tick between two writes.
  utimesSync(join(folder, hashOf('x'.repeat(40))), 1, 1);
  await put(before, 'y'.repeat(40));
  writeFileSync(join(folder, 'incoming', 'half'), 'z');
  const after = await BlobFolder.open(folder, 50);
  assert.deepEqual([await held(after, 'x'.repeat(40)), await held(after, 'y'.repeat(40))], [false, true]);
  assert.deepEqual(readdirSync(join(folder, 'incoming')), []);
});

test('content larger than the folder may be is refused', async (context) => {
  const blobs = await BlobFolder.open(folderFor(context), 20);
  await assert.rejects(put(blobs, 'x'.repeat(21)), { code: 'PayloadTooLarge', message: /BlobCacheSize/ });
});

test('the same content may come twice at once', async (context) => {
  const blobs = await BlobFolder.open(folderFor(context), 1000);
  await Promise.all([put(blobs, 'same content'), put(blobs, 'same content')]);
  assert.ok(await held(blobs, 'same content'));
});

test('a file that somebody deleted is no longer held', async (context) => {
  const folder = folderFor(context);
  const blobs = await BlobFolder.open(folder, 1000);
  await put(blobs, 'hello');
  rmSync(join(folder, hashOf('hello')));
  assert.equal(await held(blobs, 'hello'), false);
  await put(blobs, 'hello');
  assert.ok(await held(blobs, 'hello'));
});
