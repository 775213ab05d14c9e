import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError, assertStatus } from '../support/http-client.ts';
import { anonymous, signedIn } from '../support/platform.ts';
import { sharedOneBox } from '../support/shared-one-box.ts';

interface Status {
  statusCode: string;
  details: Record<string, unknown>;
  components: Record<string, Status> | null;
}

test('rest-94: a healthy system is pass everywhere, with the documented keys', async () => {
  const { computeUrl } = await sharedOneBox();
  const answer = assertStatus(await (await signedIn()).get('/status'), 200);
  const status = answer.json<Status>();
  assert.deepEqual(Object.keys(status), ['statusCode', 'details', 'components']);
  assert.equal(status.statusCode, 'pass');
  assert.equal(typeof status.details.logPath, 'string');
  assert.deepEqual(Object.keys(status.components ?? {}), ['backends', 'authentication', 'database']);
  const { backends, authentication, database } = status.components ?? {};
  assert.deepEqual(Object.keys(backends?.components ?? {}), [`${computeUrl}/`]);
  const node = backends?.components?.[`${computeUrl}/`];
  assert.equal(node?.statusCode, 'pass');
  assert.equal(node?.components, null);
  for (const prefix of ['r', 'python']) {
    assert.equal(node?.details[`${prefix}CanOpenShell`], 'True');
    for (const name of ['MaxPoolSize', 'ActiveShellCount', 'CurrentPoolSize'])
      assert.equal(typeof node?.details[prefix + name], 'number', prefix + name);
  }
  assert.equal(node?.details.apiVersion, '1.0');
  assert.equal(typeof node?.details.logPath, 'string');
  assert.match(String(node?.details.isolation), /^(bubblewrap|setpriv|none)$/);
  assert.match(String(node?.details.limits), /^(cgroup2|rlimit)$/);
  assert.deepEqual(authentication?.components?.localAdmin, {
    statusCode: 'pass',
    details: { enabled: true },
    components: null,
  });
  assert.deepEqual(database, {
    statusCode: 'pass',
    details: { type: 'sqlite', name: database?.details.name, state: 'Open' },
    components: null,
  });
  assert.equal(typeof database?.details.name, 'string');
  assert.equal(answer.text, JSON.stringify(status));
});

test('rest-94: the status needs a token', async () => {
  assertError(await (await anonymous()).get('/status'), 401);
});

test('the probes are open, tiny, and take any case and a slash at the end', async () => {
  const client = await anonymous();
  for (const path of ['/ping', '/livez', '/healthz', '/readyz', '/Ping/']) {
    const answer = assertStatus(await client.get(path), 200);
    assert.ok(answer.bytes.length < 16, path);
  }
});

test('a known path with another method is 405 with Allow, an unknown one 404', async () => {
  const client = await signedIn();
  const answer = await client.request('PUT', '/services');
  assertError(answer, 405);
  assert.match(answer.headers.get('allow') ?? '', /GET/);
  assertError(await client.get('/no/such/path'), 404);
});

test('every answer names its request', async () => {
  const { headers } = await (await signedIn()).get('/services');
  assert.match(headers.get('x-correlation-id') ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});
