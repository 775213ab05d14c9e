import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { silentLogger } from '../lib/logger.ts';
import { processRecord } from './contained-process.ts';
import { openTestRuntimes } from './fixtures/test-runtimes.ts';
import { startTime } from './process-table.ts';
import { takeWorkDir } from './work-dir.ts';

const temporary = () => mkdtempSync(join(tmpdir(), 'plinth-workdir-'));

describe('the working directory', () => {
  test('belongs to one living node', async () => {
    const path = temporary();
    const first = await takeWorkDir(path, silentLogger);
    await assert.rejects(takeWorkDir(path, silentLogger), { code: 'Conflict', fields: 'WorkDir' });
    await first.release();
    await (await takeWorkDir(path, silentLogger)).release();
    rmSync(path, { recursive: true });
  });

  test('of two that start at the same moment one loses', async () => {
    const path = temporary();
    const results = await Promise.allSettled([1, 2, 3].map(() => takeWorkDir(path, silentLogger)));
    assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
    rmSync(path, { recursive: true });
  });

  test('is cleaned of what a crashed node left, processes included', async () => {
    const path = temporary();
    const left = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
    await once(left, 'spawn');
    writeFileSync(join(path, 'node'), '999999 1');
    mkdirSync(join(path, 'worker', 'work'), { recursive: true });
    writeFileSync(join(path, 'worker', 'work', 'data'), 'x');
    writeFileSync(join(path, 'worker', processRecord), `${left.pid} ${startTime(left.pid ?? 0)}`);
    const exited = once(left, 'exit');
    const taken = await takeWorkDir(path, silentLogger);
    assert.deepEqual((await exited).at(-1), 'SIGKILL');
    assert.deepEqual(readdirSync(path), ['node']);
    await taken.release();
    rmSync(path, { recursive: true });
  });

  test('a process that only has the same number is left alone', async () => {
    const path = temporary();
    mkdirSync(join(path, 'worker'));
    writeFileSync(join(path, 'worker', processRecord), `${process.pid} 1`);
    await (await takeWorkDir(path, silentLogger)).release();
    assert.equal(existsSync(join(path, 'worker')), false);
    rmSync(path, { recursive: true });
  });
});

test('interpreters end with a node that is killed', async () => {
  await using t = await openTestRuntimes({ pool: { InitialSize: 0 } });
  const workDir = temporary();
  const script = `
    import { openLaunchers } from ${JSON.stringify(new URL('./open-launchers.ts', import.meta.url).href)};
    import { fixtureLauncher } from ${JSON.stringify(new URL('./fixtures/fixture-launcher.ts', import.meta.url).href)};
    import { testSettings } from ${JSON.stringify(new URL('./fixtures/test-runtimes.ts', import.meta.url).href)};
    import { silentLogger } from ${JSON.stringify(new URL('../lib/logger.ts', import.meta.url).href)};
    const settings = testSettings(${JSON.stringify(workDir)}, { pool: { InitialSize: 2 } });
    const runtimes = await openLaunchers([fixtureLauncher()], settings, silentLogger);
    await runtimes.start();
    process.stdout.write('up');
    setInterval(() => {}, 1000);`;
  const node = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(node.stdout, 'data');
  const started = t.interpreters().filter((pid) => pid !== node.pid);
  assert.ok(started.length >= 2, `${started.length} processes`);
  const births = started.map(startTime);
  node.kill('SIGKILL');
  await once(node, 'exit');
  const survivors = () => started.filter((pid, index) => startTime(pid) === births[index]);
  for (let n = 0; n < 200 && survivors().length > 0; n += 1) await new Promise((r) => setTimeout(r, 10));
  assert.deepEqual(survivors(), []);
  await (await takeWorkDir(workDir, silentLogger)).release();
  assert.deepEqual(readdirSync(workDir), []);
  rmSync(workDir, { recursive: true });
});
