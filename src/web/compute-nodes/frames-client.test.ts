import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, test } from 'node:test';
import { frameKind, maxFrameBytes } from '../../contracts/compute-api.ts';
import { decodeFrame, type ExecutionFrame, encodeFrame, parseHeader } from '../../domain/execution-frames.ts';
import { FrameReader } from '../../lib/frame-reader.ts';
import { FrameWriter } from '../../lib/frame-writer.ts';
import { silentLogger } from '../../lib/logger.ts';
import { FramesClient } from './frames-client.ts';
import { openFramesConnection } from './frames-connection.ts';

/** The other end of the wire, so that it can break on purpose; calls of the real compute node: web-node.test.ts. */
let server: Server;
let uri: string;
let client: FramesClient;
let sockets: Duplex[];
let onFrame: (frame: ExecutionFrame, writer: FrameWriter, socket: Duplex) => void;

const header = { service: 'k', correlationId: 'c', caller: 'u', timeoutMs: 60_000 };
const never = new AbortController().signal;
const result = (timings = [0, 0, 0, 0]) => ({ timings });

beforeEach(async () => {
  sockets = [];
  onFrame = (frame, writer) => writer.write(encodeFrame(frameKind.result, frame.id, result(), frame.body));
  server = createServer((_request, response) => response.writeHead(403).end('{}'));
  server.on('upgrade', (request, socket) => {
    assert.equal(request.headers.upgrade, 'plinth-frames');
    assert.equal(request.headers['x-plinth-cluster-key'], 'secret');
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: plinth-frames\r\n\r\n');
    const writer = new FrameWriter(socket);
    const reader = new FrameReader(maxFrameBytes, (payload) => onFrame(decodeFrame(payload), writer, socket));
    socket.on('data', (chunk: Buffer) => reader.push(chunk));
    socket.on('error', () => {});
    sockets.push(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = new FramesClient(uri, () => openFramesConnection(uri, 'secret', 2000), silentLogger);
});

afterEach(async () => {
  client.close();
  for (const socket of sockets) socket.destroy();
  server.close();
  await once(server, 'close');
});

test('Many calls share one connection and get their own answers', async () => {
  const bodies = Array.from({ length: 50 }, (_, index) => Buffer.from(`body ${index}`));
  const answers = await Promise.all(bodies.map((body) => client.execute(header, body, never)));
  assert.deepEqual(
    answers.map(({ body }) => body.toString()),
    bodies.map(String),
  );
  assert.equal(sockets.length, 1);
});

test('The header arrives as it was sent', async () => {
  onFrame = (frame, writer) =>
    writer.write(
      encodeFrame(frameKind.result, frame.id, result(), Buffer.from(JSON.stringify(parseHeader(frame)))),
    );
  const { body } = await client.execute(header, Buffer.alloc(0), never);
  assert.deepEqual(JSON.parse(body.toString()), header);
});

test('An aborted call is cancelled over there and rejects with the reason', async () => {
  const kinds: number[] = [];
  const { promise: cancelled, resolve } = Promise.withResolvers<void>();
  onFrame = (frame) => {
    kinds.push(frame.kind);
    if (frame.kind === frameKind.execute) controller.abort(new Error('client gone'));
    else resolve();
  };
  const controller = new AbortController();
  await assert.rejects(client.execute(header, Buffer.from('x'), controller.signal), /client gone/);
  await cancelled;
  assert.deepEqual(kinds, [frameKind.execute, frameKind.cancel]);
});

test('A lost connection fails the calls in flight with a GUID, and the next call connects again', async () => {
  onFrame = (_frame, _writer, socket) => socket.destroy();
  const calls = [1, 2].map(() => client.execute(header, Buffer.from('x'), never));
  for (const call of await Promise.allSettled(calls)) {
    assert.equal(call.status, 'rejected');
    assert.equal(call.reason.code, 'InterpreterLost');
    assert.match(call.reason.message, /^[0-9a-f-]{36}$/);
  }
  onFrame = (frame, writer) => writer.write(encodeFrame(frameKind.result, frame.id, result(), frame.body));
  const { body } = await client.execute(header, Buffer.from('again'), never);
  assert.equal(body.toString(), 'again');
  assert.equal(sockets.length, 2);
});

test('After goAway running calls end there and new ones take another connection', async () => {
  const { promise: first, resolve } = Promise.withResolvers<() => void>();
  onFrame = (frame, writer) => {
    writer.write(encodeFrame(frameKind.goAway, 0, null));
    resolve(() => writer.write(encodeFrame(frameKind.result, frame.id, result(), frame.body)));
  };
  const old = client.execute(header, Buffer.from('old'), never);
  const finish = await first;
  onFrame = (frame, writer) => writer.write(encodeFrame(frameKind.result, frame.id, result(), frame.body));
  // The goAway frame was written before this answer is asked for, so it has been read when the answer comes.
  await client.execute(header, Buffer.from('between'), never);
  await client.execute(header, Buffer.from('new'), never);
  assert.equal(sockets.length, 2);
  finish();
  assert.equal((await old).body.toString(), 'old');
});

test('A frame that makes no sense ends the connection instead of the process', async () => {
  onFrame = (_frame, _writer, socket) => void socket.write(Buffer.from([1, 0, 0, 0, 9]));
  await assert.rejects(client.execute(header, Buffer.from('x'), never), { code: 'InterpreterLost' });
});

test('A node that is not there or refuses is busy: nothing was sent', async () => {
  const refusing = new FramesClient(uri, () => openFramesConnection(`${uri}`, 'secret', 2000), silentLogger);
  server.removeAllListeners('upgrade');
  await assert.rejects(refusing.execute(header, Buffer.from('x'), never), {
    code: 'BackEndBusy',
    message: /status 403/,
  });
  const nowhere = new FramesClient(
    uri,
    () => openFramesConnection('http://127.0.0.1:1', 's', 2000),
    silentLogger,
  );
  await assert.rejects(nowhere.execute(header, Buffer.from('x'), never), { code: 'BackEndBusy' });
});
