import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wireTime } from './wire-time.ts';

test('Time stamps have no zone and no trailing zeros', () => {
  const at = (milliseconds: number) => wireTime(Date.UTC(2024, 4, 2, 9, 15, 20, milliseconds));
  assert.equal(at(403), '2024-05-02T09:15:20.403');
  assert.equal(at(400), '2024-05-02T09:15:20.4');
  assert.equal(at(0), '2024-05-02T09:15:20');
});
