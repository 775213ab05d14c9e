import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { identify, isRunning, signal } from './process-identity.ts';

test('a process is itself until it ends, and a later one with its number is another', async () => {
  const child = spawn('sleep', ['30']);
  const identity = identify(child.pid as number);
  assert.ok(identity);
  assert.ok(isRunning(identity));
  assert.ok(!isRunning({ ...identity, startTicks: identity.startTicks - 1 }));
  assert.ok(!signal({ ...identity, startTicks: identity.startTicks - 1 }, 'SIGKILL'));
  assert.ok(signal(identity, 'SIGTERM'));
  await once(child, 'exit');
  assert.ok(!isRunning(identity));
  assert.ok(!signal(identity, 'SIGTERM'));
});

test('a name full of parentheses and blanks does not confuse the count of fields', async () => {
  const child = spawn('bash', ['-c', "printf ') S 1 (' > /proc/$BASHPID/comm; echo ready; read"], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const identity = identify(child.pid as number);
  assert.ok(identity !== null && identity.startTicks > 0);
  const ended = once(child, 'exit');
  child.stdin.end();
  await ended;
});

test('the remains of a process nobody has waited for do not count as running', async () => {
  // The shell becomes a sleeper that never waits for its child.
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 30']);
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(String(line).trim());
  while (identify(pid) !== null) await new Promise(setImmediate);
  parent.kill();
});
