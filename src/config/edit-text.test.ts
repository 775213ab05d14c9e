import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editSettings } from './edit-text.ts';

const cases: [name: string, text: string, path: string[], value: unknown, expected: string][] = [
  [
    'replaces a value and keeps order and comments',
    '{\n  "z": 1, // last\n  /* x */ "a": { "Port": 80 }\n}\n',
    ['A', 'port'],
    443,
    '{\n  "z": 1, // last\n  /* x */ "a": { "Port": 443 }\n}\n',
  ],
  [
    'adds a key behind the last one',
    '{\n  "a": {\n    "b": 1\n  }\n}\n',
    ['a', 'c'],
    [1],
    '{\n  "a": {\n    "b": 1,\n    "c": [\n      1\n    ]\n  }\n}\n',
  ],
  [
    'leaves a remark on the line it belongs to',
    '{\n  "a": 1 // why\n}\n',
    ['b'],
    2,
    '{\n  "a": 1, // why\n  "b": 2\n}\n',
  ],
  [
    'adds to a section on one line',
    '{ "a": { "b": 1 } }',
    ['a', 'c'],
    true,
    '{ "a": { "b": 1, "c": true } }',
  ],
  ['fills an empty section', '{\n  "a": {}\n}\n', ['a', 'b'], 1, '{\n  "a": {\n    "b": 1\n  }\n}\n'],
  ['keeps a comment in an empty section', '{ // note\n}', ['a'], 1, '{\n  "a": 1 // note\n}'],
  [
    'makes missing sections',
    '{\n  "z": 0\n}\n',
    ['a', 'b', 'c'],
    'x',
    '{\n  "z": 0,\n  "a": {\n    "b": {\n      "c": "x"\n    }\n  }\n}\n',
  ],
  [
    'keeps CRLF',
    '{\r\n  "a": 1\r\n}\r\n',
    ['b'],
    { c: 1 },
    '{\r\n  "a": 1,\r\n  "b": {\r\n    "c": 1\r\n  }\r\n}\r\n',
  ],
  ['puts a section where null stood', '{"a": null}', ['a', 'b'], 1, '{"a": {\n  "b": 1\n}}'],
];

for (const [name, text, path, value, expected] of cases)
  test(name, () => assert.equal(editSettings(text, [{ path, value }]), expected));
