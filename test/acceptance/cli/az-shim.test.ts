import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { program, runProgram } from './own-home.ts';

const folder = mkdtempSync(join(tmpdir(), 'plinth-az-'));
after(() => rmSync(folder, { recursive: true }));
const shimFolder = dirname(program('az'));

/** An Azure CLI that tells what it was called with, one argument a line. */
const real = join(folder, 'real');
mkdirSync(real);
writeFileSync(
  join(real, 'az'),
  '#!/bin/sh\nprintf "real\\n"\nfor word; do printf "<%s>\\n" "$word"; done\nexit 7\n',
);
chmodSync(join(real, 'az'), 0o755);

const withPath = (...folders: string[]) => ({
  ...process.env,
  PATH: [...folders, '/usr/bin', '/bin'].join(':'),
});

for (const words of [
  ['login'],
  ['login', '--use-device-code'],
  ['ml', 'workspace', 'list'],
  ['vm', 'list', '', 'a b'],
  [],
])
  test(`admin-27: az ${words.join(' ')} goes unchanged to the Azure CLI later in PATH`, async () => {
    const { code, stdout } = await runProgram(program('az'), words, withPath(shimFolder, real));
    assert.equal(code, 7);
    assert.equal(stdout, ['real', ...words.map((word) => `<${word}>`), ''].join('\n'));
  });

for (const words of [
  ['login', '--mls', '--help'],
  ['login', '–mls', '--help'],
  ['login\u00a0--mls', '--help'],
  ['logout', '--mls', '-h'],
  ['mlserver', 'login', '-h'],
])
  test(`az ${words.join(' ')} is answered here although there is an Azure CLI`, async () => {
    const { code, stdout } = await runProgram(program('az'), words, withPath(shimFolder, real));
    assert.equal(code, 0);
    assert.match(stdout, /^Usage: plinth log(in|out) /);
  });

test('without an Azure CLI any other az command ends with 2 and an explanation', async () => {
  const { code, stderr } = await runProgram(program('az'), ['group', 'list'], withPath(shimFolder));
  assert.equal(code, 2);
  assert.match(stderr, /^ERROR: 'az group' is a command of the Azure CLI.*az login --mls/);
});

test('two installations in PATH do not hand a command to each other for ever', async () => {
  const other = join(folder, 'other');
  mkdirSync(other);
  copyFileSync(program('az'), join(other, 'az'));
  const without = withPath(other, shimFolder, other, shimFolder);
  assert.equal((await runProgram(program('az'), ['group', 'list'], without)).code, 2);
  const before = withPath(other, shimFolder, real, other);
  assert.equal((await runProgram(program('az'), ['group', 'list'], before)).code, 7);
});

test('adminutil names the switches it knows for one it does not', async () => {
  const { code, stderr } = await runProgram(program('adminutil'), ['-SilentUpdate'], process.env);
  assert.equal(code, 2);
  assert.match(stderr, /does not know '-silentupdate'.*-silentoneboxinstall/);
});

test('adminutil without a password says what to write', async () => {
  const { code, stderr } = await runProgram(program('adminutil'), ['-silentWebNodeInstall'], process.env);
  assert.equal(code, 2);
  assert.match(stderr, /adminutil -silentwebnodeinstall PASSWORD \[URIS\]/);
});
