import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RuntimeName, WireType } from '../contracts/data-types.ts';
import { type InputValue, missingInteger, type Vector } from '../contracts/values.ts';
import { bindInputs } from './bind-inputs.ts';
import { PlinthError } from './errors.ts';
import { parseBody } from './parse-json.ts';

const bind = (type: WireType, json: string, runtime: RuntimeName): InputValue => {
  const body = parseBody(new TextEncoder().encode(`{"x":${json}}`));
  return bindInputs([{ name: 'x', type }], body, runtime)[0]!.value;
};

const logical = (...values: number[]): Vector => ({ kind: 'logical', values: Int8Array.from(values) });
const integer = (...values: number[]): Vector => ({ kind: 'integer', values: Int32Array.from(values) });
const double = (...values: number[]): Vector => ({ kind: 'double', values: Float64Array.from(values) });
/** A double vector whose last element is R's NA, which is one NaN among many. */
const doubleThenNA = (...values: number[]): Vector => {
  const all = Float64Array.of(...values, 0);
  new BigUint64Array(all.buffer)[values.length] = 0x7ff00000_000007a2n;
  return { kind: 'double', values: all };
};
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
const frame = (rows: number, columns: Record<string, Vector>): InputValue => ({
  shape: 'frame',
  rows,
  names: Object.keys(columns),
  columns: Object.values(columns),
});
const nothing: InputValue = { shape: 'null' };
const none = missingInteger;

const both: RuntimeName[] = ['R', 'Python'];
type Row = [type: WireType, json: string, value: InputValue, runtimes?: RuntimeName[]];

