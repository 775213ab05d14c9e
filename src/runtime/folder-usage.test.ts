import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderUsage } from './folder-usage.ts';

test('all files below count, links do not lead out, and counting stops at the limit', async () => {
  const base = mkdtempSync(join(tmpdir(), 'plinth-usage-'));
  mkdirSync(join(base, 'a', 'b'), { recursive: true });
  writeFileSync(join(base, 'one'), Buffer.alloc(100_000, 1));
  writeFileSync(join(base, 'a', 'b', 'two'), Buffer.alloc(100_000, 1));
  symlinkSync('/usr', join(base, 'link'));
  const used = await folderUsage(base, 10 ** 9);
  assert.ok(used >= 200_000 && used < 300_000, `${used}`);
  assert.ok((await folderUsage(base, 50_000)) > 50_000);
  assert.equal(await folderUsage(join(base, 'missing'), 1), 0);
  rmSync(base, { recursive: true });
});
