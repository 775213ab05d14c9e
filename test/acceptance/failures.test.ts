import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertError, assertStatus, type HttpClient, httpClient } from '../support/http-client.ts';
import { adminToken, type OneBox, startOneBox } from '../support/one-box.ts';
import {
  consume,
  inBoth,
  openSession,
  type Published,
  publish,
  type RuntimeName,
  runtimes,
} from '../support/platform.ts';
import { until } from '../support/until.ts';

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let box: OneBox;
let client: HttpClient;

before(async () => {
  const environment = {
    PLINTH_WEBNODE__Sessions__IdleTimeout: '00:00:03',
    PLINTH_WEBNODE__Sessions__MaxPerUser: '3',
    PLINTH_WEBNODE__Kestrel__Limits__MaxRequestBodySize: '1000000',
  };
  box = await startOneBox({ environment });
  client = httpClient(box.url, await adminToken(box.url));
});
after(() => box?.stop());

const doubling = (runtime: RuntimeName): Promise<Published> =>
  publish(client, {
    code: inBoth({ R: 'y <- 2 * x', Python: 'y = 2 * x' }, runtime),
    runtimeType: runtime,
    inputs: { x: 'numeric' },
    outputs: { y: 'numeric' },
  });

for (const runtime of runtimes) {
  test(`rest-59: a ${runtime} interpreter that dies in a call gives 500 with a GUID of the compute node's log`, async () => {
    const killsItself = await publish(client, {
      code: inBoth(
        { R: 'tools::pskill(Sys.getpid(), 9); Sys.sleep(10)', Python: 'import os\nos.kill(os.getpid(), 9)' },
        runtime,
      ),
      runtimeType: runtime,
    });
    const error = assertError(await client.post(killsItself.api, {}), 500);
    assert.match(error.message, guid);
    assert.equal(error.exceptionType, 'InterpreterLostException');
    await until('The GUID is in the log', () => box.log('computenode').includes(error.message));
    const { outputParameters } = await consume(client, await doubling(runtime), { x: 4 });
    assert.deepEqual(outputParameters, { y: 8 });
  });

  test(`rest-88: an idle ${runtime} session is closed and answers 410; closing it is 200, then 404`, async () => {
    await using session = await openSession(client, runtime);
    await session.run(inBoth({ R: 'x <- 1', Python: 'x = 1' }, runtime));
    const listed = async (): Promise<string[]> =>
      (await client.get('/sessions')).json<{ id: string }[]>().map(({ id }) => id);
    assert.ok((await listed()).includes(session.id));
    await until('The session is closed', async () => !(await listed()).includes(session.id));
    assertError(await session.request('GET', '/workspace'), 410);
    assertError(await session.request('POST', '/execute', { json: { code: '1' } }), 410);
    assertStatus(await session.request('DELETE', ''), 200);
    assertError(await session.request('GET', '/workspace'), 404);
  });
}

test('an upload above the limit is 413 that names it, and nothing is left of the file', async () => {
  await using session = await openSession(client, 'R');
  const upload = (size: number) => {
    const form = new FormData();
    form.append('file', new Blob([Buffer.alloc(size, 'x')]), 'big.txt');
    return session.request('POST', '/files', { body: form });
  };
  assertStatus(await upload(900_000), 201);
  assert.match(assertError(await upload(3_000_000), 413).message, /1000000/);
  assertError(await session.request('POST', '/workspace/x', { body: 'x'.repeat(3_000_000) }), 413);
  assert.deepEqual((await session.request('GET', '/files')).json(), ['big.txt']);
  assert.equal((await session.request('GET', '/files/big.txt')).bytes.length, 900_000);
});

test('a user may have Sessions.MaxPerUser sessions, then it is 429 until one has ended', async () => {
  const open = () => client.post('/sessions', { runtimeType: 'Python' });
  const answers = await Promise.all([open(), open(), open(), open(), open()]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 201, 201, 429, 429]);
  const [refused] = answers.filter(({ status }) => status === 429);
  if (refused !== undefined)
    assert.equal(assertError(refused, 429).exceptionType, 'TooManyRequestsException');
  const sessionId = await until('Idle sessions make room', async () => {
    const answer = await open();
    return answer.status === 201 && answer.json<{ sessionId: string }>().sessionId;
  });
  assertStatus(await client.delete(`/sessions/${sessionId}`), 200);
  for (const { id } of (await client.get('/sessions')).json<{ id: string }[]>())
    await client.delete(`/sessions/${id}/force`);
});

test('rest-58: while no compute node runs, calls get 503; when it is back, 200 without touching the web node', async () => {
  const services = [await doubling('R'), await doubling('Python')];
  for (const service of services) await consume(client, service, { x: 1 });
  const created = await client.post('/sessions', {});
  const { sessionId } = assertStatus(created, 201).json<{ sessionId: string }>();
  await box.stopCompute('SIGKILL');
  await until('The status is fail', async () => {
    const { statusCode } = (await client.get('/status')).json<{ statusCode: string }>();
    return statusCode === 'fail';
  });
  for (const { api } of services) {
    const error = assertError(await client.post(api, { x: 1 }), 503);
    assert.match(error.exceptionType, /BusyException$/);
  }
  assertError(await client.post('/sessions', {}), 503);
  assertError(await client.get(`/sessions/${sessionId}/history`), 503);
  assertStatus(await client.get('/readyz'), 200);
  await box.startCompute();
  for (const service of services)
    assert.deepEqual((await consume(client, service, { x: 5 })).outputParameters, { y: 10 });
  assertError(await client.get(`/sessions/${sessionId}/history`), 410);
  assertStatus(await client.delete(`/sessions/${sessionId}/force`), 200);
  assertError(await client.get(`/sessions/${sessionId}/history`), 404);
});
