import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestNode, type TestNode } from '../../../test/support/web-node.ts';

let node: TestNode;

before(async () => {
  node = await startTestNode();
});
after(() => node.close());

const code = 'total <- price * qty';
const definition = {
  code,
  initCode: 'library(stats)\r\n',
  operationId: 'orderTotal',
  description: 'Order value',
  inputParameterDefinitions: [
    { name: 'price', type: 'numeric' },
    { name: 'qty', type: 'integer' },
  ],
  outputParameterDefinitions: [{ name: 'total', type: 'numeric' }],
  outputFileNames: ['chart.png'],
};

const publish = (path: string, json: unknown = { code }, as = 'carl') =>
  node.call('POST', `/services/${path}`, { as, json });
const get = (path: string, as = 'carl') => node.call('GET', `/services/${path}`, { as });
const patch = (path: string, json: unknown, as = 'carl') =>
  node.call('PATCH', `/services/${path}`, { as, json });
const remove = (path: string, as = 'carl') => node.call('DELETE', `/services/${path}`, { as });

test('Publishing answers 201 with the quoted path and Location, percent-encoded per segment', async () => {
  const answer = await publish('add%20service/v1.0.0-alpha', definition);
  assert.equal(answer.statusCode, 201, answer.body);
  assert.equal(answer.body, '"/api/add%20service/v1.0.0-alpha"');
  assert.equal(answer.headers.location, '/services/add%20service/v1.0.0-alpha');
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
  const swagger = await node.call('GET', '/api/add%20service/v1.0.0-alpha/swagger.json', { as: 'rita' });
  assert.equal(swagger.statusCode, 200);
  assert.match(swagger.body, /^\{\n {2}"swagger": "2\.0"/);
});

test('One version is an array of one, with its properties in order', async () => {
  const answer = await get('add%20service/v1.0.0-alpha');
  const [service, ...others] = answer.json();
  assert.deepEqual(others, []);
  const { creationTime, ...rest } = service;
  assert.match(creationTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?$/);
  assert.deepEqual(rest, {
    name: 'add service',
    version: 'v1.0.0-alpha',
    versionPublishedBy: 'carl',
    snapshotId: null,
    runtimeType: 'R',
    initCode: 'library(stats)\n',
    code,
    description: 'Order value',
    operationId: 'orderTotal',
    inputParameterDefinitions: definition.inputParameterDefinitions,
    outputParameterDefinitions: definition.outputParameterDefinitions,
    outputFileNames: ['chart.png'],
    myPermissionOnService: 'read/write',
  });
  assert.deepEqual(Object.keys(service).slice(0, 6), [
    'name',
    'version',
    'versionPublishedBy',
    'creationTime',
    'snapshotId',
    'runtimeType',
  ]);
});

test('An existing version is a conflict that points to PATCH, whoever publishes', async () => {
  await publish('twice/v1');
  for (const user of ['carl', 'cora', 'olga']) {
    const answer = await publish('twice/v1', { code }, user);
    assert.equal(answer.statusCode, 409);
    assert.match(answer.json().message, /PATCH \/services\/twice\/v1/);
  }
  const races = await Promise.all([1, 2, 3].map(() => publish('race/v1')));
  assert.deepEqual(races.map(({ statusCode }) => statusCode).sort(), [201, 409, 409]);
});

test('Without a version a GUID is given and told', async () => {
  const answer = await publish('guid');
  assert.match(answer.body, /^"\/api\/guid\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"$/);
  const [{ version }] = (await get('guid')).json();
  assert.ok(answer.body.includes(version));
});

test('Each thing that is not acceptable is 400 and names its field; nothing is stored', async () => {
  const inputs = 'inputParameterDefinitions';
  const wrong: [string, unknown, string | null][] = [
    ['bad/v1', {}, 'code'],
    ['bad/v1', { code: '' }, 'code'],
    ['bad/v1', { code: null }, 'code'],
    ['bad/v1', { code: 5 }, 'code'],
    ['bad/v1', { code: 'a\0b' }, 'code'],
    ['bad/v1', [], null],
    ['bad/v1', { code, runtimeType: 'Realtime' }, 'runtimeType'],
    ['bad/v1', { code, [inputs]: [{ name: 'a' }] }, `${inputs}[0].type`],
    ['bad/v1', { code, [inputs]: [{ type: 'numeric' }] }, `${inputs}[0].name`],
    ['bad/v1', { code, [inputs]: [{ name: 'a', type: 'dataframe' }] }, `${inputs}[0].type`],
    ['bad/v1', { code, [inputs]: [1, 2].map(() => ({ name: 'a', type: 'numeric' })) }, `${inputs}[1].name`],
    ['bad/v1', { code, [inputs]: {} }, inputs],
    ['bad/v1', { code, outputFileNames: ['../x'] }, 'outputFileNames[0]'],
    ['bad/v1', { code, outputFileNames: ['a', 'a'] }, 'outputFileNames[1]'],
    ['bad/v1', { code, snapshotId: '0f8fad5b-d9cb-469f-a165-70867728950e' }, 'snapshotId'],
    ['bad/v1', { code, description: 5 }, 'description'],
    [`${'x'.repeat(257)}/v1`, { code }, 'name'],
    ['bad/a%2Fb', { code }, 'version'],
    ['bad/%25', { code }, 'version'],
    ['%E2%80%8A/v1', { code }, 'name'],
  ];
  for (const [path, json, fields] of wrong) {
    const answer = await publish(path, json);
    assert.equal(answer.statusCode, 400, `${JSON.stringify(json)}: ${answer.body}`);
    assert.equal(answer.json().fields, fields, JSON.stringify(json));
  }
  assert.deepEqual((await get('bad')).json(), []);
});

test('Names of properties match in any case, null is absent, unknown ones are ignored', async () => {
  const answer = await publish('habits/v1', {
    CODE: code,
    RuntimeType: 'PYTHON',
    Description: null,
    inputparameterdefinitions: [{ Name: 'x', TYPE: 'numeric', extra: 1 }],
    whatever: {},
  });
  assert.equal(answer.statusCode, 201, answer.body);
  const [service] = (await get('habits/v1')).json();
  assert.equal(service.runtimeType, 'Python');
  assert.equal(service.description, null);
  assert.deepEqual(service.inputParameterDefinitions, [{ name: 'x', type: 'numeric' }]);
});

test('Readers may look but not publish, and are refused before their body is read', async () => {
  const answer = await node.call('POST', '/services/n/v1', { as: 'rita', body: '{' });
  assert.deepEqual([answer.statusCode, answer.json().exceptionType], [403, 'ForbiddenException']);
  assert.equal((await remove('unknown/v1', 'rita')).statusCode, 403);
  assert.equal((await node.call('GET', '/services', { as: 'rita' })).statusCode, 200);
});

test('Code is shown to the publisher and to Owners only', async () => {
  await publish('secret/v1', { code, initCode: 'x <- 1' });
  const seen = async (user: string) => {
    const [service] = (await get('secret/v1', user)).json();
    return [service.code, service.initCode, service.myPermissionOnService];
  };
  assert.deepEqual(await seen('carl'), [code, 'x <- 1', 'read/write']);
  assert.deepEqual(await seen('olga'), [code, 'x <- 1', 'read/write']);
  assert.deepEqual(await seen('cora'), [null, null, 'read only']);
  assert.deepEqual(await seen('rita'), [null, null, 'read only']);
});

test('PATCH changes what it names; the swagger follows at once', async () => {
  await publish('patched/v1', definition);
  await node.call('GET', '/api/patched/v1/swagger.json', { as: 'rita' });
  const [before] = (await get('patched/v1')).json();
  const answer = await patch('patched/v1', { description: 'Sum', initCode: '', outputFileNames: [] });
  assert.deepEqual([answer.statusCode, answer.body], [200, '"/api/patched/v1"']);
  const [after_] = (await get('patched/v1')).json();
  assert.deepEqual(after_, { ...before, description: 'Sum', initCode: null, outputFileNames: [] });
  const swagger = await node.call('GET', '/api/patched/v1/swagger.json', { as: 'rita' });
  assert.equal(swagger.json().info.description, 'Sum');
});

test('PATCH checks syntax, existence, ownership and meaning in this order', async () => {
  await publish('ordered/v1');
  const status = async (path: string, json: unknown, user?: string) =>
    (await patch(path, json, user)).statusCode;
  assert.equal(await status('unknown/v1', { code: '' }), 400);
  assert.equal(await status('unknown/v1', { runtimeType: 'Python' }), 404);
  assert.equal(await status('ordered/v1', { runtimeType: 'Python' }, 'cora'), 403);
  assert.equal(await status('ordered/v1', { runtimeType: 'Python' }), 400);
  assert.equal(await status('ordered/v1', { runtimeType: 'r' }), 200);
  assert.equal(await status('ordered/v1', {}, 'olga'), 200);
  assert.equal(await status('Ordered/v1', {}), 404);
});

test('Of many PATCHes at once none is lost', async () => {
  await publish('busy/v1');
  const changes = [{ description: 'd' }, { operationId: 'o' }, { initCode: 'i' }];
  const answers = await Promise.all(changes.map((change) => patch('busy/v1', change)));
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    [200, 200, 200],
  );
  const [{ description, operationId, initCode }] = (await get('busy/v1')).json();
  assert.deepEqual([description, operationId, initCode], ['d', 'o', 'i']);
});

