import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestCompute, type TestCompute } from '../../../test/support/compute-node.ts';
import { DIALECTS, type TestDatabase } from '../../../test/support/databases.ts';
import { until } from '../../../test/support/until.ts';
import type { Database } from '../../database/database.ts';
import { silentLogger } from '../../lib/logger.ts';
import { ComputeNodeRegistry } from './registry.ts';

const silent = 'http://127.0.0.1:1';
let compute: TestCompute;
let folder: TestDatabase;
let database: Database;
let registry: ComputeNodeRegistry;
/** Two names of the same node count as two nodes. */
let uris: [string, string];

before(async () => {
  compute = await startTestCompute();
  uris = [compute.uri, compute.uri.replace('localhost', '127.0.0.1')];
  folder = await DIALECTS[0]!.create();
  database = await folder.open();
  await database.computeNodes.add([silent, ...uris, 'http://127.0.0.1:2-4']);
  registry = new ComputeNodeRegistry({
    entries: database.computeNodes,
    clusterKey: 'k'.repeat(64),
    connectTimeout: 1000,
    answerTimeout: 10_000,
    probeInterval: 500,
    logger: silentLogger,
  });
  await registry.start();
});
after(async () => {
  await registry.close();
  await database.close();
  await folder.remove();
  await compute.close();
});

const states = () =>
  Object.fromEntries(
    registry.list().map(({ node, health, declared }) => [node.uri, [health !== null, declared]]),
  );

test('After the start it is known who answers, and who was declared how', () => {
  assert.deepEqual(states(), {
    [silent]: [false, 'uri'],
    [uris[0]]: [true, 'uri'],
    [uris[1]]: [true, 'uri'],
    'http://127.0.0.1:2': [false, 'range'],
    'http://127.0.0.1:3': [false, 'range'],
    'http://127.0.0.1:4': [false, 'range'],
  });
});

test('Equally loaded nodes take turns; silent ones are not offered', () => {
  const turns = [1, 2, 3, 4].map(() => registry.choose().uri);
  assert.equal(turns.filter((uri) => uri === uris[0]).length, 2);
  assert.deepEqual(
    registry
      .candidates()
      .map(({ uri }) => uri)
      .sort(),
    [...uris].sort(),
  );
});

test('The node with fewer executions comes first', () => {
  const busy = registry.find(uris[0])!;
  busy.inFlight = 3;
  for (let turn = 0; turn < 3; turn++) assert.equal(registry.choose().uri, uris[1]);
  busy.inFlight = 0;
});

test('A node taken from the list gets no new work but is still found', async () => {
  await database.computeNodes.remove([uris[1]]);
  await until('The list was read again', () => registry.list().length === 5);
  assert.deepEqual(
    registry.candidates().map(({ uri }) => uri),
    [uris[0]],
  );
  assert.equal(registry.find(uris[1])?.uri, uris[1]);
  assert.equal(registry.find('http://unknown:1'), undefined);
});

test('A node that stops is busy for everybody, and back soon after it starts', async () => {
  const node = registry.choose();
  await compute.stop();
  const call = { method: 'GET', path: '/health', correlationId: 'c' } as const;
  await assert.rejects(node.request(call), { code: 'BackEndBusy' });
  await until('It is noticed', () => registry.candidates().length === 0);
  assert.throws(() => registry.choose(), { code: 'BackEndBusy' });
  await compute.start();
  await until('It is found again', () => registry.candidates().length === 1);
});
