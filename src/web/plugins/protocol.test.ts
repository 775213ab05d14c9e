import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { startTestNode, type TestNode } from '../../../test/support/web-node.ts';
import { buildWebApp } from '../app.ts';
import { listen } from '../listen.ts';

let node: TestNode;

before(async () => {
  node = await startTestNode({ Kestrel__Limits__MaxJsonBodySize: '2048' });
});
after(() => node.close());

const errorKeys = ['message', 'link', 'exceptionType', 'code', 'fields'];

test('Without a token every path but the open ones is 401, known or not', async () => {
  for (const [method, url] of [
    ['GET', '/services'],
    ['GET', '/nothing/here'],
    ['PUT', '/services'],
    ['GET', '/services/%zz'],
    ['POST', '/api/a/b'],
    ['GET', '/loginx'],
  ] as const) {
    const answer = await node.call(method, url);
    assert.equal(answer.statusCode, 401, `${method} ${url}`);
    assert.equal(answer.headers['www-authenticate'], 'Bearer');
    assert.deepEqual(Object.keys(answer.json()), errorKeys);
    assert.equal(answer.json().exceptionType, 'UnauthorizedException');
  }
  for (const url of ['/ping', '/livez', '/healthz', '/readyz', '/login/methods'])
    assert.equal((await node.call('GET', url)).statusCode, 200, url);
});

test('An unknown path is 404, a known one with another method 405 with Allow, before the body is read', async () => {
  const unknown = await node.call('POST', '/nothing', { as: 'rita', body: '{' });
  assert.equal(unknown.statusCode, 404);
  assert.deepEqual(Object.keys(unknown.json()), errorKeys);
  const wrong = await node.call('PUT', '/services/a/b/', { as: 'rita', body: '{' });
  assert.equal(wrong.statusCode, 405);
  assert.equal(wrong.headers.allow, 'DELETE, GET, HEAD, PATCH, POST');
});

test('A path that is not percent-encoded properly is 400', async () => {
  const answer = await node.call('GET', '/services/%zz', { as: 'rita' });
  assert.deepEqual([answer.statusCode, answer.json().exceptionType], [400, 'BadRequestException']);
});

test('Literal words match in any case and with a slash at the end', async () => {
  assert.equal((await node.call('GET', '/Services/', { as: 'rita' })).statusCode, 200);
  assert.equal((await node.call('GET', '/STATUS', { as: 'rita' })).statusCode, 200);
});

test('HEAD answers like GET without a body', async () => {
  const answer = await node.call('HEAD', '/services', { as: 'rita' });
  assert.deepEqual([answer.statusCode, answer.body, answer.headers['content-length']], [200, '', '2']);
  assert.equal((await node.call('HEAD', '/services/no/v1', { as: 'rita' })).statusCode, 404);
});

test('Empty and blank JSON bodies are no bodies, also on DELETE and GET', async () => {
  const headers = { 'content-type': 'application/json' };
  for (const body of ['', ' \r\n\r\n']) {
    const answer = await node.call('POST', '/services/a/v1', { as: 'carl', body, headers });
    assert.deepEqual([answer.statusCode, answer.json().fields], [400, 'code']);
    assert.equal(
      (await node.call('DELETE', '/services/no/v1', { as: 'carl', body, headers })).statusCode,
      404,
    );
  }
  assert.equal((await node.call('GET', '/services', { as: 'carl', headers })).statusCode, 200);
});

test('Bodies are JSON in UTF-8, whatever they are called', async () => {
  const post = async (body: string | Buffer, type?: string) =>
    node.call('POST', '/services/typed/v1', {
      as: 'carl',
      body,
      headers: type === undefined ? {} : { 'content-type': type },
    });
  const good = JSON.stringify({ code: '"é"', description: 'x' });
  for (const type of [
    'application/json; charset=UTF-8',
    'text/plain',
    'application/json;charset="utf-8"',
    undefined,
  ]) {
    assert.equal((await post(good, type)).statusCode, 201, String(type));
    await node.call('DELETE', '/services/typed/v1', { as: 'carl' });
  }
  assert.equal((await post(`\ufeff${good}`, 'application/json')).statusCode, 201, 'byte order mark');
  assert.equal(
    (await post(Buffer.from(good, 'latin1'), 'application/json')).statusCode,
    400,
    'Latin-1 bytes',
  );
  assert.equal((await post(good, 'application/json; charset=utf-16')).statusCode, 415);
});

