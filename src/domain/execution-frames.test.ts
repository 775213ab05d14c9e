import assert from 'node:assert/strict';
import test from 'node:test';
import { frameKind } from '../contracts/compute-api.ts';
import { decodeFrame, encodeFrame, parseHeader } from './execution-frames.ts';

const join = (parts: Uint8Array[]): Uint8Array => Buffer.concat(parts);

test('a frame survives the way there', () => {
  const header = { service: 'abc', caller: 'Zoë', timeoutMs: 5 };
  const frame = decodeFrame(join(encodeFrame(frameKind.execute, 0xfffffffe, header, Buffer.from('{"a":1}'))));
  assert.equal(frame.kind, frameKind.execute);
  assert.equal(frame.id, 0xfffffffe);
  assert.deepEqual(parseHeader(frame), header);
  assert.equal(Buffer.from(frame.body).toString(), '{"a":1}');
});

test('a frame without header and body is the seven bytes of its prefix, little-endian', () => {
  const payload = join(encodeFrame(frameKind.cancel, 258, null));
  assert.deepEqual([...payload], [2, 2, 1, 0, 0, 0, 0]);
  const frame = decodeFrame(payload);
  assert.equal(frame.header.length, 0);
  assert.equal(frame.body.length, 0);
});

test('a payload at an offset of its buffer is read from there', () => {
  const padded = Buffer.concat([Buffer.alloc(3, 9), join(encodeFrame(frameKind.result, 7, { timings: [] }))]);
  assert.equal(decodeFrame(padded.subarray(3)).id, 7);
});

test('truncated frames are refused', () => {
  const whole = join(encodeFrame(frameKind.execute, 1, { service: 'abc' }));
  for (let length = 0; length < whole.length; length++)
    assert.throws(() => decodeFrame(whole.subarray(0, length)), RangeError, `${length} bytes`);
});

test('a header beyond 65,535 bytes is refused by the sender', () => {
  assert.throws(() => encodeFrame(frameKind.execute, 1, { service: 'x'.repeat(65536) }), RangeError);
});
