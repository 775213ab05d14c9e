import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { input } from './fixtures/fixture-launcher.ts';
import { answer, context, openTestRuntimes, service, type TestRuntimes } from './fixtures/test-runtimes.ts';

const holdings = (t: TestRuntimes) => ({
  descriptors: readdirSync('/proc/self/fd').length,
  processes: t.interpreters().length,
  folders: t.workers().length,
  size: t.runtimes.health().Python?.currentPoolSize,
  active: t.runtimes.load().active,
});

/** Always the same sequence, so that a failure can be looked at again. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

const mixed = service(`import os, time
if x == 'die': os.kill(os.getpid(), 9)
if x == 'stubborn':
  try: time.sleep(60)
  except KeyboardInterrupt: time.sleep(60)
if x == 'slow': time.sleep(0.02)
print(x)
answer = x`);

test('200 calls with random cancellations leave descriptors, processes and slots as they were', async () => {
  await using t = await openTestRuntimes({
    pool: { InitialSize: 2, MaxSize: 3, HardLimit: 4 },
    limits: { InterruptGrace: 100, QueueLength: 1000 },
  });
  const before = holdings(t);
  const random = dice(42);
  const kinds = ['fast', 'fast', 'fast', 'slow', 'slow', 'slow', 'slow', 'stubborn', 'die'];
  const ends = { answered: 0, cancelled: 0, lost: 0 };
  const one = async (): Promise<void> => {
    const kind = kinds[Math.floor(random() * kinds.length)] ?? 'fast';
    const abort = new AbortController();
    const patience = kind === 'stubborn' || random() < 0.4 ? random() * 60 : null;
    const timer = patience === null ? undefined : setTimeout(() => abort.abort('enough'), patience);
    try {
      const outcome = await t.runtimes.call(mixed, [input('x', kind)], context(abort.signal));
      // Never somebody else's answer or text.
      assert.equal(answer(outcome), kind);
      assert.equal(outcome.consoleOutput, `${kind}\n`);
      ends.answered += 1;
    } catch (error) {
      if (error === 'enough') ends.cancelled += 1;
      else if ((error as { code?: string }).code === 'InterpreterLost') ends.lost += 1;
      else throw error;
    } finally {
      clearTimeout(timer);
    }
  };
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      for (let n = 0; n < 20; n += 1) await one();
    }),
  );
  assert.ok(ends.answered > 50 && ends.cancelled > 20 && ends.lost > 5, JSON.stringify(ends));
  t.runtimes.release(mixed.key);
  const settled = () => JSON.stringify(holdings(t)) === JSON.stringify(before);
  for (let n = 0; n < 300 && !settled(); n += 1) await delay(10);
  assert.deepEqual(holdings(t), before);
});
