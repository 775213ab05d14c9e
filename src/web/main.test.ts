import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { freePort, startTestCompute } from '../../test/support/compute-node.ts';
import { assertError, assertStatus, httpClient } from '../../test/support/http-client.ts';
import { until } from '../../test/support/until.ts';
import { hashPassword } from '../identity/passwords.ts';

const password = 'Plinth-test-1!';
let home: string;
let port: number;
let url: string;
let child: ChildProcess;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'plinth-main-'));
  port = await freePort();
  url = `http://localhost:${port}`;
});
afterEach(() => {
  child.kill('SIGKILL');
  rmSync(home, { recursive: true });
});

/** Resolves when the process answers. */
async function start(settings: Record<string, string>): Promise<void> {
  const environment = Object.entries(settings).map(([key, value]) => [`PLINTH_WEBNODE__${key}`, value]);
  child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: {
      PLINTH_HOME: home,
      PLINTH_WEBNODE__Kestrel__Port: String(port),
      ...Object.fromEntries(environment),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await until('The web node answers', async () => (await httpClient(url).get('/ping')).status === 200);
}

const exited = async (): Promise<number | null> => {
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
};

test('A node that was not set up answers its probes and nothing else', async () => {
  await start({});
  const client = httpClient(url);
  for (const path of ['/livez', '/healthz']) assert.equal((await client.get(path)).status, 200);
  for (const path of ['/services', '/readyz', '/%zz']) {
    const { exceptionType } = assertError(await client.get(path), 503);
    assert.equal(exceptionType, 'NotConfiguredException');
  }
  assertError(await client.post('/login', { username: 'admin', password }), 503);
  child.kill('SIGTERM');
  assert.equal(await exited(), 0);
});

test('SIGTERM lets a running call end and takes no new connection', async () => {
  const compute = await startTestCompute();
  await start({
    configured: 'configured',
    Authentication__AdminPassword: await hashPassword(password),
    ComputeNodesConfiguration__Uris__Values: JSON.stringify([compute.uri]),
    Logging__LogLevel__Default: 'Information',
  });
  const login = await httpClient(url).post('/login', { username: 'admin', password });
  const client = httpClient(url, login.json<{ access_token: string }>().access_token);
  const published = await client.post('/services/slow/v1', {
    code: 'Sys.sleep(2); y <- 1',
    outputParameterDefinitions: [{ name: 'y', type: 'numeric' }],
  });
  assertStatus(published, 201);
  const call = client.post('/api/slow/v1');
  await until('The call has arrived', () => log().includes('REQUEST POST /api/slow/v1'));
  child.kill('SIGTERM');
  await until('New connections are refused', () =>
    httpClient(url)
      .get('/ping')
      .then(
        () => false,
        () => true,
      ),
  );
  const answer = await call;
  assertStatus(answer, 200);
  assert.equal(answer.json<{ outputParameters: { y: number } }>().outputParameters.y, 1);
  assert.equal(await exited(), 0);
  assert.match(log(), /Stopping after SIGTERM/);
  await compute.close();
});

test('A port that is taken ends the process with one sentence', async () => {
  await start({});
  const second = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: { PLINTH_HOME: home, PLINTH_WEBNODE__Kestrel__Port: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  second.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(second, 'close');
  assert.equal(code, 1);
  assert.equal(
    output,
    `ERROR: Port ${port} is used by another program. Stop it, or set another Kestrel.Port.\n`,
  );
});

function log(): string {
  const folder = join(home, 'logs', 'webnode');
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
}
