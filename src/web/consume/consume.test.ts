import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import { startTestCompute, type TestCompute } from '../../../test/support/compute-node.ts';
import { until } from '../../../test/support/until.ts';
import { startTestNode, type TestNode } from '../../../test/support/web-node.ts';
import type { ComputeHealth } from '../../contracts/compute-api.ts';
import { listen } from '../listen.ts';

let compute: TestCompute;
let node: TestNode;

before(async () => {
  compute = await startTestCompute();
  node = await startTestNode({
    // The first of them never answers: every call finds the other one.
    ComputeNodesConfiguration__Uris__Values: JSON.stringify(['http://localhost:1', compute.uri]),
    ComputeNodesConfiguration__ConnectionTimeout: '00:00:03',
  });
});
after(async () => {
  await node.close();
  await compute.close();
});

const numeric = (...names: string[]) => names.map((name) => ({ name, type: 'numeric' }));

async function publish(name: string, code: string, more: object = {}): Promise<void> {
  const answer = await node.call('POST', `/services/${name}/v1`, { as: 'carl', json: { code, ...more } });
  assert.equal(answer.statusCode, 201, answer.body);
}
const consume = (name: string, json: unknown, headers = {}): Promise<LightMyRequestResponse> =>
  node.call('POST', `/api/${name}/v1`, { as: 'rita', json, headers });
const addition = {
  inputParameterDefinitions: numeric('a', 'b'),
  outputParameterDefinitions: numeric('c'),
};

test('A published service is called at once, by anybody', async () => {
  await publish('add', 'c <- a + b', addition);
  const answer = await consume('add', { a: 1, b: 2.5 });
  assert.equal(answer.statusCode, 200, answer.body);
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
  assert.equal(
    answer.body,
    '{"success":true,"errorMessage":"","outputParameters":{"c":3.5},"outputFiles":{},"consoleOutput":"","changedFiles":[]}',
  );
});

test('A missing input is 400 and named; so is a body that is not JSON', async () => {
  const missing = await consume('add', { a: 1 });
  assert.deepEqual([missing.statusCode, missing.json().fields], [400, 'b']);
  const answer = await node.call('POST', '/api/add/v1', {
    as: 'rita',
    body: '{',
    headers: { 'content-type': 'text/plain' },
  });
  assert.deepEqual([answer.statusCode, answer.json().exceptionType], [400, 'BadRequestException']);
});

test('A service without inputs takes an empty body; a script error is an answer', async () => {
  await publish('failing', 'stop("no luck")');
  const answer = await node.call('POST', '/api/failing/v1', { as: 'rita' });
  assert.equal(answer.statusCode, 200, answer.body);
  assert.equal(answer.json().success, false);
  assert.match(answer.json().errorMessage, /no luck/);
});

test('Stage timings come when they are asked for', async () => {
  assert.equal((await consume('add', { a: 1, b: 2 })).headers['server-timing'], undefined);
  const timed = await consume('add', { a: 1, b: 2 }, { 'x-plinth-timings': '1' });
  const stages = String(timed.headers['server-timing'])
    .split(', ')
    .map((stage) => stage.split(';dur='));
  assert.deepEqual(
    stages.map(([name]) => name),
    ['total', 'webNode', 'createShell', 'initializeShell', 'network', 'computeNode', 'interpreter'],
  );
  for (const [name, milliseconds] of stages) assert.ok(Number(milliseconds) >= 0, name);
});

test('A PATCH is in force with the next call', async () => {
  await publish('changing', 'c <- a + b', addition);
  assert.equal((await consume('changing', { a: 2, b: 5 })).json().outputParameters.c, 7);
  const inputParameterDefinitions = numeric('a', 'b', 'd');
  const json = { code: 'c <- a * b * d', inputParameterDefinitions };
  assert.equal((await node.call('PATCH', '/services/changing/v1', { as: 'carl', json })).statusCode, 200);
  assert.equal((await consume('changing', { a: 2, b: 5 })).statusCode, 400);
  assert.equal((await consume('changing', { a: 2, b: 5, d: 2 })).json().outputParameters.c, 20);
});

test('A call beyond the deadline is stopped and is 500', async () => {
  await publish('slow', 'Sys.sleep(60)');
  const answer = await consume('slow', {});
  assert.deepEqual([answer.statusCode, answer.json().exceptionType], [500, 'TimeoutException']);
});

test('A client that goes away cancels its call', async () => {
  const url = await listen(node.app, 0, '127.0.0.1');
  const leaving = new AbortController();
  const call = fetch(`${url}/api/slow/v1`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await node.tokenOf('rita')}` },
    signal: leaving.signal,
  });
  const load = async () => {
    const call = { method: 'GET', path: '/health', correlationId: 'test' } as const;
    const answer = await node.context.computeNodes.choose().request(call);
    return (await answer.json<ComputeHealth>()).load.active;
  };
  await until('The call runs', async () => (await load()) === 1);
  leaving.abort();
  await assert.rejects(call, { name: 'AbortError' });
  await until('The call is stopped long before its deadline', async () => (await load()) === 0, 2500);
  assert.doesNotMatch(node.log.join(''), /\[Error\]/);
});

test('A runtime that no compute node has is refused at publish', async () => {
  const json = { code: 'x', runtimeType: 'Python' };
  const answer = await node.call('POST', '/services/py/v1', { as: 'carl', json });
  assert.deepEqual([answer.statusCode, answer.json().fields], [400, 'runtimeType']);
});

test('While no compute node answers calls are 503; after its restart everything works again', async () => {
  await compute.stop();
  const refused = await consume('add', { a: 1, b: 2 });
  assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [503, '1']);
  assert.equal(refused.json().exceptionType, 'BackEndBusyException');
  await compute.start();
  const answers = await until('The node is found again', async () => {
    const calls = await Promise.all([1, 2, 3].map((a) => consume('add', { a, b: 2 })));
    return calls.every(({ statusCode }) => statusCode === 200) && calls;
  });
  assert.deepEqual(
    answers.map((answer) => answer.json().outputParameters.c),
    [3, 4, 5],
  );
});
