import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { cpuSeconds, descendants, isRunnable, lineage, residentBytes, startTime } from './process-table.ts';

test('processes are found below their ancestors and told apart by their start', async () => {
  const shell = spawn('/bin/sh', ['-c', 'sleep 100 & echo $!; wait'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [output] = await once(shell.stdout, 'data');
  const sleeper = Number(output);
  assert.deepEqual(lineage(process.pid, sleeper), [process.pid, shell.pid, sleeper]);
  assert.equal(lineage(shell.pid ?? 0, process.pid), null);
  assert.deepEqual(descendants(shell.pid ?? 0), [shell.pid, sleeper]);
  assert.match(startTime(sleeper) ?? '', /^\d+$/);
  process.kill(sleeper, 'SIGKILL');
  await once(shell, 'exit');
  assert.equal(startTime(sleeper), null);
  assert.equal(residentBytes(sleeper), null);
  assert.equal(cpuSeconds(sleeper), null);
});

test('this process is running, has memory and has used the CPU', () => {
  assert.equal(isRunnable(process.pid), true);
  assert.ok((residentBytes(process.pid) ?? 0) > 10_000_000);
  assert.ok((cpuSeconds(process.pid) ?? 0) > 0);
});
