import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, assertError, assertStatus } from '../support/http-client.ts';
import { madeByPython, madeByR, readByPython, readByR } from '../support/interpreters.ts';
import { inBoth, openSession, runtimes, signedIn, type TestSession } from '../support/platform.ts';

/** Multipart as clients write it: nothing in the file name is escaped. */
function upload(session: TestSession, fileName: string, content: string, part = 'file'): Promise<Answer> {
  const boundary = 'x-plinth-boundary';
  const head = `Content-Disposition: form-data; name="${part}"; filename="${fileName}"\r\nContent-Type: application/octet-stream`;
  return session.request('POST', '/files', {
    body: `--${boundary}\r\n${head}\r\n\r\n${content}\r\n--${boundary}--\r\n`,
    headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
  });
}

const files = async (session: TestSession): Promise<string[]> =>
  assertStatus(await session.request('GET', '/files'), 200).json<string[]>();
const objects = async (session: TestSession): Promise<string[]> =>
  assertStatus(await session.request('GET', '/workspace'), 200).json<string[]>();
const isEmpty = (answer: Answer, status: number): void =>
  assert.equal(assertStatus(answer, status).bytes.length, 0);

for (const runtime of runtimes) {
  const pick = <T>(variants: { R: T; Python: T }): T => inBoth(variants, runtime);

  test(`rest-81: an uploaded file lands in the ${runtime} session under its base name; again overwrites`, async () => {
    await using session = await openSession(await signedIn(), runtime);
    isEmpty(await upload(session, 'C:\\a\\b.csv', 'one'), 201);
    assert.deepEqual(await files(session), ['b.csv']);
    isEmpty(await upload(session, '/tmp/b.csv', 'two'), 201);
    assert.deepEqual(await files(session), ['b.csv']);
    const code = pick({ R: 'cat(readLines("b.csv", warn = FALSE))', Python: 'print(open("b.csv").read())' });
    assert.match((await session.run(code)).consoleOutput, /two/);
    // The interpreter may change what was uploaded.
    await session.run(
      pick({ R: 'cat("three", file = "b.csv")', Python: 'open("b.csv", "w").write("three")' }),
    );
    const download = assertStatus(await session.request('GET', '/files/b.csv'), 200);
    assert.equal(download.text, 'three');
    assert.equal(download.headers.get('content-type'), 'application/octet-stream');
    assert.equal(download.headers.get('content-length'), '5');
    assert.match(download.headers.get('content-disposition') ?? '', /^attachment; filename=b\.csv$/);
    isEmpty(await session.request('DELETE', '/files/b.csv'), 200);
    assertError(await session.request('GET', '/files/b.csv'), 404);
    assertError(await session.request('DELETE', '/files/b.csv'), 404);
    assert.deepEqual(await files(session), []);
  });

  test(`rest-82: a name that leads out of the ${runtime} session's folder gives nothing`, async () => {
    await using session = await openSession(await signedIn(), runtime);
    await session.run(
      pick({
        R: 'file.symlink("/etc/passwd", "link"); dir.create("sub"); cat("x", file = "sub/x")',
        Python:
          'import os\nos.symlink("/etc/passwd", "link")\nos.mkdir("sub")\nopen("sub/x", "w").write("x")',
      }),
    );
    for (const name of [
      '..%2F..%2Fetc%2Fpasswd',
      '%2Fetc%2Fpasswd',
      '..%5Cx',
      'sub%2Fx',
      'link',
      'sub',
      'x%00',
    ])
      for (const method of ['GET', 'DELETE'] as const) {
        const answer = await session.request(method, `/files/${name}`);
        assert.ok([400, 404].includes(answer.status), `${method} ${name}: ${answer.status}`);
        assert.ok(!answer.text.includes('root:'));
      }
    assert.deepEqual(await files(session), []);
    // An upload replaces the link and does not follow it.
    isEmpty(await upload(session, 'link', 'mine'), 201);
    assert.equal((await session.request('GET', '/files/link')).text, 'mine');
  });

  test(`uploads that are none: no part called file is 400, no multipart 415 (${runtime})`, async () => {
    await using session = await openSession(await signedIn(), runtime);
    assertError(await upload(session, 'a.txt', 'x', 'document'), 400);
    assertError(await upload(session, '..', 'x'), 400);
    assertError(await session.request('POST', '/files', { json: { file: 'x' } }), 415);
    assertError(await session.request('POST', '/files'), 415);
    assert.deepEqual(await files(session), []);
  });

  test(`5 MB go up to and down from a ${runtime} session unchanged`, async () => {
    await using session = await openSession(await signedIn(), runtime);
    const bytes = Buffer.alloc(5_000_000, 'plinth\0\n');
    const form = new FormData();
    form.append('file', new Blob([bytes]), 'größe 1.bin');
    isEmpty(await session.request('POST', '/files', { body: form }), 201);
    assert.deepEqual(await files(session), ['größe 1.bin']);
    const download = await session.request('GET', `/files/${encodeURIComponent('größe 1.bin')}`);
    assert.ok(download.bytes.equals(bytes));
    assert.equal(
      download.headers.get('content-disposition'),
      "attachment; filename*=UTF-8''gr%C3%B6%C3%9Fe%201.bin; filename=gr__e_1.bin",
    );
  });
}

