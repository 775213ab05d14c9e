import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { decodeReply } from './decode.ts';
import { detectR } from './launch.ts';

test('R is found, and its command needs nothing from the environment of the node', async () => {
  const launcher = await detectR({ Enabled: true, Path: '' });
  assert.match(launcher?.version ?? '', /^\d+\.\d+\.\d+$/);
  const paths = { requests: '/r', replies: '/a', console: '/c', directory: '/d', temporary: '/t' };
  const command = launcher?.command(paths);
  assert.ok(command && existsSync(command.executable) && command.readable.every(existsSync));
  assert.equal(command.environment.TMPDIR, '/t');
});

test('R that is switched off, not there, or not R is no R', async () => {
  assert.equal(await detectR({ Enabled: false, Path: '' }), null);
  assert.equal(await detectR({ Enabled: true, Path: '/nowhere/R' }), null);
  assert.equal(await detectR({ Enabled: true, Path: 'true' }), null);
  assert.equal(await detectR({ Enabled: true, Path: 'false' }), null);
});

test('a reply that is none is refused', () => {
  for (const bytes of [[], [1, 2, 3], [0x42, 0x0a, 2, 0, 0, 0, 0, 4, 1, 0, 0, 3, 2, 0, 254, 0, 0, 0]])
    assert.throws(() => decodeReply(Uint8Array.from(bytes)), RangeError);
});
