/** Whatever comes in, the documented answer goes out, the node stays up, and the next call knows nothing of it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { afterEach, test } from 'node:test';
import { assertError, assertStatus, type HttpClient } from '../support/http-client.ts';
import {
  consume,
  inBoth,
  openSession,
  type Published,
  publish,
  type RuntimeName,
  runFailing,
  runtimes,
  type ServiceResult,
  signedIn,
} from '../support/platform.ts';
import { until } from '../support/until.ts';

const json = { 'Content-Type': 'application/json' };
const probes: Partial<Record<RuntimeName, Promise<Published>>> = {};

/** Both runtimes still compute, and see nothing that an earlier call has left. */
afterEach(async () => {
  const client = await signedIn();
  for (const runtime of runtimes) {
    probes[runtime] ??= publish(client, {
      code: inBoth({ R: 'y <- x + 1; left <- ls()', Python: 'y = x + 1\nleft = []' }, runtime),
      runtimeType: runtime,
      inputs: { x: 'numeric' },
      outputs: { y: 'numeric' },
    });
    const result = await consume(client, await probes[runtime], { x: 41 });
    assert.deepEqual(result.outputParameters, { y: 42 });
    assert.equal(result.consoleOutput, '');
    assert.deepEqual(result.changedFiles, []);
  }
  const { statusCode } = (await client.get('/status')).json<{ statusCode: string }>();
  assert.equal(statusCode, 'pass');
});

test('malformed JSON is 400 wherever JSON is expected', async () => {
  const client = await signedIn();
  const { api, name } = await publish(client, { code: 'y <- x', inputs: { x: 'numeric' } });
  await using session = await openSession(client, 'R');
  const bodies = [
    '{',
    '{"x":1',
    '{"x":1}}',
    '[1,',
    "{'x':1}",
    '{"x":NaN}',
    '{"x":01}',
    'x=1',
    '{"x":"\u0001"}',
    '"',
  ];
  const paths = [api, `/services/${name}/v9`, '/sessions', `/sessions/${session.id}/execute`];
  for (const path of paths)
    for (const body of bodies) {
      const answer = await client.request('POST', path, { body, headers: json });
      assert.equal(answer.status, 400, `${path} ${body}: ${answer.text}`);
      assertError(answer, 400);
    }
  const notUtf8 = await client.request('POST', api, {
    body: Buffer.from('7b2278223a22ff227d', 'hex'),
    headers: json,
  });
  assertError(notUtf8, 400);
  const proto = await client.post(
    api,
    JSON.parse('{"x":1,"__proto__":{"y":1},"constructor":{"prototype":{}}}'),
  );
  assertStatus(proto, 200);
});