test('Bodies may be compressed with gzip and count as what they unpack to', async () => {
  const post = (body: Buffer, encoding: string) =>
    node.call('POST', '/services/zipped/v1', { as: 'carl', body, headers: { 'content-encoding': encoding } });
  assert.equal((await post(gzipSync('{"code":"x"}'), 'gzip')).statusCode, 201);
  assert.equal((await post(gzipSync(`{"code":"${'x'.repeat(5000)}"}`), 'gzip')).statusCode, 413);
  assert.equal((await post(Buffer.from('{"code":"x"}'), 'gzip')).statusCode, 400);
  assert.equal((await post(Buffer.from('x'), 'br')).statusCode, 415);
});

test('A body above the limit is 413 and the message names the limit', async () => {
  const answer = await node.call('POST', '/services/big/v1', {
    as: 'carl',
    json: { code: 'x'.repeat(3000) },
  });
  assert.equal(answer.statusCode, 413);
  assert.match(answer.json().message, /2048 bytes.*Kestrel\.Limits\.MaxJsonBodySize/);
});

test('What nobody expected is 500 with a GUID that is in the log, and nothing else', async () => {
  const app = buildWebApp(node.context);
  app.get('/fault', { config: { open: true } }, () => {
    throw new TypeError('a secret path');
  });
  const answer = await app.inject('/fault');
  assert.equal(answer.statusCode, 500);
  const { message, ...rest } = answer.json();
  assert.match(message, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.deepEqual(rest, {
    link: null,
    exceptionType: 'InternalServerErrorException',
    code: 500,
    fields: null,
  });
  assert.ok(node.log.some((line) => line.includes(`[Error] ${message} GET /fault`)));
  await app.close();
});

test('A route that neither is open nor declares an action cannot be registered', () => {
  const app = buildWebApp(node.context);
  assert.throws(() => app.get('/forgotten', () => 'x'), /neither open nor declares an action/);
});

test('Without the database known tokens and services go on, the rest is 503 with Retry-After', async () => {
  const other = await startTestNode();
  await other.call('POST', '/services/n/v1', { as: 'carl', json: { code: 'x' } });
  await other.call('GET', '/api/n/v1/swagger.json', { as: 'carl' });
  await other.loseDatabase();
  other.pass(40_000);
  assert.equal((await other.call('GET', '/api/n/v1/swagger.json', { as: 'carl' })).statusCode, 200);
  const answer = await other.call('GET', '/services', { as: 'carl' });
  assert.deepEqual([answer.statusCode, answer.headers['retry-after']], [503, '1']);
  assert.equal(answer.json().exceptionType, 'DatabaseUnavailableException');
  assert.equal((await other.call('GET', '/readyz')).statusCode, 503);
  assert.equal((await other.call('GET', '/livez')).statusCode, 200);
  await other.close();
});

test('Each request leaves two lines that share its correlation id', async () => {
  const id = '0f8fad5b-d9cb-469f-a165-70867728950e';
  const answer = await node.call('GET', '/login/methods?secret=1', {
    headers: { 'x-request-id': id.toUpperCase() },
  });
  assert.equal(answer.headers['x-correlation-id'], id);
  const lines = node.log
    .filter((line) => line.includes(id))
    .map((line) => JSON.parse(line.slice(line.indexOf('{'))));
  assert.deepEqual(
    lines.map(({ CorrelationId, Subject }) => [CorrelationId, Subject.Operation, Subject.StatusCode]),
    [
      [id, 'REQUEST GET /login/methods', undefined],
      [id, 'RESPONSE GET /login/methods', 200],
    ],
  );
  const other = await node.call('GET', '/ping', { headers: { 'x-request-id': 'not a guid' } });
  assert.match(String(other.headers['x-correlation-id']), /^[0-9a-f-]{36}$/);
});

test('Nonsense, half a body and a trickle get an error, or nothing, and the end of the connection', async () => {
  const { port } = new URL(await listen(node.app, 0, '127.0.0.1'));
  const send = async (bytes: string): Promise<string> => {
    const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
    socket.write(bytes);
    const answer = await text(socket);
    socket.destroy();
    return answer;
  };
  const began = performance.now();
  const head = 'POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{';
  const [nonsense, trickle] = await Promise.all([send('nonsense\r\n\r\n'), send(head)]);
  for (const answer of [nonsense, trickle]) {
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/);
    assert.deepEqual(Object.keys(JSON.parse(answer.split('\r\n\r\n')[1]!)), errorKeys);
  }
  assert.ok(performance.now() - began < 9000);
  const leaving = connect(Number(port), '127.0.0.1');
  leaving.end(head);
  leaving.resume();
  await once(leaving, 'close');
  assert.doesNotMatch(node.log.filter((line) => line.includes('/login')).join(''), /\[Error\]/);
});
