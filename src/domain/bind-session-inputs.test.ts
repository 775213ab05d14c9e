import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuntimeName } from '../contracts/data-types.ts';
import type { InputValue, Vector } from '../contracts/values.ts';
import { bindSessionInputs } from './bind-session-inputs.ts';
import { readJsonExactly } from './read-json-exactly.ts';

const bind = (json: string, runtime: RuntimeName): InputValue =>
  bindSessionInputs([{ name: 'x', value: JSON.parse(json) }], runtime)[0]!.value;

const logical = (...values: number[]): Vector => ({ kind: 'logical', values: Int8Array.from(values) });
const integer = (...values: number[]): Vector => ({ kind: 'integer', values: Int32Array.from(values) });
const double = (...values: number[]): Vector => ({ kind: 'double', values: Float64Array.from(values) });
const character = (...values: (string | null)[]): Vector => ({ kind: 'character', values });
const scalar = (vector: Vector): InputValue => ({ shape: 'scalar', vector });
const list = (items: InputValue[], names: string[] | null = null): InputValue => ({
  shape: 'list',
  names,
  items,
});
const nothing: InputValue = { shape: 'null' };

const rows: [json: string, r: InputValue, python: InputValue][] = [
  ['null', nothing, nothing],
  ['120', scalar(double(120)), scalar(integer(120))],
  ['2.5', scalar(double(2.5)), scalar(double(2.5))],
  ['-0', scalar(double(-0)), scalar(double(-0))],
  ['1e300', scalar(double(1e300)), scalar(double(1e300))],
  ['4294967296', scalar(double(4294967296)), scalar({ kind: 'bigint', values: [4294967296n] })],
  ['true', scalar(logical(1)), scalar(logical(1))],
  ['"a"', scalar(character('a')), scalar(character('a'))],
  ['[1,2]', { shape: 'vector', vector: double(1, 2) }, list([scalar(integer(1)), scalar(integer(2))])],
  ['["a",null]', { shape: 'vector', vector: character('a', null) }, list([scalar(character('a')), nothing])],
  ['[]', { shape: 'vector', vector: logical() }, list([])],
  [
    '[[1,2],[3,4]]',
    { shape: 'matrix', vector: double(1, 3, 2, 4), rows: 2, columns: 2 },
    list([list([scalar(integer(1)), scalar(integer(2))]), list([scalar(integer(3)), scalar(integer(4))])]),
  ],
  [
    '[[1],[2,3]]',
    list([
      { shape: 'vector', vector: double(1) },
      { shape: 'vector', vector: double(2, 3) },
    ]),
    list([list([scalar(integer(1))]), list([scalar(integer(2)), scalar(integer(3))])]),
  ],
  [
    '{"a":[1,2],"b":["x","y"]}',
    { shape: 'frame', rows: 2, names: ['a', 'b'], columns: [double(1, 2), character('x', 'y')] },
    list(
      [
        list([scalar(integer(1)), scalar(integer(2))]),
        list([scalar(character('x')), scalar(character('y'))]),
      ],
      ['a', 'b'],
    ),
  ],
  [
    '{"a":1,"b":[1,2]}',
    list([scalar(double(1)), { shape: 'vector', vector: double(1, 2) }], ['a', 'b']),
    list([scalar(integer(1)), list([scalar(integer(1)), scalar(integer(2))])], ['a', 'b']),
  ],
  ['{}', list([], []), list([], [])],
  ['{"__proto__":1}', list([scalar(double(1))], ['__proto__']), list([scalar(integer(1))], ['__proto__'])],
  ['[{"a":1}]', list([list([scalar(double(1))], ['a'])]), list([list([scalar(integer(1))], ['a'])])],
];
for (const [json, r, python] of rows)
  test(`session input ${json}`, () => {
    assert.deepEqual(bind(json, 'R'), r);
    assert.deepEqual(bind(json, 'Python'), python);
  });

test('what the exact reader gives is bound exactly and in order', () => {
  const value = readJsonExactly('{"1":9007199254740993,"0":[1]}');
  assert.deepEqual(
    bindSessionInputs([{ name: 'x', value }], 'Python')[0]!.value,
    list([scalar({ kind: 'bigint', values: [9007199254740993n] }), list([scalar(integer(1))])], ['1', '0']),
  );
});

test('inputs that no interpreter can hold are refused', () => {
  assert.throws(() => bindSessionInputs([{ name: '', value: 1 }], 'R'), { fields: 'inputParameters' });
  assert.throws(() => bind('"\\ud800"', 'Python'), { code: 'InvalidInput', fields: 'x' });
  assert.throws(() => bind('"\\u0000"', 'R'), /NUL/);
  assert.throws(() => bind('{"a":{"b\\u0000":1}}', 'R'), /NUL/);
  for (const runtime of ['R', 'Python'] as const)
    assert.throws(() => bind(`${'[{"a":'.repeat(60)}1${'}]'.repeat(60)}`, runtime), /nested more than 100/);
});
