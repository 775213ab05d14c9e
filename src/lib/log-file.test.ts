import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openLogFile } from './log-file.ts';

function folderFor(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'plinth-log-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('lines land in the file of the day, in order, and close waits for all of them', async (context) => {
  const folder = folderFor(context);
  const log = openLogFile({ folder, name: 'webnode', keep: 3, now: () => new Date('2026-11-25T23:59:00Z') });
  const lines = Array.from({ length: 5000 }, (_, index) => `line ${index}\n`);
  for (const line of lines) log.write(line);
  await log.close();
  assert.equal(log.path, join(folder, 'webnode-20261125.log'));
  assert.equal(readFileSync(log.path, 'utf8'), lines.join(''));
  assert.equal(statSync(log.path).mode & 0o007, 0, 'not readable by strangers');
});

test('a new day starts a new file and the oldest ones beyond the limit go', async (context) => {
  const folder = folderFor(context);
  for (const day of ['20260101', '20260102', '20260103'])
    writeFileSync(join(folder, `computenode-${day}.log`), '');
  writeFileSync(join(folder, 'webnode-20260101.log'), '');
  writeFileSync(join(folder, 'computenode-notes.txt'), '');
  let now = new Date('2026-01-04T12:00:00Z');
  const log = openLogFile({ folder, name: 'computenode', keep: 2, now: () => now });
  log.write('fourth\n');
  await log.close();
  now = new Date('2026-01-05T00:00:00Z');
  const next = openLogFile({ folder, name: 'computenode', keep: 2, now: () => now });
  next.write('fifth\n');
  await next.close();
  assert.deepEqual(readdirSync(folder).sort(), [
    'computenode-20260104.log',
    'computenode-20260105.log',
    'computenode-notes.txt',
    'webnode-20260101.log',
  ]);
});

test('a running log moves on at midnight', async (context) => {
  const folder = folderFor(context);
  let now = new Date('2026-01-04T23:59:59Z');
  const log = openLogFile({ folder, name: 'computenode', keep: 1, now: () => now });
  log.write('before\n');
  const before = log.path;
  now = new Date('2026-01-05T00:00:00Z');
  log.write('after\n');
  await log.close();
  assert.notEqual(log.path, before);
  assert.deepEqual(readdirSync(folder), ['computenode-20260105.log']);
  assert.match(readFileSync(log.path, 'utf8'), /after\n$/);
});

test('lines written just before process.exit are not lost', (context) => {
  const folder = folderFor(context);
  const module = JSON.stringify(fileURLToPath(new URL('./log-file.ts', import.meta.url)));
  const program = `
    import { openLogFile } from ${module};
    const log = openLogFile({ folder: process.argv[1], name: 'webnode', keep: 1 });
    for (let index = 0; index < 100; index++) log.write('line ' + index + '\\n');
    setImmediate(() => { log.write('last words\\n'); process.exit(3); });
  `;
  assert.throws(
    () => execFileSync(process.execPath, ['--input-type=module-typescript', '-e', program, folder]),
    { status: 3 },
  );
  const file = readdirSync(folder)[0] ?? '';
  const lines = readFileSync(join(folder, file), 'utf8').trimEnd().split('\n');
  assert.equal(lines.length, 101);
  assert.ok(lines.includes('last words'));
});

test('a line after close is written through', async (context) => {
  const log = openLogFile({ folder: folderFor(context), name: 'webnode', keep: 1 });
  await log.close();
  log.write('late\n');
  assert.equal(readFileSync(log.path, 'utf8'), 'late\n');
});

test('lines that could not be written are counted and the log goes on', async (context) => {
  const folder = folderFor(context);
  let now = new Date('2026-01-04T12:00:00Z');
  const log = openLogFile({ folder, name: 'webnode', keep: 5, now: () => now });
  mkdirSync(join(folder, 'webnode-20260105.log'));
  now = new Date('2026-01-05T12:00:00Z');
  log.write('nowhere to go\n');
  await nextTurn();
  await nextTurn();
  now = new Date('2026-01-06T12:00:00Z');
  log.write('back\n');
  await log.close();
  assert.equal(readFileSync(log.path, 'utf8'), '1 log lines were lost: they could not be written.\nback\n');
});
