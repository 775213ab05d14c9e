import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError, assertStatus } from '../support/http-client.ts';
import {
  consume,
  type Definition,
  inBoth,
  openSession,
  publish,
  publishBody,
  runtimes,
  signedIn,
  takeSnapshot,
  uniqueName,
} from '../support/platform.ts';

interface WebService {
  name: string;
  version: string;
  versionPublishedBy: string;
  creationTime: string;
  description: string | null;
  runtimeType: string;
  code: string | null;
  inputParameterDefinitions: { name: string; type: string }[];
  myPermissionOnService: string;
}

/** The same service in both languages: total = price * qty. */
const order = (runtime: 'R' | 'Python', more: Partial<Definition> = {}): Definition => ({
  code: inBoth({ R: 'total <- price * qty', Python: 'total = price * qty' }, runtime),
  runtimeType: runtime,
  inputs: { price: 'numeric', qty: 'integer' },
  outputs: { total: 'numeric' },
  description: 'Order value',
  ...more,
});

for (const runtime of runtimes) {
  test(`rest-22: valid ${runtime} code is published, and its swagger is there at once`, async () => {
    const client = await signedIn();
    const name = uniqueName('order');
    const answer = assertStatus(await client.post(`/services/${name}/v1`, publishBody(order(runtime))), 201);
    assert.equal(answer.text, `"/api/${name}/v1"`);
    assert.equal(answer.headers.get('location'), `/services/${name}/v1`);
    const swagger = assertStatus(await client.get(`/api/${name}/v1/swagger.json`), 200);
    assert.deepEqual(swagger.json<{ info: object }>().info, {
      title: name,
      version: 'v1',
      description: 'Order value',
    });
    const result = assertStatus(await client.post(`/api/${name}/v1`, { price: 19.99, qty: 3 }), 200);
    assert.equal(result.json<{ outputParameters: { total: number } }>().outputParameters.total, 19.99 * 3);
  });

  test(`rest-24: a ${runtime} service published without version gets a GUID`, async () => {
    const client = await signedIn();
    const name = uniqueName('order');
    const answer = assertStatus(await client.post(`/services/${name}`, publishBody(order(runtime))), 201);
    const [listed] = (await client.get(`/services/${name}`)).json<WebService[]>();
    assert.match(listed?.version ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.equal(answer.text, `"/api/${name}/${listed?.version}"`);
  });

  test(`rest-31: PATCH of only the description of a ${runtime} service changes nothing else`, async () => {
    const client = await signedIn();
    const { name, api } = await publish(client, order(runtime));
    const one = async () => (await client.get(`/services/${name}/v1`)).json<WebService[]>()[0];
    const before = await one();
    const answer = assertStatus(await client.patch(`/services/${name}/v1`, { description: 'New' }), 200);
    assert.equal(typeof answer.json<string>(), 'string');
    assert.deepEqual(await one(), { ...before, description: 'New' });
    const swagger = (await client.get(`${api}/swagger.json`)).json<{ info: { description: string } }>();
    assert.equal(swagger.info.description, 'New');
  });

  test(`rest-32: an input added to a ${runtime} service by PATCH is demanded`, async () => {
    const client = await signedIn();
    const service = await publish(client, order(runtime));
    await consume(client, service, { price: 1, qty: 1 });
    const inputs = [
      { name: 'price', type: 'numeric' },
      { name: 'qty', type: 'integer' },
      { name: 'tax', type: 'numeric' },
    ];
    const patch = { inputParameterDefinitions: inputs };
    assertStatus(await client.patch(`/services/${service.name}/v1`, patch), 200);
    assert.equal(assertError(await client.post(service.api, { price: 1, qty: 1 }), 400).fields, 'tax');
    await consume(client, service, { price: 1, qty: 1, tax: 0.2 });
  });

  test(`rest-38: a ${runtime} service keeps working when the snapshot it was published from is deleted`, async () => {
    const client = await signedIn();
    await using session = await openSession(client, runtime);
    await session.run(inBoth({ R: 'factor_of <- 7', Python: 'factor_of = 7' }, runtime));
    const snapshotId = await takeSnapshot(session);
    const service = await publish(client, {
      code: inBoth({ R: 'y <- x * factor_of', Python: 'y = x * factor_of' }, runtime),
      runtimeType: runtime,
      inputs: { x: 'numeric' },
      outputs: { y: 'numeric' },
      snapshotId,
    });
    assert.equal((await consume(client, service, { x: 6 })).outputParameters.y, 42);
    assertStatus(await client.delete(`/snapshots/${snapshotId}`), 200);
    assertError(await client.get(`/snapshots/${snapshotId}`), 404);
    assert.equal((await consume(client, service, { x: 6 })).outputParameters.y, 42);
  });
}

test('rest-23: publishing what exists is 409, and PATCH is pointed out', async () => {
  const client = await signedIn();
  const { name } = await publish(client, order('R'));
  const error = assertError(await client.post(`/services/${name}/v1`, publishBody(order('Python'))), 409);
  assert.equal(error.exceptionType, 'ConflictException');
  assert.match(error.message, /PATCH/);
});

test('rest-25 to rest-30: what cannot be published is 400 naming the field, and nothing is stored', async () => {
  const client = await signedIn();
  const good = publishBody(order('R'));
  const parameters = (...list: object[]) => ({ inputParameterDefinitions: list });
  const number = { name: 'a', type: 'numeric' };
  const unknownSnapshot = '00000000-0000-4000-8000-000000000000';
  const { code: _, ...withoutCode } = good;
  const bad: [check: string, body: unknown, fields: RegExp][] = [
    ['25', withoutCode, /code/],
    ['25', { ...good, code: '' }, /code/],
    ['25', { ...good, code: 5 }, /code/],
    ['26', { ...good, ...parameters({ name: 'a', type: 'dataframe' }) }, /inputParameterDefinitions/],
    ['26', { ...good, ...parameters({ name: 'a' }) }, /inputParameterDefinitions/],
    ['26', { ...good, ...parameters({ type: 'numeric' }) }, /inputParameterDefinitions/],
    ['27', { ...good, ...parameters(number, number) }, /inputParameterDefinitions/],
    ['28', { ...good, runtimeType: 'Realtime' }, /runtimeType/],
    ['28', { ...good, runtimeType: 'Julia' }, /runtimeType/],
    ['29', { ...good, snapshotId: unknownSnapshot }, /snapshotId/],
    ['30', { ...good, outputFileNames: ['../x'] }, /outputFileNames/],
    ['30', { ...good, outputFileNames: ['x', 'x'] }, /outputFileNames/],
    ['30', { ...good, outputFileNames: [''] }, /outputFileNames/],
  ];
  const name = uniqueName('bad');
  for (const [check, body, fields] of bad) {
    const error = assertError(await client.post(`/services/${name}/v1`, body), 400);
    assert.match(error.fields ?? '', fields, `rest-${check}: ${JSON.stringify(body)}: ${error.message}`);
  }
  assertError(await client.request('POST', `/services/${name}/v1`), 400);
  assertError(await client.post(`/services/${name}/v1`, [good]), 400);
  assert.deepEqual((await client.get(`/services/${name}`)).json(), []);
});

test('rest-29: a snapshot of the other runtime is 400', async () => {
  const client = await signedIn();
  await using session = await openSession(client, 'Python');
  const snapshotId = await takeSnapshot(session);
  const body = publishBody(order('R', { snapshotId }));
  assert.match(
    assertError(await client.post(`/services/${uniqueName('bad')}/v1`, body), 400).fields ?? '',
    /snapshotId/,
  );
});

test('rest-33: PATCH of an unknown version is 404, of the runtime 400', async () => {
  const client = await signedIn();
  const { name } = await publish(client, order('R'));
  assertError(await client.patch(`/services/${name}/v2`, { description: 'x' }), 404);
  assertError(await client.patch(`/services/${name}/v1`, { runtimeType: 'Python' }), 400);
  assertError(await client.patch(`/services/${name}/v1`, { code: '' }), 400);
  assertStatus(await client.patch(`/services/${name}/v1`, { runtimeType: 'r', description: 'x' }), 200);
});

test('rest-34: DELETE is 200 with an empty body; then nothing is there; names match by case', async () => {
  const client = await signedIn();
  const { name, api } = await publish(client, order('R'));
  assertError(await client.get(`/services/${name.toUpperCase()}/v1`), 404);
  assertError(await client.delete(`/services/${name}/V1`), 404);
  const deleted = assertStatus(await client.delete(`/services/${name}/v1`), 200);
  assert.equal(deleted.bytes.length, 0);
  assertError(await client.get(`/services/${name}/v1`), 404);
  assertError(await client.post(api, { price: 1, qty: 1 }), 404);
  assertError(await client.get(`${api}/swagger.json`), 404);
  assertError(await client.delete(`/services/${name}/v1`), 404);
});

test('rest-35: all versions of a name are listed by creation; an unknown name gives an empty list', async () => {
  const client = await signedIn();
  const name = uniqueName('versions');
  for (const version of ['v3', 'v1', 'v2'])
    assertStatus(await client.post(`/services/${name}/${version}`, publishBody(order('R'))), 201);
  const listed = (await client.get(`/services/${name}`)).json<WebService[]>();
  assert.deepEqual(
    listed.map(({ version }) => version),
    ['v3', 'v1', 'v2'],
  );
  const all = (await client.get('/services')).json<WebService[]>();
  assert.equal(all.filter((service) => service.name === name).length, 3);
  assert.deepEqual((await client.get(`/services/${uniqueName('unknown')}`)).json(), []);
});

test('rest-36: one version is an array of exactly one element with everything in order', async () => {
  const client = await signedIn();
  const { name } = await publish(client, order('R'));
  const services = assertStatus(await client.get(`/services/${name}/v1`), 200).json<WebService[]>();
  assert.equal(services.length, 1);
  assert.deepEqual(Object.keys(services[0] ?? {}), [
    'name',
    'version',
    'versionPublishedBy',
    'creationTime',
    'snapshotId',
    'runtimeType',
    'initCode',
    'code',
    'description',
    'operationId',
    'inputParameterDefinitions',
    'outputParameterDefinitions',
    'outputFileNames',
    'myPermissionOnService',
  ]);
  assert.match(services[0]?.creationTime ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?$/);
  assert.equal(services[0]?.versionPublishedBy, 'admin');
  assert.equal(services[0]?.myPermissionOnService, 'read/write');
});

test('rest-37: names and versions with dashes, dots and blanks work, encoded or not', async () => {
  const client = await signedIn();
  const [name, version] = [uniqueName('add-service'), 'v1.0.0-alpha'];
  const encode = (text: string): string => [...text].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('');
  assertStatus(await client.post(`/services/${encode(name)}/${version}`, publishBody(order('R'))), 201);
  for (const path of [`${name}/${version}`, `${encode(name)}/${encode(version)}`]) {
    assertStatus(await client.post(`/api/${path}`, { price: 2, qty: 2 }), 200);
    assertStatus(await client.get(`/api/${path}/swagger.json`), 200);
  }
  assertStatus(await client.delete(`/services/${name}/${encode(version)}`), 200);
  const spaced = `${uniqueName('größe')} x`;
  const answer = await client.post(`/services/${encodeURIComponent(spaced)}/v1`, publishBody(order('R')));
  assert.equal(assertStatus(answer, 201).text, `"/api/${encodeURIComponent(spaced)}/v1"`);
  assert.equal(
    (await client.get(`/services/${encodeURIComponent(spaced)}`)).json<WebService[]>()[0]?.name,
    spaced,
  );
});
