import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { ComputeHealth } from '../../contracts/compute-api.ts';
import type { ServiceDefinition } from '../../contracts/service-definition.ts';
import { numbers, put, putBlob } from '../testing/definitions.ts';
import { FrameClient, type Result } from '../testing/frame-client.ts';
import { startTestNode, type TestNode } from '../testing/test-node.ts';

interface Answer {
  success: boolean;
  errorMessage: string;
  outputParameters: Record<string, unknown>;
  consoleOutput: string;
}

const answerOf = (result: Result): Answer => JSON.parse(result.body) as Answer;

const activeCalls = async (node: TestNode): Promise<number> =>
  (await node.json<ComputeHealth>('GET', '/health')).load.active;

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) assert.ok(Date.now() < deadline, 'it did not happen within 10 s');
}

describe('execution frames', () => {
  let node: TestNode;
  let client: FrameClient;
  before(async () => {
    node = await startTestNode();
    client = await node.frames();
  });
  after(async () => {
    client.close();
    await node[Symbol.asyncDispose]();
  });

  const active = (): Promise<number> => activeCalls(node);

  const sleeper = (seconds: number): Promise<string> =>
    put(node, { name: 'sleeper', runtime: 'Python', code: `import time\ntime.sleep(${seconds})` });

  test('a call is bound, run and shaped; a failure of the code is an answer too', async () => {
    const add: Partial<ServiceDefinition> = {
      code: 'if (a < 0) stop("negative")\nc <- a + b\nprint(c)',
      inputs: numbers('a', 'b'),
      outputs: numbers('c'),
    };
    const key = await put(node, add);
    const result = await client.execute({ service: key }, '{"a": 1, "b": 2}');
    assert.equal(result.header.error, undefined);
    assert.deepEqual(JSON.parse(result.body), {
      success: true,
      errorMessage: '',
      outputParameters: { c: 3 },
      outputFiles: {},
      consoleOutput: '[1] 3\n',
      changedFiles: [],
    });
    const [createShell, initializeShell, total, interpreter] = result.header.timings;
    assert.ok(
      initializeShell > 0 && total >= createShell + initializeShell + interpreter,
      `${result.header.timings}`,
    );

    const failed = answerOf(await client.execute({ service: key }, '{"a": -1, "b": 2}'));
    assert.deepEqual([failed.success, failed.outputParameters], [false, {}]);
    assert.match(failed.errorMessage, /negative/);
  });

  test('errors come in the header and nothing is run', async () => {
    const key = await put(node, { code: 'x <- a', inputs: numbers('a'), outputs: numbers('x') });
    const errorOf = async (service: string, body: string) => (await client.execute({ service }, body)).header;
    assert.equal((await errorOf('f'.repeat(64), '{}')).error, 'UnknownService');
    const missing = await errorOf(key, '{}');
    assert.deepEqual([missing.error, missing.fields], ['InvalidInput', 'a']);
    assert.equal((await errorOf(key, '{"a": "text"}')).error, 'InvalidInput');
    assert.equal((await errorOf(key, '{"a": ')).error, 'InvalidRequest');
    assert.equal((await errorOf(key, '[1]')).error, 'InvalidRequest');
  });

  test('many calls share a connection and are answered as they end', async () => {
    const slow = await sleeper(1);
    const fast = await put(node, {
      runtime: 'Python',
      code: 'y = x * 2',
      inputs: numbers('x'),
      outputs: numbers('y'),
    });
    await client.execute({ service: fast }, '{"x":0}');
    const order: string[] = [];
    const calls = [client.execute({ service: slow }, '').then(() => order.push('slow'))];
    for (let x = 0; x < 20; x += 1)
      calls.push(
        client.execute({ service: fast }, `{"x":${x}}`).then((result) => {
          assert.equal(answerOf(result).outputParameters.y, x * 2);
          return order.push('fast');
        }),
      );
    await Promise.all(calls);
    assert.equal(order.at(-1), 'slow');
  });

  test('a body of 10 MB goes in and comes out', async () => {
    const key = await put(node, {
      runtime: 'Python',
      code: 'n = len(s)\nt = s',
      inputs: [{ name: 's', type: 'character' }],
      outputs: [...numbers('n'), { name: 't', type: 'character' }],
    });
    const s = 'ä'.repeat(5_000_000);
    const result = answerOf(await client.execute({ service: key }, JSON.stringify({ s })));
    assert.equal(result.outputParameters.n, s.length);
    assert.equal(result.outputParameters.t, s);
  });

  test('cancel stops the code', async () => {
    const key = await sleeper(600);
    const { id } = client.start({ service: key }, '');
    await until(async () => (await active()) === 1);
    client.cancel(id);
    await until(async () => (await active()) === 0);
  });

  test('a connection that is closed stops its calls', async () => {
    const other = await node.frames();
    other.start({ service: await sleeper(600) }, '');
    await until(async () => (await active()) === 1);
    other.close();
    await until(async () => (await active()) === 0);
  });

  test('the deadline stops the code and is answered', async () => {
    const start = performance.now();
    const { header } = await client.execute({ service: await sleeper(600), timeoutMs: 300 }, '');
    assert.equal(header.error, 'DeadlineExceeded');
    assert.ok(node.log.some((line) => line.includes('[Warning]') && line.includes('DeadlineExceeded')));
    assert.ok(performance.now() - start < 5000);
  });

  test('an interpreter that dies is a GUID to the caller and a line in the log', async () => {
    const key = await put(node, { runtime: 'Python', code: 'import os\nos.kill(os.getpid(), 9)' });
    const { header } = await client.execute({ service: key }, '');
    assert.equal(header.error, 'InterpreterLost');
    assert.match(header.message ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.ok(node.log.some((line) => line.includes('[Error]') && line.includes(header.message ?? '?')));
  });

  test('deleting a service lets its running call end and refuses the next', async () => {
    const key = await put(node, {
      runtime: 'Python',
      code: 'import time\ntime.sleep(0.5)\nx = open("data.txt").read()',
      outputs: [{ name: 'x', type: 'character' }],
      snapshot: await putBlob(node, await snapshotWithFile('Python', 'data.txt', 'kept')),
    });
    const running = client.execute({ service: key }, '');
    await until(async () => (await active()) === 1);
    await node.json('DELETE', `/services/${key}`, undefined, 204);
    assert.equal((await client.execute({ service: key }, '')).header.error, 'UnknownService');
    assert.equal(answerOf(await running).outputParameters.x, 'kept');
  });

  test('a deleted service that is handed over again runs again', async () => {
    const again = { runtime: 'Python', code: 'x = 5', outputs: numbers('x') } as const;
    const key = await put(node, again);
    await client.execute({ service: key }, '');
    await node.json('DELETE', `/services/${key}`, undefined, 204);
    await put(node, again);
    assert.deepEqual(answerOf(await client.execute({ service: key }, '')).outputParameters, { x: 5 });
  });

  test('a service without its snapshot asks for the blob', async () => {
    const definition = {
      name: 'n',
      version: '1',
      runtime: 'R',
      code: '',
      initCode: null,
      inputs: [],
      outputs: [],
      outputFileNames: [],
    };
    const body = { ...definition, snapshot: 'e'.repeat(64) };
    const response = await node.call('PUT', '/services/k', body);
    assert.equal(response.status, 409);
    assert.equal(((await response.json()) as { missingBlob: string }).missingBlob, 'e'.repeat(64));
  });

  for (const runtime of ['R', 'Python'] as const)
    test(`a snapshot is restored once and seen by every call, in ${runtime}`, async () => {
      const content = await snapshotWithFile(runtime, 'data.txt', 'from the snapshot');
      const key = await put(node, {
        runtime,
        code:
          runtime === 'R'
            ? 'y <- w\nx <- readLines("data.txt", warn = FALSE)'
            : 'y = w\nx = open("data.txt").read()',
        outputs: [...numbers('y'), { name: 'x', type: 'character' }],
        snapshot: await putBlob(node, content),
      });
      for (let n = 0; n < 2; n += 1) {
        const { success, errorMessage, outputParameters } = answerOf(
          await client.execute({ service: key }, '{}'),
        );
        assert.deepEqual([success, errorMessage], [true, '']);
        assert.deepEqual(outputParameters, { y: 42, x: 'from the snapshot' });
      }
    });

  test('a snapshot of the other runtime is refused', async () => {
    const snapshot = await putBlob(node, await snapshotWithFile('R', 'a', 'b'));
    await assert.rejects(put(node, { runtime: 'Python', snapshot }), /400 .*was not made by Python/);
  });

  /** A real snapshot of a session in which w is 42 and a file lies. */
  async function snapshotWithFile(runtime: 'R' | 'Python', name: string, text: string): Promise<Buffer> {
    const id = `snapshot-${runtime}-${name}-${Math.random().toString(36).slice(2)}`.replaceAll('.', '-');
    await node.json('POST', '/sessions', { id, runtime, owner: 'o', snapshot: null, idleTimeoutMs: 0 }, 201);
    await node.json('PUT', `/sessions/${id}/files/${name}`, text, 201);
    const code = runtime === 'R' ? 'w <- 42' : 'w = 42';
    await node.json('POST', `/sessions/${id}/execute`, { code, inputParameters: [], outputParameters: [] });
    const zip = await node.call('POST', `/sessions/${id}/snapshot`);
    const content = Buffer.from(await zip.arrayBuffer());
    await node.json('DELETE', `/sessions/${id}?force=true`);
    return content;
  }

  test('garbage closes the connection and hurts nobody else', async () => {
    const other = await node.frames();
    other.socket.write('\xff\xff\xff\xff this is no frame');
    await once(other.socket, 'close');
    assert.equal((await client.execute({ service: await sleeper(0) }, '')).header.error, undefined);
  });

  test('an upgrade needs the key and the protocol', async () => {
    await assert.rejects(FrameClient.open(node.address, 'f'.repeat(64)), /refused with 403/);
    const { port } = new URL(node.address);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nx-plinth-cluster-key: ${'c0ffee'.repeat(10)}\r\n\r\n`,
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1.1 400 /);
    socket.destroy();
  });
});

test('a node that stops lets running calls end, refuses further ones and says so', async () => {
  await using node = await startTestNode((config) => {
    config.Runtimes.R.Enabled = false;
  });
  const client = await node.frames();
  const key = await put(node, {
    runtime: 'Python',
    code: 'import time\ntime.sleep(0.5)\nx = 1',
    outputs: numbers('x'),
  });
  await client.execute({ service: key }, '');
  const running = client.execute({ service: key }, '');
  await until(async () => (await activeCalls(node)) === 1);
  const closing = node.close();
  await client.left.promise;
  assert.equal((await client.execute({ service: key }, '')).header.error, 'BackEndBusy');
  assert.deepEqual(answerOf(await running).outputParameters, { x: 1 });
  assert.equal(await closing, true);
  await assert.rejects(fetch(`${node.address}/ping`));
});
