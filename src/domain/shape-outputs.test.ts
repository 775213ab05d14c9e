import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuntimeName, WireType } from '../contracts/data-types.ts';
import { type InputValue, missingInteger, type OutputValue, type Vector } from '../contracts/values.ts';
import { shapeOutputs } from './shape-outputs.ts';
import { shapeSessionOutputs } from './shape-session-outputs.ts';

const logical = (...values: number[]): Vector => ({ kind: 'logical', values: Int8Array.from(values) });
const integer = (...values: number[]): Vector => ({ kind: 'integer', values: Int32Array.from(values) });
const double = (...values: number[]): Vector => ({ kind: 'double', values: Float64Array.from(values) });
const bigint = (...values: (bigint | null)[]): Vector => ({ kind: 'bigint', values });
const character = (...values: (string | null)[]): Vector => ({ kind: 'character', values });
const scalar = (vector: Vector): InputValue => ({ shape: 'scalar', vector });
const vector = (values: Vector): InputValue => ({ shape: 'vector', vector: values });
const matrix = (values: Vector, rows: number, columns: number): InputValue => ({
  shape: 'matrix',
  vector: values,
  rows,
  columns,
});
const list = (items: InputValue[], names: string[] | null = null): InputValue => ({
  shape: 'list',
  names,
  items,
});
const nothing: InputValue = { shape: 'null' };
const cars: OutputValue = {
  shape: 'frame',
  rows: 2,
  names: ['am', '1', '0'],
  columns: [
    double(0.5, Number.NaN),
    character('x', null),
    { kind: 'list', values: [vector(integer(1, 2)), nothing] },
  ],
};
const oneRow: OutputValue = {
  shape: 'frame',
  rows: 1,
  names: ['am_Pred'],
  columns: [double(0.5332668559970368)],
};

const both: RuntimeName[] = ['R', 'Python'];
const rows: [type: WireType, value: OutputValue, json: string, runtimes?: RuntimeName[]][] = [
  ['numeric', vector(double(0.6418125)), '0.6418125'],
  ['numeric', scalar(double(51.110295255533131)), '51.11029525553313'],
  ['numeric', scalar(double(1 / 3)), '0.3333333333333333'],
  ['numeric', scalar(double(1e300)), '1e+300'],
  ['numeric', scalar(double(5e-324)), '5e-324'],
  ['numeric', scalar(double(-0)), '-0'],
  ['numeric', scalar(double(0)), '0'],
  ['numeric', scalar(double(Number.NaN)), 'null'],
  ['numeric', scalar(double(Infinity)), '"Inf"'],
  ['numeric', scalar(double(-Infinity)), '"-Inf"'],
  ['numeric', vector(double(1, 2)), '[1,2]'],
  ['numeric', vector(double()), 'null'],
  ['numeric', nothing, 'null'],
  ['numeric', matrix(double(7), 1, 1), '7'],
  ['numeric', matrix(double(1, 2), 1, 2), '[[1,2]]'],
  ['numeric', list([scalar(double(2.5))]), '2.5'],
  ['numeric', list([]), 'null'],
  ['numeric', list([vector(double(1))]), '[[1]]'],
  ['integer', vector(integer(-5)), '-5'],
  ['integer', vector(integer(missingInteger)), 'null'],
  ['integer', scalar(bigint(12345678901234567890n)), '12345678901234567890'],
  ['logical', vector(logical(1)), 'true'],
  ['logical', vector(logical(0)), 'false'],
  ['logical', vector(logical(-1)), 'null'],
  ['character', vector(character('{"a":"é\n\u0001"}')), '"{\\"a\\":\\"é\\n\\u0001\\"}"'],
  ['character', vector(character(null)), 'null'],
  ['character', vector(character('\ud800x')), '"\ufffdx"'],
  ['character', cars, '{"am":[0.5,null],"1":["x",null],"0":[[1,2],null]}'],

  ['vector', vector(double(1)), '[1]'],
  ['vector', scalar(double(1)), '[1]', ['R']],
  ['vector', scalar(character('plain')), '"plain"', ['Python']],
  ['vector', vector(double()), '[]'],
  ['vector', nothing, 'null'],
  ['vector', vector(double(1.5, -0, Number.NaN)), '[1.5,-0,null]'],
  ['vector', vector(double(Infinity, -Infinity, 1e21)), '["Inf","-Inf",1e+21]'],
  ['vector', vector(integer(1, missingInteger, 3)), '[1,null,3]'],
  ['vector', vector(integer(1, 2)), '[1,2]'],
  ['vector', vector(bigint(9007199254740993n, null)), '[9007199254740993,null]'],
  ['vector', vector(logical(1, 0, -1)), '[true,false,null]'],
  ['vector', vector(character('a', null)), '["a",null]'],
  [
    'vector',
    list([scalar(double(1)), vector(double(1)), nothing], ['a', '', 'c']),
    '{"a":1,"2":[1],"c":null}',
  ],
  ['vector', list([scalar(character('a')), list([])]), '["a",[]]'],

  ['matrix', matrix(double(1, 3, 2, 4), 2, 2), '[[1,2],[3,4]]'],
  ['matrix', matrix(integer(), 2, 0), '[[],[]]'],
  ['matrix', matrix(integer(), 0, 0), '[]'],
  ['matrix', matrix(character('a', null), 2, 1), '[["a"],[null]]'],
  ['matrix', matrix(double(7), 1, 1), '[[7]]'],
  ['data.frame', oneRow, '{"am_Pred":[0.5332668559970368]}'],
  ['data.frame', cars, '{"am":[0.5,null],"1":["x",null],"0":[[1,2],null]}'],
  ['data.frame', { shape: 'frame', rows: 0, names: [], columns: [] }, '{}'],
  ['data.frame', { shape: 'frame', rows: 0, names: ['a'], columns: [logical()] }, '{"a":[]}'],
];
for (const [type, value, json, runtimes = both] of rows)
  for (const runtime of runtimes)
    test(`${runtime}: ${type} ${json}`, () =>
      assert.equal(shapeOutputs([{ name: 'x', type }], [value], runtime), `{"x":${json}}`));

