import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { describe, test } from 'node:test';
import { input } from './fixtures/fixture-launcher.ts';
import {
  answer,
  context,
  naming,
  openTestRuntimes,
  service,
  sleep,
  until,
  useLimits,
  whoAmI,
} from './fixtures/test-runtimes.ts';

describe('calls that must stop', () => {
  const reason = new Error('the client went away');

  test('a running call is interrupted and its worker serves on', async () => {
    await using t = await openTestRuntimes({ pool: { WorkersPerService: 1 } });
    const code = 'import time\nif x == "sleep": time.sleep(60)\nanswer = me';
    const named = service(code, { initCode: naming });
    const before = answer(await t.runtimes.call(named, [input('x', '')], context()));
    const abort = new AbortController();
    const call = t.runtimes.call(named, [input('x', 'sleep')], context(abort.signal));
    await until(() => t.runtimes.health().Python?.activeShellCount === 1);
    abort.abort(reason);
    await assert.rejects(call, reason);
    assert.equal(answer(await t.runtimes.call(named, [input('x', '')], context())), before);
  });

  test('code that ignores the interrupt is killed after the grace, others do not wait for it', async () => {
    await using t = await openTestRuntimes({ pool: { WorkersPerService: 1 } });
    const stubborn = service(
      'import time\nwhile x == "stay":\n  try: time.sleep(60)\n  except KeyboardInterrupt: pass\nanswer = x',
    );
    const abort = new AbortController();
    const stay = t.runtimes.call(stubborn, [input('x', 'stay')], context(abort.signal));
    await until(() => t.runtimes.health().Python?.activeShellCount === 1);
    const next = t.runtimes.call(stubborn, [input('x', 'go')], context());
    abort.abort(reason);
    await assert.rejects(stay, reason);
    assert.equal(answer(await next), 'go');
  });

  test('a waiting call is only removed', async () => {
    await using t = await openTestRuntimes({ pool: { WorkersPerService: 1, HardLimit: 1, InitialSize: 0 } });
    const first = t.runtimes.call(sleep(0.3), [], context());
    const abort = new AbortController();
    const second = t.runtimes.call(sleep(0.3), [], context(abort.signal));
    abort.abort(reason);
    await assert.rejects(second, reason);
    assert.equal(answer(await first), 'slept');
    assert.equal(t.runtimes.load().active, 0);
  });

  test('a call whose signal has fired already is not begun', async () => {
    await using t = await openTestRuntimes({ pool: { InitialSize: 0 } });
    await assert.rejects(t.runtimes.call(whoAmI, [], context(AbortSignal.abort(reason))), reason);
    assert.equal(t.workers().length, 0);
  });

  test('a call past WallClock ends with DeadlineExceeded', async () => {
    await using t = await openTestRuntimes({ limits: { Call: { ...useLimits, WallClock: 300 } } });
    await assert.rejects(t.runtimes.call(sleep(60), [], context()), { code: 'DeadlineExceeded' });
  });

  test('a call that fills the disk ends as a failure of its code', async () => {
    await using t = await openTestRuntimes({
      limits: { Call: { ...useLimits, WorkingDirectory: 1_000_000 } },
    });
    const fill = service('import time\nopen("big", "wb").write(bytes(3_000_000))\ntime.sleep(60)');
    const outcome = await t.runtimes.call(fill, [], context());
    assert.match(outcome.errorMessage, /more than 1000000 bytes/);
  });
});

test('stop lets running calls end within the grace, then ends the rest and leaves nothing', async () => {
  const t = await openTestRuntimes();
  const long = t.runtimes.call(sleep(60), [], context());
  const refused = assert.rejects(long, { code: 'InterpreterLost' });
  await until(() => t.runtimes.health().Python?.activeShellCount === 1);
  const short = t.runtimes.call(sleep(0.2), [], context());
  const stopped = t.runtimes.stop(2000);
  await assert.rejects(t.runtimes.call(whoAmI, [], context()), { code: 'ServiceBusy' });
  await stopped;
  assert.equal(answer(await short), 'slept');
  await refused;
  assert.deepEqual(readdirSync(t.workDir), ['accounts']);
  rmSync(t.workDir, { recursive: true });
});
