import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeReply } from './decode.ts';
import { encodeRequest } from './encode.ts';

const payload = (json: unknown, binary: Uint8Array = new Uint8Array()): Buffer => {
  const text = Buffer.from(JSON.stringify(json));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  // One byte ahead, so that nothing is aligned by accident.
  return Buffer.concat([Buffer.of(0), length, text, binary]).subarray(1);
};

const doneWith = (outputs: unknown, more: object = {}) => ({
  kind: 'done',
  job: 7,
  consoleEnd: 0,
  changedFiles: [],
  files: [],
  outputs,
  names: [],
  elapsed: 1.5,
  ...more,
});

test('a call is JSON and, behind it, its columns', () => {
  const frame = {
    shape: 'frame' as const,
    rows: 2,
    names: ['n', 't', 'i'],
    columns: [
      { kind: 'double' as const, values: Float64Array.of(1.5, -0) },
      { kind: 'character' as const, values: ['é', null] },
      { kind: 'integer' as const, values: Int32Array.of(1, 2) },
    ],
  };
  const zero = { shape: 'scalar' as const, vector: { kind: 'double' as const, values: Float64Array.of(-0) } };
  const bytes = Buffer.concat(
    encodeRequest({
      kind: 'call',
      job: 3,
      inputs: [
        { name: 'f', value: frame },
        { name: 'z', value: zero },
      ],
    }),
  );
  const end = 4 + bytes.readUInt32LE(0);
  assert.deepEqual(JSON.parse(bytes.toString('utf8', 4, end)), {
    kind: 'call',
    job: 3,
    inputs: [
      [
        'f',
        [
          'f',
          2,
          ['n', 't', 'i'],
          [
            ['d', 0, 2],
            ['c', ['é', null]],
            ['i', 16, 2],
          ],
        ],
      ],
      ['z', ['s', 'd', '-0.0']],
    ],
  });
  assert.deepEqual(
    [bytes.readDoubleLE(end), bytes.readDoubleLE(end + 8), bytes.readInt32LE(end + 20), bytes.length - end],
    [1.5, -0, 2, 24],
  );
});

test('columns are read at any offset, files are views', () => {
  const binary = Buffer.alloc(12);
  binary.writeDoubleLE(2.5, 1);
  const reply = decodeReply(payload(doneWith([['v', ['d', 1, 1]]], { files: [[9, 2], null] }), binary));
  assert.ok(reply.kind === 'done');
  assert.deepEqual(reply.outputs, [
    { shape: 'vector', vector: { kind: 'double', values: Float64Array.of(2.5) } },
  ]);
  assert.deepEqual(
    reply.files.map((file) => file?.length ?? null),
    [2, null],
  );
});

const ok = payload(doneWith([]));
const malformed: [what: string, bytes: Uint8Array][] = [
  ['nothing', new Uint8Array()],
  ['a length beyond the end', Uint8Array.of(255, 255, 0, 0, 123)],
  ['broken JSON', ok.subarray(0, ok.length).fill('{', 4)],
  ['an unknown kind', payload({ ...doneWith([]), kind: 'maybe' })],
  ['an unknown reason', payload({ ...doneWith([]), kind: 'failed', reason: 'boredom', message: '' })],
  ['a job that is no number', payload({ ...doneWith([]), job: '7' })],
  ['a console of negative size', payload({ ...doneWith([]), consoleEnd: -1 })],
  ['names that are no text', payload({ ...doneWith([]), changedFiles: [1] })],
  ['no outputs', payload({ ...doneWith([]), outputs: null })],
  ['an unknown shape', payload(doneWith([['x']]))],
  ['an unknown column', payload(doneWith([['v', ['z', 0, 1]]]))],
  ['an unknown scalar', payload(doneWith([['s', 'z', 1]]))],
  ['a column beyond the end', payload(doneWith([['v', ['d', 0, 1]]]), new Uint8Array(7))],
  ['a column before the start', payload(doneWith([['v', ['d', -8, 1]]]), new Uint8Array(8))],
  ['a column of half an element', payload(doneWith([['v', ['d', 0, 0.5]]]), new Uint8Array(8))],
  ['a file beyond the end', payload(doneWith([], { files: [[0, 1]] }))],
  ['a matrix that does not fit', payload(doneWith([['m', 2, 2, ['c', ['a']]]]))],
  ['a frame with too few columns', payload(doneWith([['f', 1, ['a'], []]]))],
  ['a frame with a short column', payload(doneWith([['f', 2, ['a'], [['c', ['x']]]]]))],
  ['a list with too few names', payload(doneWith([['l', ['a'], [null, null]]]))],
  ['digits that are none', payload(doneWith([['s', 'n', 'abc']]))],
  ['text that is none', payload(doneWith([['v', ['c', [1]]]]))],
  ['endless nesting', payload(doneWith([nested(300)]))],
];
for (const [what, bytes] of malformed)
  test(`a reply with ${what} is refused`, () => {
    assert.throws(
      () => decodeReply(bytes),
      (error) => error instanceof RangeError || error instanceof SyntaxError,
    );
  });

function nested(depth: number): unknown {
  return depth === 0 ? null : ['l', null, [nested(depth - 1)]];
}
