import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { placeSnapshot } from './place-snapshot.ts';
import { makeWorkerFolder } from './worker-folder.ts';

const root = process.getuid?.() === 0;
const uid = root ? 60807 : null;

test('files come with their folders, links do not; what is not readable to all is copied', async () => {
  const base = mkdtempSync(join(tmpdir(), 'plinth-place-'));
  const files = join(base, 'files');
  mkdirSync(join(files, 'sub'), { recursive: true });
  writeFileSync(join(files, 'sub', 'open'), 'open', { mode: 0o644 });
  writeFileSync(join(files, 'closed'), 'closed', { mode: 0o600 });
  symlinkSync('/etc/passwd', join(files, 'link'));
  const folder = await makeWorkerFolder(base, uid);
  const placed = await placeSnapshot({ workspace: null, files }, folder, uid);
  assert.equal(placed.workspace, null);
  assert.ok(placed.files !== null);
  assert.equal(readFileSync(join(placed.files, 'sub', 'open'), 'utf8'), 'open');
  assert.equal(readFileSync(join(placed.files, 'closed'), 'utf8'), 'closed');
  assert.equal(existsSync(join(placed.files, 'link')), false);
  if (root) {
    assert.equal(statSync(join(placed.files, 'sub', 'open')).ino, statSync(join(files, 'sub', 'open')).ino);
    assert.equal(statSync(join(placed.files, 'closed')).uid, uid);
    assert.equal(statSync(join(files, 'closed')).uid, 0);
  }
  rmSync(base, { recursive: true });
});