test('rest-83: an .RData object of another R is set, listed, downloaded and removed', async () => {
  await using session = await openSession(await signedIn(), 'R');
  const body = await madeByR('m <- list(a = 1:3, b = "x"); save(m, file = file)');
  isEmpty(await session.request('POST', '/workspace/m', { body }), 200);
  assert.deepEqual(await objects(session), ['m']);
  assert.match((await session.run('sum(m$a)')).consoleOutput, /6/);
  const download = assertStatus(await session.request('GET', '/workspace/m'), 200);
  assert.match(download.headers.get('content-disposition') ?? '', /filename=m\.RData$/);
  assert.equal(await readByR(download.bytes, 'load(file); cat(ls(), m$b)'), 'file m x');
  // The one object of a stream is bound to the name asked for; a bare saveRDS stream is fine too.
  isEmpty(await session.request('POST', '/workspace/other', { body }), 200);
  const rds = await madeByR('saveRDS(42, file)');
  isEmpty(await session.request('POST', '/workspace/answer', { body: rds }), 200);
  assert.deepEqual((await objects(session)).sort(), ['answer', 'm', 'other']);
  isEmpty(await session.request('DELETE', '/workspace/m'), 200);
  assertError(await session.request('GET', '/workspace/m'), 404);
  assertError(await session.request('DELETE', '/workspace/m'), 404);
});

test('rest-83: several objects in one .RData: the name must be among them, else 400', async () => {
  await using session = await openSession(await signedIn(), 'R');
  const body = await madeByR('a <- 1; b <- 2; save(a, b, file = file)');
  assertError(await session.request('POST', '/workspace/c', { body }), 400);
  isEmpty(await session.request('POST', '/workspace/a', { body }), 200);
  assert.deepEqual((await objects(session)).sort(), ['a', 'b']);
});

test('rest-83: a dill object of another Python is set, listed, downloaded and removed', async () => {
  await using session = await openSession(await signedIn(), 'Python');
  const body = await madeByPython('import dill\ndill.dump({"a": [1, 2, 3]}, open(file, "wb"))');
  isEmpty(await session.request('POST', '/workspace/m', { body }), 200);
  assert.deepEqual(await objects(session), ['m']);
  assert.match((await session.run('sum(m["a"])')).consoleOutput, /6/);
  const download = assertStatus(await session.request('GET', '/workspace/m'), 200);
  assert.match(download.headers.get('content-disposition') ?? '', /filename=m\.dill$/);
  assert.match(
    await readByPython(download.bytes, 'import dill\nprint(dill.load(open(file, "rb")))'),
    /\[1, 2, 3\]/,
  );
  isEmpty(await session.request('DELETE', '/workspace/m'), 200);
  assertError(await session.request('GET', '/workspace/m'), 404);
  assertError(await session.request('DELETE', '/workspace/m'), 404);
});

for (const runtime of runtimes)
  test(`rest-83: garbage, quoted text and nothing are 400 and leave the ${runtime} workspace alone`, async () => {
    await using session = await openSession(await signedIn(), runtime);
    const type = { 'Content-Type': 'application/octet-stream' };
    for (const body of ['garbage', '"AQID"', JSON.stringify('RDX3\n...'), ''])
      assertError(await session.request('POST', '/workspace/m', { body, headers: type }), 400);
    assertError(await session.request('POST', '/workspace/m'), 400);
    assert.deepEqual(await objects(session), []);
    await session.run(
      inBoth({ R: 'x <- 1; .hidden <- 2', Python: 'import os\nx = 1\n_hidden = 2' }, runtime),
    );
    const listed = await objects(session);
    assert.ok(listed.includes('x'));
    assert.ok(!listed.includes('.hidden') && !listed.includes('os'));
  });

test('rest-84: a plot without a device becomes a PNG of 400 by 400', async () => {
  await using session = await openSession(await signedIn(), 'R');
  const { changedFiles } = await session.run('plot(1:10)');
  assert.deepEqual(changedFiles, ['Rplot001.png']);
  const { bytes } = assertStatus(await session.request('GET', '/files/Rplot001.png'), 200);
  assert.equal(bytes.toString('latin1', 1, 4), 'PNG');
  assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [400, 400]);
  // The device is closed after each execute: other code writes where it wants.
  const own = await session.run('png("own.png", width = 300, height = 300); plot(1:3); invisible(dev.off())');
  assert.deepEqual(own.changedFiles, ['own.png']);
});
