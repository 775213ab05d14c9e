import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passwordProblems } from './password-rule.ts';

for (const good of ['Abcdef1!', 'Abcdefghijklm1~.', 'aA1\\?*"`{}[]', ...'~!@#$%^&()-_+=|<>\\/;:,.'].map(
  (text) => (text.length === 1 ? `Abcdef1${text}` : text),
))
  test(`${good} is a password`, () => assert.deepEqual(passwordProblems(good), []));

const bad: [password: string, problems: RegExp[]][] = [
  ['Abcde1!', [/8 to 16/]],
  ['Abcdefghijklmno1!', [/8 to 16/]],
  ['abcdef1!', [/upper-case/]],
  ['ABCDEF1!', [/lower-case/]],
  ['Abcdefg!', [/digit/]],
  ['Abcdefg1', [/special/]],
  ['Abcdef1*', [/special/]],
  ['Abcdef1?"\'`[]{}', [/special/]],
  ['Abc def1!', [/no space/]],
  ['Äbcdef1!A', [/printable ASCII/]],
  ['Abcdef1!\t', [/printable ASCII/]],
  ['', [/8 to 16/, /upper-case/, /lower-case/, /digit/, /special/]],
  ['é', [/8 to 16/, /upper-case/, /lower-case/, /digit/, /special/, /printable ASCII/]],
];

for (const [password, problems] of bad)
  test(`${JSON.stringify(password)} breaks ${problems.length} parts of the rule, all of which are told`, () => {
    const found = passwordProblems(password);
    assert.equal(found.length, problems.length, found.join('; '));
    for (const [index, problem] of problems.entries()) assert.match(found[index] as string, problem);
  });
