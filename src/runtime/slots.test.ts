import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Slots } from './slots.ts';

test('no two workers of this machine get one user id, whichever node they belong to', async () => {
  const uid = (slot: number) => 70_000 + (process.pid % 1000) * 10 + slot;
  const [one, other] = [new Slots(uid), new Slots(uid)];
  const taken = await Promise.all([one.take(), other.take(), one.take(), other.take()]);
  assert.deepEqual(taken.sort(), [0, 1, 2, 3]);
  for (const slot of taken) {
    one.give(slot);
    other.give(slot);
  }
  const again = await one.take();
  assert.equal(again, 0);
  one.give(again);
});

test('without user ids of their own workers are only numbered', async () => {
  const slots = new Slots(() => null);
  assert.equal(await slots.take(), 0);
  assert.equal(await slots.take(), 1);
  slots.give(0);
  assert.equal(await slots.take(), 0);
});