const bound: Row[] = [
  ['numeric', '120', scalar(double(120))],
  ['numeric', '2.5e-3', scalar(double(0.0025))],
  ['numeric', '-0', scalar(double(-0))],
  ['numeric', '9007199254740993', scalar(double(9007199254740992))],
  ['numeric', '[5]', scalar(double(5))],
  ['numeric', '[1,2.5,null]', vector(doubleThenNA(1, 2.5)), ['R']],
  ['numeric', '[1,2.5,null]', vector(double(1, 2.5, Number.NaN)), ['Python']],
  ['numeric', '[]', vector(double())],
  ['numeric', 'null', nothing],
  ['numeric', '[null]', nothing],
  ['integer', '3', scalar(integer(3))],
  ['integer', '3.0', scalar(integer(3))],
  ['integer', '1e3', scalar(integer(1000))],
  ['integer', '-0', scalar(integer(0))],
  ['integer', '-2147483647', scalar(integer(-2147483647))],
  ['integer', '[1,2]', vector(integer(1, 2))],
  ['integer', '[1,null]', vector(integer(1, none)), ['R']],
  ['integer', '[1,null]', vector(double(1, Number.NaN)), ['Python']],
  ['integer', '[1,2147483648]', vector(double(1, 2147483648)), ['R']],
  ['integer', '[1,2147483648]', vector(bigint(1n, 2147483648n)), ['Python']],
  ['integer', '2147483648', scalar(bigint(2147483648n)), ['Python']],
  ['integer', '-2147483648', scalar(bigint(-2147483648n)), ['Python']],
  ['integer', '9007199254740993', scalar(bigint(9007199254740993n)), ['Python']],
  ['integer', '1e20', scalar(bigint(10n ** 20n)), ['Python']],
  ['integer', '1e999', scalar(bigint(10n ** 999n)), ['Python']],
  ['integer', '[9007199254740993,null]', vector(bigint(9007199254740993n, null)), ['Python']],
  ['logical', 'true', scalar(logical(1))],
  ['logical', '[true,false,null]', vector(logical(1, 0, -1))],
  ['character', '"ä\\n{}"', scalar(character('ä\n{}'))],
  ['character', '""', scalar(character(''))],
  ['character', '["a",null]', vector(character('a', null))],
  ['character', '"a\\u0000b"', scalar(character('a\0b')), ['Python']],

  ['vector', '[1,2,3]', vector(integer(1, 2, 3))],
  ['vector', '[1.0,2e0]', vector(integer(1, 2))],
  ['vector', '[1,2.5]', vector(double(1, 2.5))],
  ['vector', '[1,-0]', vector(double(1, -0))],
  ['vector', '7', vector(integer(7))],
  ['vector', '"a"', vector(character('a'))],
  ['vector', 'null', nothing],
  ['vector', '[true,null]', vector(logical(1, -1))],
  ['vector', '["a",null]', vector(character('a', null))],
  ['vector', '[1,null]', vector(integer(1, none)), ['R']],
  ['vector', '[1,null]', vector(double(1, Number.NaN)), ['Python']],
  ['vector', '[1,2147483648]', vector(double(1, 2147483648)), ['R']],
  ['vector', '[1,-2147483648]', vector(double(1, -2147483648)), ['R']],
  ['vector', '[1,2147483648]', vector(bigint(1n, 2147483648n)), ['Python']],
  ['vector', '[2147483648,null]', vector(double(2147483648, Number.NaN)), ['Python']],
  ['vector', '[9007199254740993,null]', vector(bigint(9007199254740993n, null)), ['Python']],
  ['vector', '[9223372036854775807]', vector(bigint(9223372036854775807n)), ['Python']],
  ['vector', '[1e20,1]', vector(double(1e20, 1))],
  ['vector', '[9007199254740993,0.5]', vector(double(9007199254740992, 0.5))],
  ['vector', '[1,"a",true,0.5]', vector(character('1', 'a', 'TRUE', '0.5')), ['R']],
  ['vector', '[1,"a",true,0.5]', vector(character('1', 'a', 'True', '0.5')), ['Python']],
  ['vector', '[1,true]', vector(character('1', 'TRUE')), ['R']],
  ['vector', '[]', vector(logical()), ['R']],
  ['vector', '[]', vector(double()), ['Python']],
  ['vector', '[null]', vector(logical(-1)), ['R']],
  ['vector', '[null]', vector(double(Number.NaN)), ['Python']],

  ['matrix', '[[1,2],[3,4]]', matrix(integer(1, 3, 2, 4), 2, 2)],
  ['matrix', '[[1,2.5,3]]', matrix(double(1, 2.5, 3), 1, 3)],
  ['matrix', '[["a"],[null]]', matrix(character('a', null), 2, 1)],
  ['matrix', '[]', matrix(logical(), 0, 0), ['R']],
  ['matrix', '[[],[]]', matrix(double(), 2, 0), ['Python']],
  ['matrix', 'null', nothing],

  ['data.frame', '{"b":[1,2],"a":["x",null]}', frame(2, { b: integer(1, 2), a: character('x', null) })],
  ['data.frame', '{"a":[1,2],"s":7}', frame(2, { a: integer(1, 2), s: integer(7, 7) })],
  ['data.frame', '{"s":7,"t":"x"}', frame(1, { s: integer(7), t: character('x') })],
  ['data.frame', '{"a":[1,2],"n":null}', frame(2, { a: integer(1, 2), n: logical(-1, -1) }), ['R']],
  ['data.frame', '{"s":7,"a":[]}', frame(0, { s: double(), a: double() }), ['Python']],
  ['data.frame', '{}', frame(0, {})],
  ['data.frame', '[]', frame(0, {})],
  ['data.frame', '{"a":[]}', frame(0, { a: logical() }), ['R']],
  ['data.frame', 'null', nothing],
  [
    'data.frame',
    '[{"a":1,"b":"x"},{"b":"y","c":true}]',
    frame(2, { a: integer(1, none), b: character('x', 'y'), c: logical(-1, 1) }),
    ['R'],
  ],
  [
    'data.frame',
    '{"big":[9007199254740993],"f":[0.5]}',
    frame(1, { big: bigint(9007199254740993n), f: double(0.5) }),
    ['Python'],
  ],
];

for (const [type, json, value, runtimes = both] of bound)
  for (const runtime of runtimes)
    test(`${runtime}: ${type} ${json}`, () => assert.deepEqual(bind(type, json, runtime), value));

