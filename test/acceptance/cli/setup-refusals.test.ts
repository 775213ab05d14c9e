import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type OwnHome, onTerminal, ownHome, password, passwords, program } from './own-home.ts';

let home: OwnHome;
before(async () => {
  home = await ownHome();
});
after(() => home[Symbol.asyncDispose]());

const uri = ['--uri', 'http://127.0.0.1:9'];
const both = (text: string) => ['--admin-password', text, '--confirm-password', text];

/** The set-up must be refused with the code and leave the home as empty as it was. */
async function refused(words: readonly string[], code: number, ...shows: RegExp[]): Promise<string> {
  const outcome = await home.plinth(['admin', 'node', 'setup', ...words]);
  assert.equal(outcome.code, code, outcome.stderr);
  assert.equal(outcome.stdout, '');
  for (const pattern of shows) assert.match(outcome.stderr, pattern);
  assert.deepEqual(readdirSync(home.path), []);
  return outcome.stderr;
}

test('admin-10: a bad item of --uri ends with 2 and is named', async () => {
  const good = 'http://10.0.0.4:12805';
  await refused(['--webnode', ...passwords, '--uri', good, 'http://1.0.3-1.1:12805'], 2, /1\.0\.3-1\.1/);
  await refused(['--webnode', ...passwords, '--uri', `http://300.1.1.1:1,${good}`], 2, /300\.1\.1\.1/);
  await refused(['--webnode', ...passwords, '--uri', '1.1.1.1:12805'], 2, /"1\.1\.1\.1:12805"/);
});

test('admin-12: a web node without any compute node ends with 1', async () => {
  await refused(['--webnode', ...passwords], 1, /ERROR: The URIs of compute nodes are missing/);
});

test('admin-13: passwords that differ end with 2, and neither is shown', async () => {
  const words = ['--webnode', '--admin-password', password, '--confirm-password', 'Abc12345?', ...uri];
  const stderr = await refused(words, 2, /ERROR: The two passwords differ\./);
  assert.ok(!stderr.includes('Abc12345'));
});

const broken: [text: string, ...shows: RegExp[]][] = [
  ['Abc123!', /8 to 16/],
  ['Abc1234567890123!', /8 to 16/],
  ['abc12345!', /upper-case/],
  ['ABC12345!', /lower-case/],
  ['Abcdefgh!', /digit/],
  ['Abc12345', /special/],
  ['abc', /8 to 16/, /upper-case/, /digit/, /special/],
];
for (const [text, ...shows] of broken)
  test(`admin-14: the password ${text} ends with 2 and every broken rule named`, async () => {
    const stderr = await refused(['--webnode', ...both(text), ...uri], 2, ...shows);
    assert.ok(!stderr.includes(text));
  });

test('admin-15: a star is no special character', async () => {
  await refused(['--webnode', ...both('Abc12345*'), ...uri], 2, /special/);
});

test('admin-18: a literal placeholder ends with 2', async () => {
  await refused(['--webnode', ...both('<Password>'), ...uri], 2, /<Password> looks like a placeholder/);
  await refused(['--webnode', ...passwords, '--uri', '<URI1>,<URI2>'], 2, /<URI1> looks like a placeholder/);
});

test('admin-20: no role, two roles and an unknown option end with 2 and the usage', async () => {
  await refused(passwords, 2, /^Usage: plinth admin node setup/m, /--onebox, --webnode and --computenode/);
  await refused(['--webnode', '--computenode'], 2, /^Usage:/m, /Use --onebox/);
  await refused(['--onebox', '--webnode'], 2, /^Usage:/m);
  await refused(['--webnode', '--nonsense'], 2, /^Usage:/m, /Unknown option '--nonsense'/);
});

test('admin-24: without a terminal a missing password ends with 2 and says how to give it', async () => {
  await refused(['--onebox'], 2, /no terminal.*--admin-password-stdin/);
  await refused(['--webnode', '--admin-password', password, ...uri], 2, /no terminal/);
});

test('admin-24: on a terminal the password is asked for twice and not shown', async () => {
  const words = ['admin', 'node', 'setup', '--webnode', '--no-start', '--uri', 'http://127.0.0.1:9'];
  const command = [program('plinth'), ...words];
  const questions = (again: string): [string, string][] => [
    ['The password of admin', password],
    ['The password of admin again', again],
  ];
  const typo = await onTerminal(command, home.environment, questions('Abc12345?'));
  assert.equal(typo.code, 2);
  assert.match(typo.screen, /The two passwords differ/);
  assert.ok(!typo.screen.includes('Abc12345'));
  assert.deepEqual(readdirSync(home.path), []);

  const right = await onTerminal(command, home.environment, questions(password));
  assert.equal(right.code, 0, right.screen);
  assert.ok(!right.screen.includes(password));
  assert.ok(home.settings('webnode').configured);
});
