import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError, assertStatus } from '../support/http-client.ts';
import { readByPython } from '../support/interpreters.ts';
import { inBoth, openSession, runtimes, signedIn, takeSnapshot, uniqueName } from '../support/platform.ts';

interface Snapshot {
  id: string;
  name: string;
  owner: string;
  creationTime: string;
  contentSize: number;
}

/** Makes and installs a package of one function, the way install.packages does without a lib argument. */
const installTinyPackage = `
dir.create("src/tiny/R", recursive = TRUE)
writeLines(c("Package: tiny", "Version: 0.1", "Title: Tiny", "Description: Tiny.", "License: MIT", "Author: A", "Maintainer: A <a@b.c>"), "src/tiny/DESCRIPTION")
writeLines("export(answer)", "src/tiny/NAMESPACE")
writeLines("answer <- function() 42", "src/tiny/R/answer.R")
install.packages("src/tiny", repos = NULL, type = "source")
unlink("src", recursive = TRUE)
library(tiny)
`;

const listZip = (bytes: Uint8Array): Promise<string> =>
  readByPython(bytes, 'import zipfile\nprint("\\n".join(zipfile.ZipFile(file).namelist()))');

test('rest-85: a snapshot of R brings objects, files and installed packages, but attaches none', async () => {
  const client = await signedIn();
  await using saved = await openSession(client, 'R');
  await saved.run('x <- data.frame(a = 1:3); f <- function(n) n + nrow(x); cat("text", file = "notes.txt")');
  await saved.run(installTinyPackage);
  const id = await takeSnapshot(saved);
  await using fresh = await openSession(client, 'R');
  await fresh.run('x <- 1; mine <- 2; cat("old", file = "notes.txt"); cat("kept", file = "other.txt")');
  const loaded = assertStatus(await fresh.request('POST', `/loadsnapshot/${id}`), 200);
  assert.equal(loaded.bytes.length, 0);
  const { outputParameters } = await fresh.run(
    'r <- f(10); attached <- "package:tiny" %in% search(); notes <- readLines("notes.txt", warn = FALSE); other <- file.exists("other.txt"); a <- tiny::answer()',
    { outputParameters: ['r', 'attached', 'notes', 'other', 'a', 'mine'] },
  );
  assert.deepEqual(
    outputParameters.map(({ value }) => value),
    [[13], [false], ['text'], [true], [42], [2]],
  );
});

for (const runtime of runtimes) {
  const pick = <T>(variants: { R: T; Python: T }): T => inBoth(variants, runtime);
  const save = pick({
    R: 'x <- 5; f <- function() x * 2; cat("text", file = "notes.txt"); dir.create("d"); cat("y", file = "d/deep.txt")',
    Python:
      'import os\nx = 5\ndef f():\n    return x * 2\nopen("notes.txt", "w").write("text")\nos.mkdir("d")\nopen("d/deep.txt", "w").write("y")',
  });

  test(`rest-85: a ${runtime} snapshot is listed, downloaded as zip with the workspace at its root, and deleted`, async () => {
    const client = await signedIn();
    await using session = await openSession(client, runtime);
    await session.run(save);
    const name = uniqueName('snap');
    const id = await takeSnapshot(session, name);
    const own = (await client.get('/snapshots')).json<Snapshot[]>().find((snapshot) => snapshot.id === id);
    const zip = assertStatus(await client.get(`/snapshots/${id}`), 200);
    assert.deepEqual(own, {
      id,
      name,
      owner: 'admin',
      creationTime: own?.creationTime,
      contentSize: zip.bytes.length,
    });
    assert.match(own?.creationTime ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?$/);
    assert.equal(zip.headers.get('content-type'), 'application/zip');
    assert.equal(zip.headers.get('content-length'), String(zip.bytes.length));
    assert.equal(zip.headers.get('content-disposition'), `attachment; filename=${id}.zip`);
    const names = (await listZip(zip.bytes)).trim().split('\n');
    assert.ok(names.includes(pick({ R: '.RData', Python: '.dill' })), names.join());
    assert.ok(names.includes('notes.txt') && names.includes('d/deep.txt'), names.join());
    const deleted = assertStatus(await client.delete(`/snapshots/${id}`), 200);
    assert.equal(typeof deleted.json<unknown>(), 'string');
    for (const method of ['GET', 'DELETE'] as const)
      assertError(await client.request(method, `/snapshots/${id}`), 404);
    assertError(await session.request('POST', `/loadsnapshot/${id}`), 404);
  });

  test(`rest-85: a ${runtime} session opened from a snapshot has everything at once`, async () => {
    const client = await signedIn();
    await using session = await openSession(client, runtime);
    await session.run(save);
    const snapshotId = await takeSnapshot(session);
    await using copy = await openSession(client, runtime, { snapshotId });
    const code = pick({
      R: 'r <- f(); deep <- file.exists("d/deep.txt")',
      Python: 'import os\nr = f()\ndeep = os.path.exists("d/deep.txt")',
    });
    const { outputParameters } = await copy.run(code, { outputParameters: ['r', 'deep'] });
    assert.deepEqual(
      outputParameters.map(({ value }) => value),
      pick<unknown[]>({ R: [[10], [true]], Python: [10, true] }),
    );
  });

  test(`rest-86: a ${runtime} snapshot does not go into the other runtime; unknown ids are 404; empty bodies are fine`, async () => {
    const client = await signedIn();
    const headers = { 'Content-Type': 'application/json' };
    await using session = await openSession(client, runtime);
    const created = assertStatus(await session.request('POST', '/snapshot', { headers }), 201);
    const { snapshotId } = created.json<{ snapshotId: string }>();
    const otherRuntime = pick({ R: 'Python', Python: 'R' } as const);
    await using other = await openSession(client, otherRuntime);
    assertError(await other.request('POST', `/loadsnapshot/${snapshotId}`), 400);
    assertError(await client.post('/sessions', { runtimeType: otherRuntime, snapshotId }), 400);
    assertError(await session.request('POST', '/loadsnapshot/no-such-snapshot'), 404);
    assertStatus(await session.request('POST', `/loadsnapshot/${snapshotId}`, { headers }), 200);
    assertStatus(await session.request('POST', '/cancel', { headers }), 200);
  });
}
