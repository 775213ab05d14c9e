import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlinthError } from './errors.ts';
import { baseName, plainFileName } from './file-names.ts';

test('the base name follows the last separator of either system', () => {
  for (const path of ['b.csv', '/tmp/b.csv', 'C:\\a\\b.csv', 'C:\\a/b.csv'])
    assert.equal(baseName(path), 'b.csv');
  assert.equal(baseName('C:\\a\\'), '');
});

test('only names of files directly in a folder are plain', () => {
  for (const name of ['b.csv', '.RData', '...', 'größe 1', 'x'.repeat(255)])
    assert.equal(plainFileName(name, 'file'), name);
  for (const name of ['', '.', '..', '../x', 'a/b', 'a\\b', 'a\0', 'a\n', 'ä'.repeat(128)])
    assert.throws(
      () => plainFileName(name, 'file'),
      (error) => error instanceof PlinthError && error.code === 'InvalidRequest' && error.fields === 'file',
      JSON.stringify(name),
    );
});
