import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { homePaths } from '../../config/home.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { createReport } from '../report.ts';
import { obtainPassword } from './password.ts';

/** A command's world without a terminal. */
function context(environment: Record<string, string> = {}, input = ''): CommandContext {
  const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
  const io = { stdin: Readable.from([input]), stdout: sink, stderr: sink, environment, isRoot: false };
  return { io, home: homePaths({ PLINTH_HOME: '/nonexistent' }), report: createReport(io, 'normal') };
}

const typed = (text: string) => ({ adminPassword: text, confirmPassword: text, adminPasswordStdin: false });
const nothing = { adminPasswordStdin: false };
const usage = (pattern: RegExp) => (error: unknown) =>
  error instanceof CommandError && error.exitCode === 2 && pattern.test(error.message);

for (const special of '~!@#$%^&()-_+=|<>\\/;:,.')
  test(`admin-16: ${special} alone satisfies the rule for special characters`, async () => {
    assert.equal(await obtainPassword(typed(`Abc1234${special}`), context()), `Abc1234${special}`);
  });

for (const special of '*?\'"`[]{}')
  test(`admin-15: ${special} does not`, async () => {
    await assert.rejects(obtainPassword(typed(`Abc12345${special}`), context()), usage(/special/));
  });

test('admin-17: 8 and 16 characters are accepted', async () => {
  for (const text of ['Abcde12!', 'Abcdefghijkl123!'])
    assert.equal(await obtainPassword(typed(text), context()), text);
});

test('the password comes from the command line, else from stdin, else from the environment', async () => {
  const environment = { PLINTH_ADMIN_PASSWORD: 'Environ-1' };
  const stdin = { adminPasswordStdin: true };
  assert.equal(
    await obtainPassword({ ...typed('Command-1'), ...stdin }, context(environment, 'Standard-1\n')),
    'Command-1',
  );
  assert.equal(await obtainPassword(stdin, context(environment, 'Standard-1\r\nmore\n')), 'Standard-1');
  assert.equal(await obtainPassword(nothing, context(environment)), 'Environ-1');
});

test('every broken part of the rule is named at once', async () => {
  await assert.rejects(obtainPassword(typed('abc'), context()), usage(/8 to 16.*upper-case.*digit.*special/));
});

test('without a terminal a missing password or confirmation is a usage error', async () => {
  await assert.rejects(obtainPassword(nothing, context()), usage(/no terminal/));
  await assert.rejects(
    obtainPassword({ adminPassword: 'Abc12345!', ...nothing }, context()),
    usage(/no terminal/),
  );
});
