import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import test from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FrameReader } from './frame-reader.ts';
import { FrameWriter } from './frame-writer.ts';

class Recorder extends Writable {
  readonly calls: Buffer[] = [];
  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.calls.push(Buffer.concat(chunks.map(({ chunk }) => chunk)));
    done();
  }
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.calls.push(chunk);
    done();
  }
}

const bytes = (text: string): Buffer => Buffer.from(text);

test('what is written comes out of a reader, parts joined', async () => {
  const stream = new Recorder();
  const writer = new FrameWriter(stream);
  writer.write([bytes('he'), bytes(''), bytes('llo')]);
  writer.write([]);
  writer.write([bytes('world')]);
  await nextTurn();
  const seen: string[] = [];
  new FrameReader(100, (payload) => seen.push(payload.toString())).push(Buffer.concat(stream.calls));
  assert.deepEqual(seen, ['hello', '', 'world']);
});

test('all frames of one turn are one write, those of the next another', async () => {
  const stream = new Recorder();
  const writer = new FrameWriter(stream);
  writer.write([bytes('a')]);
  writer.write([bytes('b')]);
  await nextTurn();
  assert.equal(stream.calls.length, 1);
  writer.write([bytes('c')]);
  await nextTurn();
  assert.equal(stream.calls.length, 2);
});
