import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import { frameKind } from '../../contracts/compute-api.ts';
import { encodeFrame } from '../../domain/execution-frames.ts';
import { FrameWriter } from '../../lib/frame-writer.ts';
import { silentLogger } from '../../lib/logger.ts';
import { FrameClient } from '../testing/frame-client.ts';
import { FrameConnection, type Run } from './frame-connection.ts';

/** Both ends of a real connection, with `run` in place of interpreters. */
async function connected(
  context: TestContext,
  run: Run,
  options: { wallClock?: number; budget?: number } = {},
): Promise<{ client: FrameClient; connection: FrameConnection; closed: Promise<void> }> {
  const closed = Promise.withResolvers<void>();
  const made = Promise.withResolvers<FrameConnection>();
  const server = createServer().on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: plinth-frames\r\n\r\n');
    made.resolve(
      new FrameConnection(socket, {
        run,
        wallClock: options.wallClock ?? 60_000,
        budget: { left: options.budget ?? 1000 },
        logger: silentLogger,
        closed: closed.resolve,
      }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = await FrameClient.open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'k');
  const connection = await made.promise;
  context.after(() => {
    client.close();
    connection.destroy();
    server.close();
  });
  return { client, connection, closed: closed.promise };
}

const timings: [number, number, number, number] = [0, 0, 0, 0];
const echo: Run = async (_header, body) => ({ header: { timings }, body });
const forever: Run = (_header, _body, signal) =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(null)));

test('bodies beyond the budget are refused until others have ended', async (context) => {
  const held = Promise.withResolvers<void>();
  const { client } = await connected(
    context,
    async (header, body, signal) => {
      await held.promise;
      return echo(header, body, signal);
    },
    { budget: 10 },
  );
  const first = client.execute({}, '12345678');
  assert.equal((await client.execute({}, '1234')).header.error, 'ServiceBusy');
  held.resolve();
  assert.equal((await first).body, '12345678');
  assert.equal((await client.execute({}, '1234')).body, '1234');
});

test('no call takes longer than the wall clock, whatever its header says', async (context) => {
  const reasons: unknown[] = [];
  const { client } = await connected(
    context,
    (_header, _body, signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason);
          resolve({ header: { timings } });
        }),
      ),
    { wallClock: 20 },
  );
  await client.execute({ timeoutMs: Number.MAX_SAFE_INTEGER }, '');
  assert.equal((reasons[0] as { code: string }).code, 'DeadlineExceeded');
});

test('closing the connection aborts its calls', async (context) => {
  const aborted = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const { client, closed } = await connected(context, (header, body, signal) => {
    signal.addEventListener('abort', () => aborted.resolve());
    started.resolve();
    return forever(header, body, signal);
  });
  client.start({}, '');
  await started.promise;
  client.close();
  await Promise.all([aborted.promise, closed]);
});

for (const [what, frames] of [
  [
    'an id that is in use',
    [1, 1].map((id) => encodeFrame(frameKind.execute, id, { service: 's', timeoutMs: 1000 })),
  ],
  ['an unknown kind', [encodeFrame(9 as never, 1, null)]],
  ['a header that is no JSON', [[Buffer.from([1, 1, 0, 0, 0, 1, 0, 0x7b])]]],
  ['a frame without a prefix', [[Buffer.from([1, 2])]]],
] as const)
  test(`${what} closes the connection`, async (context) => {
    const { client, closed } = await connected(context, forever);
    const writer = new FrameWriter(client.socket);
    for (const frame of frames) writer.write(frame);
    await closed;
  });

test('a peer asked to leave may end its calls; new ones are refused', async (context) => {
  const held = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const { client, connection, closed } = await connected(context, async (header, body, signal) => {
    started.resolve();
    await held.promise;
    return echo(header, body, signal);
  });
  const running = client.execute({}, 'late');
  await started.promise;
  connection.goAway();
  await client.left.promise;
  assert.equal((await client.execute({}, 'x')).header.error, 'BackEndBusy');
  held.resolve();
  assert.equal((await running).body, 'late');
  await closed;
});

test('a peer that was asked to leave and stays is cut off', async (context) => {
  const { client, connection, closed } = await connected(context, echo);
  client.socket.removeAllListeners('data').resume();
  connection.goAway();
  await closed;
});

test('large answers reach a peer that reads late', async (context) => {
  const { client } = await connected(
    context,
    async () => ({ header: { timings }, body: Buffer.alloc(20_000_000, 'x') }),
    {
      budget: 1_000_000,
    },
  );
  client.socket.pause();
  const results = Array.from({ length: 8 }, () => client.execute({}, 'q'));
  await new Promise((resolve) => setImmediate(resolve));
  client.socket.resume();
  for (const { body } of await Promise.all(results)) assert.equal(body.length, 20_000_000);
});
