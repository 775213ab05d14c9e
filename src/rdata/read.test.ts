import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSerialized } from './read.ts';
import { attributesOf, missingInteger, type RValue, textAttribute } from './values.ts';

const fixtures = join(import.meta.dirname, 'fixtures');
const files = readdirSync(fixtures).filter((name) => /\.[23][xb]$/.test(name));
const read = (name: string): RValue => readSerialized(readFileSync(join(fixtures, name)));

/** The elements of a list, by name. */
function elements(value: RValue): Record<string, RValue> {
  assert.ok(value.type === 'list');
  const names = textAttribute(value, 'names') ?? [];
  return Object.fromEntries(value.values.map((item, index) => [names[index] ?? String(index), item]));
}

test('both versions and both byte orders of a file hold the same object', () => {
  assert.equal(files.length, 28);
  for (const name of new Set(files.map((file) => file.split('.')[0])))
    for (const suffix of ['2b', '3x', '3b'])
      assert.deepEqual(read(`${name}.${suffix}`), read(`${name}.2x`), `${name}.${suffix}`);
});

test('vectors of all types, with their missing values', () => {
  const all = elements(read('vectors.3x'));
  const values = (name: string): unknown => (all[name] as { values: unknown }).values;
  assert.deepEqual(values('logical'), Int32Array.of(1, 0, missingInteger));
  assert.deepEqual(values('integer'), Int32Array.of(1, missingInteger, -2147483647));
  const doubles = values('double') as Float64Array;
  assert.deepEqual([...doubles], [0.1, Number.NaN, Number.NaN, Infinity, -Infinity, -0]);
  const lowWords = new Uint32Array(doubles.buffer);
  assert.deepEqual([lowWords[2], lowWords[4]], [1954, 0], 'NA and NaN stay different');
  assert.deepEqual([...(values('complex') as Float64Array)], [1, -2, Number.NaN, 0]);
  assert.deepEqual(values('raw'), Uint8Array.of(0, 255));
  assert.deepEqual(values('character'), ['plain', null, '', 'ä日🦆', 'ä']);
  assert.equal(all.null?.type, 'null');
  for (const empty of Object.values(elements(all.empty as RValue)))
    assert.equal((empty as { values: ArrayLike<unknown> }).values.length, 0);
});

test('a data frame is a list with attributes', () => {
  const frame = read('frame.3b');
  assert.deepEqual(textAttribute(frame, 'class'), ['data.frame']);
  const columns = elements(frame);
  assert.deepEqual(textAttribute(columns.factor as RValue, 'levels'), ['v', 'u']);
  assert.deepEqual(textAttribute(columns.time as RValue, 'tzone'), ['UTC']);
  const rows = attributesOf(frame)?.get('row.names');
  assert.deepEqual(rows, { type: 'integer', values: Int32Array.of(missingInteger, -2), attributes: null });
});

test('compact sequences, deferred strings and wrappers become ordinary vectors', () => {
  const [sequence, , , strings, numbers, wrapped, wrappedTexts] = Object.values(elements(read('compact.3x')));
  assert.ok(sequence?.type === 'integer' && sequence.values.length === 1000 && sequence.values[999] === 1000);
  assert.deepEqual(strings?.type === 'character' && strings.values, ['1', '2', '3', '4', '5']);
  assert.deepEqual(numbers?.type === 'character' && numbers.values, [
    '1.5',
    '1e+05',
    '1e-20',
    '123456.789',
    null,
    '0.1',
  ]);
  assert.deepEqual(wrapped, { type: 'double', values: Float64Array.of(1, 2.5), attributes: null });
  assert.deepEqual(wrappedTexts, { type: 'character', values: ['a', 'b'], attributes: null });
});

test('code, environments and references are recognised', () => {
  const all = elements(read('functions.3x'));
  assert.equal(all.closure?.type, 'closure');
  assert.equal(all.compiled?.type === 'closure' && all.compiled.body.type, 'bytecode');
  assert.equal(all.first, all.again);
  const shared = all.first?.type === 'environment' ? all.first : assert.fail();
  assert.deepEqual(shared.bindings.get('value'), {
    type: 'integer',
    values: Int32Array.of(1, 2, 3),
    attributes: null,
  });
  const kinds = ['namespace', 'package', 'global', 'base'].map((name) => {
    const value = all[name];
    return value?.type === 'environment' && value.kind;
  });
  assert.deepEqual(kinds, ['namespace', 'package', 'global', 'base']);
  const [call] = Object.values(elements(read('language.3x')));
  assert.ok(call?.type === 'language');
  assert.deepEqual(
    call.cells.map((cell) => cell.tag),
    [null, null, 'y'],
  );
  const point = read('S4.3x');
  assert.deepEqual(point.type === 'S4' && textAttribute(point, 'label'), ['p']);
  assert.deepEqual(Object.keys(elements(read('model.3x'))), [
    'coefficients',
    'terms',
    'family',
    'formula',
    'call',
    'xlevels',
  ]);
});

test('bytes cut off anywhere are refused, not waited for', () => {
  for (const name of files.filter((file) => !file.startsWith('model'))) {
    const bytes = readFileSync(join(fixtures, name));
    for (let length = 0; length < bytes.length; length += 1 + Math.floor(length / 500))
      assert.throws(() => readSerialized(bytes.subarray(0, length)), RangeError, `${name} cut at ${length}`);
  }
});

test('changed bytes give another object or RangeError, never anything else', () => {
  let state = 42; // the same damage in every run
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (const name of files.filter((file) => !file.startsWith('model')))
    for (let round = 0; round < 200; round += 1) {
      const bytes = Uint8Array.from(readFileSync(join(fixtures, name)));
      for (let damage = 0; damage <= random(4); damage += 1)
        bytes[14 + random(bytes.length - 14)] = random(256);
      try {
        readSerialized(bytes, { maxExpanded: 10_000 });
      } catch (error) {
        assert.ok(error instanceof RangeError, `${name}: ${error}`);
        assert.doesNotMatch(error.message, /Invalid|call stack/, `${name}: ${error.stack}`);
      }
    }
});

test('nesting, object count and expanded sequences are bounded', () => {
  const header = [0x42, 0x0a, 2, 0, 0, 0, 0, 4, 1, 0, 0, 3, 2, 0];
  const list = [19, 0, 0, 0, 1, 0, 0, 0];
  const deep = Uint8Array.from([...header, ...Array.from({ length: 2000 }, () => list).flat(), 254, 0, 0, 0]);
  assert.throws(() => readSerialized(deep), /nested deeper than 1000/);
  assert.throws(
    () => readSerialized(readFileSync(join(fixtures, 'vectors.2b')), { maxObjects: 5 }),
    /more than 5 objects/,
  );
  assert.throws(
    () => readSerialized(readFileSync(join(fixtures, 'compact.3b')), { maxExpanded: 999 }),
    /exceeds the limit/,
  );
  const huge = Uint8Array.from([...header, 14, 0, 0, 0, 255, 255, 255, 127]);
  assert.throws(() => readSerialized(huge), /length of 2147483647 exceeds/);
});

test('what is no serialization, or not a binary one, is refused', () => {
  for (const bytes of [
    Uint8Array.of(),
    Uint8Array.of(0x1f, 0x8b),
    new TextEncoder().encode('A\n3\n262146\n'),
  ])
    assert.throws(() => readSerialized(bytes), /not R data/);
  assert.throws(() => readSerialized(Uint8Array.from([0x58, 0x0a, 0, 0, 0, 9])), /version 9/);
});