const refused: [type: WireType, json: string, message: RegExp, runtimes?: RuntimeName[]][] = [
  ['numeric', '"1"', /^Input "x" must be a number, but got a string\.$/],
  ['numeric', '"Inf"', /must be a number/],
  ['numeric', 'true', /must be a number, but got true/],
  ['numeric', '{}', /got an object/],
  ['numeric', '[1,"2"]', /element 2 is a string/],
  ['numeric', '[[1]]', /got an array/],
  ['numeric', '1e999', /range of a double/],
  ['integer', '3.5', /must be an integer, but got the number 3\.5/],
  ['integer', '[1,2.5]', /element 2 is the number 2\.5/],
  ['integer', '"3"', /must be an integer/],
  ['integer', '2147483648', /±2147483647/, ['R']],
  ['integer', '-2147483648', /±2147483647/, ['R']],
  ['logical', '1', /must be true or false, but got the number 1/],
  ['logical', '"true"', /must be true or false/],
  ['character', '1', /must be a string, but got the number 1/],
  ['character', '"a\\u0000b"', /NUL/, ['R']],
  ['character', '"\\ud800"', /surrogate/],
  ['vector', '{"a":1}', /got an object/],
  ['vector', '[[1]]', /element 1 is an array/],
  ['vector', '["\\udc00"]', /surrogate/],
  ['vector', '[1e999]', /range of a double/],
  ['matrix', '[1,2]', /row 1 is the number 1/],
  ['matrix', '[[1],[2,3]]', /row 1 has 1 values, row 2 2/],
  ['matrix', '[[1],[[2]]]', /row 2 holds an array/],
  ['matrix', '{"a":[1]}', /array of rows/],
  ['matrix', '5', /array of rows/],
  ['data.frame', '{"a":[1,2],"b":[1]}', /^Column "b" of input "x" has 1 values, but column "a" has 2\.$/],
  ['data.frame', '{"a":{"b":1}}', /Column "a".*got an object/],
  ['data.frame', '{"a":[[1]]}', /Column "a".*element 1 is an array/],
  ['data.frame', '[{"a":1},2]', /row 2 is the number 2/],
  ['data.frame', '5', /got the number 5/],
  ['data.frame', '{"a\\ud800":[1]}', /surrogate/],
  ['data.frame', '{"a\\u0000":[1]}', /NUL/, ['R']],
];
for (const [type, json, message, runtimes = both] of refused)
  for (const runtime of runtimes)
    test(`${runtime}: ${type} ${json} is refused`, () =>
      assert.throws(
        () => bind(type, json, runtime),
        (error) => {
          assert.ok(error instanceof PlinthError);
          assert.deepEqual([error.code, error.fields, error.status], ['InvalidInput', 'x', 400]);
          assert.match(error.message, message);
          return true;
        },
      ));

describe('a body as a whole', () => {
  const parameters = [
    { name: 'hp', type: 'numeric' },
    { name: '__proto__', type: 'numeric' },
  ] as const;
  const body = (text: string) => parseBody(new TextEncoder().encode(text));

  test('inputs come in declared order, whatever else was sent', () => {
    const inputs = bindInputs(parameters, body('{"__proto__":2,"extra":[],"hp":1}'), 'R');
    assert.deepEqual(inputs, [
      { name: 'hp', value: scalar(double(1)) },
      { name: '__proto__', value: scalar(double(2)) },
    ]);
  });

  test('a missing input is named; names are case-sensitive', () => {
    for (const text of ['{"HP":1,"__proto__":2}', '{"__proto__":2}', ''])
      assert.throws(() => bindInputs(parameters, body(text), 'R'), {
        code: 'InvalidInput',
        fields: 'hp',
        message: 'Input "hp" is missing.',
      });
    assert.throws(() => bindInputs(parameters, body('{"hp":1}'), 'R'), { fields: '__proto__' });
  });
});

test('column names that look like numbers keep the order received', () => {
  for (const runtime of both)
    for (const json of ['{"1":[1],"0":[2],"a":[3]}', '[{"1":1,"0":2,"a":3}]'])
      assert.deepEqual((bind('data.frame', json, runtime) as { names: string[] }).names, ['1', '0', 'a']);
});

test('a short body cannot unfold into gigabytes', () => {
  const names = Array.from({ length: 5000 }, (_, i) => `"c${i}":1`).join(',');
  const rows = Array.from({ length: 5000 }, (_, i) => `{"c${i}":1}`).join(',');
  assert.throws(() => bind('data.frame', `{${names},"a":[${'1,'.repeat(5000)}1]}`, 'R'), /cells/);
  assert.throws(() => bind('data.frame', `[${rows}]`, 'R'), /cells/);
});
