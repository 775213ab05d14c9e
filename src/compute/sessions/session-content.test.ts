import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { putBlob } from '../testing/definitions.ts';
import { SessionCalls } from '../testing/session-calls.ts';
import { startTestNode, type TestNode } from '../testing/test-node.ts';

let node: TestNode;
const sessions = new SessionCalls(() => node);
before(async () => {
  node = await startTestNode((config) => {
    config.Limits.Session.WorkingDirectory = 300_000;
  });
});
after(() => node[Symbol.asyncDispose]());

describe('files of a session', () => {
  let id: string;
  before(async () => {
    id = await sessions.open('Python');
  });

  test('go in, are the interpreter’s own, come out and can be deleted', async () => {
    const content = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256));
    await node.json('PUT', `/sessions/${id}/files/${encodeURIComponent('Größe 1.bin')}`, content, 201);
    const code =
      'data = open("Größe 1.bin", "rb").read()\nopen("Größe 1.bin", "ab").write(b"!")\nn = len(data)';
    assert.deepEqual((await sessions.execute(id, code, {}, ['n'])).outputParameters, [
      { name: 'n', value: 70_000 },
    ]);
    const back = await sessions.bytes(`/sessions/${id}/files/${encodeURIComponent('Größe 1.bin')}`);
    assert.deepEqual(back, Buffer.concat([content, Buffer.from('!')]));
    await node.json('PUT', `/sessions/${id}/files/empty`, '', 201);
    assert.equal((await sessions.bytes(`/sessions/${id}/files/empty`)).length, 0);
    for (const name of ['Größe 1.bin', 'empty'])
      await node.json('DELETE', `/sessions/${id}/files/${encodeURIComponent(name)}`);
    assert.deepEqual(await node.json('GET', `/sessions/${id}/files`), []);
    assert.equal((await sessions.failure('DELETE', `/sessions/${id}/files/empty`))[0], 404);
  });

  test('hidden names, links, folders and pipes are not listed and not read', async () => {
    const made = await sessions.execute(
      id,
      'import os\nos.symlink("/etc/passwd", "link")\nos.mkdir("sub")\nos.symlink("/etc", "away")\nos.mkfifo("pipe")\nopen(".hidden", "w").close()\nopen("plain", "w").close()',
    );
    assert.equal(made.errorMessage, '');
    assert.deepEqual(await node.json('GET', `/sessions/${id}/files`), ['plain']);
    for (const name of ['link', 'sub', 'pipe', 'away', 'missing']) {
      assert.equal((await sessions.failure('GET', `/sessions/${id}/files/${name}`))[0], 404, name);
      assert.equal((await sessions.failure('DELETE', `/sessions/${id}/files/${name}`))[0], 404, name);
    }
  });

  test('an upload replaces a link and leaves its target alone', async () => {
    await sessions.execute(id, 'import os\nopen("target", "w").write("old")\nos.symlink("target", "alias")');
    await node.json('PUT', `/sessions/${id}/files/alias`, 'new', 201);
    assert.equal((await sessions.bytes(`/sessions/${id}/files/target`)).toString(), 'old');
    assert.equal((await sessions.bytes(`/sessions/${id}/files/alias`)).toString(), 'new');
  });

  test('names that lead elsewhere are refused', async () => {
    for (const name of ['..', '.', 'a/b', '../x', 'a\\b', 'a\0b', 'x'.repeat(256)]) {
      const path = `/sessions/${id}/files/${encodeURIComponent(name)}`;
      const [status, body] = await sessions.failure('PUT', path, 'x');
      assert.deepEqual([status, body.fields], [400, 'fileName'], name);
    }
  });

  test('the limit of the working directory is a 413, and nothing is left behind', async () => {
    const big = Buffer.alloc(400_000);
    const [status, body] = await sessions.failure('PUT', `/sessions/${id}/files/big`, big);
    assert.deepEqual([status, body.error], [413, 'PayloadTooLarge']);
    assert.match(body.message, /Limits\.Session\.WorkingDirectory/);
    assert.equal((await sessions.failure('GET', `/sessions/${id}/files/big`))[0], 404);
    assert.equal(
      (
        await sessions.execute(
          id,
          'import os\nn = [f for f in os.listdir() if f.startswith(".plinth")]',
          {},
          ['n'],
        )
      ).outputParameters[0]?.value?.toString(),
      '',
    );
  });
});

