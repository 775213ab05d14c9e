import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { cliDocument, cliDocumentPath } from '../../scripts/generate-cli-docs.ts';
import { commandGroups, commands } from './commands.ts';
import type { Io } from './io.ts';
import { main } from './main.ts';
import { optionFlags } from './program.ts';

/** Runs a command line in this process, as an ordinary user without a terminal. */
async function run(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end();
  const io: Io = { stdin, stdout, stderr, environment: { HOME: '/nonexistent' }, isRoot: false };
  const code = await main(argv, io);
  stdout.end();
  stderr.end();
  return { code, stdout: await text(stdout), stderr: await text(stderr) };
}

for (const command of commands)
  for (const help of ['--help', '-h'])
    test(`plinth ${command.path.join(' ')} ${help} shows purpose, options and an example`, async () => {
      const { code, stdout, stderr } = await run(...command.path, help);
      assert.equal(code, 0);
      assert.equal(stderr, '');
      assert.ok(stdout.startsWith(`Usage: plinth ${command.path.join(' ')} `), stdout);
      assert.ok(stdout.includes(command.summary));
      assert.ok(stdout.includes(`Example:\n  $ ${command.example}`));
      assert.ok(stdout.includes('--output'));
      for (const [name, option] of Object.entries(command.options))
        assert.equal(stdout.includes(` ${optionFlags(name, option)} `), option.hidden !== true, name);
    });

for (const group of commandGroups) {
  const words = group.path.join(' ');
  test(`plinth ${words} alone shows its help and succeeds, with --help too`, async () => {
    const bare = await run(...group.path);
    assert.deepEqual(bare, await run(...group.path, '--help'));
    assert.equal(bare.code, 0);
    assert.equal(bare.stderr, '');
    assert.ok(bare.stdout.includes(group.summary));
    for (const { path, summary, hidden } of commands)
      if (path.length === group.path.length + 1 && path.join(' ').startsWith(words))
        assert.equal(bare.stdout.includes(summary), !hidden);
  });

  test(`plinth ${words} with an unknown word is a usage error that names it`, async () => {
    const { code, stdout, stderr } = await run(...group.path, 'nonsense');
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(
      stderr,
      /^ERROR: '.*nonsense' is not a command\. Run 'plinth.* --help' for the commands\.\n$/,
    );
  });
}

test('the help of the program names the quickest start and the way back', async () => {
  const { stdout } = await run('--help');
  assert.match(stdout, /quickest start is 'plinth admin bootstrap'.*one-box.*diagnostics/s);
  assert.match(stdout, /back to defaults/);
});

test('an unknown option is a usage error with the usage and the way to help', async () => {
  const { code, stderr } = await run('admin', 'node', 'list', '--chekc');
  assert.equal(code, 2);
  assert.equal(
    stderr,
    "Usage: plinth admin node list [options]\nERROR: Unknown option '--chekc', did you mean --check? Run 'plinth admin node list --help' for the options.\n",
  );
});

test('a word too many is a usage error that does not repeat it: it may be half a password', async () => {
  const { code, stderr } = await run('admin', 'node', 'setup', '--webnode', 'Secret1!');
  assert.equal(code, 2);
  assert.ok(!stderr.includes('Secret1!'));
});

test('an unknown output format is a usage error that lists the known ones', async () => {
  const { code, stderr } = await run('admin', 'node', 'list', '-o', 'xml');
  assert.equal(code, 2);
  assert.match(stderr, /json, jsonc, table, tsv/);
});

test('global options may stand before the command', async () => {
  const { code, stdout } = await run('-o', 'tsv', 'admin', '--verbose', 'node', 'list', '--webnode');
  assert.equal(code, 0);
  assert.match(stdout, /^webnode\tweb\tfalse\tnot configured\t/);
});

test('a command that changes the machine ends with 5 for an ordinary user without a home of their own', async () => {
  const { code, stderr } = await run('admin', 'node', 'setup', '--computenode');
  assert.equal(code, 5);
  assert.match(stderr, /^ERROR: .* needs root\. Run it with sudo, or set PLINTH_HOME/);
});

test('docs/cli.md is what the table of commands says; otherwise run node scripts/generate-cli-docs.ts', () => {
  const path = new URL(`../../${cliDocumentPath}`, import.meta.url);
  assert.equal(readFileSync(path, 'utf8'), cliDocument());
});
