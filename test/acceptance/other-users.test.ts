import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError, assertStatus, type HttpClient } from '../support/http-client.ts';
import { otherUser } from '../support/other-users.ts';
import {
  openSession,
  publish,
  publishBody,
  signedIn,
  takeSnapshot,
  uniqueName,
} from '../support/platform.ts';
import { sharedOneBox } from '../support/shared-one-box.ts';

const users = async (): Promise<{ owner: HttpClient; kim: HttpClient; lee: HttpClient }> => {
  const box = await sharedOneBox();
  const [kim, lee] = await Promise.all([otherUser(box, 'kim'), otherUser(box, 'lee')]);
  return { owner: await signedIn(), kim, lee };
};

const definition = publishBody({ code: 'y <- 1', initCode: 'z <- 1', outputs: { y: 'numeric' } });

interface Listed {
  versionPublishedBy: string;
  code: string | null;
  initCode: string | null;
  myPermissionOnService: string;
}

test('rest-15, rest-18: another Contributor may neither change nor delete a service, an Owner may', async () => {
  const { owner, kim, lee } = await users();
  const path = `/services/${uniqueName('kims')}/v1`;
  assertStatus(await kim.post(path, definition), 201);
  assertError(await lee.patch(path, { description: 'mine' }), 403);
  assertError(await lee.delete(path), 403);
  assertStatus(await lee.post(path.replace('/services', '/api'), {}), 200);
  assertStatus(await kim.patch(path, { description: 'better' }), 200);
  assertStatus(await owner.patch(path, { description: 'best' }), 200);
  assertStatus(await owner.delete(path), 200);
});

test('rest-19: the code of a service is shown to its publisher and to Owners only', async () => {
  const { owner, kim, lee } = await users();
  const path = `/services/${uniqueName('kims')}/v1`;
  assertStatus(await kim.post(path, definition), 201);
  const seen = async (client: HttpClient): Promise<Listed> => {
    const [listed] = assertStatus(await client.get(path), 200).json<Listed[]>();
    assert.ok(listed);
    return listed;
  };
  for (const client of [owner, kim]) {
    const { code, initCode, myPermissionOnService, versionPublishedBy } = await seen(client);
    assert.deepEqual([code, initCode, myPermissionOnService], ['y <- 1', 'z <- 1', 'read/write']);
    assert.equal(versionPublishedBy, 'kim');
  }
  const { code, initCode, myPermissionOnService } = await seen(lee);
  assert.deepEqual([code, initCode, myPermissionOnService], [null, null, 'read only']);
});

test('rest-23: what another Contributor has published is 409 for everybody', async () => {
  const { kim, lee } = await users();
  const path = `/services/${uniqueName('kims')}/v1`;
  assertStatus(await kim.post(path, definition), 201);
  assertError(await lee.post(path, definition), 409);
});

test("rest-29: another user's snapshot is 400 at publish and nothing is stored; an Owner may use it", async () => {
  const { owner, kim, lee } = await users();
  await using session = await openSession(kim, 'R');
  await session.run('y <- 1');
  const snapshotId = await takeSnapshot(session);
  const name = uniqueName('lees');
  const error = assertError(await lee.post(`/services/${name}/v1`, { ...definition, snapshotId }), 400);
  assert.match(error.fields ?? '', /snapshotId/);
  assert.deepEqual((await lee.get(`/services/${name}`)).json(), []);
  await publish(owner, { code: 'z <- y', outputs: { z: 'numeric' }, snapshotId });
});

test("rest-86: another user's snapshot is 404 everywhere, but not for Owners, and is listed to its creator", async () => {
  const { owner, kim, lee } = await users();
  await using session = await openSession(kim, 'Python');
  await session.run('y = 1');
  const id = await takeSnapshot(session);
  await using foreign = await openSession(lee, 'Python');
  assertError(await foreign.request('POST', `/loadsnapshot/${id}`), 404);
  assertError(await lee.get(`/snapshots/${id}`), 404);
  assertError(await lee.delete(`/snapshots/${id}`), 404);
  assertError(await lee.post('/sessions', { runtimeType: 'Python', snapshotId: id }), 404);
  const listed = async (client: HttpClient): Promise<boolean> =>
    (await client.get('/snapshots')).json<{ id: string }[]>().some((snapshot) => snapshot.id === id);
  assert.deepEqual([await listed(kim), await listed(lee), await listed(owner)], [true, false, false]);
  await using copy = await openSession(owner, 'Python', { snapshotId: id });
  await copy.run('y');
  assertStatus(await owner.get(`/snapshots/${id}`), 200);
  assertStatus(await owner.delete(`/snapshots/${id}`), 200);
  assertError(await kim.get(`/snapshots/${id}`), 404);
});

test("rest-89: another user's session is 404 on every route, for Owners too, and is not listed", async () => {
  const { owner, kim, lee } = await users();
  await using session = await openSession(kim, 'R');
  await session.run('x <- 1; cat("x", file = "x")');
  const calls: [method: 'GET' | 'POST' | 'DELETE', path: string][] = [
    ['POST', '/execute'],
    ['POST', '/cancel'],
    ['GET', '/console-output'],
    ['GET', '/history'],
    ['GET', '/files'],
    ['POST', '/files'],
    ['GET', '/files/x'],
    ['DELETE', '/files/x'],
    ['GET', '/workspace'],
    ['POST', '/workspace/x'],
    ['GET', '/workspace/x'],
    ['DELETE', '/workspace/x'],
    ['POST', '/snapshot'],
    ['POST', `/loadsnapshot/${session.id}`],
    ['DELETE', ''],
    ['DELETE', '/force'],
  ];
  for (const client of [owner, lee]) {
    for (const [method, path] of calls) {
      const form = new FormData();
      form.append('file', new Blob(['x']), 'x');
      const body = path === '/files' ? { body: form } : { json: { code: 'stop()' } };
      const answer = await client.request(
        method,
        `/sessions/${session.id}${path}`,
        method === 'POST' ? body : {},
      );
      assert.equal(answer.status, 404, `${method} ${path}: ${answer.text}`);
    }
    const listed = (await client.get('/sessions')).json<{ id: string }[]>();
    assert.ok(!listed.some(({ id }) => id === session.id));
  }
  assert.match((await session.run('x')).consoleOutput, /1/);
});
