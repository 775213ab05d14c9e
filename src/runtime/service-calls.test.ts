import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { input } from './fixtures/fixture-launcher.ts';
import {
  answer,
  context,
  openTestRuntimes,
  service,
  sleep,
  until,
  whoAmI,
} from './fixtures/test-runtimes.ts';
import { signal } from './terminate.ts';

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
    // No stock: an interpreter killed while it starts may die later, in the next call.
    await using t = await openTestRuntimes({ pool: { InitialSize: 0 } });
    const call = t.runtimes.call(sleep(60), [], context());
    await until(() => t.runtimes.health().Python?.activeShellCount === 1);
    for (const pid of t.interpreters()) signal(pid, 'SIGKILL');
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