test('deep nesting is refused or carried, never fatal', async () => {
  const client = await signedIn();
  const { api } = await publish(client, {
    code: 'y <- 1',
    inputs: { x: 'data.frame' },
    outputs: { y: 'numeric' },
  });
  const deep = `{"x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
  assertError(await client.request('POST', api, { body: deep, headers: json }), 400);
});

for (const runtime of runtimes) {
  const pick = <T>(variants: { R: T; Python: T }): T => inBoth(variants, runtime);

  test(`every wrong type for every declared type of ${runtime} is 400 naming the input`, async () => {
    const client = await signedIn();
    const wrong: Record<string, unknown[]> = {
      logical: ['true', 1, {}, 0],
      numeric: ['1', true, {}],
      integer: ['1', 1.5, true, {}],
      character: [1, true, {}],
      vector: [{ a: 1 }],
      matrix: [[[1, 2], [3]], 'x', { a: [1] }],
      'data.frame': [5, 'x', { a: [1, 2], b: [1] }, [1, 2], { a: [{ b: 1 }] }],
    };
    for (const [type, values] of Object.entries(wrong)) {
      const { api } = await publish(client, {
        code: pick({ R: 'y <- 1', Python: 'y = 1' }),
        runtimeType: runtime,
        inputs: { x: type },
        outputs: { y: 'numeric' },
      });
      for (const value of values) {
        const answer = await client.post(api, { x: value });
        assert.equal(answer.status, 400, `${type} ${JSON.stringify(value)}: ${answer.text}`);
        assert.match(assertError(answer, 400).fields ?? '', /^x/, `${type} ${JSON.stringify(value)}`);
      }
    }
  });

  test(`quit() in ${runtime} code ends the call and nothing else`, async () => {
    const client = await signedIn();
    await runFailing(client, {
      runtimeType: runtime,
      code: pick({ R: 'quit()', Python: 'import sys\nsys.exit(3)' }),
    });
    await runFailing(client, {
      runtimeType: runtime,
      code: pick({ R: 'q("no", 1, FALSE)', Python: 'exit()' }),
    });
    await using session = await openSession(client, runtime);
    await session.run(pick({ R: 'x <- 1', Python: 'x = 1' }));
    await session.execute(pick({ R: 'quit()', Python: 'exit()' }));
    await session.run('x');
  });

  test(`a hard exit of the ${runtime} process in a call is 500 with a GUID`, async () => {
    const client = await signedIn();
    const { api } = await publish(client, {
      runtimeType: runtime,
      code: pick({ R: 'tools::pskill(Sys.getpid(), 9); Sys.sleep(10)', Python: 'import os\nos._exit(7)' }),
    });
    const { message } = assertError(await client.post(api, {}), 500);
    assert.match(message, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  test(`${runtime} output that is not UTF-8 is made so`, async () => {
    const client = await signedIn();
    const published = await publish(client, {
      runtimeType: runtime,
      code: pick({
        R: 'cat("a\\xff\\xfeb\\n"); cat("caf\\xe9\\n"); y <- "caf\\xe9"; Encoding(y) <- "latin1"',
        Python:
          'import sys\nsys.stdout.flush()\nsys.stdout.buffer.write(b"a\\xff\\xfeb\\n")\nsys.stdout.buffer.flush()\ny = "caf\\xe9"',
      }),
      outputs: { y: 'character' },
    });
    const answer = assertStatus(await client.post(published.api, {}), 200);
    assert.deepEqual(Buffer.from(answer.text, 'utf8'), answer.bytes);
    const result = answer.json<ServiceResult>();
    assert.equal(result.success, true, result.errorMessage);
    assert.deepEqual(result.outputParameters, { y: 'café' });
  });

  test(`an endless ${runtime} loop ends when its client goes away`, async () => {
    const client = await signedIn();
    await using session = await openSession(client, runtime);
    const marks = pick({ R: 'while (TRUE) { i <- 1 }', Python: 'while True:\n    i = 1' });
    const { api } = await publish(client, { runtimeType: runtime, code: marks });
    const active = async (): Promise<number> => {
      const { components } = (await client.get('/status')).json<{
        components: { backends: { components: Record<string, { details: Record<string, number> }> } };
      }>();
      const [node] = Object.values(components.backends.components);
      return node?.details[pick({ R: 'rActiveShellCount', Python: 'pythonActiveShellCount' })] ?? 0;
    };
    const call = (path: string, body: object) => {
      const controller = new AbortController();
      const gone = client
        .request('POST', path, { json: body, signal: controller.signal })
        .catch(() => 'gone');
      return { controller, gone };
    };
    const service = call(api, {});
    await until('The loop runs', async () => (await active()) > 0);
    service.controller.abort();
    assert.equal(await service.gone, 'gone');
    const loop = call(`/sessions/${session.id}/execute`, { code: marks });
    await until('The code is submitted', async () =>
      (await session.request('GET', '/history')).json<string[]>().includes(marks),
    );
    loop.controller.abort();
    assert.equal(await loop.gone, 'gone');
    // The session was interrupted: it answers, though nobody has cancelled anything.
    await session.run('i');
  });

  test(`100 MB printed by ${runtime} code are cut with a line that says so`, async () => {
    const client = await signedIn();
    const { api } = await publish(client, {
      runtimeType: runtime,
      code: pick({
        R: 'line <- strrep("x", 1e6); for (i in 1:100) cat(line, "\\n"); y <- 1',
        Python: 'line = "x" * 1_000_000\nfor i in range(100):\n    print(line)\ny = 1',
      }),
      outputs: { y: 'numeric' },
    });
    const result = assertStatus(await client.post(api, {}), 200).json<ServiceResult>();
    assert.equal(result.success, true, result.errorMessage);
    assert.deepEqual(result.outputParameters, { y: 1 });
    assert.ok(result.consoleOutput.length < 11 * 1024 * 1024, String(result.consoleOutput.length));
    assert.ok(result.consoleOutput.length > 1024 * 1024, String(result.consoleOutput.length));
    assert.match(result.consoleOutput.slice(-300), /[a-z]{3,} [a-z]/);
  });

  test(`a ${runtime} session whose interpreter was killed is 410, and another opens at once`, async () => {
    const client = await signedIn();
    await using dead = await openSession(client, runtime);
    const code = pick({
      R: 'tools::pskill(Sys.getpid(), 9); Sys.sleep(10)',
      Python: 'import os\nos._exit(1)',
    });
    assertError(await dead.request('POST', '/execute', { json: { code } }), 410);
    await using alive = await openSession(client, runtime);
    await alive.run('1');
  });
}

test('wrong types, unknown names and missing fields of the platform are 400 naming the field', async () => {
  const client = await signedIn();
  await using session = await openSession(client, 'R');
  const bad: [path: string, body: unknown, fields: RegExp][] = [
    ['/sessions', { name: 5 }, /name/],
    ['/sessions', { runtimeType: ['R'] }, /runtimeType/],
    ['/sessions', { snapshotId: {} }, /snapshotId/],
    [`/sessions/${session.id}/execute`, { code: 5 }, /code/],
    [`/sessions/${session.id}/execute`, {}, /code/],
    [`/sessions/${session.id}/execute`, { code: '1', inputParameters: {} }, /inputParameters/],
    [
      `/sessions/${session.id}/execute`,
      { code: '1', inputParameters: [{ value: 1 }] },
      /inputParameters\[0\]/,
    ],
    [`/sessions/${session.id}/execute`, { code: '1', outputParameters: 'x' }, /outputParameters/],
    [`/sessions/${session.id}/snapshot`, { name: 5 }, /name/],
  ];
  for (const [path, body, fields] of bad)
    assert.match(assertError(await client.post(path, body), 400).fields ?? '', fields, JSON.stringify(body));
  for (const path of ['/sessions', `/sessions/${session.id}/execute`, `/sessions/${session.id}/snapshot`])
    assertError(await client.post(path, []), 400);
});

test('names in any case, unknown properties and nulls are fine', async () => {
  const client = await signedIn();
  await using session = await openSession(client, 'R', { Name: 'x', NAMES: 1, snapshotId: null });
  const body = { CODE: 'y <- x', InputParameters: [{ NAME: 'x', VALUE: null }], OutputParameters: ['y'] };
  const answer = assertStatus(await session.request('POST', '/execute', { json: body }), 200);
  assert.deepEqual(answer.json<{ outputParameters: object[] }>().outputParameters, [
    { name: 'y', value: null },
  ]);
});

test('unknown and malformed ids are 404 on every session route', async () => {
  const client = await signedIn();
  for (const id of [
    '00000000-0000-4000-8000-000000000000',
    'x',
    '%F0%9F%92%A9',
    "'; drop table sessions; --",
  ])
    for (const [method, path] of sessionRoutes)
      assertError(await requestWithBody(client, method, `/sessions/${encodeURI(decodeURI(id))}${path}`), 404);
});

test('a JSON body above the limit is 413 that names the limit, before it has arrived', async () => {
  const client = await signedIn();
  const { api } = await publish(client, { code: 'y <- 1', inputs: { x: 'character' } });
  const { status, text } = await announce(client, api, 100_000_001);
  assert.equal(status, 413);
  const body = JSON.parse(text) as { message: string; exceptionType: string };
  assert.match(body.message, /100000000/);
  assert.equal(body.exceptionType, 'PayloadTooLargeException');
});

/** Sends the beginning of a body of that many bytes, and reads what the server says to that. */
async function announce(client: HttpClient, path: string, bytes: number) {
  const sending = request(client.url + path, {
    method: 'POST',
    headers: { ...json, Authorization: `Bearer ${client.token}`, 'Content-Length': bytes },
  });
  sending.write('{"x":"');
  const [answer] = (await once(sending, 'response')) as [IncomingMessage];
  // The rest of the body will never come.
  sending.on('error', () => {});
  const text = await readText(answer);
  sending.destroy();
  return { status: answer.statusCode, text };
}

test('an upload that is cut off leaves no file, and the session goes on', async () => {
  const client = await signedIn();
  await using session = await openSession(client, 'R');
  const sending = request(`${client.url}/sessions/${session.id}/files`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${client.token}`,
      'Content-Type': 'multipart/form-data; boundary=cut',
      'Content-Length': 10_000_000,
    },
  });
  const failed = once(sending, 'error');
  sending.write('--cut\r\nContent-Disposition: form-data; name="file"; filename="cut.txt"\r\n\r\n');
  sending.write('x'.repeat(2_000_000), () => sending.destroy(new Error('cut off')));
  await failed;
  const form = new FormData();
  form.append('file', new Blob(['whole']), 'whole.txt');
  assertStatus(await session.request('POST', '/files', { body: form }), 201);
  assert.deepEqual((await session.request('GET', '/files')).json(), ['whole.txt']);
  assert.match(
    (await session.run('list.files(all.files = TRUE, no.. = TRUE)')).consoleOutput,
    /^\[1\] "whole.txt"\s*$/,
  );
});

const sessionRoutes: ['GET' | 'POST' | 'DELETE', string][] = [
  ['POST', '/execute'],
  ['POST', '/cancel'],
  ['GET', '/console-output'],
  ['GET', '/history'],
  ['POST', '/files'],
  ['GET', '/files'],
  ['GET', '/files/x'],
  ['DELETE', '/files/x'],
  ['GET', '/workspace'],
  ['POST', '/workspace/x'],
  ['GET', '/workspace/x'],
  ['DELETE', '/workspace/x'],
  ['POST', '/snapshot'],
  ['POST', '/loadsnapshot/00000000-0000-4000-8000-000000000000'],
  ['DELETE', ''],
  ['DELETE', '/force'],
];

/** What the route would accept of its owner, so that only the session can be wrong. */
function requestWithBody(client: HttpClient, method: 'GET' | 'POST' | 'DELETE', path: string) {
  if (method !== 'POST') return client.request(method, path);
  if (path.endsWith('/files')) {
    const form = new FormData();
    form.append('file', new Blob(['x']), 'x.txt');
    return client.request(method, path, { body: form });
  }
  if (path.includes('/workspace/')) return client.request(method, path, { body: 'x' });
  return client.request(method, path, { json: { code: '1' } });
}
