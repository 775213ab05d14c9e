import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { SessionCalls } from '../testing/session-calls.ts';
import { startTestNode, type TestNode } from '../testing/test-node.ts';

let node: TestNode;
const sessions = new SessionCalls(() => node);
before(async () => {
  node = await startTestNode();
});
after(() => node[Symbol.asyncDispose]());

describe('execution in a session', () => {
  test('state persists, inputs are bound, outputs and console come back', async () => {
    for (const [runtime, code, value] of [
      ['R', 'z <- x * 2\nprint(z)', [84]],
      ['Python', 'z = x * 2\nprint(z)', 84],
    ] as const) {
      const id = await sessions.open(runtime);
      const first = await sessions.execute(id, code, { x: 42 }, ['z']);
      assert.deepEqual([first.success, first.outputParameters], [true, [{ name: 'z', value }]], runtime);
      assert.match(first.consoleOutput, /84/);
      const second = await sessions.execute(id, runtime === 'R' ? 'stop("no")' : 'raise ValueError("no")');
      assert.deepEqual([second.success, second.outputParameters], [false, []]);
      assert.match(second.errorMessage, /no/);
      assert.equal((await sessions.execute(id, 'x', {}, ['z'])).success, true);
      assert.deepEqual((await node.json<string[]>('GET', `/sessions/${id}/history`)).length, 3);
      await node.json('DELETE', `/sessions/${id}`);
      assert.equal((await sessions.failure('DELETE', `/sessions/${id}`))[0], 404);
    }
  });

  test('a busy session takes files, shows its console and can be cancelled', async () => {
    const id = await sessions.open('Python');
    const running = sessions.execute(id, 'import time\nprint("begun", flush=True)\ntime.sleep(600)');
    await sessions.consoleShows(id, 'begun');
    await node.json('PUT', `/sessions/${id}/files/late.txt`, 'x', 201);
    assert.deepEqual(await node.json('GET', `/sessions/${id}/files`), ['late.txt']);
    await node.json('POST', `/sessions/${id}/cancel`);
    assert.equal((await running).success, false);
    assert.equal((await sessions.execute(id, 'x = 1')).success, true);
    await node.json('POST', `/sessions/${id}/cancel`);
  });

  test('a caller that leaves stops its code', async () => {
    const id = await sessions.open('Python');
    const left = new AbortController();
    const body = JSON.stringify({
      code: 'import time\nprint("on", flush=True)\ntime.sleep(600)',
      inputParameters: [],
      outputParameters: [],
    });
    const call = fetch(`${node.address}/sessions/${id}/execute`, {
      method: 'POST',
      body,
      headers: { 'x-plinth-cluster-key': 'c0ffee'.repeat(10) },
      signal: left.signal,
    });
    await sessions.consoleShows(id, 'on');
    left.abort();
    await assert.rejects(call, { name: 'AbortError' });
    assert.equal((await sessions.execute(id, 'y = 2', {}, ['y'])).outputParameters[0]?.value, 2);
  });

  test('a session whose interpreter died answers 410 and can still be closed', async () => {
    const id = await sessions.open('Python');
    const path = `/sessions/${id}/execute`;
    const [status, body] = await sessions.failure('POST', path, {
      code: 'import os\nos.kill(os.getpid(), 9)',
      inputParameters: [],
      outputParameters: [],
    });
    assert.deepEqual([status, body.error], [410, 'Gone']);
    for (const path of ['history', 'files', 'workspace', 'console-output'])
      assert.equal((await sessions.failure('GET', `/sessions/${id}/${path}`))[0], 410, path);
    await node.json('DELETE', `/sessions/${id}`);
    assert.equal((await sessions.failure('GET', `/sessions/${id}/history`))[0], 404);
  });

  test('an idle session is closed and answers 410; a running one is never idle', async () => {
    const id = await sessions.open('Python', { idleTimeoutMs: 700 });
    assert.equal((await sessions.execute(id, 'import time\ntime.sleep(2)')).success, true);
    while ((await node.call('GET', `/sessions/${id}/files`)).status === 200) await delay(50);
    assert.equal((await sessions.failure('GET', `/sessions/${id}/history`))[0], 410);
    assert.ok(node.log.some((line) => line.includes(`Session ${id} of olga is closed: idle`)));
  });

  test('an id is taken once', async () => {
    const id = await sessions.open('Python');
    const [status] = await sessions.failure('POST', '/sessions', {
      id,
      runtime: 'Python',
      owner: 'o',
      snapshot: null,
      idleTimeoutMs: 0,
    });
    assert.equal(status, 409);
  });
});

test('a node that stops still answers what its sessions were doing', async () => {
  await using stopping = await startTestNode((config) => {
    config.Runtimes.R.Enabled = false;
  });
  const calls = new SessionCalls(() => stopping);
  const id = await calls.open('Python');
  const running = calls.execute(id, 'import time\nprint("on", flush=True)\ntime.sleep(0.5)\nx = 1', {}, [
    'x',
  ]);
  await calls.consoleShows(id, 'on');
  const closing = stopping.close();
  assert.deepEqual((await running).outputParameters, [{ name: 'x', value: 1 }]);
  assert.equal(await closing, true);
});
