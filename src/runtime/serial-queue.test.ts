import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { SerialQueue } from './serial-queue.ts';

test('tasks run one after another; a failure stops nobody', async () => {
  const queue = new SerialQueue();
  const order: string[] = [];
  const first = queue.add(undefined, async () => {
    await delay(20);
    order.push('first');
    throw new Error('failed');
  });
  const second = queue.add(undefined, async () => order.push('second'));
  await assert.rejects(first, /failed/);
  assert.equal(await second, 2);
  assert.deepEqual(order, ['first', 'second']);
});

test('an abandoned task is told and rejects at once; the next waits until it has ended', async () => {
  const queue = new SerialQueue();
  const abort = new AbortController();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let told = false;
  const running = queue.add(abort.signal, async (abandoned) => {
    abandoned(() => {
      told = true;
    });
    await ended;
  });
  let begun = false;
  const waiting = queue.add(abort.signal, async () => {
    begun = true;
  });
  const next = queue.add(undefined, async () => 'next');
  await delay(1);
  abort.abort('reason');
  await assert.rejects(running, (reason) => reason === 'reason');
  await assert.rejects(waiting, (reason) => reason === 'reason');
  assert.equal(told, true);
  assert.equal(await Promise.race([next, delay(10, 'still waiting')]), 'still waiting');
  end();
  assert.equal(await next, 'next');
  assert.equal(begun, false);
});
