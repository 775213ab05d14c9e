import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fixtureLauncher, input } from './fixtures/fixture-launcher.ts';
import { answer, context, openTestRuntimes, service, useLimits } from './fixtures/test-runtimes.ts';

/** Tells which interpreter it ran in. */
const whoAmI = service('import os\nanswer = os.getpid()');
const sleep = (seconds: number, name = '') =>
  service(`import time\ntime.sleep(${seconds})\nanswer = 'slept'`, { key: `sleep ${seconds} ${name}` });

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await delay(10);
};

describe('calls of a service', () => {
  test('answer with outputs, console text and timings; the next call finds the worker loaded', async () => {
    await using t = await openTestRuntimes();
    const greet = service('print("hello", name)\nanswer = name * 2', {
      initCode: 'import time\ntime.sleep(0.05)',
    });
    const first = await t.runtimes.call(greet, [input('name', 'ab')], context());
    assert.equal(answer(first), 'abab');
    assert.equal(first.consoleOutput, 'hello ab\n');
    assert.ok(first.timings.initializeShell > 50_000, `${first.timings.initializeShell} µs`);
    const second = await t.runtimes.call(greet, [input('name', 'c')], context());
    assert.equal(second.consoleOutput, 'hello c\n');
    assert.equal(second.timings.initializeShell, 0);
  });

  test('a failure of the code is an answer, and the worker goes on', async () => {
    await using t = await openTestRuntimes();
    const fail = service('raise ValueError("no " + x)');
    assert.equal(answer(await t.runtimes.call(fail, [input('x', 'luck')], context())), 'failed: no luck');
    assert.equal(answer(await t.runtimes.call(fail, [input('x', 'way')], context())), 'failed: no way');
    assert.equal(t.runtimes.health().Python?.activeShellCount, 0);
  });

  test('a failure of initCode answers every call that waited, and the next call tries afresh', async () => {
    await using t = await openTestRuntimes();
    const broken = service('answer = 1', { initCode: 'raise ValueError("no model")' });
    const outcomes = await Promise.all([1, 2, 3].map(() => t.runtimes.call(broken, [], context())));
    assert.deepEqual(outcomes.map(answer), Array(3).fill('failed: no model'));
    assert.equal(answer(await t.runtimes.call(broken, [], context())), 'failed: no model');
  });

  test('one after another use one worker; at once they use several', async () => {
    await using t = await openTestRuntimes({ pool: { WorkersPerService: 2 } });
    const used = new Set<string>();
    for (let n = 0; n < 5; n += 1) used.add(answer(await t.runtimes.call(whoAmI, [], context())));
    assert.equal(used.size, 1);
    const start = performance.now();
    await Promise.all([1, 2, 3, 4, 5].map(() => t.runtimes.call(sleep(0.5), [], context())));
    // Two at once would take 1.5 s: calls that only wait get further workers one by one.
    assert.ok(performance.now() - start < 1300, `${performance.now() - start} ms`);
  });

  test('a service whose workers compute gets no more of them than the policy says', async () => {
    await using t = await openTestRuntimes({ pool: { WorkersPerService: 1, InitialSize: 0 } });
    const spin = service(
      'import time\nend = time.process_time() + 0.15\nwhile time.process_time() < end: pass\nanswer = 1',
    );
    await Promise.all([1, 2, 3, 4, 5].map(() => t.runtimes.call(spin, [], context())));
    assert.equal(t.workers().length, 1);
  });

  test('the snapshot is readable to the worker, and only as a copy of its own', async () => {
    const source = mkdtempSync(join(tmpdir(), 'plinth-snapshot-'));
    writeFileSync(join(source, 'space'), 'saved state', { mode: 0o600 });
    writeFileSync(join(source, 'data.csv'), 'a,b');
    await using t = await openTestRuntimes();
    const restored = { workspace: join(source, 'space'), files: source };
    const read = {
      ...service('answer = open(workspace).read() + open(files + "/data.csv").read()'),
      restored,
    };
    assert.equal(answer(await t.runtimes.call(read, [], context())), 'saved statea,b');
    rmSync(source, { recursive: true });
  });
});

