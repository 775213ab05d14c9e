import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./main.ts', import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** The program as an operator starts it, in a home of its own. */
function start(context: TestContext, port: number, environment: Record<string, string> = {}) {
  const home = mkdtempSync(join(tmpdir(), 'plinth-main-'));
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: process.env.PATH,
      PLINTH_HOME: home,
      PLINTH_COMPUTENODE__configured: 'test',
      PLINTH_COMPUTENODE__Kestrel__Port: String(port),
      PLINTH_COMPUTENODE__Kestrel__BindAddress: '127.0.0.1',
      PLINTH_COMPUTENODE__Pool__InitialSize: '0',
      PLINTH_COMPUTENODE__Logging__LogLevel__Default: 'Information',
      ...environment,
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const exited = once(child, 'exit');
  context.after(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
    rmSync(home, { recursive: true, force: true });
  });
  const logs = join(home, 'logs', 'computenode');
  const log = (): string =>
    readdirSync(logs)
      .map((name) => readFileSync(join(logs, name), 'utf8'))
      .join('');
  return { child, exited, stderr: text(child.stderr), log };
}

test('the process starts, writes its log, and SIGTERM ends it in order', async (context) => {
  const port = await freePort();
  const { child, exited, log } = start(context, port);
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/ping`).then(
      ({ status }) => status === 200,
      () => false,
    );
  while (!(await answers())) {
    assert.equal(child.exitCode, null);
    await delay(20);
  }
  child.kill('SIGTERM');
  assert.deepEqual(await exited, [0, null]);
  assert.match(log(), /\[Information\] The compute node listens on http:\/\/127\.0\.0\.1:\d+\.\n/);
  assert.match(log(), /\[Information\] The compute node stops: SIGTERM\.\n$/);
});

test('an occupied port ends it with one sentence, on stderr and in the log', async (context) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  context.after(() => other.close());
  const { port } = other.address() as { port: number };
  const { exited, stderr, log } = start(context, port);
  assert.deepEqual(await exited, [1, null]);
  const sentence = `Port ${port} is used by another program. Stop it, or set another Kestrel.Port.`;
  assert.equal(await stderr, `The compute node cannot start. ${sentence}\n`);
  assert.ok(log().includes('[Critical]') && log().includes(sentence));
});

test('settings that cannot be used end it with the key that is wrong', async (context) => {
  const { exited, stderr } = start(context, 12805, { PLINTH_COMPUTENODE__Pool__MaxSize: 'many' });
  assert.deepEqual(await exited, [1, null]);
  assert.match(await stderr, /The compute node cannot start\..*\n.*Pool\.MaxSize/);
});
