import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fixtureLauncher } from './fixtures/fixture-launcher.ts';
import {
  answer,
  context,
  naming,
  openTestRuntimes,
  service,
  sleep,
  until,
  whoAmI,
} from './fixtures/test-runtimes.ts';

const reasonless = new Error('enough');

describe('the pool', () => {
  test('replaces what was taken and keeps at most MaxSize idle', async () => {
    await using t = await openTestRuntimes({ pool: { InitialSize: 2, MaxSize: 3, HardLimit: 10 } });
    assert.equal(t.runtimes.health().Python?.currentPoolSize, 2);
    const outcomes = await Promise.all(
      [1, 2, 3, 4, 5].map((n) => t.runtimes.call(sleep(0.2, `${n}`), [], context())),
    );
    assert.deepEqual(outcomes.map(answer), Array(5).fill('slept'));
    await until(() => t.runtimes.health().Python?.currentPoolSize === 3);
  });

  test('makes room for another service at the hard limit, and refuses when all are busy', async () => {
    await using t = await openTestRuntimes({ pool: { InitialSize: 0, HardLimit: 1 } });
    await t.runtimes.call(sleep(0.01, 'a'), [], context());
    await t.runtimes.call(sleep(0.01, 'b'), [], context());
    const abort = new AbortController();
    const busy = t.runtimes.call(sleep(60), [], context(abort.signal));
    await until(() => t.runtimes.health().Python?.activeShellCount === 1);
    assert.equal(t.runtimes.health().Python?.canOpenShell, false);
    await assert.rejects(t.runtimes.call(sleep(0.01, 'c'), [], context()), { code: 'ServiceBusy' });
    abort.abort(reasonless);
    await assert.rejects(busy, reasonless);
  });

  test('refuses calls beyond QueueLength', async () => {
    await using t = await openTestRuntimes({
      pool: { InitialSize: 0, HardLimit: 1, WorkersPerService: 1 },
      limits: { QueueLength: 2 },
    });
    const calls = [1, 2].map(() => t.runtimes.call(sleep(0.1), [], context()));
    await assert.rejects(t.runtimes.call(sleep(0.1), [], context()), { code: 'ServiceBusy' });
    await Promise.all(calls);
  });

  test('a service gives its workers up when it is released or they were idle too long', async () => {
    await using t = await openTestRuntimes({
      pool: { InitialSize: 0, ServiceIdleTimeout: 100, WorkersPerService: 1 },
    });
    const running = t.runtimes.call(sleep(0.3), [], context());
    await until(() => t.runtimes.health().Python?.activeShellCount === 1);
    t.runtimes.release(sleep(0.3).key);
    assert.equal(answer(await running), 'slept');
    await until(() => t.workers().length === 0);
    await t.runtimes.call(whoAmI, [], context());
    await until(() => t.workers().length === 0);
  });

  test('a worker used often enough is replaced, the next one warmed first', async () => {
    await using t = await openTestRuntimes({ pool: { MaxCallsPerWorker: 3, WorkersPerService: 1 } });
    const initCode = `${naming}\nimport time\ntime.sleep(0.3)`;
    const slowLoad = service('answer = me', { key: 'slow load', initCode });
    const used = new Set<string>();
    for (let n = 0; n < 1000 && used.size < 2; n += 1) {
      const outcome = await t.runtimes.call(slowLoad, [], context());
      used.add(answer(outcome));
      if (used.size === 2) assert.ok(outcome.timings.createShell < 100_000, JSON.stringify(outcome.timings));
      await delay(5);
    }
    assert.equal(used.size, 2);
  });

  test('an interpreter that cannot be started is told at once and tried again later', async () => {
    const launcher = fixtureLauncher({ environment: { FIXTURE_START: 'fail' } });
    await using t = await openTestRuntimes({ launcher });
    await assert.rejects(t.runtimes.call(whoAmI, [], context()), { code: 'ServiceBusy' });
    assert.ok(t.log.some((line) => line.includes('the fixture was told to fail')));
    assert.equal(t.workers().length, 0);
  });
});
