import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { finished, pipeline } from 'node:stream/promises';
import test, { type TestContext } from 'node:test';
import { ZipFile } from 'yazl';
import { ConfinedFolder } from './confined-folder.ts';
import { type ArchiveMember, packArchive } from './pack.ts';
import { type ArchiveLimits, readArchive } from './unpack.ts';

const roomy: ArchiveLimits = { files: 100, bytes: 1_000_000 };

function folderFor(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'plinth-archive-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function* membersOf(folder: string, names: string[]): AsyncGenerator<ArchiveMember> {
  const confined = await ConfinedFolder.open(folder);
  try {
    for (const name of names) yield { ...(await confined.read(name))!, name };
  } finally {
    await confined.close();
  }
}

/** A zip with these entries exactly as given, the forbidden ones too. */
async function zipOf(
  context: TestContext,
  entries: { name: string; content?: string; mode?: number }[],
): Promise<string> {
  const zip = new ZipFile();
  for (const [index, { content = 'x', mode = 0o100644 }] of entries.entries())
    zip.addBuffer(Buffer.from(content), placeholder(index), { mode, compress: false });
  zip.end();
  let bytes = await buffer(zip.outputStream);
  for (const [index, { name }] of entries.entries()) {
    assert.equal(Buffer.byteLength(name), placeholder(index).length, 'names of this test have nine bytes');
    const spelled = Buffer.from(name).toString('latin1');
    bytes = Buffer.from(bytes.toString('latin1').replaceAll(placeholder(index), spelled), 'latin1');
  }
  const path = join(folderFor(context), 'test.zip');
  writeFileSync(path, bytes);
  return path;
}

const placeholder = (index: number): string => `entry-${String(index).padStart(3, '0')}`;

const namesIn = (path: string, limits = roomy): Promise<string[]> =>
  readArchive(path, limits, async (files) => files.map(({ name }) => name));

test('what is packed comes out again, and unzip agrees', async (context) => {
  const folder = folderFor(context);
  const big = 'row,of,data\n'.repeat(50_000);
  writeFileSync(join(folder, 'größe.csv'), big);
  writeFileSync(join(folder, 'empty'), '');
  writeFileSync(join(folder, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
  const zip = join(folderFor(context), 'out.zip');
  const names = ['größe.csv', 'empty', 'run.sh'];
  await pipeline(packArchive(membersOf(folder, names)), createWriteStream(zip));

  await readArchive(zip, roomy, async (files) => {
    assert.deepEqual(
      files.map(({ name, executable }) => [name, executable]),
      [
        ['größe.csv', false],
        ['empty', false],
        ['run.sh', true],
      ],
    );
    assert.equal(await text(await files[0]!.open()), big);
    assert.equal(await text(await files[1]!.open()), '');
  });
  assert.ok(statSync(zip).size < big.length / 10, 'it is compressed');
  const python =
    'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(",".join(z.namelist()))';
  assert.equal(
    execFileSync('/usr/bin/python3', ['-c', python, zip], { encoding: 'utf8' }).trim(),
    names.join(','),
  );
});

test('a member that fails destroys the archive', async (context) => {
  const folder = folderFor(context);
  writeFileSync(join(folder, 'a'), 'a');
  async function* failing(): AsyncGenerator<ArchiveMember> {
    yield* membersOf(folder, ['a']);
    throw new Error('the session is gone');
  }
  await assert.rejects(buffer(packArchive(failing())), /the session is gone/);
});

test('a reader that leaves closes the member and ends the walk', async (context) => {
  const folder = folderFor(context);
  writeFileSync(join(folder, 'a'), 'a'.repeat(5_000_000));
  const ended = Promise.withResolvers<void>();
  async function* watched(): AsyncGenerator<ArchiveMember> {
    try {
      yield* membersOf(folder, ['a', 'a']);
    } finally {
      ended.resolve();
    }
  }
  const archive = packArchive(watched());
  archive.once('data', () => archive.destroy());
  await assert.rejects(finished(archive));
  await ended.promise;
});

const nine = (name: string): string => name.padEnd(9, 'x');

for (const [what, entries, message] of [
  ['a parent folder', [{ name: '../..//ab' }], /cannot hold|damaged/],
  ['a parent folder within', [{ name: 'ab/../cde' }], /cannot hold|damaged/],
  ['an absolute path', [{ name: nine('/etc/') }], /cannot hold|damaged/],
  ['a drive', [{ name: nine('C:/') }], /damaged/],
  ['a backslash', [{ name: nine('ab\\c') }], /cannot hold|damaged/],
  ['a control character', [{ name: nine('a\nb') }], /cannot hold/],
  ['an empty part', [{ name: nine('a//b') }], /cannot hold/],
  ['a dot', [{ name: nine('a/./b') }], /cannot hold/],
  ['a symbolic link', [{ name: nine('link'), mode: 0o120777 }], /neither a file nor a folder/],
  ['a device', [{ name: nine('dev'), mode: 0o020666 }], /neither a file nor a folder/],
  ['a name twice', [{ name: nine('same') }, { name: nine('same') }], /twice/],
  ['a file that is a folder', [{ name: 'a/bcdefgh' }, { name: 'a/bcdefgh' }], /twice/],
] as const)
  test(`an archive with ${what} is refused`, async (context) => {
    const path = await zipOf(context, [...entries]);
    await assert.rejects(namesIn(path), { code: 'InvalidRequest', message });
  });

test('a name that is a file here and a folder there is refused', async (context) => {
  const folder = folderFor(context);
  writeFileSync(join(folder, 'f'), 'x');
  async function* both(): AsyncGenerator<ArchiveMember> {
    for await (const member of membersOf(folder, ['f', 'f'])) {
      yield { ...member, name: first ? 'a' : 'a/b' };
      first = false;
    }
  }
  let first = true;
  const zip = join(folder, 'out.zip');
  await pipeline(packArchive(both()), createWriteStream(zip));
  await assert.rejects(namesIn(zip), { code: 'InvalidRequest', message: /both a file and a folder/ });
});

test('more files or bytes than allowed are refused before anything is unpacked', async (context) => {
  const path = await zipOf(context, [
    { name: nine('a'), content: 'x'.repeat(600) },
    { name: nine('b'), content: 'x'.repeat(600) },
  ]);
  await assert.rejects(namesIn(path, { files: 1, bytes: 10_000 }), { message: /more than the 1 files/ });
  await assert.rejects(namesIn(path, { files: 10, bytes: 1000 }), { message: /larger than the 1000 bytes/ });
  assert.equal((await namesIn(path)).length, 2);
});

test('an entry that holds more than it declares ends in an error, not on the disk', async (context) => {
  const path = await zipOf(context, [{ name: nine('bomb'), content: 'A'.repeat(5000) }]);
  const bytes = readFileSync(path);
  const central = bytes.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  bytes.writeUInt32LE(10, central + 24);
  writeFileSync(path, bytes);
  await assert.rejects(
    readArchive(path, { files: 1, bytes: 100 }, async ([file]) => text(await file!.open())),
    { code: 'InvalidRequest' },
  );
});

test('what is no zip is refused; what is not there is the system error', async (context) => {
  const path = join(folderFor(context), 'not.zip');
  writeFileSync(path, 'PK but not really');
  await assert.rejects(namesIn(path), { code: 'InvalidRequest', message: /damaged or no zip/ });
  await assert.rejects(namesIn(`${path}.missing`), { code: 'ENOENT' });
});
