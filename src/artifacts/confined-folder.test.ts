import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type TestContext } from 'node:test';
import { ConfinedFolder } from './confined-folder.ts';

/** A folder in user hands, and a secret beside it that no link may lead to. */
function setUp(context: TestContext): { folder: string; secret: string; outside: string } {
  const base = mkdtempSync(join(tmpdir(), 'plinth-confined-'));
  context.after(() => rmSync(base, { recursive: true, force: true }));
  const folder = join(base, 'work');
  const outside = join(base, 'outside');
  mkdirSync(folder);
  mkdirSync(outside);
  const secret = join(outside, 'secret.txt');
  writeFileSync(secret, 'secret');
  return { folder, secret, outside };
}

const limit = { maxBytes: 100, tooLarge: 'Too much.' };
const content = async function* (...chunks: string[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk);
};

async function collect(names: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const name of names) all.push(name);
  return all;
}

const readText = (folder: string, name: string): Promise<string | null> =>
  ConfinedFolder.with(folder, async (confined) => {
    const file = await confined.read(name);
    return file === null ? null : text(file.content);
  });

test('reads regular files, also in folders, and nothing else', async (context) => {
  const { folder, secret, outside } = setUp(context);
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'sub', 'a.txt'), 'inner');
  writeFileSync(join(folder, 'empty'), '');
  symlinkSync(secret, join(folder, 'link'));
  symlinkSync(outside, join(folder, 'away'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  assert.equal(await readText(folder, 'sub/a.txt'), 'inner');
  assert.equal(await readText(folder, 'empty'), '');
  for (const name of ['link', 'away/secret.txt', 'pipe', 'sub', 'missing', 'empty/x'])
    assert.equal(await readText(folder, name), null, name);
});

test('a file is replaced as a whole; a link of its name gives way and its target stays', async (context) => {
  const { folder, secret } = setUp(context);
  symlinkSync(secret, join(folder, 'data.csv'));
  const size = await ConfinedFolder.with(folder, (confined) =>
    confined.replace('data.csv', content('one', 'two'), limit),
  );
  assert.equal(size, 6);
  assert.ok(lstatSync(join(folder, 'data.csv')).isFile());
  assert.equal(readFileSync(join(folder, 'data.csv'), 'utf8'), 'onetwo');
  assert.equal(readFileSync(secret, 'utf8'), 'secret');
  assert.deepEqual(readdirSync(folder), ['data.csv']);
});

test('a folder link on the way is replaced by a folder, never entered', async (context) => {
  const { folder, outside } = setUp(context);
  symlinkSync(outside, join(folder, 'sub'));
  await ConfinedFolder.with(folder, (confined) => confined.replace('sub/deep/new.txt', content('x'), limit));
  assert.deepEqual(readdirSync(outside), ['secret.txt']);
  assert.equal(readFileSync(join(folder, 'sub', 'deep', 'new.txt'), 'utf8'), 'x');
});

test('a folder exchanged for a link while it is in use leads nowhere', async (context) => {
  const { folder, outside } = setUp(context);
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'sub', 'secret.txt'), 'harmless');
  await ConfinedFolder.with(folder, async (confined) => {
    assert.equal((await confined.read('sub/secret.txt'))?.stats.size, 8);
    rmSync(join(folder, 'sub'), { recursive: true });
    symlinkSync(outside, join(folder, 'sub'));
    assert.equal(await confined.read('sub/secret.txt'), null);
  });
});

test('beyond the limit nothing changes and nothing is left', async (context) => {
  const { folder } = setUp(context);
  writeFileSync(join(folder, 'kept'), 'old');
  await assert.rejects(
    ConfinedFolder.with(folder, (confined) =>
      confined.replace('kept', content('x'.repeat(60), 'y'.repeat(60)), limit),
    ),
    { code: 'PayloadTooLarge', message: 'Too much.' },
  );
  assert.equal(readFileSync(join(folder, 'kept'), 'utf8'), 'old');
  assert.deepEqual(readdirSync(folder), ['kept']);
});

test('a source that fails leaves nothing', async (context) => {
  const { folder } = setUp(context);
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from('half');
    throw new Error('client gone');
  }
  await assert.rejects(
    ConfinedFolder.with(folder, (confined) => confined.replace('f', broken(), limit)),
    /client gone/,
  );
  assert.deepEqual(readdirSync(folder), []);
});

test('a folder is not replaced by a file', async (context) => {
  const { folder } = setUp(context);
  mkdirSync(join(folder, 'results'));
  await assert.rejects(
    ConfinedFolder.with(folder, (confined) => confined.replace('results', content('x'), limit)),
    { code: 'Conflict' },
  );
});

test('removes regular files only', async (context) => {
  const { folder, secret } = setUp(context);
  writeFileSync(join(folder, 'a'), '');
  symlinkSync(secret, join(folder, 'link'));
  mkdirSync(join(folder, 'sub'));
  const remove = (name: string) => ConfinedFolder.with(folder, (confined) => confined.remove(name));
  assert.equal(await remove('a'), true);
  for (const name of ['a', 'link', 'sub']) assert.equal(await remove(name), false, name);
  assert.ok(existsSync(secret));
});

test('lists and measures files folder by folder, without links', async (context) => {
  const { folder, outside } = setUp(context);
  mkdirSync(join(folder, 'b', 'c'), { recursive: true });
  for (const name of ['z', 'b/y', 'b/c/x']) writeFileSync(join(folder, name), '12345');
  symlinkSync(outside, join(folder, 'away'));
  await ConfinedFolder.with(folder, async (confined) => {
    assert.deepEqual(await confined.files(), ['z']);
    assert.deepEqual(await collect(confined.allFiles()), ['z', 'b/y', 'b/c/x']);
    assert.deepEqual(await confined.measure(), { files: 3, bytes: 15 });
  });
});

test('folders nested without end are refused, not followed into exhaustion', async (context) => {
  const { folder } = setUp(context);
  mkdirSync(join(folder, ...Array.from({ length: 70 }, () => 'd')), { recursive: true });
  await assert.rejects(
    ConfinedFolder.with(folder, (confined) => confined.measure()),
    { code: 'InvalidRequest', message: /nested more than 64 deep/ },
  );
});

test('what is made below belongs to the owner of the folder', async (context) => {
  if (process.getuid?.() !== 0) return context.diagnostic('only root can give files away');
  const { folder } = setUp(context);
  chownSync(folder, 60807, 60807);
  chmodSync(folder, 0o700);
  await ConfinedFolder.with(folder, (confined) => confined.replace('sub/f', content('x'), limit));
  assert.equal(statSync(join(folder, 'sub')).uid, 60807);
  assert.equal(statSync(join(folder, 'sub', 'f')).uid, 60807);
});
