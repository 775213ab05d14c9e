import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { runStopPhases } from './shutdown.ts';

test('phases run in order; one that fails and one that hangs are reported and passed over', async () => {
  const ran: string[] = [];
  const reports: string[] = [];
  const clean = await runStopPhases(
    [
      { name: 'first', milliseconds: 1000, run: async () => ran.push('first') },
      { name: 'fails', milliseconds: 1000, run: () => Promise.reject(new Error('broken')) },
      { name: 'hangs', milliseconds: 20, run: () => new Promise(() => {}) },
      { name: 'last', milliseconds: 1000, run: async () => ran.push('last') },
    ],
    (message, cause) => reports.push(`${message}: ${(cause as Error).message}`),
  );
  assert.equal(clean, false);
  assert.deepEqual(ran, ['first', 'last']);
  assert.deepEqual(reports, [
    'Stopping: "fails" did not end well: broken',
    'Stopping: "hangs" did not end well: not done after 20 ms',
  ]);
});

test('a phase that throws before it returns a promise is reported too', async () => {
  const throwing = (): Promise<void> => {
    throw new Error('at once');
  };
  const reports: unknown[] = [];
  const clean = await runStopPhases([{ name: 'x', milliseconds: 10, run: throwing }], (_, cause) =>
    reports.push(cause),
  );
  assert.equal(clean, false);
  assert.equal((reports[0] as Error).message, 'at once');
});

const program = `
  import { stopSignal } from ${JSON.stringify(fileURLToPath(new URL('./shutdown.ts', import.meta.url)))};
  const keepAlive = setInterval(() => {}, 1000);
  const stop = stopSignal();
  process.stdout.write('ready\\n');
  const signal = await stop;
  process.stdout.write(signal + '\\n');
  if (process.argv[1] !== 'stubborn') clearInterval(keepAlive);
`;

function start(argument: string) {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program, argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const shows = async (text: string): Promise<void> => {
    while (!output.includes(text)) await once(child.stdout, 'data');
  };
  return { child, shows, exited: once(child, 'exit') };
}

test('the first signal lets the process end by itself', async () => {
  const { child, shows, exited } = start('obedient');
  await shows('ready');
  child.kill('SIGTERM');
  await shows('SIGTERM');
  assert.deepEqual(await exited, [0, null]);
});

test('the second signal ends a process that hangs', async () => {
  const { child, shows, exited } = start('stubborn');
  await shows('ready');
  child.kill('SIGTERM');
  await shows('SIGTERM');
  child.kill('SIGINT');
  assert.deepEqual(await exited, [130, null]);
});