test('DELETE is for the publisher and Owners, empties the answer and the catalogue', async () => {
  await publish('gone/v1');
  await publish('gone/v2');
  assert.equal((await node.call('GET', '/api/gone/v1/swagger.json', { as: 'rita' })).statusCode, 200);
  assert.equal((await remove('gone/v1', 'cora')).statusCode, 403);
  assert.equal((await remove('GONE/v1')).statusCode, 404);
  const answer = await remove('gone/v1');
  assert.deepEqual([answer.statusCode, answer.body, answer.headers['content-length']], [200, '', '0']);
  for (const url of ['/services/gone/v1', '/api/gone/v1/swagger.json'])
    assert.equal((await node.call('GET', url, { as: 'carl' })).statusCode, 404);
  assert.equal((await node.call('POST', '/api/gone/v1', { as: 'carl', json: {} })).statusCode, 404);
  assert.equal((await remove('gone/v1')).statusCode, 404);
  assert.equal((await remove('gone/v2', 'olga')).statusCode, 200);
});

test('Versions of one name are listed by age, names in order', async () => {
  for (const version of ['b', 'a', 'c']) {
    await publish(`aged/${version}`);
    node.pass(10);
  }
  const versions = (await get('aged')).json().map(({ version }: { version: string }) => version);
  assert.deepEqual(versions, ['b', 'a', 'c']);
  const names = (await node.call('GET', '/services', { as: 'rita' }))
    .json()
    .map(({ name }: { name: string }) => name);
  assert.deepEqual(names, [...names].sort());
  assert.deepEqual((await get('unknown')).json(), []);
  assert.equal((await get('unknown/v1')).statusCode, 404);
});

