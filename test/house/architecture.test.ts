/** What lint patterns cannot say about the house: file budget, folder names, no path of anybody's machine. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { test } from 'node:test';

const root = resolve(import.meta.dirname, '../..');
const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter(Boolean);
const text = (file: string): string => readFileSync(resolve(root, file), 'utf8');
const lines = (file: string): number => text(file).split('\n').length - 1;
const source = tracked.filter(
  (file) => file.startsWith('src/') && file.endsWith('.ts') && !file.endsWith('.test.ts'),
);

test('the architecture test looks at the whole source', () => {
  assert.ok(source.length > 60, `only ${source.length} files found`);
});

test('no source file passes 300 lines, and the median is at most 120', () => {
  const sizes = source.map(lines).sort((a, b) => a - b);
  const long = source.filter((file) => lines(file) > 300);
  assert.deepEqual(long, []);
  assert.ok(sizes[Math.floor(sizes.length / 2)]! <= 120);
});

test('no file is a drawer', () => {
  const drawers = /^(utils?|helpers?|common|misc|manager|index)\.(ts|py|R)$/i;
  assert.deepEqual(
    tracked.filter((file) => drawers.test(basename(file))),
    [],
  );
});

test('nothing but a main.ts and the second signal of an orderly stop ends a process', () => {
  const guilty = source.filter(
    (file) => !/(^|\/)main\.ts$|^src\/lib\/shutdown\.ts$/.test(file) && /process\.exit\(/.test(text(file)),
  );
  assert.deepEqual(guilty, []);
});
