import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSettings, SettingsSyntaxError, toValue } from './settings-syntax.ts';

const value = (text: string): unknown => JSON.parse(JSON.stringify(toValue(parseSettings(text))));

test('reads JSON, comments and CRLF', () => {
  const text =
    '// top\r\n{ /* a */ "a": 1.5e2, // x\r\n "b": [true, null, "\\u00e9 // no comment"], "c": {}, "d": [] }\r\n// end';
  assert.deepEqual(value(text), { a: 150, b: [true, null, 'é // no comment'], c: {}, d: [] });
});

test('a key named __proto__ is a key like any other', () => {
  const tree = toValue(parseSettings('{"__proto__": {"polluted": true}}')) as Record<string, unknown>;
  assert.deepEqual(Object.keys(tree), ['__proto__']);
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});

const broken: [name: string, text: string, line: number, column: number, message: RegExp][] = [
  ['a missing comma', '{\n  "a": 1\n  "b": 2\n}', 3, 3, /comma is missing/],
  ['a missing comma in a list', '{"a": ["x" "y"]}', 1, 12, /comma is missing/],
  ['a trailing comma', '{\n  "a": 1,\n}', 3, 1, /follow the comma/],
  ['an unquoted section name', '{\n  Kestrel: {}\n}', 2, 3, /name in double quotes/],
  ['a missing colon', '{"a" 1}', 1, 6, /colon is missing after "a"/],
  ['an unquoted value', '{"a": yes}', 1, 7, /yes is not a value/],
  ['single quotes', "{'a': 1}", 1, 2, /double quotes/],
  ['an open brace', '{"a": {"b": 1}', 1, 1, /never closed by a \}/],
  ['an open text', '{"a": "x\n}', 1, 7, /not closed on its line/],
  ['a bad escape', '{"a": "C:\\x"}', 1, 7, /invalid escape/],
  ['an open comment', '{ /* x }', 1, 3, /comment is not closed/],
  ['a key twice', '{"Port": 1,\n "port": 2}', 2, 2, /stands twice/],
  ['something behind the end', '{} {}', 1, 4, /follow the end/],
  ['nothing', '', 1, 1, /ends where a value/],
  ['a number with a leading zero', '{"a": 012}', 1, 8, /comma is missing/],
  ['endless nesting', '['.repeat(5000), 1, 66, /nested deeper/],
];

for (const [name, text, line, column, message] of broken)
  test(`${name} is reported where it stands`, () => {
    assert.throws(
      () => parseSettings(text),
      (error: unknown) => {
        assert.ok(error instanceof SettingsSyntaxError);
        assert.match(error.message, message);
        assert.deepEqual([error.line, error.column], [line, column]);
        return true;
      },
    );
  });
