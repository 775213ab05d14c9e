import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { input } from './fixtures/fixture-launcher.ts';
import {
  answer,
  context,
  openTestRuntimes,
  type TestRuntimes,
  until,
  useLimits,
} from './fixtures/test-runtimes.ts';

const root = process.getuid?.() === 0;
const open = (t: TestRuntimes) =>
  t.runtimes.openSession({ id: 's1', runtime: 'Python', owner: 'ada' }, context());

describe('a session', () => {
  test('keeps its state from one execution to the next and runs them in order of arrival', async () => {
    await using t = await openTestRuntimes();
    const session = await open(t);
    const slow = session.execute(
      'import time\ntime.sleep(0.1)\nx = given',
      [input('given', 'a')],
      [],
      context(),
    );
    const next = session.execute('x = x + "b"\nprint(x)', [], ['x'], context());
    assert.equal((await slow).ok, true);
    const outcome = await next;
    assert.equal(answer(outcome), 'ab');
    assert.equal(outcome.consoleOutput, 'ab\n');
    assert.equal(session.consoleOutput(), 'ab\n');
    assert.equal(session.history().length, 2);
    assert.deepEqual((await session.listObjects()).sort(), ['given', 'time', 'x']);
  });

  test('has the limits of sessions, not those of calls', async () => {
    const Session = { ...useLimits, OpenFiles: 100, WallClock: 200 };
    await using t = await openTestRuntimes({ limits: { Session } });
    const session = await open(t);
    const code = "limits = [line for line in open('/proc/self/limits') if 'open files' in line]";
    assert.match(answer(await session.execute(code, [], ['limits'], context())), / 100 +100 /);
    await assert.rejects(session.execute('import time\ntime.sleep(60)', [], [], context()), {
      code: 'DeadlineExceeded',
    });
  });

  test('shows console text while it is printed', async () => {
    await using t = await openTestRuntimes();
    const session = await open(t);
    const run = session.execute(
      'import time\nprint("so far", flush=True)\ntime.sleep(0.3)\nprint("end")',
      [],
      [],
      context(),
    );
    await until(() => session.consoleOutput() === 'so far\n');
    assert.equal((await run).consoleOutput, 'so far\nend\n');
  });

  test('moves objects through scratch files and keeps its folder to itself', async () => {
    await using t = await openTestRuntimes();
    const session = await open(t);
    await session.execute('x = "kept"', [], [], context());
    const file = session.scratchFile('x.dill');
    await session.saveObject('x', file);
    assert.equal(readFileSync(file, 'utf8'), 'kept');
    const other = session.scratchFile('../y.dill');
    assert.ok(other.startsWith(t.workDir));
    writeFileSync(other, 'brought');
    await session.handOver(other);
    await session.loadObject('y', other);
    assert.equal(answer(await session.execute('', [], ['y'], context())), 'brought');
    await session.removeObject('y');
    await assert.rejects(session.saveObject('y', file), { code: 'NotFound' });
  });

  test('hands files over to the interpreter, but nothing a link points to', { skip: !root }, async () => {
    await using t = await openTestRuntimes();
    const session = await open(t);
    const file = join(session.directory, 'data.csv');
    writeFileSync(file, 'a,b');
    await session.handOver(file);
    assert.equal(statSync(file).uid, statSync(session.directory).uid);
    const outside = mkdtempSync(join(tmpdir(), 'plinth-outside-'));
    const link = join(session.directory, 'link');
    symlinkSync(join(outside), link);
    await assert.rejects(session.handOver(link), { code: 'InvalidRequest' });
    writeFileSync(join(outside, 'file'), '');
    await assert.rejects(session.handOver(join(link, 'file')), { code: 'InvalidRequest' });
    assert.equal(statSync(join(outside, 'file')).uid, 0);
    rmSync(outside, { recursive: true });
  });

  test('cancel interrupts what runs, leaves what waits, and the session lives', async () => {
    await using t = await openTestRuntimes();
    const session = await open(t);
    await session.cancel();
    const endless = session.execute('x = 1\nwhile True: pass', [], [], context());
    const next = session.execute('', [], ['x'], context());
    await delay(50);
    await session.cancel();
    assert.equal(answer(await endless), 'failed: interrupted');
    assert.equal(answer(await next), '1');
    assert.equal(session.gone, false);
  });

  test('an execution abandoned by its caller ends, one that waits is never begun', async () => {
    await using t = await openTestRuntimes();
    const session = await open(t);
    const reason = new Error('client gone');
    const abort = new AbortController();
    const running = session.execute('x = 1\nimport time\ntime.sleep(60)', [], [], context(abort.signal));
    const waiting = session.execute('x = 2', [], [], context(abort.signal));
    await delay(50);
    abort.abort(reason);
    await assert.rejects(running, reason);
    await assert.rejects(waiting, reason);
    assert.equal(answer(await session.execute('', [], ['x'], context())), '1');
  });

  test('is gone when its interpreter dies: the running call is lost, later ones say Gone', async () => {
    await using t = await openTestRuntimes();
    const session = await open(t);
    await assert.rejects(session.execute('import os\nos.kill(os.getpid(), 9)', [], [], context()), {
      code: 'InterpreterLost',
    });
    assert.equal(session.gone, true);
    await assert.rejects(session.execute('1', [], [], context()), { code: 'Gone' });
    await assert.rejects(session.listObjects(), { code: 'Gone' });
    assert.equal(t.runtimes.load().active, 0);
    await session.close({ force: false });
  });

  test('close interrupts, ends and frees; force does not wait', async () => {
    await using t = await openTestRuntimes();
    for (const force of [false, true]) {
      const session = await open(t);
      const code = force
        ? 'import time\nwhile True:\n  try: time.sleep(60)\n  except KeyboardInterrupt: pass'
        : 'import time\ntime.sleep(60)';
      const running = session.execute(code, [], [], context()).then(answer, (error) => error.code);
      await delay(50);
      const start = performance.now();
      await session.close({ force });
      assert.ok(performance.now() - start < 2000);
      assert.equal(await running, force ? 'Gone' : 'failed: interrupted');
      assert.equal(existsSync(session.directory), false);
      assert.equal(session.gone, false);
      await assert.rejects(session.execute('1', [], [], context()), { code: 'Gone' });
    }
    assert.equal(t.runtimes.health().Python?.activeShellCount, 0);
  });
});
