import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlinthError } from './errors.ts';
import { namesOf } from './json.ts';
import { parseBody } from './parse-json.ts';
import { exactInteger, readJsonExactly } from './read-json-exactly.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (text: string) => parseBody(bytes(text));

const refused = (body: Uint8Array, message: RegExp) =>
  assert.throws(
    () => parseBody(body),
    (error) => {
      assert.ok(error instanceof PlinthError);
      assert.equal(error.code, 'InvalidRequest');
      assert.match(error.message, message);
      return true;
    },
  );

test('a body is an object; nothing and white space count as {}', () => {
  assert.equal(parse('{"a":1}').get('a'), 1);
  for (const empty of ['', ' \r\n\t', '{}', '\ufeff{}', '\ufeff'])
    assert.equal(parse(empty).get('a'), undefined);
  assert.equal(parse('\ufeff{"a":"ä"}').get('a'), 'ä');
});

test('what is no JSON object is refused', () => {
  for (const text of ['[]', '1', '"a"', 'null', 'true']) refused(bytes(text), /must be a JSON object/);
  refused(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), /not valid UTF-8/);
  refused(bytes('"\ud800"').slice(0, 3), /UTF-8/);
});

const faults: [text: string, what: RegExp][] = [
  ['{"a":1,}', /property name .*line 1, column 8/],
  ['{"a":1\n,"b" 2}', /':' is expected .*line 2, column 6/],
  ['{"a":01}', /',' or '}' .*line 1, column 7/],
  ['{"a":[1 2]}', /',' or ']' .*line 1, column 9/],
  ['{"a":"x\ny"}', /control character .*line 1, column 8/],
  ['{"a":"\\x"}', /escape sequence .*line 1, column 7/],
  ['{"a":"b', /string does not end .*line 1, column 8/],
  ['{"a":', /ends too early .*line 1, column 6/],
  ['{"a":NaN}', /value is expected .*line 1, column 6/],
  ['{"a":+1}', /value is expected/],
  ['{"a":.5}', /value is expected/],
  ['{"a":1} x', /something follows .*line 1, column 9/],
  ["{'a':1}", /double quotes .*line 1, column 2/],
  ['{"a":tru}', /value is expected/],
  ['{"a":1', /',' or '}' is expected/],
];
for (const [text, what] of faults)
  test(`the place of a fault is named: ${JSON.stringify(text)}`, () => refused(bytes(text), what));

test('nesting is bounded', () => {
  refused(bytes(`{"a":${'['.repeat(600_000)}${']'.repeat(600_000)}}`), /nested more than 512/);
  const quiet = parse(`{"a":"${'['.repeat(600_000)}\\"{{{","b":"${' '.repeat(600_000)}"}`);
  assert.equal((quiet.get('a') as string).length, 600_004);
  const deep = parse(`{"a":${'['.repeat(600)}${']'.repeat(600)}}`);
  assert.throws(() => deep.exactly('a'), /nested more than 512/);
});

test('__proto__ is a name like any other', () => {
  const body = parse('{"__proto__":{"x":1},"b":2}');
  assert.deepEqual(Object.entries(body.get('__proto__') as object), [['x', 1]]);
  assert.equal(body.get('constructor'), undefined);
  assert.equal(parse('{}').get('__proto__'), undefined);
  assert.deepEqual([...(body.exactly('__proto__') as Map<string, unknown>)], [['x', 1]]);
});

test('exact reading keeps the order of names and the digits of integers', () => {
  const body = parse('{"f":{"1":[9007199254740993],"0":[-9223372036854775808],"a":[1.5]}}');
  const frame = body.exactly('f') as Map<string, unknown>;
  assert.deepEqual(namesOf(frame as never), ['1', '0', 'a']);
  assert.deepEqual([...frame.values()], [[9007199254740993n], [-9223372036854775808n], [1.5]]);
});

test('exact reading agrees with JSON.parse on everything a double can hold', () => {
  for (const text of [
    '[1,-1,0,1.0,1e3,0.1,-2.5e-3,9007199254740991]',
    '["\\u00e9\\n\\"\\\\\\/","",true,false,null]',
    ' [ [ ] , [ 1 ] ] ',
    '"\\ud83d\\ude00"',
    '-0',
  ])
    assert.deepEqual(readJsonExactly(text), JSON.parse(text));
  assert.deepEqual(readJsonExactly('{"a":{},"a":2}'), new Map<string, unknown>([['a', 2]]));
});

const integers: [literal: string, value: bigint | null][] = [
  ['12345678901234567890', 12345678901234567890n],
  ['-12345678901234567890.0', -12345678901234567890n],
  ['1e20', 100000000000000000000n],
  ['1.25E+20', 125000000000000000000n],
  ['12345678901234567890.5', null],
  ['1e5000', null],
];
for (const [literal, value] of integers)
  test(`the integer ${literal} denotes`, () => assert.equal(exactInteger(literal), value));
