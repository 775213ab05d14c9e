import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanArguments, type KnownOption } from './argument-hygiene.ts';
import { CommandError } from './command-error.ts';

const options: KnownOption[] = [
  { name: 'admin-password', kind: 'text' },
  { name: 'confirm-password', kind: 'text' },
  { name: 'cert-subject-name', kind: 'text' },
  { name: 'endpoint', kind: 'text' },
  { name: 'uri', kind: 'list' },
  { name: 'webnode', kind: 'flag' },
  { name: 'mls', kind: 'flag' },
];
const known = new Map(options.map((option) => [option.name, option]));
known.set('new-password', options[0] as KnownOption);
const clean = (...argv: string[]) => cleanArguments(argv, known);

test('clean arguments pass unchanged and without a warning', () => {
  const argv = [
    'admin',
    'node',
    'setup',
    '--webnode',
    '--admin-password',
    'Abc 1234—!',
    '-o',
    'table',
    '--uri',
    'http://a:1,',
  ];
  assert.deepEqual(cleanArguments(argv, known), { words: argv, warnings: [] });
});

for (const junk of [
  '\u00c2\u00a0',
  '\u00a0',
  '\u00a0\u00a0',
  '\u200b',
  '\ufeff',
  '\u00c2',
  '\u00c2\u00a0\u200b',
]) {
  test(`Q1: ${JSON.stringify(junk)} after a value is stripped, with a warning that names the option`, () => {
    assert.deepEqual(clean('--admin-password', `Abc12345!${junk}`, '--confirm-password', 'Abc12345!'), {
      words: ['--admin-password', 'Abc12345!', '--confirm-password', 'Abc12345!'],
      warnings: ['Removed invisible characters from the end of the value of --admin-password.'],
    });
  });
}

test('Q1: the same characters inside a value stay', () => {
  assert.deepEqual(clean('--admin-password', 'Ab\u00a0c\u00c21').words, [
    '--admin-password',
    'Ab\u00a0c\u00c21',
  ]);
});

test('Q2: options glued by a no-break or thin space are split', () => {
  assert.deepEqual(clean('--webnode\u00a0--uri', 'http://a:1\u2009--mls').words, [
    '--webnode',
    '--uri',
    'http://a:1',
    '--mls',
  ]);
});

test('Q2: an ordinary space inside a value never splits it', () => {
  assert.deepEqual(clean('--admin-password', 'a --mls').words, ['--admin-password', 'a --mls']);
});

test('Q3, Q8: long dashes and three hyphens before a known option are two, with a warning', () => {
  const { words, warnings } = clean(
    '\u2014admin-password',
    'a',
    '\u2014-confirm-password',
    'b',
    '\u2013mls',
    '---webnode',
  );
  assert.deepEqual(words, ['--admin-password', 'a', '--confirm-password', 'b', '--mls', '--webnode']);
  assert.equal(warnings.length, 4);
  assert.match(warnings[0] ?? '', /admin-password/);
});

test('Q3: a dash before anything else is left alone', () => {
  assert.deepEqual(clean('\u2014unknown').words, ['\u2014unknown']);
});

test('Q7, Q12: underscores and old names mean the option of today', () => {
  assert.deepEqual(clean('--cert-subject_name', 'CN=a', '--new-password=x').words, [
    '--cert-subject-name',
    'CN=a',
    '--admin-password',
    'x',
  ]);
});

test('Q5: a URI in angle brackets is unwrapped', () => {
  assert.deepEqual(clean('--endpoint', '<http://lb:80>').words, ['--endpoint', 'http://lb:80']);
});

test('Q6: any other text in angle brackets is a placeholder', () => {
  assert.throws(
    () => clean('--admin-password', '<Password>\u00c2\u00a0', '--confirm-password', 'x'),
    (error) =>
      error instanceof CommandError &&
      error.exitCode === 2 &&
      /<Password> looks like a placeholder/.test(error.message),
  );
});
