import assert from 'node:assert/strict';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ComputeErrorBody, type ComputeHealth, clusterKeyHeader } from '../contracts/compute-api.ts';
import { clusterKey, startTestNode, type TestNode } from './testing/test-node.ts';

describe('control calls', () => {
  let node: TestNode;
  before(async () => {
    node = await startTestNode((config) => {
      config.Runtimes.R.Enabled = false;
      config.Kestrel.Limits.MaxJsonBodySize = 10_000;
    });
  });
  after(() => node[Symbol.asyncDispose]());

  test('probes are open', async () => {
    for (const [path, word] of [
      ['/ping', 'pong'],
      ['/livez', 'pong'],
      ['/healthz', 'pong'],
      ['/readyz', 'ready'],
    ]) {
      const response = await fetch(`${node.address}${path}`);
      assert.deepEqual([response.status, await response.text()], [200, word], path);
    }
  });

  test('the first key pins itself; without it, or with another, everything else is 403', async () => {
    await node.json('GET', '/health');
    for (const headers of [{}, { [clusterKeyHeader]: 'f'.repeat(64) }])
      for (const path of ['/health', '/nowhere', '/sessions/x/files']) {
        const response = await fetch(`${node.address}${path}`, {
          headers: headers as Record<string, string>,
        });
        assert.equal(response.status, 403, path);
        assert.equal(((await response.json()) as ComputeErrorBody).error, 'Forbidden');
      }
    const pin = join(node.home, 'data', 'computenode', 'cluster-key.sha256');
    assert.equal(statSync(pin).mode & 0o777, 0o600);
    assert.ok(node.log.some((line) => line.includes('[Warning]') && line.includes('Forbidden')));
  });

  test('health says what the node has and does', async () => {
    const health = await node.json<ComputeHealth>('GET', '/health');
    assert.equal(health.ready, true);
    assert.deepEqual(Object.keys(health.runtimes), ['Python']);
    assert.equal(health.load.active, 0);
    assert.ok(health.load.limit > 0);
  });

  test('unknown paths and malformed bodies are answered with the error body', async () => {
    const cases: [string, string, unknown, number, string][] = [
      ['GET', '/nowhere', undefined, 404, 'NotFound'],
      ['POST', '/sessions', '{not json', 400, 'InvalidRequest'],
      ['POST', '/sessions', undefined, 400, 'InvalidRequest'],
      ['POST', '/sessions', [], 400, 'InvalidRequest'],
      ['PUT', '/services/abc', { name: 'x' }, 400, 'InvalidRequest'],
      ['PUT', '/services/abc', 'x'.repeat(20_000), 413, 'PayloadTooLarge'],
      ['DELETE', '/sessions/unknown', undefined, 404, 'NotFound'],
      ['GET', '/sessions/%zz/files', undefined, 400, 'InvalidRequest'],
      ['HEAD', `/blobs/${'0'.repeat(64)}`, undefined, 404, ''],
    ];
    for (const [method, path, body, status, error] of cases) {
      const response = await node.call(method, path, body);
      assert.equal(response.status, status, `${method} ${path}`);
      if (error !== '')
        assert.equal(((await response.json()) as ComputeErrorBody).error, error, `${method} ${path}`);
    }
  });

  test('a body that does not fit names the field', async () => {
    const body = { id: 's', runtime: 'Perl', owner: 'o', snapshot: null, idleTimeoutMs: 0 };
    const response = await node.call('POST', '/sessions', body);
    assert.equal(((await response.json()) as ComputeErrorBody).fields, 'runtime');
  });

  test('a runtime that is not installed is refused', async () => {
    const body = { id: 's', runtime: 'R', owner: 'o', snapshot: null, idleTimeoutMs: 0 };
    const response = await node.call('POST', '/sessions', body);
    assert.equal(response.status, 400);
    assert.match(((await response.json()) as ComputeErrorBody).message, /does not run R/);
  });

  test('blobs are verified and found again', async () => {
    const wrong = await node.call('PUT', `/blobs/${'0'.repeat(64)}`, 'something else');
    assert.equal(wrong.status, 400);
    const hash = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
    assert.equal((await node.call('PUT', `/blobs/${hash}`, 'hello')).status, 204);
    assert.equal((await node.call('HEAD', `/blobs/${hash}`)).status, 200);
  });

  test('a call is logged with the correlation id of its request', async () => {
    await (await node.call('GET', '/health', undefined, { 'x-correlation-id': 'trace-me' })).text();
    assert.ok(
      node.log.some((line) => /\[Information\] GET \/health 200 in \d+ ms \(request trace-me\)/.test(line)),
    );
  });
});

test('a node that was not set up answers its probes and trusts nobody', async () => {
  await using node = await startTestNode((config) => {
    config.configured = '';
  });
  assert.equal((await fetch(`${node.address}/ping`)).status, 200);
  assert.equal((await fetch(`${node.address}/readyz`)).status, 503);
  const health = await node.call('GET', '/health');
  assert.equal(health.status, 503);
  assert.equal(((await health.json()) as ComputeErrorBody).error, 'NotConfigured');
  assert.throws(() => statSync(join(node.home, 'data')), { code: 'ENOENT' });
});

describe('a port that cannot be had', () => {
  let other: Server;
  before(async () => {
    other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
  });
  after(() => other.close());

  test('stops the start with a sentence that says what to do', async () => {
    const { port } = other.address() as { port: number };
    await assert.rejects(
      startTestNode((config) => {
        config.Kestrel.Port = port;
        config.Pool.InitialSize = 0;
      }),
      {
        code: 'Conflict',
        fields: 'Kestrel.Port',
        message: new RegExp(`Port ${port} is used by another program`),
      },
    );
  });
});

test('without an address of its own the node listens on every interface', async () => {
  await using node = await startTestNode((config) => {
    config.Kestrel.BindAddress = '';
    config.Pool.InitialSize = 0;
  });
  const { port } = new URL(node.address);
  const response = await fetch(`http://127.0.0.1:${port}/ping`, {
    headers: { [clusterKeyHeader]: clusterKey },
  });
  assert.equal(response.status, 200);
});
