import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { program, runProgram } from './own-home.ts';

const environment = { ...process.env };
delete environment.PLINTH_HOME;
const folder = mkdtempSync(join(tmpdir(), 'plinth-cli-help-'));
after(() => rmSync(folder, { recursive: true }));

const help: [file: string, words: string[], shows: RegExp][] = [
  ['plinth', ['--help'], /bootstrap/],
  ['plinth', [], /bootstrap/],
  ['plinth', ['admin', '--help'], /node/],
  ['az', ['ml', 'admin', '--help'], /node/],
  ['az', ['mlserver', 'admin', '--help'], /node/],
  ['az', ['mlserver', '--help'], /login/],
  ['plinth', ['admin', 'bootstrap', '--help'], /Example:/s],
  ['az', ['ml', 'admin', 'node', 'setup', '--help'], /--onebox.*Example:/s],
  ['plinth', ['admin', 'node', 'list', '-h'], /--check.*Example:/s],
  ['plinth', ['admin', 'node', 'start', '-h'], /Example:/s],
  ['plinth', ['admin', 'node', 'stop', '-h'], /30 seconds.*Example:/s],
  ['plinth', ['admin', 'node', 'restart', '-h'], /Example:/s],
  ['az', ['login', '--mls', '--help'], /--mls-endpoint.*Example:/s],
  ['plinth', ['logout', '--help'], /Example:/s],
];

for (const [file, words, shows] of help)
  test(`admin-25: ${file} ${words.join(' ')} shows help and ends with 0`, async () => {
    const { code, stdout, stderr } = await runProgram(program(file), words, environment);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    assert.match(stdout, shows);
  });

const asNobody = { skip: process.getuid?.() === 0 ? false : 'only root can become another user' };

test('admin-25: help works for an ordinary user', asNobody, async () => {
  const words = [
    '--reuid=65534',
    '--regid=65534',
    '--clear-groups',
    program('plinth'),
    'admin',
    'node',
    'setup',
    '--help',
  ];
  const { code, stdout } = await runProgram('setpriv', words, environment);
  assert.equal(code, 0);
  assert.match(stdout, /--webnode/);
});

test('admin-23: set-up by an ordinary user ends with 5 and changes nothing', asNobody, async () => {
  const home = { ...environment, HOME: folder };
  const words = [
    '--reuid=65534',
    '--regid=65534',
    '--clear-groups',
    program('plinth'),
    'admin',
    'node',
    'setup',
    '--computenode',
  ];
  const { code, stderr } = await runProgram('setpriv', words, home);
  assert.equal(code, 5);
  assert.match(stderr, /^ERROR: .*needs root\. Run it with sudo/m);
});

test('the launcher works through symbolic links and from any folder', async () => {
  const link = join(folder, 'plinth');
  symlinkSync(program('plinth'), link);
  symlinkSync(link, join(folder, 'again'));
  const { code, stdout } = await runProgram(join(folder, 'again'), ['--version'], environment);
  assert.equal(code, 0);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

test('an unknown command ends with 2 and one line that says where the commands are listed', async () => {
  const { code, stdout, stderr } = await runProgram(program('az'), ['ml', 'admin', 'nodes'], environment);
  assert.equal(code, 2);
  assert.equal(stdout, '');
  assert.equal(
    stderr,
    "ERROR: 'plinth admin nodes' is not a command. Run 'plinth admin --help' for the commands.\n",
  );
});
