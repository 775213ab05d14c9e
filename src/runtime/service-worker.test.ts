import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLogger } from '../lib/logger.ts';
import { fixtureLauncher } from './fixtures/fixture-launcher.ts';
import { testSettings } from './fixtures/test-runtimes.ts';
import type { JobEnd } from './job.ts';
import { none } from './sandbox/none.ts';
import { ServiceWorker } from './service-worker.ts';
import { startWorker } from './start-worker.ts';
import { openWorkshop } from './workshop.ts';

test('a worker collects garbage once when it was idle for a second, and tells when it is worn', async () => {
  const workDir = mkdtempSync(join(tmpdir(), 'plinth-wear-'));
  chmodSync(workDir, 0o711);
  const sandbox = none({ prlimit: '/usr/bin/prlimit' });
  const workshop = openWorkshop(workDir, sandbox, testSettings(workDir).Limits, silentLogger);
  const process = await startWorker(fixtureLauncher(), workshop);
  const worker = new ServiceWorker(process, 0);
  const now = performance.now();

  worker.collectWhenIdle(now + 500);
  assert.equal(process.inFlight, 0);
  worker.collectWhenIdle(now + 1500);
  assert.equal(process.inFlight, 1);
  const run = (code: string) =>
    new Promise<JobEnd>((ended) => process.send({ kind: 'execute', code, inputs: [], outputs: [] }, ended));
  await run('');
  worker.collectWhenIdle(now + 3000);
  assert.equal(process.inFlight, 0);

  const fresh = { calls: 10, cpuSeconds: 60 };
  assert.equal(worker.worn(fresh), false);
  assert.equal(worker.worn({ ...fresh, calls: 0 }), true);
  assert.equal(worker.worn({ ...fresh, cpuSeconds: 0 }), true);
  await run('kept = bytearray(650 * 1024 ** 2)\nfor n in range(0, len(kept), 4096): kept[n] = 1');
  assert.equal(worker.worn(fresh), true);

  process.kill();
  await process.gone;
  rmSync(workDir, { recursive: true });
});
