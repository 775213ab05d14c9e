import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandError } from '../command-error.ts';
import { declaredUris } from './declared-uris.ts';

test('Q4: blanks after commas, empty items and repetitions do no harm', () => {
  assert.deepEqual(declaredUris(['http://1.1.1.1:12805,', 'http://1.0.1-3.1-2:12805']), [
    'http://1.1.1.1:12805',
    'http://1.0.1-3.1-2:12805',
  ]);
  assert.deepEqual(declaredUris([',http://A:1/,,', 'http://a:1']), ['http://a:1']);
  assert.deepEqual(declaredUris([]), []);
});

test('Q5: angle brackets around an entry or the whole list are dropped', () => {
  assert.deepEqual(declaredUris(['<http://a:1>,<http://b:2>']), ['http://a:1', 'http://b:2']);
  assert.deepEqual(declaredUris(['<http://a:1, http://b:2>']), ['http://a:1', 'http://b:2']);
});

for (const [words, what] of [
  [['<URI1>,<URI2>'], /<URI1> looks like a placeholder/],
  [['<URI1>'], /<URI1> looks like a placeholder/],
  [['http://a:1,1.1.1.1:12805'], /"1\.1\.1\.1:12805" is not a compute node URI/],
  [['http://1.0.3-1.1:12805'], /3-1 is reversed/],
  [['http://300.1.1.1:1'], /300/],
] as const)
  test(`${words.join(' ')} is refused by name`, () => {
    assert.throws(
      () => declaredUris([...words]),
      (error) => error instanceof CommandError && error.exitCode === 2 && what.test(error.message),
    );
  });
