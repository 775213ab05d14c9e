import assert from 'node:assert/strict';
import test from 'node:test';
import { FrameReader } from './frame-reader.ts';

function frame(payload: string | Buffer): Buffer {
  const body = Buffer.from(payload as string);
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32LE(body.length);
  return Buffer.concat([prefix, body]);
}

function collect(maxBytes = 1024): { reader: FrameReader; seen: string[] } {
  const seen: string[] = [];
  return { reader: new FrameReader(maxBytes, (payload) => seen.push(payload.toString('latin1'))), seen };
}

test('several frames in one chunk, an empty one among them', () => {
  const { reader, seen } = collect();
  reader.push(Buffer.concat([frame('one'), frame(''), frame('three')]));
  assert.deepEqual(seen, ['one', '', 'three']);
});

test('any cut of the stream gives the same frames', () => {
  const stream = Buffer.concat([frame('first'), frame(''), frame('x'.repeat(300)), frame('last')]);
  for (let size = 1; size <= stream.length; size++) {
    const { reader, seen } = collect();
    for (let offset = 0; offset < stream.length; offset += size)
      reader.push(stream.subarray(offset, offset + size));
    assert.deepEqual(seen, ['first', '', 'x'.repeat(300), 'last'], `chunks of ${size} bytes`);
  }
});

test('a frame within one chunk is a view, not a copy', () => {
  const chunk = frame('view');
  let payload: Buffer | null = null as Buffer | null;
  new FrameReader(10, (received) => {
    payload = received;
  }).push(chunk);
  assert.equal(payload?.buffer, chunk.buffer);
});

test('a frame above the limit throws before its bytes have come', () => {
  const { reader, seen } = collect(8);
  reader.push(frame('12345678'));
  const tooLong = Buffer.alloc(4);
  tooLong.writeUInt32LE(9);
  assert.throws(() => reader.push(tooLong), RangeError);
  assert.deepEqual(seen, ['12345678']);
});

test('a large frame in small chunks is put together in linear time', () => {
  const size = 32 * 1024 * 1024;
  let received = 0;
  const reader = new FrameReader(size, (payload) => {
    received = payload.length;
  });
  const stream = frame(Buffer.alloc(size, 7));
  for (let offset = 0; offset < stream.length; offset += 65536)
    reader.push(stream.subarray(offset, offset + 65536));
  assert.equal(received, size);
});