describe('when an interpreter dies', () => {
  const victim = service('import os\nif x == "die": os.kill(os.getpid(), 9)\nanswer = x');

  test('the call it ran is lost with a GUID found in the log, the calls behind it are answered', async () => {
    await using t = await openTestRuntimes({ pool: { WorkersPerService: 1 } });
    await Promise.all([1, 2, 3].map(() => t.runtimes.call(victim, [input('x', 'warm')], context())));
    const results = await Promise.allSettled(
      ['a', 'die', 'b', 'c'].map((x) => t.runtimes.call(victim, [input('x', x)], context())),
    );
    const [, lost] = results;
    assert.ok(lost?.status === 'rejected');
    assert.equal(lost.reason.code, 'InterpreterLost');
    assert.match(lost.reason.message, /^[0-9a-f-]{36}$/);
    assert.ok(t.log.some((line) => line.includes(lost.reason.message) && line.includes('fixture/1')));
    const answers = results.map((result) => (result.status === 'fulfilled' ? answer(result.value) : 'lost'));
    assert.deepEqual(answers, ['a', 'lost', 'b', 'c']);
  });

  test('a kill from outside is no different, and the slot is given back', async () => {
    await using t = await openTestRuntimes();
    const call = t.runtimes.call(sleep(60), [], context());
    await until(() => t.runtimes.health().Python?.activeShellCount === 1);
    for (const pid of t.interpreters()) process.kill(pid, 'SIGKILL');
    await assert.rejects(call, { code: 'InterpreterLost' });
    assert.equal(answer(await t.runtimes.call(whoAmI, [], context())) !== '', true);
    assert.equal(t.runtimes.load().active, 0);
  });

  test('a load that crashes is reported to the calls that waited', async () => {
    await using t = await openTestRuntimes();
    const crash = service('answer = 1', { initCode: 'import os\nos.kill(os.getpid(), 9)' });
    await assert.rejects(t.runtimes.call(crash, [], context()), { code: 'InterpreterLost' });
  });
});

describe('calls that must stop', () => {
  const reason = new Error('the client went away');

  test('a running call is interrupted and its worker serves on', async () => {
    await using t = await openTestRuntimes({ pool: { WorkersPerService: 1 } });
    const code = 'import os, time\nif x == "sleep": time.sleep(60)\nanswer = os.getpid()';
    const before = answer(await t.runtimes.call(service(code), [input('x', '')], context()));
    const abort = new AbortController();
    const call = t.runtimes.call(service(code), [input('x', 'sleep')], context(abort.signal));
    await until(() => t.runtimes.health().Python?.activeShellCount === 1);
    abort.abort(reason);
    await assert.rejects(call, reason);
    assert.equal(answer(await t.runtimes.call(service(code), [input('x', '')], context())), before);
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

describe('console text', () => {
  test('is cut at the limit, with a line that says so', async () => {
    await using t = await openTestRuntimes();
    const { consoleOutput } = await t.runtimes.call(
      service('print("é" * 10_000)\nanswer = 1'),
      [],
      context(),
    );
    assert.ok(consoleOutput.startsWith('éééé'));
    assert.ok(!consoleOutput.includes('\uFFFD'));
    assert.match(consoleOutput, /é\n\[The console output was cut after 10000 bytes\.\]\n$/);
  });

  test('endless printing fills neither disk nor memory', async () => {
    await using t = await openTestRuntimes();
    const flood = service('line = "x" * 1000\nfor n in range(100_000): print(line)\nanswer = "done"');
    const { consoleOutput, ...rest } = await t.runtimes.call(flood, [], context());
    assert.equal(answer({ consoleOutput, ...rest }), 'done');
    assert.ok(consoleOutput.length < 11_000);
    const after = await t.runtimes.call(service('print("after")\nanswer = 1'), [], context());
    assert.equal(after.consoleOutput, 'after\n');
  });
});

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

  test('a service gives its workers up when released, idle too long, or used too often', async () => {
    await using t = await openTestRuntimes({
      pool: { InitialSize: 0, ServiceIdleTimeout: 100, MaxCallsPerWorker: 3, WorkersPerService: 1 },
    });
    const running = t.runtimes.call(sleep(0.3), [], context());
    await until(() => t.runtimes.health().Python?.activeShellCount === 1);
    t.runtimes.release(sleep(0.3).key);
    assert.equal(answer(await running), 'slept');
    await until(() => t.workers().length === 0);
    await t.runtimes.call(whoAmI, [], context());
    await until(() => t.workers().length === 0);
  });

  test('an interpreter that cannot be started is told at once and tried again later', async () => {
    const launcher = fixtureLauncher({ environment: { FIXTURE_START: 'fail' } });
    await using t = await openTestRuntimes({ launcher });
    await assert.rejects(t.runtimes.call(whoAmI, [], context()), { code: 'ServiceBusy' });
    assert.ok(t.log.some((line) => line.includes('the fixture was told to fail')));
    assert.equal(t.workers().length, 0);
  });
});

const reasonless = new Error('enough');

test('stop lets running calls end within the grace, then ends the rest and leaves nothing', async () => {
  const t = await openTestRuntimes();
  const short = t.runtimes.call(sleep(0.2), [], context());
  const long = t.runtimes.call(sleep(60), [], context());
  const refused = assert.rejects(long, { code: 'InterpreterLost' });
  await until(() => t.runtimes.health().Python?.activeShellCount === 2);
  const stopped = t.runtimes.stop(600);
  await assert.rejects(t.runtimes.call(whoAmI, [], context()), { code: 'ServiceBusy' });
  await stopped;
  assert.equal(answer(await short), 'slept');
  await refused;
  assert.deepEqual(readdirSync(t.workDir), ['accounts']);
  rmSync(t.workDir, { recursive: true });
});