test('A snapshot must be the publisher’s own, unless an Owner publishes, and of the same runtime', async () => {
  const { database, now } = node.context;
  const { hash } = await database.blobs.put(
    (async function* () {
      yield Buffer.from('zip');
    })(),
  );
  const id = '0f8fad5b-d9cb-469f-a165-70867728950e';
  await database.snapshots.insert({
    id,
    name: 's',
    owner: 'carl',
    runtime: 'R',
    createdAt: now(),
    size: 3,
    blob: hash,
  });
  const status = async (path: string, json: object, user: string) => {
    const answer = await publish(path, { code, ...json }, user);
    return [answer.statusCode, answer.json().fields];
  };
  assert.deepEqual(await status('snap/v1', { snapshotId: id }, 'cora'), [400, 'snapshotId']);
  assert.deepEqual(await status('snap/v1', { snapshotId: id, runtimeType: 'Python' }, 'carl'), [
    400,
    'snapshotId',
  ]);
  assert.equal((await status('snap/v1', { snapshotId: id.toUpperCase() }, 'carl'))[0], 201);
  assert.equal((await status('snap/v2', { snapshotId: id }, 'olga'))[0], 201);
  assert.equal((await status('snap/v3', { snapshotId: '' }, 'carl'))[0], 201);
  const [{ snapshotId }] = (await get('snap/v1')).json();
  assert.equal(snapshotId, id);
  assert.equal((await patch('snap/v1', { snapshotId: '' })).statusCode, 200);
  assert.equal((await get('snap/v1')).json()[0].snapshotId, null);
});