test('outputs keep their order and names', () => {
  const outputs = [
    { name: '1', type: 'numeric' },
    { name: '0"', type: 'numeric' },
  ] as const;
  const values = [scalar(double(1)), scalar(double(2))];
  assert.equal(shapeOutputs(outputs, values, 'Python'), '{"1":1,"0\\"":2}');
  assert.equal(shapeOutputs([], [], 'R'), '{}');
});

test('doubles come back as they were', () => {
  const values = Float64Array.from({ length: 2000 }, (_, i) => Math.tan(i) * 10 ** ((i % 60) - 30));
  for (const extra of [[], [-0]]) {
    const all = Float64Array.from([...values, ...extra]);
    const value: OutputValue = { shape: 'vector', vector: { kind: 'double', values: all } };
    const text = shapeOutputs([{ name: 'x', type: 'vector' }], [value], 'R');
    assert.deepEqual(Float64Array.from((JSON.parse(text) as { x: number[] }).x), all);
  }
});

const sessionRows: [value: OutputValue, r: string, python: string][] = [
  [scalar(character('a')), '["a"]', '"a"'],
  [vector(character('a')), '["a"]', '["a"]'],
  [scalar(double(1)), '[1]', '1'],
  [nothing, 'null', 'null'],
  [matrix(double(1, 3, 2, 4), 2, 2), '[[1,2],[3,4]]', '[[1,2],[3,4]]'],
  [list([scalar(double(1))], ['a']), '{"a":1}', '{"a":1}'],
  [oneRow, '{"am_Pred":[0.5332668559970368]}', '{"am_Pred":[0.5332668559970368]}'],
];
for (const [value, r, python] of sessionRows)
  test(`session output ${r} of R, ${python} of Python`, () => {
    assert.equal(shapeSessionOutputs(['x'], [value], 'R'), `[{"name":"x","value":${r}}]`);
    assert.equal(shapeSessionOutputs(['x'], [value], 'Python'), `[{"name":"x","value":${python}}]`);
  });