describe('objects of the workspace', () => {
  for (const runtime of ['R', 'Python'] as const)
    test(`are listed, saved, loaded and removed, in ${runtime}`, async () => {
      const id = await sessions.open(runtime);
      await sessions.execute(id, runtime === 'R' ? 'x <- c(1, 2)\ny <- "a"' : 'x = [1, 2]\ny = "a"');
      const objects = (): Promise<string[]> => node.json('GET', `/sessions/${id}/workspace`);
      assert.deepEqual((await objects()).sort(), ['x', 'y']);
      const saved = await sessions.bytes(`/sessions/${id}/workspace/x`);
      await node.json('PUT', `/sessions/${id}/workspace/copy`, saved);
      assert.deepEqual((await sessions.execute(id, '', {}, ['copy'])).outputParameters, [
        { name: 'copy', value: [1, 2] },
      ]);
      await node.json('DELETE', `/sessions/${id}/workspace/x`);
      assert.deepEqual((await objects()).sort(), ['copy', 'y']);
      assert.equal((await sessions.failure('GET', `/sessions/${id}/workspace/x`))[0], 404);
      assert.equal((await sessions.failure('DELETE', `/sessions/${id}/workspace/x`))[0], 404);
      assert.equal((await sessions.failure('PUT', `/sessions/${id}/workspace/bad`, 'not an object'))[0], 400);
    });
});

describe('snapshots', () => {
  for (const runtime of ['R', 'Python'] as const)
    test(`carry workspace and files into another session, in ${runtime}`, async () => {
      const id = await sessions.open(runtime);
      await sessions.execute(
        id,
        runtime === 'R'
          ? 'x <- 1\ndir.create("lib")\nwriteLines("deep", "lib/f.txt")\nwriteLines("top", "top.txt")'
          : 'x = 1\nimport os\nos.mkdir("lib")\nopen("lib/f.txt", "w").write("deep")\nopen("top.txt", "w").write("top")\nos.symlink("/etc/passwd", "link")',
      );
      const zip = await sessions.bytes(`/sessions/${id}/snapshot`, 'POST');
      const file = join(node.home, `${runtime}.zip`);
      writeFileSync(file, zip);
      const list = 'import sys,zipfile; print("\\n".join(zipfile.ZipFile(sys.argv[1]).namelist()))';
      const names = execFileSync('/usr/bin/python3', ['-c', list, file], { encoding: 'utf8' })
        .trim()
        .split('\n');
      assert.deepEqual(names, [runtime === 'R' ? '.RData' : '.dill', 'top.txt', 'lib/f.txt']);

      const snapshot = await putBlob(node, zip);
      const read = runtime === 'R' ? 'd <- readLines("lib/f.txt")' : 'd = open("lib/f.txt").read()';
      const fresh = await sessions.open(runtime, { snapshot });
      const one = runtime === 'R' ? [1] : 1;
      const deep = runtime === 'R' ? ['deep'] : 'deep';
      assert.deepEqual((await sessions.execute(fresh, read, {}, ['x', 'd'])).outputParameters, [
        { name: 'x', value: one },
        { name: 'd', value: deep },
      ]);

      const other = await sessions.open(runtime);
      await sessions.execute(other, runtime === 'R' ? 'x <- 9\nkept <- 7' : 'x = 9\nkept = 7');
      await node.json('PUT', `/sessions/${other}/files/top.txt`, 'to be overwritten', 201);
      await node.json('PUT', `/sessions/${other}/files/mine.txt`, 'stays', 201);
      await node.json('POST', `/sessions/${other}/loadsnapshot`, { snapshot });
      assert.deepEqual(
        (await sessions.execute(other, '', {}, ['x', 'kept'])).outputParameters.map(({ value }) =>
          String(value),
        ),
        ['1', '7'],
      );
      assert.match((await sessions.bytes(`/sessions/${other}/files/top.txt`)).toString(), /^top/);
      assert.equal((await sessions.bytes(`/sessions/${other}/files/mine.txt`)).toString(), 'stays');
      for (const session of [id, fresh, other]) await node.json('DELETE', `/sessions/${session}?force=true`);
    });

  test('a blob that is not here is asked for, and one that is no snapshot leaves no session', async () => {
    const missing = 'd'.repeat(64);
    const request = { id: 'never', runtime: 'R', owner: 'o', idleTimeoutMs: 0 };
    const [status, body] = await sessions.failure('POST', '/sessions', { ...request, snapshot: missing });
    assert.deepEqual([status, body.missingBlob], [409, missing]);
    const snapshot = await putBlob(node, Buffer.from('no zip at all'));
    assert.equal((await sessions.failure('POST', '/sessions', { ...request, snapshot }))[0], 400);
    assert.equal((await sessions.failure('GET', '/sessions/never/files'))[0], 404);
  });
});
