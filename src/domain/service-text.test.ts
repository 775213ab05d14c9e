import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCode, parseFileNames, parseParameters, parseRuntime } from './service-text.ts';

test('The runtime is named in any case; without a name it is R', () => {
  assert.deepEqual([undefined, 'r', 'PYTHON'].map(parseRuntime), ['R', 'R', 'Python']);
  for (const name of ['Realtime', 'Julia', ''])
    assert.throws(() => parseRuntime(name), { code: 'InvalidRequest', fields: 'runtimeType' });
});

test('Line ends of code become LF', () => {
  assert.equal(parseCode('a\r\nb\rc\nd', 'code'), 'a\nb\nc\nd');
});

test('Code no interpreter can hold is refused', () => {
  for (const code of ['a\0b', 'a\udc00'])
    assert.throws(() => parseCode(code, 'initCode'), { code: 'InvalidRequest', fields: 'initCode' });
});

test('Parameters need a name of their own and one of the seven types', () => {
  const list = [{ name: 'hp', type: 'numeric' }];
  assert.deepEqual(parseParameters(list, 'inputs'), list);
  const wrong = (second: { name: string; type: string }, fields: string) =>
    assert.throws(() => parseParameters([...list, second], 'inputs'), { code: 'InvalidRequest', fields });
  wrong({ name: 'hp', type: 'numeric' }, 'inputs[1].name');
  wrong({ name: ' ', type: 'numeric' }, 'inputs[1].name');
  wrong({ name: 'wt', type: 'dataframe' }, 'inputs[1].type');
  wrong({ name: 'wt', type: 'Numeric' }, 'inputs[1].type');
});

test('Output files are plain names, each once', () => {
  assert.deepEqual(parseFileNames(['a.png', '.hidden', 'ü b.csv'], 'files'), ['a.png', '.hidden', 'ü b.csv']);
  for (const name of ['', '..', '.', '../x', 'a/b', 'a\\b', 'a..b', 'a\nb', 'x'.repeat(256), 'first'])
    assert.throws(() => parseFileNames(['first', name], 'files'), {
      code: 'InvalidRequest',
      fields: 'files[1]',
    });
});
