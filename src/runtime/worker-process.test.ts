import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { silentLogger } from '../lib/logger.ts';
import { fixtureLauncher } from './fixtures/fixture-launcher.ts';
import { testSettings } from './fixtures/test-runtimes.ts';
import type { Job, JobEnd } from './job.ts';
import { none } from './sandbox/none.ts';
import { startWorker } from './start-worker.ts';
import type { WorkerProcess } from './worker-process.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

let workshop: Workshop;
before(() => {
  const workDir = mkdtempSync(join(tmpdir(), 'plinth-worker-'));
  chmodSync(workDir, 0o711);
  const { Limits } = testSettings(workDir);
  workshop = openWorkshop(workDir, none({ prlimit: '/usr/bin/prlimit' }), Limits, silentLogger);
});
after(() => rmSync(workshop.workDir, { recursive: true }));

/** Sends code and collects how it ended. */
function run(worker: WorkerProcess, code: string): { job: Job; end: Promise<JobEnd> } {
  const { promise, resolve } = Promise.withResolvers<JobEnd>();
  return { job: worker.send({ kind: 'execute', code, inputs: [], outputs: [] }, resolve), end: promise };
}

const summary = (end: JobEnd): string => {
  if (end.kind === 'reply') return end.reply.kind === 'failed' ? end.reply.reason : end.console;
  return end.kind === 'lost' ? `lost ${end.began ? 'while it ran' : 'before it ran'}` : end.kind;
};

describe('a worker process', () => {
  test('answers jobs sent ahead in order, each with its own console text', async () => {
    const worker = await startWorker(fixtureLauncher(), workshop);
    const ends = await Promise.all([1, 2, 3].map((n) => run(worker, `print(${n})`).end));
    assert.deepEqual(ends.map(summary), ['1\n', '2\n', '3\n']);
    worker.kill();
    await worker.gone;
  });

  test('loses only the job that ran when it dies', async () => {
    const worker = await startWorker(fixtureLauncher(), workshop);
    const ends = ['print("a")', 'import os; os.kill(os.getpid(), 9)', 'print("b")', 'print("c")'].map(
      (code) => run(worker, code).end,
    );
    assert.deepEqual((await Promise.all(ends)).map(summary), [
      'a\n',
      'lost while it ran',
      'lost before it ran',
      'lost before it ran',
    ]);
    await worker.gone;
    assert.equal(worker.alive, false);
  });

  test('interrupts a job behind another only when its turn comes', async () => {
    const worker = await startWorker(fixtureLauncher(), workshop);
    const first = run(worker, 'import time; time.sleep(0.2); print("first")');
    const second = run(worker, 'time.sleep(60)');
    const third = run(worker, 'print("third")');
    second.job.stop(1000);
    assert.deepEqual((await Promise.all([first.end, second.end, third.end])).map(summary), [
      'first\n',
      'interrupted',
      'third\n',
    ]);
    worker.kill();
    await worker.gone;
  });

  test('an interrupt that came too late hits no other job', async () => {
    const worker = await startWorker(fixtureLauncher(), workshop);
    for (let n = 0; n < 50; n += 1) {
      const job = run(worker, 'import time; time.sleep(0.002); print("done")');
      setTimeout(() => job.job.stop(1000), 2 + (n % 5) / 5);
      assert.match(summary(await job.end), /^(done\n|interrupted)$/);
      assert.equal(summary(await run(worker, 'time.sleep(0.003); print("next")').end), 'next\n');
    }
    worker.kill();
    await worker.gone;
  });

  test('is ended when it breaks the protocol', async () => {
    const worker = await startWorker(fixtureLauncher(), workshop);
    const end = await run(worker, 'import __main__; __main__.replies.write(bytes([255] * 8))').end;
    assert.equal(summary(end), 'lost while it ran');
    await worker.gone;
  });

  test('refuses a request too large for a frame and stays usable', async () => {
    const worker = await startWorker(fixtureLauncher(), workshop);
    const huge = { encode: () => [new Uint8Array(300 * 1024 ** 2)] };
    const { codec } = worker.launcher;
    Object.assign(worker.launcher, { codec: { ...codec, ...huge } });
    assert.throws(() => run(worker, ''), { code: 'PayloadTooLarge' });
    Object.assign(worker.launcher, { codec });
    assert.equal(summary(await run(worker, 'print("fine")').end), 'fine\n');
    worker.kill();
    await worker.gone;
  });

  test('carries frames far larger than a pipe holds, in both directions', async () => {
    const worker = await startWorker(fixtureLauncher(), workshop);
    const text = 'x'.repeat(5_000_000);
    const { promise, resolve } = Promise.withResolvers<JobEnd>();
    worker.send({ kind: 'execute', code: `y = "${text}"`, inputs: [], outputs: ['y'] }, resolve);
    const end = await promise;
    assert.ok(end.kind === 'reply' && end.reply.kind === 'done');
    const [output] = end.reply.outputs;
    assert.ok(output?.shape === 'scalar' && output.vector.values[0] === text);
    worker.kill();
    await worker.gone;
  });
});
